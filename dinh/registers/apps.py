from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "dinh.registers"
    label = "registers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dinh.registers import published  # noqa: F401  publishes its views
