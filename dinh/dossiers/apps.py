from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "dinh.dossiers"
    label = "dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dinh.dossiers import checks  # noqa: F401  registers the system checks
