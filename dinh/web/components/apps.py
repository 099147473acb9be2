from django.apps import AppConfig


class ComponentsConfig(AppConfig):
    name = "dinh.web.components"
    label = "web_components"
