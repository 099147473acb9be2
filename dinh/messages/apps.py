from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "dinh.messages"
    label = "house_messages"  # "messages" is Django's own
    default_auto_field = "django.db.models.BigAutoField"
