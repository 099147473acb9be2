"""A commune's figures for everybody: no sign-in, totals alone, and how sure each number is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dinh.directory import tree
from dinh.directory.changes import history
from dinh.indicators.models import Source
from dinh.indicators.queries import hiding
from dinh.indicators.queries.closing import close_for_everybody
from dinh.indicators.rules.months import first_day, later, month_of
from dinh.lib.dates import show_date, show_datetime
from dinh.web.board import asking, reading, saying, taking
from dinh.web.board.arranging import PUBLIC, SCORE
from dinh.web.board.asking import TODAY, Asked
from dinh.web.board.reading import Reading
from dinh.web.board.tiles import Tile, tile
from dinh.web.board.views.base import language, printed

MONTHS = 13  # that everybody may choose


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the figures of the commune that bears a code, or of the one that it became; of several ask which."""
    today = timezone.localdate()
    bearer = history.bearer(code, today)
    if bearer is None:
        raise Http404
    heirs = _heirs(bearer, today)
    kept = [one for one in heirs if _is_kept(_asked(one, today), bearer)]
    if not kept:
        raise Http404
    if len(heirs) > 1:
        return _which(request, bearer, heirs, kept, today)
    asked = _of_month(request, _asked(heirs[0], today))
    return _figures(request, asked, code, _led(bearer, asked))


def _heirs(bearer: UUID, today: date) -> list[UUID]:
    """Return the units that stand today of one that bore a code: itself, or all that it became."""
    ended = tree.versions(bearer)[-1].valid_to
    if ended is None or ended > today:
        return [bearer]
    return [step.unit for step in history.became(bearer, today)]


def _asked(unit: UUID, today: date) -> Asked:
    """Return the question about a commune as everybody asks it, of the newest month that is over."""
    close = close_for_everybody(today)
    asked = asking.of({"month": asking.written(_newest_whole(today))}, unit, today, close)
    return _in_its_boundaries(asked)


def _in_its_boundaries(asked: Asked) -> Asked:
    """Return the question in today’s boundaries where a part of its line is of the communes that became this one.

    In the boundaries of each month a commune has no figure of a month before its first day.
    """
    then = replace(asked, lines=TODAY)
    began = tree.versions(asked.unit)[0].valid_from
    formers = reading.communes_of(then) - {asked.unit}
    return then if formers and began > first_day(asked.trend_from) else asked


def _newest_whole(today: date) -> int:
    """Return the newest month that is over: one that runs is not opened to everybody."""
    return later(month_of(today), -1)


def _is_kept(asked: Asked, bearer: UUID) -> bool:
    """Return whether figures of a commune, of those that it was made of, or of the last to bear its code are kept here."""
    return Source.objects.filter(commune__in=reading.communes_of(asked) | {bearer}).exists()


def _of_month(request: HttpRequest, asked: Asked) -> Asked:
    """Return the question at the month that is asked for; at the newest with figures when none is."""
    newest = _newest_whole(asked.today)
    wanted = asking.read_month(request.GET.get("month", ""))
    wanted = wanted or reading.newest(asked.unit, asked.today, asked.close)
    return _in_its_boundaries(
        replace(asked, month=max(asking.FIRST, min(wanted, newest)), lines=asking.AS_WAS)
    )


def _figures(request: HttpRequest, asked: Asked, code: str, led: str) -> HttpResponse:
    told = language()
    found = {
        id: reading.safe(one)
        for id, one in reading.seen([SCORE, *PUBLIC], asked, reading.watermark(asked), None).items()
        if one.now.value is not None and not hiding.is_small(one.now)
    }
    if form := taking.wanted(request):
        return taking.file(taking.figures(found.values(), asked, told), form, f"figures-{code}", asked)
    score = found.pop(SCORE, None)
    at, _waits = reading.freshness(one.now for one in found.values())
    newest = _newest_whole(asked.today)
    context = {
        "asked": asked,
        "query": asked.query(),
        "month": asking.written(asked.month),
        "unit_title": tree.title(asked.unit, asked.today),
        "short_title": saying.unit(asked),
        "span_title": saying.span(asked),
        "led": led,
        "made": _made(asked),
        "months": [
            (asking.written(one), saying.month(one)) for one in (later(newest, -n) for n in range(MONTHS))
        ],
        "score": _tile(score, asked, told) if score else None,
        "tiles": [_tile(one, asked, told) for one in found.values()],
        "headings": [saying.month(one.first) for one in next(iter(found.values())).trend] if found else [],
        "counted": show_datetime(at, told),
        "close": show_date(asked.close, told),
        **printed(request, asked),
    }
    return render(request, "board/public.html", context)


def _led(bearer: UUID, asked: Asked) -> str:
    """Say that the code is one of before and whom it leads to; "" for the code of the commune itself."""
    ended = tree.versions(bearer)[-1].valid_to
    if bearer == asked.unit or ended is None:
        return ""
    words = _("This address was that of %(former)s, which became part of %(unit)s on %(day)s.")
    return words % {
        "former": _former(bearer, ended), "unit": _title(asked.unit, asked.today), "day": show_date(ended, language()),
    }  # fmt: skip


def _made(asked: Asked) -> str:
    """Say of which communes the months are before this one began; "" where it stood in all that are shown."""
    if asked.lines != TODAY:
        return ""
    began = tree.versions(asked.unit)[0].valid_from
    formers = [
        _former(one.unit, one.on) for one in history.came_from(asked.unit, first_day(asked.trend_from))
    ]
    words = (
        _("%(unit)s was founded on %(day)s. What is of before is of %(formers)s, in today’s boundaries.")
        if formers
        else _("%(unit)s was founded on %(day)s. What is of before is read in today’s boundaries.")
    )
    found = {
        "unit": capfirst(_title(asked.unit, asked.today)), "day": show_date(began, language()),
        "formers": ", ".join(dict.fromkeys(formers)),
    }  # fmt: skip
    return words % found


def _which(
    request: HttpRequest, bearer: UUID, heirs: list[UUID], kept: list[UUID], today: date
) -> HttpResponse:
    """Ask which commune is meant where one was divided: it is not guessed."""
    month = request.GET.get("month", "")
    query = f"?month={month}" if asking.read_month(month) else ""
    places = []
    for unit in heirs:
        naming = tree.naming(unit, today)
        own = naming is not None and unit in kept
        address = reverse("board:public", args=[naming.code]) + query if naming is not None and own else ""
        places.append({"title": tree.title(unit, today), "url": address})
    ended = tree.versions(bearer)[-1].valid_to
    context = {"former": capfirst(_former(bearer, ended or today)), "ended": ended, "places": places}
    return render(request, "board/public_which.html", context)


def _title(unit: UUID, on: date) -> str:
    return tree.title(unit, on, with_parents=False)


def _former(unit: UUID, ended: date) -> str:
    """Return what a unit was called last: after its end it bears the name of its heir."""
    return _title(unit, ended - timedelta(days=1))


def _tile(found: Reading, asked: Asked, told: str) -> dict[str, Any]:
    drawn: Tile = tile(found, asked, told)
    return {"tile": drawn, "meaning": found.indicator.sentence.of(told)}
