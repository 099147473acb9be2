from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "dinh.verification"
    label = "verification"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dinh.verification import published  # noqa: F401  publishes its views
