"""Addresses of the check page."""

from django.urls import URLPattern

app_name = "check"
urlpatterns: list[URLPattern] = []
