"""The catalogue, to read and to check: what each procedure asks, of whom, in how many days, and every fault."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from dinh.catalogue import layout, store
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.lib.errors import Invalid
from dinh.lib.money import show_vnd
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
    kinds = [
        (kind, sorted((key, item.title.of(language)) for key, item in getattr(catalogue, kind).items()))
        for kind in ("registers", "forms", "lists", "roles", "calendars")
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
    roles = store.get().roles
    context = {
        "procedure": found,
        "title": found.title.of(language),
        "summary": found.summary.of(language),
        "pages": [
            {"title": page.title.of(language), "when": page.visible_if, "fields": [_field(one, language) for one in page.fields]}
            for page in layout.pages(found)
        ],
        "documents": [
            {"title": one.title.of(language), "required": one.required, "when": one.required_if, "held": ", ".join(one.held_as)}
            for one in found.documents
        ],
        "steps": [
            {"title": one.title.of(language), "role": roles[one.role].title.of(language) if one.role in roles else one.role, "share": one.share}
            for one in found.steps
        ],
        "fees": [
            {"title": one.title.of(language), "amount": show_vnd(one.amount_vnd, language), "exempt": one.exempt_if, "source": one.source, "local": one.local}
            for one in found.fees
        ],
        "conditions": [(one.message.of(language), one.source) for one in found.eligibility],
        "exclusive": [" – ".join(pair) for pair in found.exclusive],
    }  # fmt: skip
    return show(request, "admin/procedure", context)


def _field(one: Field, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title.of(language),
        "type": one.type,
        "required": one.required,
        "when": one.required_if,
        "shown": one.visible_if,
        "prefill": ", ".join(one.prefill),
    }
