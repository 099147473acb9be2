"""A commune's figures for everybody: no sign-in, totals alone, and how sure each number is."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dinh.directory import queries as directory
from dinh.directory import tree
from dinh.directory.models import Level
from dinh.indicators.models import Source
from dinh.indicators.queries import hiding
from dinh.indicators.queries.closing import close_for_everybody
from dinh.indicators.rules.months import later, month_of
from dinh.lib.dates import show_date, show_datetime
from dinh.lib.errors import NotFound
from dinh.web.board import asking, reading, saying, taking
from dinh.web.board.arranging import PUBLIC, SCORE
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading
from dinh.web.board.tiles import Tile, tile
from dinh.web.board.views.base import language, printed

MONTHS = 13  # that everybody may choose


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the figures of a commune that this house keeps."""
    asked, told = _asked(request, code), language()
    found = {
        id: reading.safe(one)
        for id, one in reading.seen([SCORE, *PUBLIC], asked, reading.watermark(asked), None).items()
        if one.now.value is not None and not hiding.is_small(one.now)
    }
    if form := taking.wanted(request):
        return taking.file(taking.figures(found.values(), asked, told), form, f"figures-{code}", asked)
    score = found.pop(SCORE, None)
    at, _waits = reading.freshness(one.now for one in found.values())
    newest = later(month_of(asked.today), -1)  # a month that runs is not opened to everybody
    context = {
        "asked": asked,
        "query": asked.query(),
        "month": asking.written(asked.month),
        "unit_title": tree.title(asked.unit, asked.today),
        "short_title": saying.unit(asked),
        "span_title": saying.span(asked),
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


def _asked(request: HttpRequest, code: str) -> Asked:
    """Return what is asked; the newest month with figures when none is, at most the last whole one. Raises Http404 for a commune that is not kept here."""
    today = timezone.localdate()
    try:
        unit = directory.get_heir(code, today, Level.COMMUNE).pk
    except NotFound as error:
        raise Http404 from error
    if not Source.objects.filter(commune=unit).exists():
        raise Http404
    close = close_for_everybody(today)
    newest = min(reading.newest(unit, today, close), later(month_of(today), -1))
    wanted = asking.read_month(request.GET.get("month", "")) or newest
    month = asking.written(min(wanted, later(month_of(today), -1)))
    return asking.of({"month": month}, unit, today, close)


def _tile(found: Reading, asked: Asked, told: str) -> dict[str, Any]:
    drawn: Tile = tile(found, asked, told)
    return {"tile": drawn, "meaning": found.indicator.sentence.of(told)}
