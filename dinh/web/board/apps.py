from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "dinh.web.board"
    label = "web_board"
