from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "dinh.web.portal"
    label = "web_portal"
