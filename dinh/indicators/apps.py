from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "dinh.indicators"
    label = "indicators"
    verbose_name = _("figures")

    def ready(self) -> None:
        from dinh.indicators import places as places
        from dinh.journal import guards

        guards.keep("indicators_snapshot", "what was locked is only ever added")
        guards.keep("indicators_lockedcell", "what was locked is only ever added")
