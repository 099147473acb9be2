from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "dinh.work"
    label = "work"
    verbose_name = _("tasks, goals and questions to answer")

    def ready(self) -> None:
        from dinh.work import published  # noqa: F401  publishes its views
