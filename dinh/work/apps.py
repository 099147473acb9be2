from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "dinh.work"
    label = "work"
    verbose_name = _("tasks, goals and questions to answer")

    def ready(self) -> None:
        from dinh.work import places, published  # noqa: F401  say whose rows are when places change, publish views
