from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "dinh.registers"
    label = "registers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dinh.registers import places, published  # noqa: F401  say whose rows are when places change, publish views
