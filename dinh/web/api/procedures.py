"""Procedures, as declared. They are public: everybody may know what is asked, of whom, in how many days."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router

from dinh.catalogue import store
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.procedure import Procedure
from dinh.lib.errors import NotFound
from dinh.web.api.schemas import Problem, ProcedureLine, ProcedureOut

router = Router(auth=None, tags=["procedures"])


@router.get("", response=list[ProcedureLine])
def browse(request: HttpRequest) -> list[dict[str, Any]]:
    """List the procedures that this node serves."""
    return [_line(procedure) for _id, procedure in sorted(store.get().procedures.items())]


@router.get("/{procedure}", response={200: ProcedureOut, 404: Problem})
def one(request: HttpRequest, procedure: str) -> dict[str, Any]:
    """Return one procedure in full."""
    found = store.get().procedures.get(procedure)
    if found is None:
        raise NotFound("api.no_procedure", _("There is no such procedure."), procedure=procedure)
    return {**_line(found), "declaration": found.model_dump(mode="json")}


def _line(procedure: Procedure) -> dict[str, Any]:
    return {
        "id": procedure.id,
        "code": procedure.code,
        "version": procedure.version,
        "title": _words(procedure.title),
        "summary": _words(procedure.summary),
        "sector": procedure.sector,
        "online": procedure.online,
    }


def _words(text: Text) -> dict[str, str]:
    return {language: words for language, words in text.model_dump().items() if words}
