"""The catalogue, to read and to check: what each procedure asks, of whom, in how many days, and every fault."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.catalogue.sheet import sheet
from dinh.lib.errors import Invalid
from dinh.web.desk.views.base import desk_page, show

READ = ("catalogue.read", "dossiers.read")


@desk_page(*READ)
def browse(request: HttpRequest) -> HttpResponse:
    """List the procedures in force; `?check=1` reads the files again and shows every fault."""
    language = get_language() or "vi"
    faults: list[Any] | None = None
    if request.GET.get("check"):
        try:
            store.load()
        except Invalid as refused:
            faults = [
                {"path": one.path, "code": one.code, "message": str(one.message)} for one in refused.faults
            ]
        else:
            faults = []
    lines = [_line(one, language) for one in store.get().procedures.values()]
    catalogue = store.get()
    named = {
        "registers": _("Registers"),
        "forms": _("Shared questions"),
        "lists": _("Lists"),
        "roles": _("Roles"),
        "calendars": _("Calendars"),
    }
    kinds = [
        (title, sorted((key, item.title.of(language)) for key, item in getattr(catalogue, kind).items()))
        for kind, title in named.items()
    ]
    context = {"lines": sorted(lines, key=lambda line: str(line["title"])), "faults": faults, "kinds": kinds}
    return show(request, "admin/catalogue", context)


def _line(one: Procedure, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "code": one.code,
        "title": one.title.of(language),
        "version": one.version,
        "since": one.valid_from,
        "limit": one.time_limit,
        "steps": len(one.steps),
        "uncertain": len(one.uncertain),
    }


@desk_page(*READ)
def procedure(request: HttpRequest, procedure: str) -> HttpResponse:
    """Show one procedure in full, as declared."""
    found = store.get().procedures.get(procedure)
    if found is None:
        raise Http404
    language = get_language() or "vi"
    parts = [
        {
            "title": part.title,
            "lines": [
                ("", row) if isinstance(row, str) else (row[0].strip("`"), row[1]) for row in part.rows
            ],
            "named": any(not isinstance(row, str) for row in part.rows),
        }
        for part in sheet(found, store.get(), language)
    ]
    return show(request, "admin/procedure", {"title": found.title.of(language), "parts": parts})
