from django.apps import AppConfig


class KioskConfig(AppConfig):
    name = "dinh.web.kiosk"
    label = "web_kiosk"
