"""One month of a commune: the steps to its lock, what came since, and how it is stated anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.directory.models import Level
from dinh.indicators.actions import periods as actions
from dinh.indicators.actions.snapshots import holds
from dinh.indicators.engine import definitions
from dinh.indicators.models import Flag, Restatement, Snapshot
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import figure
from dinh.indicators.queries.late import late
from dinh.indicators.queries.periods import Changed, Month, changed, months
from dinh.indicators.queries.since import known_at
from dinh.indicators.queries.told import told
from dinh.indicators.rules import quality
from dinh.indicators.rules.months import last_day
from dinh.journal import access
from dinh.lib.dates import local_date, show_datetime
from dinh.lib.errors import Fault
from dinh.lib.money import UNKNOWN, show_number
from dinh.web.board import asking, saying
from dinh.web.board.asking import Asked
from dinh.web.board.views import rows
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import attempt, board_form, go, names, seen, shown, unknown
from dinh.web.board.views.months import STATES, close_of, commune_of

LATE = 100  # rows that came late, on one page
STEPS = (
    ("submitted", "submitted_by", "submitted_at"),
    ("verified", "verified_by", "verified_at"),
    ("approved", "approved_by", "approved_at"),
    ("locked", "approved_by", "locked_at"),
)


@dataclass(frozen=True)
class Step:
    """One step of a month: what it is called, who did it and when; `here` marks where the month stands."""

    word: str
    shape: str
    who: str
    when: str
    here: bool


@board_form
def page(request: HttpRequest, asked: Asked, month: str) -> HttpResponse:
    """Show a month of a commune, and take the steps that are sent."""
    number = asking.read_month(month)
    asked = commune_of(asked)
    if number is None or number > asked.today.year * 100 + asked.today.month:
        raise Http404
    if asked.level != Level.COMMUNE:
        return go("months", query=replace(asked, month=number).query())
    asked = replace(asked, month=number, span="month", known="")
    faults: list[Fault] = []
    if request.method == "POST":
        faults = _do(request, asked, _month(asked))
        if not faults:
            return go("month", month, query=asked.query())
    found = _month(asked)
    context = {
        **_standing(request, asked, found, faults),
        **(_since(request, asked, found) if found.snapshots else {}),
        "faults": faults,
        "posted": request.POST,
    }
    return shown(request, "period", asked, context, nav="months", status=422 if faults else 200)


def _month(asked: Asked) -> Month:
    (found,) = months(asked.unit, asked.month, asked.month)
    return found


def _do(request: HttpRequest, asked: Asked, found: Month) -> list[Fault]:
    """Take the step that is sent; return what is wrong with it."""
    what, by, at = request.POST.get("do", ""), account_of(request), timezone.now()
    reason = request.POST.get("reason", "")
    if what == "submit":
        deed: Callable[[], object] = lambda: actions.submit(asked.unit, asked.month, by=by, at=at)  # noqa: E731
        return attempt(request, deed, _("The figures are submitted. Another person verifies them now."))
    period, wish = found.period, found.asked
    if what in {"restate", "refuse"} and wish is not None:
        wish.version = seen(request)
        if what == "restate":
            return attempt(
                request,
                lambda: actions.restate(wish, by=by, at=at),
                _("The month is stated anew. What was locked before stays below."),
            )
        return attempt(
            request,
            lambda: actions.refuse_restatement(wish, reason, by=by, at=at),
            _("The wish is refused, with your answer."),
        )
    if period is None:
        return unknown()
    period.version = seen(request)
    deeds: dict[str, tuple[Callable[[], object], str]] = {
        "verify": (lambda: actions.verify(period, by=by, at=at), _("The figures are verified. A third person approves them now.")),
        "approve": (lambda: actions.approve(period, by=by, at=at), _("The figures are approved. Lock them when nothing more is to come.")),
        "lock": (lambda: actions.lock(period, by=by, at=at), _("The month is locked and signed. What comes later stands beside it.")),
        "send_back": (lambda: actions.send_back(period, reason, by=by, at=at), _("The month is sent back, with your reason.")),
        "ask": (lambda: actions.ask_restatement(period, reason, by=by, at=at), _("Your wish is noted. Another person decides it.")),
    }  # fmt: skip
    if what not in deeds:
        return unknown()
    deed, done = deeds[what]
    return attempt(request, deed, done)


def _standing(request: HttpRequest, asked: Asked, found: Month, faults: list[Fault]) -> dict[str, Any]:
    """Return where the month stands, who may do what next, and what is still open before it is submitted."""
    period, account = found.period, account_of(request)
    people = names({getattr(period, by) for _code, by, _at in STEPS} if period else set())
    flags = known_at(
        Flag.objects.filter(unit=asked.unit, month=asked.month, state=Flag.State.OPEN),
        close_of(request, asked),
    )
    done = {getattr(period, name) for name in ("submitted_by", "verified_by")} if period else set()
    return {
        "month": asked.month,
        "month_title": saying.month(asked.month),
        "state": STATES[found.state],
        "code": found.state,
        "period": period,
        "version": period.version if period else 0,
        "steps": _steps(found, people),
        "over": last_day(asked.month) < asked.today,
        "last_day": last_day(asked.month),
        "declares": actions.may(account, actions.DECLARE, asked.unit, asked.today),
        "verifies": actions.may(account, actions.VERIFY, asked.unit, asked.today)
        and found.state == "submitted",
        "approves": actions.may(account, actions.APPROVE, asked.unit, asked.today),
        "did": account.pk in done,
        "questions": _questions(flags),
        **_told(asked, found, close_of(request, asked)),
    }


def _steps(found: Month, people: dict[UUID, str]) -> list[Step]:
    order, period = list(STATES), found.period
    reached = order.index(found.state)
    steps = []
    for code, by, at in STEPS:
        here = period is not None and order.index(code) <= reached
        steps.append(Step(
            str(STATES[code].word), STATES[code].shape if here else "◌",
            people.get(getattr(period, by), "") if here else "",
            show_datetime(getattr(period, at), language()) if here else "",
            code == found.state,
        ))  # fmt: skip
    return steps


def _questions(flags: Any) -> list[dict[str, str]]:
    return [
        {"about": about_title(flag.about), "text": quality.sentence(flag.check_id, flag.detail)}
        for flag in flags.order_by("about", "check_id")
    ]


def about_title(id: str) -> str:
    """Return the title of the measure or indicator that a question is about."""
    known = store.get()
    item = known.indicators.get(id) or known.measures.get(id)
    return item.title.of(language()) if item else id


def _told(asked: Asked, found: Month, close: date | None) -> dict[str, Any]:
    """Return the titles of told figures that nobody told while they can be, and what is told beside what is counted."""
    rows_told, words = told(asked.unit, asked.month, asked.today), language()
    return {
        "untold": [row.measure.title.of(words) for row in rows_told if row.missing] if found.state == "draft" else [],
        "compared": [
            {
                "title": row.measure.title.of(words), "says": show_number(row.told.value, words),
                "has": show_number(row.counted, words), "gap": signed(row.gap, words), "far": row.far,
            }
            for row in rows_told if close is None and row.told is not None and row.counted is not None
        ],
    }  # fmt: skip


def _since(request: HttpRequest, asked: Asked, found: Month) -> dict[str, Any]:
    """Return what differs since the last lock, the rows of one measure that came late, and the chain."""
    # What is counted now is not yet seen by who reads as of a close.
    differing = changed(asked.unit, asked.month) if close_of(request, asked) is None else []
    snapshot = found.snapshots[-1]
    people = names({one.by for one in found.snapshots})
    wish = found.asked
    by = account_of(request)
    return {
        "changes": [_change(one, asked) for one in differing if one.gap],
        "divided": [_change(one, asked) for one in differing if not one.gap],
        "figures": _figures({one.measure for one in differing if one.gap}, asked),
        "later": close_of(request, asked) is not None,
        "chain": [_link(one, people, asked) for one in found.snapshots],
        "wish": wish,
        "wished_by": names({wish.asked_by}).get(wish.asked_by, "") if wish else "",
        "mine": wish is not None and wish.asked_by == by.pk,
        "refused": _refused(found),
        **_late(request, asked, snapshot),
    }


def _change(one: Changed, asked: Asked) -> dict[str, Any]:
    item, told = store.get().measures.get(one.measure), language()
    opens = item is not None and item.origin == "computed"
    return {
        "title": item.title.of(told) if item else one.measure,
        "locked": show_number(one.locked, told),
        "now": show_number(one.now, told),
        "gap": signed(one.gap, told),
        "late": f"?{asked.query(late=one.measure)}#late" if opens else "",
    }


def signed(value: Any, told: str) -> str:
    """Return a difference with its sign: "+3", "−2", "0"."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{show_number(abs(value), told)}"


def _figures(measures: set[str], asked: Asked) -> list[dict[str, str]]:
    """Return the figures that read otherwise now than they were locked."""
    told, found = language(), []
    for id, item in sorted(definitions.indicators().items()):
        if not measures & _made_of(item):
            continue
        locked, now = (
            figure(id, [asked.unit], asked.month, asked.month, today=asked.today, official=official)[0]
            for official in (True, False)
        )
        if locked.value != now.value:
            gap = None if locked.value is None or now.value is None else now.value - locked.value
            found.append({
                "title": item.title.of(told), "url": f"{reverse('board:figure', args=[id])}?{asked.query()}",
                "locked": saying.amount(locked.value, item, told), "now": saying.amount(now.value, item, told),
                "gap": UNKNOWN if gap is None else ("+" if gap > 0 else "−") + saying.difference(gap, item, told),
            })  # fmt: skip
    return found


def _made_of(item: Indicator) -> set[str]:
    """Return the measures of a figure; of a score those of its parts."""
    if item.kind != "score":
        return set(measures_in(item))
    parts = [definitions.indicators().get(id) for id in item.parts]
    return set[str]().union(*(_made_of(part) for part in parts if part is not None))


def _link(one: Snapshot, people: dict[UUID, str], asked: Asked) -> dict[str, Any]:
    day = local_date(one.at)
    return {
        "number": one.number,
        "when": show_datetime(one.at, language()),
        "who": people.get(one.by, ""),
        "reason": one.reason,
        "cells": one.cells,
        "digest": one.digest,
        "previous": one.previous[:12],
        "key": one.key_id,
        "holds": holds(one),
        "known": f"{reverse('board:home')}?{replace(asked, known=day.isoformat()).query()}" if day < asked.today else "",
    }  # fmt: skip


def _refused(found: Month) -> list[dict[str, str]]:
    rows_ = Restatement.objects.filter(period=found.period, state=Restatement.State.REFUSED).order_by(
        "-decided_at"
    )
    people = names({row.decided_by for row in rows_})
    return [
        {"reason": row.reason, "answer": row.answer, "who": people.get(row.decided_by, ""), "when": show_datetime(row.decided_at, language())}
        for row in rows_
    ]  # fmt: skip


def _late(request: HttpRequest, asked: Asked, snapshot: Snapshot) -> dict[str, Any]:
    """Return the rows of the measure that is asked for which came after the lock; who looks at them is written down."""
    measure = store.get().measures.get(request.GET.get("late", ""))
    if measure is None or measure.origin != "computed":
        return {}
    account = account_of(request)
    found = late(measure.id, snapshot, account, on=asked.today)
    ids = found.ids[:LATE]
    if ids:
        access.listed(
            subject_type=found.subject, query={"late": measure.id, "unit": asked.unit, "month": asked.month},
            ids=ids, by=account, at=timezone.now(), purpose=f"figure:{measure.id}", unit=asked.unit,
        )  # fmt: skip
    return {
        "late_title": measure.title.of(language()),
        "late_rows": rows.lines(found.subject, ids, asked, request, language(), entries=True),
        "late_more": max(0, len(found.ids) - LATE),
        "late_hidden": found.hidden,
    }
