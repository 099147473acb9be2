"""Traits of communes, as a decree lists them: a file is handed in, every line shown, then all are taken or none."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dinh.directory import queries as directory
from dinh.directory import trait_lists, traits, tree
from dinh.directory.models import Level, Unit, UnitVersion
from dinh.directory.trait_files import COLUMNS, read
from dinh.directory.trait_lists import MANAGE, Line
from dinh.journal.models import Entry
from dinh.lib.dates import show_date
from dinh.lib.errors import Invalid, Refused, reasons
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk.forms.places_traits import HandInTraits, TakeTraits
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.scope import units_of

SHOWN = 200  # lines shown of a list; what is wrong is shown first
DOES = {"new": "green", "changes": "gold", "ends": "gold", "same": "plain", "": "red"}


@desk_page(MANAGE)
def lists(request: HttpRequest) -> HttpResponse:
    """Hand a list in and look at it, take it, take an earlier one back."""
    units = _units(request)
    act = request.POST.get("act", "")
    if act == "take":
        return _taken(request, units)
    if act == "take_back":
        return _taken_back(request, units)
    handed = HandInTraits(*((request.POST, request.FILES) if request.method == "POST" else ()), units=units)
    if request.method == "POST" and handed.is_valid():
        file = handed.cleaned_data["file"]
        try:
            rows = read(file.name, file.read())
        except Invalid as refused:
            handed.add_error("file", " ".join(reasons(refused)))
        else:
            return _looked_at(request, units, handed.cleaned_data["above"], file.name, rows)
    return _page(request, units, handed, status=422 if handed.errors else 200)


@require_safe
@desk_page(MANAGE)
def workbook(request: HttpRequest) -> HttpResponse:
    """Give a workbook with a line for each commune in reach, and what it has: to be completed."""
    on = today()
    above = [unit for unit, _title in _units(request)]
    inside = UnitVersion.objects.filter(
        Q(parent__in=above) | Q(unit__in=above), level=Level.COMMUNE, valid_to=None
    )
    lines = [[*COLUMNS, _("Name")]]
    for version in inside.order_by("code").prefetch_related("unit__traits"):
        has = [
            [one.trait, one.valid_from.isoformat(), str(one.valid_to or ""), one.source]
            for one in version.unit.traits.all()
            if one.valid_to is None or one.valid_to > on
        ]
        lines += [[version.code, *told, version.full_name] for told in has or [[""] * (len(COLUMNS) - 1)]]
    return as_file(lines, "xlsx", "dac-diem-xa", _("Qualities"))


def _taken(request: HttpRequest, units: list[tuple[str, str]]) -> HttpResponse:
    form = TakeTraits(request.POST, units=units)
    if not form.is_valid():
        messages.error(request, _("Hand the file in again."))
        return go("places_traits")
    given = form.cleaned_data
    above = Unit.objects.get(pk=given["above"])
    try:
        entry = trait_lists.take(
            rows=given["lines"], above=above, name=given["name"], by=account_of(request), at=now()
        )
    except Invalid:
        return _looked_at(request, units, given["above"], given["name"], given["lines"])
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("%(count)s lines were taken.") % {"count": (entry.body or {})["lines"]})
    return go("places_traits")


def _taken_back(request: HttpRequest, units: list[tuple[str, str]]) -> HttpResponse:
    reach = [UUID(unit) for unit, _title in units]
    pk = request.POST.get("entry", "")
    entry = next((one for one, _gone in trait_lists.lists_of(reach) if str(one.pk) == pk), None)
    if entry is None:
        messages.error(request, _("There is no such list."))
        return go("places_traits")
    try:
        trait_lists.take_back(entry=entry, by=account_of(request), at=now())
    except Refused as refused:
        messages.error(request, " ".join(reasons(refused, 5)))
    else:
        messages.success(request, _("The list was taken back: everything is as it was."))
    return go("places_traits")


def _looked_at(
    request: HttpRequest, units: list[tuple[str, str]], above: str, name: str, rows: list[dict[str, str]]
) -> HttpResponse:
    lines = trait_lists.look_at(rows, above=Unit.objects.get(pk=above), on=today())
    wrong = [line for line in lines if line.faults]
    counts = {key: sum(line.does == key for line in lines) for key in DOES}
    initial = {"above": above, "name": name, "lines": json.dumps(rows, ensure_ascii=False)}
    context = {
        "name": name,
        "lines": [_line(line) for line in (wrong or lines)[:SHOWN]],
        "more": max(len(wrong or lines) - SHOWN, 0),
        "wrong": len(wrong),
        "counts": [(title, counts[key]) for key, title in _words().items() if counts[key]],
        "changes": counts["new"] + counts["changes"] + counts["ends"],
        "form": TakeTraits(initial=initial, units=units),
    }
    return show(request, "admin/places_traits_look", context, status=422 if wrong else 200)


def _line(line: Line) -> dict[str, object]:
    language = get_language() or "vi"
    return {
        "number": line.number,
        "unit": line.called or line.row.get("code", ""),
        "code": line.row.get("code", "") if line.called else "",
        "trait": traits.titles(language).get(line.trait, line.row.get("trait", "")),
        "since": show_date(line.valid_from, language) or line.row.get("valid_from", ""),
        "until": show_date(line.valid_to, language) or line.row.get("valid_to", ""),
        "source": line.row.get("source", ""),
        "does": _words()[line.does],
        "colour": DOES[line.does],
        "faults": [fault.message for fault in line.faults],
    }


def _words() -> dict[str, str]:
    return {
        "new": _("new"),
        "changes": _("changes"),
        "ends": _("ends"),
        "same": _("known already"),
        "": _("wrong"),
    }


def _units(request: HttpRequest) -> list[tuple[str, str]]:
    """The units that somebody manages, the widest first, for choices."""
    found = sorted(
        units_of(account_of(request), MANAGE), key=lambda unit: len(tree.with_parents(unit, today()))
    )
    return [(str(unit), directory.unit_title(unit, today(), with_parents=False)) for unit in found]


def _page(
    request: HttpRequest, units: list[tuple[str, str]], handed: HandInTraits, *, status: int
) -> HttpResponse:
    taken = trait_lists.lists_of([UUID(unit) for unit, _title in units])
    context = {"form": handed, "taken": [_told(entry, gone) for entry, gone in taken]}
    return show(request, "admin/places_traits", context, status=status)


def _told(entry: Entry, gone: bool) -> dict[str, object]:
    body = entry.body or {}
    return {
        "pk": entry.pk, "at": entry.at, "name": body.get("name", ""), "lines": body.get("lines", 0), "gone": gone,
        "unit": tree.title(entry.subject, today(), with_parents=False),
    }  # fmt: skip
