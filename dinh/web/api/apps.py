from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "dinh.web.api"
    label = "web_api"
