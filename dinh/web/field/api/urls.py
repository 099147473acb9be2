"""Addresses of the wire protocol, version 1."""

from __future__ import annotations

from django.urls import path

from dinh.web.field.api import wire

urlpatterns = [
    path("", wire.unknown, name="api"),
    path("<path:rest>", wire.unknown),
]
