from django.apps import AppConfig


class PopulationConfig(AppConfig):
    name = "dinh.population"
    label = "population"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dinh.population import places, published  # noqa: F401  say whose rows are when places change, publish views
