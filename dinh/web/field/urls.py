"""Addresses of the field app: outside the languages' own, because one worker serves them all."""

from __future__ import annotations

from django.urls import include, path, register_converter

from dinh.web.field.views import shell, trust


class Spoken:
    """A language of the app, in an address."""

    regex = "|".join(shell.LANGUAGES)

    def to_python(self, value: str) -> str:
        """Return what stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Return what stands in the address."""
        return value


register_converter(Spoken, "spoken")
app_name = "field"

urlpatterns = [
    path("", shell.door, name="door"),
    path("sw.js", shell.worker, name="worker"),
    path("app/<path:name>", shell.file, name="file"),
    path("api/1/", include("dinh.web.field.api.urls")),
    path("trust/ca.crt", trust.file, name="trust_file"),
    path("trust", trust.page, name="trust"),
    path("<spoken:language>/", shell.shell, name="shell"),
    path("<spoken:language>/words.json", shell.words, name="words"),
    path("<spoken:language>/app.webmanifest", shell.manifest, name="manifest"),
]
