from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "dinh.dossiers"
    label = "dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dinh.dossiers import checks, published  # noqa: F401  register the system checks and the views
