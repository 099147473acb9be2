"""Addresses of the API: one document (`/api/openapi.json`) and what it describes."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from dinh.web.api.dossiers import drafts
from dinh.web.api.dossiers import router as dossiers
from dinh.web.api.house import api
from dinh.web.api.procedures import router as procedures
from dinh.web.api.verification import router as verification

api.add_router("/procedures", procedures)
api.add_router("/dossiers", dossiers)
api.add_router("/drafts", drafts)
api.add_router("/verification", verification)

urlpatterns: list[URLPattern | URLResolver] = [path("", api.urls)]
