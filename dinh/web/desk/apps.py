from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "dinh.web.desk"
    label = "web_desk"
