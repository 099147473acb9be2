"""Addresses of the wire protocol, version 1."""

from __future__ import annotations

from django.urls import path

from dinh.web.field.api import fetching, looking_up, phones, sending, wire

urlpatterns = [
    path("", wire.unknown, name="api"),
    path("enrol", phones.enrol, name="enrol"),
    path("beat", phones.beat, name="beat"),
    path("wiped", phones.wiped, name="wiped"),
    path("ops", sending.ops, name="ops"),
    path("sealed", sending.sealed, name="sealed"),
    path("blob/<slug:sha256>", sending.blob, name="blob"),
    path("pack", fetching.pack, name="pack"),
    path("forms", fetching.forms, name="forms"),
    path("lookup", looking_up.lookup, name="lookup"),
    path("<path:rest>", wire.unknown, name="unknown"),
]
