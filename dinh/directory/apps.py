"""The application `directory`."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Connects what follows a sign-in."""

    name = "dinh.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dinh.directory import places, receivers  # noqa: F401
