"""Addresses of the board. What is seen is wholly in the address, so that it can be sent to somebody else."""

from django.urls import path

from dinh.web.board.views import figure, home, month, months, public, rows, score

app_name = "board"
urlpatterns = [
    path("", home.page, name="home"),
    path("group/<slug:group>/", home.group, name="group"),
    path("figure/<slug:figure>/", figure.page, name="figure"),
    path("figure/<slug:figure>/rows/<slug:measure>/", rows.page, name="rows"),
    path("score/", score.page, name="score"),
    path("months/", months.page, name="months"),
    path("months/<str:month>/", month.page, name="month"),
    path("open/<slug:code>/", public.page, name="public"),
]
