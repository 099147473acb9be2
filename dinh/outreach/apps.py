from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "dinh.outreach"
    label = "outreach"
    verbose_name = _("community digital teams")

    def ready(self) -> None:
        from dinh.outreach import places as places
        from dinh.outreach import published as published
        from dinh.outreach import upcasters as upcasters
