"""Addresses of the teams, below `desk/teams/`. The code stands in `views/teams/` under the same word."""

from django.urls import URLPattern, URLResolver, path

from dinh.web.desk.views.teams import difficulties, teams

urlpatterns: list[URLPattern | URLResolver] = [
    path("", teams.browse, name="teams"),
    path("difficulties/", difficulties.browse, name="difficulties"),
]
