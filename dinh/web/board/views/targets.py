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
from dinh.indicators.queries.figures import Value, figures
from dinh.indicators.rules.months import month_of
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Fault
from dinh.lib.names import fold
from dinh.web.board import arranging, reading, saying, taking
from dinh.web.board.arranging import State
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import attempt, board_form, go, may, names, shown
from dinh.web.board.views.months import commune_of
from dinh.web.components.posted import whole

THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")


@dataclass(frozen=True)
class Line:
    """One figure: its target of the catalogue, that of the unit, what was reached; what stands in its field."""

    id: str
    group: str
    title: str
    unit: str
    url: str
    general: str
    own: str
    who: str
    reached: str
    state: State
    typed: str
    stood: str  # what the field held when the page was shown: who left it so overwrites nobody
    wrong: str

    @property
    def changed(self) -> bool:
        """Whether something was typed that is not kept yet."""
        return self.typed.strip() not in {"", self.stood}


@dataclass(frozen=True)
class Sought:
    """Which figures are shown: words of the title, a group, those with a target of the year or all."""

    q: str = ""
    group: str = ""
    show: str = "aimed"

    @classmethod
    def of(cls, found: Mapping[str, str], groups: Mapping[str, str]) -> Sought:
        """Read what is sought; what is unknown is taken as not said."""
        group = found.get("group", "")
        return cls(
            " ".join(found.get("q", "").split())[:80], group if group in groups else "",
            "all" if found.get("show") == "all" else "aimed",
        )  # fmt: skip

    def query(self) -> dict[str, str]:
        """Return it as parts of an address; what is usual is left out."""
        return {"q": self.q, "group": self.group, "show": self.show if self.show == "all" else ""}


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show the targets of a unit for a year, and set those that are sent; another choice keeps what was typed."""
    asked = replace(commune_of(asked), known="")
    groups = {one.code: one.title.of(language()) for one in store.get().lists["indicator_groups"].entries}
    chosen = request.POST if request.POST.get("do") == "show" else request.GET
    year, sought = _year(chosen, asked), Sought.of(chosen, groups)
    last = min(year * 100 + 12, month_of(asked.close or asked.today))
    asked = replace(asked, month=last, span="year") if year * 100 < last else asked
    sets = may(request, actions.APPROVE, asked)
    items = [
        one for one in store.get().indicators.values() if one.direction != "none" and one.kind != "score"
    ]
    address = asked.query(year=str(year), **sought.query())
    faults: list[Fault] = []
    if request.method == "POST" and chosen is not request.POST:
        faults = _set(request, asked, year, items)
        if not faults:
            return go("targets", query=address)
    lines = _lines(request, items, asked, year, faults)
    if request.method == "POST" and not any(one.changed for some in lines.values() for one in some):
        return go("targets", query=address)
    found = {code: _found(some, sought) for code, some in lines.items()}
    if form := taking.wanted(request):
        return taking.file(_table(found, groups), form, f"targets-{year}", asked)
    shown_ids = {one.id for some in found.values() for one in some}
    aside = [one for some in lines.values() for one in some if one.id not in shown_ids and one.changed]
    context = {
        "groups": [(groups[code], found[code]) for code in groups if found.get(code)],
        "aside": aside,
        "waiting": sum(1 for some in lines.values() for one in some if one.changed),
        "count": len(shown_ids),
        "all": len(items),
        "sought": sought,
        "group_choices": [(code, title) for code, title in groups.items() if code in lines],
        "year": year,
        "years": range(asked.today.year + 1, asked.today.year - 5, -1),
        "sets": sets,
        "faults": [replace(one, path=f"t-{one.path}") if one.path else one for one in faults],
        "taken": address,
        "sub": "targets",
    }
    return shown(request, "targets", asked, context, nav="months", status=422 if faults else 200)


def _found(lines: list[Line], sought: Sought) -> list[Line]:
    """Return what is sought, and what is wrong wherever it stands."""
    words = fold(sought.q).split()
    return [
        one for one in lines
        if one.wrong or (
            (not sought.group or one.group == sought.group)
            and (sought.show == "all" or one.general or one.own or one.changed)
            and all(word in fold(one.title) for word in words)
        )
    ]  # fmt: skip


def _year(found: Mapping[str, str], asked: Asked) -> int:
    year = whole(found.get("year", "")) or asked.month // 100
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


def _lines(
    request: HttpRequest, items: list[Indicator], asked: Asked, year: int, faults: list[Fault]
) -> dict[str, list[Line]]:
    """Return the figures by group, in order of title."""
    rows = {row.indicator: row for row in Target.objects.filter(unit=asked.unit, year=year)}
    people = names({row.set_by for row in rows.values()})
    # What was reached is read where there is a target to be reached: the others open with a link.
    aimed = [one.id for one in items if one.id in rows or str(year) in one.targets]
    found = _reached(aimed, asked) if year * 100 < asked.month else {}
    wrong = {one.path: str(one.message) for one in faults}
    result: dict[str, list[Line]] = {}
    for one in sorted(items, key=lambda item: fold(item.title.of(language()))):
        line = _line(one, asked, rows.get(one.id), people, found.get(one.id), request.POST, wrong, year)
        result.setdefault(one.group, []).append(line)
    return result


def _reached(ids: list[str], asked: Asked) -> dict[str, Value]:
    """Return each figure over the year so far; where its end is not known yet, as of the last month that is."""
    found = {id: values[0] for id, values in reading.values(ids, [asked.unit], asked).items() if values}
    open_ = [id for id, value in found.items() if value.value is None]
    months = figures(
        open_, [asked.unit], asked.first, asked.month, each_month=True, boundaries=asked.boundaries,
        today=asked.today, close=asked.close,
    )  # fmt: skip
    for id, values in months.items():
        found[id] = next((one for one in reversed(values) if one.value is not None), found[id])
    return found


def _said(now: Value | None, item: Indicator, asked: Asked) -> str:
    """Return what was reached, and when where that is not the whole time."""
    if now is None or now.value is None:
        return ""
    words = saying.amount(now.value, item, language())
    return words if now.last == asked.month else f"{words} ({now.last % 100}/{now.last // 100})"


def _line(
    item: Indicator, asked: Asked, row: Target | None, people: Mapping[Any, str], now: Value | None,
    posted: Mapping[str, str], wrong: Mapping[str, str], year: int,
) -> Line:  # fmt: skip
    told, general = language(), item.targets.get(str(year))
    stood = _plain(row.value) if row else ""
    # Of another year that was chosen, what was typed for the one before is not taken along.
    same = posted.get("typed_for", str(year)) == str(year)
    return Line(
        item.id, item.group, item.title.of(told), item.unit.of(told),
        f"{reverse('board:figure', args=[item.id])}?{asked.query()}",
        saying.target(Decimal(str(general)), item, told) if general is not None else "",
        saying.target(row.value, item, told) if row else "",
        f"{people.get(row.set_by, '')}, {show_datetime(row.set_at, told)}" if row else "",
        _said(now, item, asked),
        arranging.state_of(now, item.direction) if now else arranging.NOTHING,
        posted.get(f"t-{item.id}", stood) if same else stood, stood, wrong.get(item.id, ""),
    )  # fmt: skip


def _number(text: str) -> Decimal:
    """Return a number as people write it; in Vietnamese points part thousands: "1.250,5". Raises InvalidOperation."""
    if language() == "vi" and THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    return Decimal(text.replace(",", "."))


def _plain(value: Decimal) -> str:
    text = f"{value.normalize():f}"
    return text.replace(".", ",") if language() in {"vi", "fr"} else text


def _table(found: Mapping[str, list[Line]], groups: Mapping[str, str]) -> list[list[str]]:
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
            [groups[code], one.title, one.general, one.own, one.who, one.reached, str(one.state.word)]
            for code in groups
            for one in found.get(code, ())
        ),
    ]
