"""Addresses of the field app: outside the languages' own, because one worker serves them all."""

from __future__ import annotations

from django.urls import include, path, re_path

from dinh.web.field.views import shell

app_name = "field"
IN = "^(?P<language>vi|fr|en)/"

urlpatterns = [
    path("", shell.door, name="door"),
    path("sw.js", shell.worker, name="worker"),
    path("api/1/", include("dinh.web.field.api.urls")),
    re_path(f"{IN}$", shell.shell, name="shell"),
    re_path(f"{IN}words\\.json$", shell.words, name="words"),
    re_path(f"{IN}app\\.webmanifest$", shell.manifest, name="manifest"),
]
