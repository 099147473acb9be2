"""What a unit means to reach in a year: beside what the catalogue says for all, and what was reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.indicators.actions import told as actions
from dinh.indicators.models import Target
from dinh.indicators.queries.figures import Value
from dinh.indicators.rules.months import month_of
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Fault
from dinh.lib.money import UNKNOWN
from dinh.web.board import arranging, reading, saying, taking
from dinh.web.board.arranging import State
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import attempt, board_form, go, may, names, shown
from dinh.web.board.views.months import commune_of
from dinh.web.components.fields import FieldView
from dinh.web.components.posted import whole

THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")


@dataclass(frozen=True)
class Line:
    """One figure: its target of the catalogue, that of the unit, what was reached; the field for who may set it."""

    title: str
    url: str
    general: str
    own: str
    who: str
    reached: str
    state: State
    field: FieldView | None
    stood: str  # what the field held when the page was shown: who left it so overwrites nobody


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show the targets of a unit for a year, and set those that are sent."""
    asked = replace(commune_of(asked), known="")
    year = _year(request, asked)
    last = min(year * 100 + 12, month_of(asked.today))
    asked = replace(asked, month=last, span="year") if year * 100 < last else asked
    sets = may(request, actions.APPROVE, asked)
    items = [
        one for one in store.get().indicators.values() if one.direction != "none" and one.kind != "score"
    ]
    faults: list[Fault] = []
    if request.method == "POST":
        faults = _set(request, asked, year, items)
        if not faults:
            return go("targets", query=asked.query(year=str(year)))
    lines = _groups(request, items, asked, year, faults, sets)
    if form := taking.wanted(request):
        return taking.file(_table(lines), form, f"targets-{year}", asked)
    context = {
        "groups": lines,
        "year": year,
        "years": range(asked.today.year + 1, asked.today.year - 5, -1),
        "sets": sets,
        "faults": [replace(one, path=f"t-{one.path}") if one.path else one for one in faults],
        "taken": asked.query(year=str(year)),
        "sub": "targets",
    }
    return shown(request, "targets", asked, context, nav="months", status=422 if faults else 200)


def _year(request: HttpRequest, asked: Asked) -> int:
    year = whole(request.GET.get("year", "")) or asked.month // 100
    return min(max(year, 2020), asked.today.year + 1)


def _set(request: HttpRequest, asked: Asked, year: int, items: list[Indicator]) -> list[Fault]:
    given, faults = {}, []
    for item in items:
        text = request.POST.get(f"t-{item.id}", "").strip()
        if text and text != request.POST.get(f"s-{item.id}"):
            try:
                given[item.id] = _number(text)
            except InvalidOperation:
                faults.append(Fault(item.id, "not_a_number", _("Write a number in figures: 95 or 97,5.")))
    if faults or not given:
        return faults or [Fault("", "nothing", _("No number was written, so nothing was saved."))]
    by, at = account_of(request), timezone.now()
    return attempt(
        request,
        lambda: actions.set_targets(asked.unit, year, given, by=by, at=at),
        _("The targets are kept. The board measures by them from now on."),
    )


def _groups(
    request: HttpRequest, items: list[Indicator], asked: Asked, year: int, faults: list[Fault], sets: bool
) -> list[tuple[str, list[Line]]]:
    rows = {row.indicator: row for row in Target.objects.filter(unit=asked.unit, year=year)}
    people = names({row.set_by for row in rows.values()})
    # What was reached is read where there is a target to be reached: the others open with a link.
    aimed = [one.id for one in items if one.id in rows or str(year) in one.targets]
    found = {id: reading.values(id, [asked.unit], asked)[0] for id in aimed if year * 100 < asked.month}
    wrong = {one.path: str(one.message) for one in faults}
    groups = {one.code: one.title.of(language()) for one in store.get().lists["indicator_groups"].entries}
    result = []
    for code, title in groups.items():
        lines = [
            _line(one, asked, year, rows.get(one.id), people, found, request.POST, wrong, sets)
            for one in sorted(items, key=lambda one: one.title.of(language()))
            if one.group == code
        ]
        result += [(title, lines)] if lines else []
    return result


def _line(
    item: Indicator, asked: Asked, year: int, row: Target | None, people: Mapping[Any, str],
    found: Mapping[str, Value], posted: Mapping[str, str], wrong: Mapping[str, str], sets: bool,
) -> Line:  # fmt: skip
    told, general = language(), item.targets.get(str(year))
    now = found.get(item.id)
    name = f"t-{item.id}"
    stood = _plain(row.value) if row else ""
    value = posted.get(name, stood)
    return Line(
        item.title.of(told), f"{reverse('board:figure', args=[item.id])}?{asked.query()}",
        saying.target(Decimal(str(general)), item, told) if general is not None else "",
        saying.target(row.value, item, told) if row else "",
        f"{people.get(row.set_by, '')}, {show_datetime(row.set_at, told)}" if row else "",
        saying.amount(now.value, item, told) if now else UNKNOWN,
        arranging.state_of(now, item.direction) if now else arranging.NOTHING,
        FieldView(
            id=name, name=name, label=item.title.of(told), help=item.unit.of(told), error=wrong.get(item.id, ""),
            value=value, inputmode="decimal", width="short", plain=True,
        ) if sets else None,
        stood,
    )  # fmt: skip


def _number(text: str) -> Decimal:
    """Return a number as people write it; in Vietnamese points part thousands: "1.250,5". Raises InvalidOperation."""
    if language() == "vi" and THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    return Decimal(text.replace(",", "."))


def _plain(value: Decimal) -> str:
    text = f"{value.normalize():f}"
    return text.replace(".", ",") if language() in {"vi", "fr"} else text


def _table(groups: list[tuple[str, list[Line]]]) -> list[list[str]]:
    head = [
        _("Group"),
        _("Figure"),
        _("For all"),
        _("Of the unit"),
        _("Set by"),
        _("Reached"),
        _("How it stands"),
    ]
    return [
        head,
        *(
            [title, one.title, one.general, one.own, one.who, one.reached, str(one.state.word)]
            for title, lines in groups
            for one in lines
        ),
    ]
