from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "dinh.papers"
    label = "papers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dinh.papers import published  # noqa: F401  publishes its views
