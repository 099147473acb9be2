"""The map of a register whose records have outlines: drawn by the server, zoomed by addresses, with a list beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import queries as directory
from dinh.directory import tree
from dinh.directory.models import Unit
from dinh.journal import access
from dinh.lib.ids import as_uuid
from dinh.lib.money import show_number
from dinh.lib.names import fold
from dinh.registers import parcels, queries
from dinh.registers.models import Record
from dinh.registers.queries import Seen
from dinh.web.desk.mapping import KINDS, MARGIN, Box, Outline, box_of, overview, svg
from dinh.web.desk.views.base import account_of, desk_page, now, show, today
from dinh.web.desk.views.register_page import seen_by
from dinh.web.desk.views.registers import READ, register_of

DRAWN_AT_MOST = 2_500
ELSEWHERE = "elsewhere"
ACROSS = 6  # squares of the overview
LISTED = 100
KEPT_SECONDS = 3600
Faults = Mapping[UUID, list[parcels.ParcelFault]]


@desk_page(READ)
def page(request: HttpRequest, register: str) -> HttpResponse:
    """Draw the outlines within a box (`?box=`) of one commune (`?unit=`); one of them may be marked (`?mark=`)."""
    shape = register_of(request, register)
    seen = seen_by(request, shape)
    fields = queries.readable_fields(shape, seen.roles)
    outline = next((field for field in fields if field.type == "geometry"), None)
    if outline is None:
        raise Http404
    units = _units(request, register)
    chosen = as_uuid(request.GET.get("unit", ""))
    unit = next((one for one in units if one[0] == chosen), units[0] if units else None)
    context: dict[str, Any] = {
        "register": register, "title": shape.title.of(get_language() or "vi"), "units": units, "unit": unit,
    }  # fmt: skip
    if unit is not None:
        context |= _drawn(request, shape, seen, outline, unit[0])
    return show(request, "registers/map", context)


def _units(request: HttpRequest, register: str) -> list[tuple[UUID, str]]:
    scope = queries.scope_of(account_of(request), register, today())
    found = queries.bounded(Record.objects.filter(register=register, state=Record.State.VALID), scope)
    ids = found.order_by().values_list("unit", flat=True).distinct()
    titles = [(pk, directory.unit_title(pk, today(), with_parents=False)) for pk in ids]
    return sorted(titles, key=lambda one: fold(one[1]))


def _drawn(
    request: HttpRequest, shape: Register, seen: Seen, outline: RegisterField, unit: UUID
) -> dict[str, Any]:
    mark = as_uuid(request.GET.get("mark", ""))
    faults = _faults(shape, unit)
    every = list(_outlines(shape, seen, outline, unit, faults, mark))
    # What lies far away is in the list, with its own way there: it would shrink everything else to a dot.
    lost = {pk for pk, said in faults.items() if any(KINDS[fault.code] == ELSEWHERE for fault in said)}
    whole = Box.around(one.box for one in every if UUID(one.id) not in lost) or Box.around(
        one.box for one in every
    )
    if whole is None:
        return {"empty": True}
    whole = whole.grown(MARGIN)
    wanted = Box.of(request.GET.get("box", ""))
    marked = next((one for one in every if one.marked), None)
    box = (wanted or (marked.box.grown(2) if marked else whole)).fitted()
    here = [one for one in every if one.box.meets(box)]
    title = _("Map: %(register)s") % {"register": shape.title.of(get_language() or "vi")}
    draws = len(here) <= DRAWN_AT_MOST
    if draws:
        drawing = svg(box, here, title, _boundary(unit))
    else:
        drawing = overview(
            box, filter(None, (_square(part, here, unit) for part in box.parts(ACROSS))), title
        )
    away = [one for one in every if UUID(one.id) in lost and not one.box.meets(box)]
    # Of more than can be drawn, those with a fault are listed all the same: nobody looks for them square by square.
    told = [one for one in (*here, *away) if draws or one.kind]
    listed = sorted(told, key=lambda one: (not one.marked, not one.kind))[:LISTED]
    unplaced = [fault for found in faults.values() for fault in found if fault.code == "parcels.no_outline"][
        :LISTED
    ]
    shown = [UUID(one.id) for one in ((*here, *listed) if draws else listed)]
    _write_down(request, shape, box, [*shown, *(fault.record for fault in unplaced)])
    return {
        "drawing": drawing, "draws": draws, "count": _counted(len(here)), "total": len(every), "ways": _ways(box, whole, unit),
        "wrong": _faulty(sum(bool(one.kind) for one in here)), "left": len(told) - len(listed),
        "lines": [_line(one, faults, unit) for one in listed],
        "unplaced": unplaced,
    }  # fmt: skip


def _write_down(request: HttpRequest, shape: Register, box: Box, shown: list[UUID]) -> None:
    access.listed(
        kind="list", subject_type="record", query={"register": shape.id, "box": str(box)},
        ids=list(dict.fromkeys(shown)), by=account_of(request), at=now(), purpose=f"map:{shape.id}",
    )  # fmt: skip


def _faults(shape: Register, unit: UUID) -> Faults:
    """Return what is wrong with the outlines of a commune; computed again when any of its records changed."""
    found: dict[UUID, list[parcels.ParcelFault]] = defaultdict(list)
    if shape.id != parcels.REGISTER:
        return found
    mine = Record.objects.filter(register=shape.id, unit__in=tree.with_inherited(unit))
    stand = mine.aggregate(rows=Count("pk"), versions=Sum("version"))
    key = f"parcels:{unit}:{stand['rows']}:{stand['versions']}:{today()}"
    told = cache.get(key)
    if told is None:
        told = list(parcels.check(Unit.objects.get(pk=unit), today()))
        cache.set(key, told, KEPT_SECONDS)
    for fault in told:
        found[fault.record].append(fault)
    return found


def _outlines(
    shape: Register, seen: Seen, outline: RegisterField, unit: UUID, faults: Faults, mark: UUID | None
) -> Any:
    rows = Record.objects.filter(register=shape.id, unit=unit, state=Record.State.VALID).order_by(
        "book", "sequence"
    )
    for pk, number, book, sequence, data in rows.values_list(
        "pk", "number", "book", "sequence", "data"
    ).iterator(2_000):
        geometry = data.get(outline.id)
        box = box_of(geometry) if geometry else None
        if box is None:
            continue
        shown = seen.number(number, sequence, book)
        said = faults.get(pk, [])
        order = list(KINDS)
        kind = KINDS[min((fault.code for fault in said), key=order.index)] if said else ""
        yield Outline(
            str(pk), shown, "\n".join([shown, *(fault.sentence for fault in said)]), reverse("desk:record", args=[pk]),
            geometry, box, kind, pk == mark,
        )  # fmt: skip


def _boundary(unit: UUID) -> Mapping[str, Any] | None:
    """Return the outline of the commune itself, where it is known."""
    code = directory.version_on(unit, today()).code
    known = Record.objects.filter(register=parcels.BOUNDARIES, number=code, state=Record.State.VALID)
    data = known.values_list("data", flat=True).first()
    return data.get("geometry") if data else None


def _square(part: Box, here: list[Outline], unit: UUID) -> tuple[Box, str, str, bool, str] | None:
    # An outline counts where its middle lies, so that the squares add up.
    held = [one for one in here if part.meets(one.box.grown(0)) and _within(one.box, part)]
    wrong, language = sum(bool(one.kind) for one in held), get_language() or "vi"
    if not held:
        return None
    label = show_number(len(held), language) + (f" ■ {show_number(wrong, language)}" if wrong else "")
    said = ", ".join(filter(None, (_counted(len(held)), _faulty(wrong))))
    return part, _url(unit, part), label, wrong > 0, said


def _counted(n: int) -> str:
    said = ngettext("%(n)s outline in this part", "%(n)s outlines in this part", n)
    return said % {"n": show_number(n, get_language() or "vi")}


def _faulty(n: int) -> str:
    said = ngettext("%(n)s with a fault", "%(n)s with a fault", n)
    return said % {"n": show_number(n, get_language() or "vi")} if n else ""


def _within(box: Box, part: Box) -> bool:
    x, y = (box.east + box.west) / 2, (box.north + box.south) / 2
    return part.west <= x < part.east and part.south <= y < part.north


def _ways(box: Box, whole: Box, unit: UUID) -> list[tuple[str, str, str]]:
    """Return (sign, words, address) of the ways to other parts of the map."""
    return [
        ("+", _("Closer"), _url(unit, box.grown(-0.25))),
        ("−", _("Farther"), _url(unit, box.grown(0.5))),
        ("←", _("West"), _url(unit, box.moved(-0.5, 0))),
        ("→", _("East"), _url(unit, box.moved(0.5, 0))),
        ("↑", _("North"), _url(unit, box.moved(0, 0.5))),
        ("↓", _("South"), _url(unit, box.moved(0, -0.5))),
        ("⌂", _("The whole commune"), _url(unit, whole)),
    ]


def _url(unit: UUID, box: Box) -> str:
    return "?" + urlencode({"unit": unit, "box": str(box)}, safe=",")


def _line(one: Outline, faults: Faults, unit: UUID) -> dict[str, Any]:
    return {
        "url": one.url, "label": one.label, "kind": one.kind, "marked": one.marked,
        "faults": [fault.sentence for fault in faults.get(UUID(one.id), [])],
        "show": "?" + urlencode({"unit": unit, "mark": one.id}),
    }  # fmt: skip
