from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "dinh.dossiers"
    label = "dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dinh.dossiers import (  # noqa: F401
            checks,  # system checks
            places,  # whose rows are when places change
            published,  # views
        )
