"""Addresses of the wire protocol, version 1."""

from __future__ import annotations

from django.urls import path

from dinh.web.field.api import phones, sending, wire

urlpatterns = [
    path("", wire.unknown, name="api"),
    path("enrol", phones.enrol, name="enrol"),
    path("beat", phones.beat, name="beat"),
    path("wiped", phones.wiped, name="wiped"),
    path("ops", sending.ops, name="ops"),
    path("sealed", sending.sealed, name="sealed"),
    path("blob/<slug:sha256>", sending.blob, name="blob"),
    path("<path:rest>", wire.unknown),
]
