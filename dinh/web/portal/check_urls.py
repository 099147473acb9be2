"""Addresses of the check page."""

from django.urls import path

from dinh.web.portal.urls import home

app_name = "check"
urlpatterns = [
    path("", home, name="check"),
    path("<str:code>/", home, name="paper"),
]
