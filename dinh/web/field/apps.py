from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "dinh.web.field"
    label = "web_field"
