from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "dinh.papers"
    label = "papers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dinh.papers import places, published  # noqa: F401  say whose rows are when places change, publish views
