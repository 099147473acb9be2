"""The catalogue, to read and to check: what each procedure asks, of whom, in how many days, and every fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.catalogue.sheet import sheet
from dinh.lib.dates import show_date
from dinh.lib.errors import Invalid
from dinh.lib.names import fold
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk.views.base import desk_page, show
from dinh.web.desk.views.tables import Asked

READ = ("catalogue.read", "dossiers.read")
ORDERS = {
    "title": gettext_lazy("Procedure"),
    "code": gettext_lazy("Code"),
    "newest": gettext_lazy("Newest first"),
    "uncertain": gettext_lazy("Most to confirm first"),
}
KEYS: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "title": lambda line: fold(line["title"]),
    "code": lambda line: (line["code"], fold(line["title"])),
    "newest": lambda line: (-line["since"].toordinal(), fold(line["title"])),
    "uncertain": lambda line: (-line["uncertain"], fold(line["title"])),
}


@desk_page(*READ)
def browse(request: HttpRequest) -> HttpResponse:
    """List the procedures in force; `?check=1` reads the files again and shows every fault, `?form=csv` takes the list."""
    language = get_language() or "vi"
    wrong: list[Any] | None = None  # `faults` are of the form that was sent
    if request.GET.get("check"):
        try:
            store.load()
        except Invalid as refused:
            wrong = [
                {"path": one.path, "code": one.code, "message": str(one.message)} for one in refused.faults
            ]
        else:
            wrong = []
    asked = Asked.of(request.GET, ORDERS)
    lines = [_line(one, language) for one in store.get().procedures.values()]
    lines = [line for line in lines if fold(asked.q) in fold(f"{line['title']} {line['code']} {line['id']}")]
    lines.sort(key=KEYS[asked.order])
    shown, more = asked.cut(lines[asked.window])
    if asked.form:
        return as_file(_table(shown), asked.form, "thu-tuc", _("Procedures"))
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
    context = {"lines": shown, "wrong": wrong, "kinds": kinds, "asked": asked.drawn(more)}
    return show(request, "admin/catalogue", context)


def _line(one: Procedure, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "code": one.code,
        "title": one.title.of(language),
        "version": one.version,
        "since": one.valid_from,
        "steps": len(one.steps),
        "uncertain": len(one.uncertain),
    }


def _table(lines: list[dict[str, Any]]) -> list[list[str]]:
    head = [_("Procedure"), _("Code"), _("Version"), _("In force from"), _("Steps"), _("To confirm")]
    body = [
        [
            line["title"],
            line["code"],
            line["version"],
            show_date(line["since"], get_language() or "vi"),
            str(line["steps"]),
            str(line["uncertain"] or ""),
        ]
        for line in lines
    ]
    return [head, *body]


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
