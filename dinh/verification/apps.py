from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "dinh.verification"
    label = "verification"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dinh.verification import places, published  # noqa: F401  say whose rows are when places change, publish views
