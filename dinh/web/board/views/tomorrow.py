"""What the province sees from tomorrow: what changed in a commune since the last close, what looks odd, what can still be done."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.directory.models import Level
from dinh.indicators.actions import quality as looking
from dinh.indicators.actions import told as actions
from dinh.indicators.actions.answers import explain
from dinh.indicators.engine import definitions
from dinh.indicators.models import Flag, Period
from dinh.indicators.queries import closing, hiding
from dinh.indicators.queries.pending import Pending, pending
from dinh.indicators.rules.months import later, month_of
from dinh.indicators.rules.quality import EXPLAINED
from dinh.lib.dates import show_date
from dinh.lib.errors import Fault
from dinh.lib.money import UNKNOWN, show_number
from dinh.web.board import asking, reading, saying, taking
from dinh.web.board.asking import Asked
from dinh.web.board.views import questions
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import attempt, board_form, go, may, names, shown, unknown
from dinh.web.board.views.figure import rows_url
from dinh.web.board.views.months import FINAL, commune_of

SHOWN = 3  # months that are opened at once
MOST = 24  # months back that can be opened
ASKED = 6  # questions that are open at once


@dataclass(frozen=True)
class Line:
    """A figure of one month: as the province sees it, as it will; the ways to its numbers.

    told     address where its told parts are corrected; "" where none can be
    rows     addresses of the rows of what was counted anew, by title
    words    what the commune explained of it
    """

    id: str
    code: str
    month: str
    title: str
    url: str
    before: str
    now: str
    gap: str
    made_of: str
    told: str
    rows: tuple[tuple[str, str], ...]
    words: str


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show a commune what the province will see, the odd first; take answers and explanations."""
    asked = replace(commune_of(asked), known="", span="month")
    if asked.level != Level.COMMUNE or asked.close is not None:
        return go("months", query=asked.query())
    close = closing.close_above(asked.today)
    shut = hiding.hidden_from(account_of(request), definitions.indicators().values(), asked.unit, asked.today)
    found = (
        _changed(asked, close, every=request.GET.get("all") == "1", shut=shut) if close else _Changed([], [])
    )
    months = sorted({one.month for one in found.shown} | {later(month_of(asked.today), -1)})
    faults: list[Fault] = []
    if request.method == "POST":
        faults = _do(request, asked, months)
        if not faults:
            return go("tomorrow", query=asked.query())
    declares, judges = (may(request, one, asked) for one in (actions.DECLARE, actions.APPROVE))
    lines = _lines(found.shown, asked, corrects=declares or judges)
    if form := taking.wanted(request):
        return taking.file(_table(lines), form, "tomorrow", asked)
    asks = _questions(request, asked, months)
    context = {
        "from_day": show_date(_seen_from(asked.today, close), language()) if close else "",
        "questions": asks[:ASKED],
        "more_questions": asks[ASKED:],
        "months_changed": [(title, list(some)) for title, some in groupby(lines, key=lambda one: one.month)],
        "count": len(lines),
        "older": [saying.month(month) for month in found.older],
        "declares": declares,
        "faults": faults,
        "posted": request.POST,
        "sub": "tomorrow",
        "taken": asked.query(),
    }
    return shown(request, "tomorrow", asked, context, nav="months", status=422 if faults else 200)


def said(asked: Asked) -> dict[str, Any]:
    """Return, for the board of a commune, how many figures those above see otherwise so far; nothing for others."""
    close = closing.close_above(asked.today)
    if asked.level != Level.COMMUNE or asked.close is not None or close is None:
        return {}
    found = _changed(asked, close, every=False, shut=frozenset())  # how many, whatever they are
    return {"held": len(found.shown), "held_from": show_date(_seen_from(asked.today, close), language())}


@dataclass(frozen=True)
class _Changed:
    """What is shown, and the months that changed as well and are not opened."""

    shown: Sequence[Pending]
    older: Sequence[int]


def _changed(asked: Asked, close: date, *, every: bool, shut: frozenset[str]) -> _Changed:
    """Return what differs as who sees it from whom some figures are shut, read once until something is counted again."""
    # In the boundaries of today its rows are those of all communes that became part of it, however long ago.
    mark = reading.watermark(replace(asked, lines=asking.TODAY))
    told = f"{asked.unit}|{asked.today}|{close}|{every}|{sorted(shut)}|{mark}"
    key = f"board:tomorrow:{hashlib.sha256(told.encode()).hexdigest()}"
    kept: _Changed | None = cache.get(key)
    if kept is None:
        held = closing.held_of(asked.unit, close)
        months = sorted({one.month for one in held}, reverse=True)
        some = set(months[: MOST if every else SHOWN])
        found = pending(asked.unit, [one for one in held if one.month in some], close, asked.today, shut)
        kept = _Changed(found, [] if every else months[SHOWN:MOST])
        cache.set(key, kept, reading.KEPT_SECONDS)
    return kept


def _seen_from(today: date, close: date) -> date:
    """Return the day on which those above see what changes today."""
    return today + (today - close)


def _do(request: HttpRequest, asked: Asked, months: Sequence[int]) -> list[Fault]:
    """Take an answer or an explanation, or look for what is odd now."""
    by, at = account_of(request), timezone.now()
    match request.POST.get("do"):
        case "answer":
            return questions.answer_sent(request, (asked.unit,))
        case "explain":
            id, month = request.POST.get("figure", ""), asking.read_month(request.POST.get("of", ""))
            if id not in store.get().indicators or month is None:
                return unknown()
            deed = partial(explain, id, asked.unit, month, request.POST.get("words", ""), by=by, at=at)
            found = attempt(
                request,
                deed,
                _("The explanation is kept; the province reads it beside the figure’s questions."),
            )
            return [replace(one, path=f"w-{id}-{asking.written(month)}") for one in found]
        case "look" if may(request, actions.DECLARE, asked):
            return attempt(
                request, lambda: [looking.look(asked.unit, month, at=at) for month in months],
                _("The figures were looked through. What is odd stands first."),
            )  # fmt: skip
    return unknown()


def _questions(request: HttpRequest, asked: Asked, months: Sequence[int]) -> list[questions.Line]:
    rows = list(
        Flag.objects.filter(unit=asked.unit, month__in=months, state=Flag.State.OPEN).order_by(
            "-month", "about", "check_id"
        )
    )
    return [questions.line(row, request, asked, names(set())) for row in rows]


def _lines(found: Sequence[Pending], asked: Asked, *, corrects: bool) -> list[Line]:
    months = {one.month for one in found}
    closed = {*FINAL, Period.State.VERIFIED}
    rows = Period.objects.filter(unit=asked.unit, month__in=months, state__in=closed)
    fixed = set(rows.values_list("month", flat=True))
    words = {
        (flag.about, flag.month): flag.answer
        for flag in Flag.objects.filter(check_id=EXPLAINED, unit=asked.unit, month__in=months)
    }
    return [
        _line(one, replace(asked, month=one.month), words, correct=corrects and one.month not in fixed)
        for one in found
    ]


def _line(one: Pending, asked: Asked, words: Mapping[tuple[str, int], str], *, correct: bool) -> Line:
    told, item, known = language(), one.indicator, store.get().measures
    measures = [known[id] for id in one.measures if id in known]
    gap = None if one.before.value is None or one.now.value is None else one.now.value - one.before.value
    sign = "" if not gap else "+" if gap > 0 else "−"
    declared = any(measure.origin != "computed" for measure in measures)
    return Line(
        item.id, asking.written(one.month), saying.month(one.month), item.title.of(told),
        f"{reverse('board:figure', args=[item.id])}?{asked.query()}",
        saying.amount(one.before.value, item, told), saying.amount(one.now.value, item, told),
        UNKNOWN if gap is None else sign + saying.difference(gap, item, told) if gap else _("only what it is made of"),
        _made_of(one), f"{reverse('board:told')}?{asked.query()}" if declared and correct else "",
        tuple(
            (measure.title.of(told), url) for measure in measures if (url := rows_url(item, measure, asked))
        ),
        words.get((item.id, one.month), ""),
    )  # fmt: skip


def _made_of(one: Pending) -> str:
    """Return numerator and denominator before and now: "12/15 → 13/15"; "" for what is a number itself."""
    if one.indicator.kind != "ratio" or one.before.masked or one.now.masked:
        return ""
    before, now = (
        f"{show_number(value.numerator, language())}/{show_number(value.denominator, language())}"
        for value in (one.before, one.now)
    )
    known = one.before.numerator is not None or one.before.denominator is not None
    return f"{before} → {now}" if known else now


def _table(lines: Sequence[Line]) -> list[list[str]]:
    head = [
        _("Month"),
        _("Figure"),
        _("The province sees"),
        _("It will see"),
        _("Difference"),
        _("Explained"),
    ]
    return [head, *([one.month, one.title, one.before, one.now, one.gap, one.words] for one in lines)]
