"""The months of a commune on their way to being final; of a province, which of its communes are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.directory import tree
from dinh.directory.models import Level
from dinh.indicators.actions.periods import APPROVE, VERIFY
from dinh.indicators.actions.provinces import approve_province
from dinh.indicators.models import Flag, Period, ProvinceApproval, Told
from dinh.indicators.queries.periods import Month, changed_counts, months, months_of
from dinh.indicators.queries.told import wanted
from dinh.indicators.rules.months import last_day, later, month_of
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Fault
from dinh.lib.names import fold
from dinh.web.board import asking, saying, taking
from dinh.web.board.arranging import State
from dinh.web.board.asking import Asked
from dinh.web.board.views import told_due
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import attempt, board_form, go, may, names, shown, unknown
from dinh.web.components.posted import whole

PAGE = 12  # months of one page
COMMUNES = 40  # of one page
OLDEST = 60  # months back
STATES = {
    "draft": State(gettext_lazy("provisional"), "◌", "plain", 0),
    "submitted": State(gettext_lazy("submitted"), "●", "indigo", 1),
    "verified": State(gettext_lazy("verified"), "●", "indigo", 2),
    "approved": State(gettext_lazy("approved"), "✓", "green", 3),
    "locked": State(gettext_lazy("locked"), "◆", "green", 4),
}
FINAL = {Period.State.APPROVED, Period.State.LOCKED}
ORDERS: dict[str, str | Promise] = {"state": gettext_lazy("how far it is"), "name": gettext_lazy("name")}


@dataclass(frozen=True)
class Line:
    """A month of a commune as a list shows it.

    who      what was done last, by whom and when
    open     questions that wait; untold: told figures that nobody told
    changed  measures that are counted otherwise now than they were locked
    """

    title: str
    url: str
    state: State
    who: str
    open: int
    untold: int
    changed: int
    asked: bool


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show the months of a commune, or how far the communes of a province are with one month."""
    chosen = told_due.chosen(request)
    asked = asked if chosen else replace(asked, month=told_due.over(asked))
    if asked.level in {Level.COMMUNE, Level.VILLAGE}:
        return _commune(request, commune_of(asked))
    faults: list[Fault] = []
    if request.method == "POST":
        faults = _approve(request, asked)
        if not faults:
            return go("months", query=asked.query())
    said = _(
        "This page opened at the newest month that is over: one that runs cannot be submitted or approved yet."
    )
    return _province(request, asked, faults, "" if chosen else said)


def _approve(request: HttpRequest, asked: Asked) -> list[Fault]:
    if request.POST.get("do") != "approve":
        return unknown()
    by, at, reason = account_of(request), timezone.now(), request.POST.get("reason", "")
    deed = partial(approve_province, asked.unit, asked.month, reason, by=by, at=at)
    return attempt(request, deed, _("The month of the province is approved; who is missing is named."))


def close_of(request: HttpRequest, asked: Asked) -> date | None:
    """Return the day at whose close a reader sees what is told and asked of a month; None: now.

    Who verifies or approves must see what they decide on, from wherever they do.
    """
    if any(may(request, one, asked) for one in (VERIFY, APPROVE)):
        return None
    return asked.close


def commune_of(asked: Asked) -> Asked:
    """Return the question about the commune, where a village of it is shown: months are a commune's."""
    if asked.level != Level.VILLAGE:
        return asked
    return asked.at(next(iter(tree.with_parents(asked.unit, asked.day)[1:]), asked.unit))


def _commune(request: HttpRequest, asked: Asked) -> HttpResponse:
    state, newest = _state(request), month_of(asked.today)
    found = [
        (asked.unit, saying.month(one.month), one)
        for one in reversed(months(asked.unit, later(newest, -OLDEST), newest))
        if state in {"", one.state}
    ]
    if form := taking.wanted(request):
        return taking.file(_table(_lines(found, asked), _("Month")), form, "months", asked)
    start = min(whole(request.GET.get("start", "")) or 0, OLDEST)
    context = {
        "lines": _lines(found[start : start + PAGE], asked),
        "first_column": _("Month"),
        "earlier": _start(asked, state, start + PAGE) if len(found) > start + PAGE else "",
        "newer": _start(asked, state, max(0, start - PAGE)) if start else "",
        **_filters(state),
        "taken": asked.query(state=state),
        "sub": "months",
    }
    return shown(request, "periods", asked, context, nav="months")


def _province(request: HttpRequest, asked: Asked, faults: list[Fault], opened: str) -> HttpResponse:
    """Show a month of all communes: those that are approved, and by name those that are missing."""
    order, state = request.GET.get("order", ""), _state(request)
    order = order if order in ORDERS else "state"
    wished = " ".join(request.GET.get("q", "").split())[:80]
    tree.warm(asked.children)
    titles = {unit: tree.title(unit, asked.day, with_parents=False) for unit in asked.children}
    every = months_of(list(titles), asked.month, asked.month)
    found = [
        (unit, titles[unit], every[unit][0])
        for unit in sorted(titles, key=lambda one: fold(titles[one]))
        if fold(wished) in fold(titles[unit]) and state in {"", every[unit][0].state}
    ]
    if order == "state":
        found.sort(key=lambda one: STATES[one[2].state].order)
    if form := taking.wanted(request):
        return taking.file(_table(_lines(found, asked), _("Which unit")), form, "months", asked)
    missing = [titles[unit] for unit, (month,) in every.items() if month.state not in FINAL]
    start = whole(request.GET.get("start", "")) or 0
    kept = {"q": wished, "state": state, "order": order}
    context = {
        "lines": _lines(found[start : start + COMMUNES], asked),
        "earlier": f"?{asked.query(**kept, start=str(start + COMMUNES))}"
        if len(found) > start + COMMUNES
        else "",
        "newer": f"?{asked.query(**kept, start=str(max(0, start - COMMUNES)))}" if start else "",
        "first_column": _("Which unit"),
        "province": True,
        "opened": opened,
        "sub": "months",
        "there": len(every) - len(missing),
        "all": len(every),
        "missing": sorted(missing, key=fold),
        "q": wished,
        "order": order,
        "orders": list(ORDERS.items()),
        **_filters(state),
        "taken": asked.query(**kept),
        "approvals": _approvals(asked),
        "approves": may(request, APPROVE, asked)
        and last_day(asked.month) < asked.today
        and len(missing) < len(every),
        "faults": faults,
        "reason": request.POST.get("reason", ""),
    }
    return shown(request, "periods", asked, context, nav="months", status=422 if faults else 200)


def _approvals(asked: Asked) -> list[dict[str, Any]]:
    """Return what the province said of a month, the newest first, those that were missing by name."""
    rows = list(ProvinceApproval.objects.filter(unit=asked.unit, month=asked.month).order_by("-number"))
    people = names({row.by for row in rows})
    return [
        {
            "who": people.get(row.by, ""),
            "when": show_datetime(row.at, language()),
            "there": len(row.communes),
            "missing": ", ".join(tree.title(UUID(one), asked.day, with_parents=False) for one in row.missing),
            "count": len(row.missing),
            "reason": row.reason,
        }
        for row in rows
    ]


def _state(request: HttpRequest) -> str:
    state = request.GET.get("state", "")
    return state if state in STATES else ""


def _filters(state: str) -> dict[str, Any]:
    return {"state": state, "states": [(code, one.word) for code, one in STATES.items()]}


def _start(asked: Asked, state: str, start: int) -> str:
    return f"?{asked.query(state=state, start=str(start) if start else '')}"


def _lines(found: Sequence[tuple[UUID, str, Month]], asked: Asked) -> list[Line]:
    """Return months as a list shows them. Eight queries, however many there are."""
    units, spans = {unit for unit, _title, _month in found}, {one.month for _unit, _title, one in found}
    pairs = {"unit__in": units, "month__in": spans}
    flags = Flag.objects.filter(state=Flag.State.OPEN, **pairs).values_list("unit", "month")
    open_ = Counter(flags)
    told = Counter(
        Told.objects.exclude(state=Told.State.RETURNED).filter(**pairs).values_list("unit", "month")
    )
    expected = {month: len(wanted(month, asked.today)) for month in spans}
    people = names({_last(one.period)[0] for _unit, _title, one in found if one.period})
    counts = changed_counts(one.snapshots[-1] for _unit, _title, one in found if one.snapshots)
    return [
        Line(
            title,
            f"{reverse('board:month', args=[asking.written(one.month)])}?{asked.at(unit).query()}",
            STATES[one.state],
            _who(one.period, people),
            open_[(unit, one.month)],
            max(0, expected[one.month] - told[(unit, one.month)]),
            counts.get(one.snapshots[-1].pk, 0) if one.snapshots else 0,
            one.asked is not None,
        )
        for unit, title, one in found
    ]


def _last(period: Period) -> tuple[UUID | None, datetime | None]:
    """Return who brought a month to where it is, and when; nobody once it was sent back."""
    steps = {
        "submitted": (period.submitted_by, period.submitted_at),
        "verified": (period.verified_by, period.verified_at),
        "approved": (period.approved_by, period.approved_at),
        "locked": (period.approved_by, period.locked_at),
    }
    return steps.get(period.state, (None, None))


def _who(period: Period | None, people: Mapping[UUID, str]) -> str:
    if period is None:
        return ""
    by, at = _last(period)
    if by is None:
        return _("sent back: %(reason)s") % {"reason": period.note} if period.note else ""
    return f"{people.get(by, '')}, {show_datetime(at, language())}"


def _table(lines: Sequence[Line], first: str) -> list[list[str]]:
    head = [
        first,
        _("State"),
        _("Last step"),
        _("Open questions"),
        _("Not told"),
        _("Differences since lock"),
    ]
    return [
        head,
        *(
            [one.title, str(one.state.word), one.who, str(one.open), str(one.untold), str(one.changed)]
            for one in lines
        ),
    ]
