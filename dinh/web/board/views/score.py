"""Decision 766: the score of a unit, its five groups, and each part with what it is worth and what it got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.indicators.queries import places
from dinh.indicators.queries.explaining import explain, measures_in
from dinh.indicators.queries.told import sent_back
from dinh.indicators.rules.values import band
from dinh.lib.money import show_number
from dinh.web.board import reading, saying, taking
from dinh.web.board.arranging import GOOD, NEAR, SCORE, State, state_of
from dinh.web.board.arranging import reached as arrived
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading
from dinh.web.board.tiles import tile
from dinh.web.board.views.base import account_of, board_page, language, show
from dinh.web.board.views.months import close_of
from dinh.web.components.charts.bars import bar


@dataclass(frozen=True)
class Line:
    """One part, or one group: what it got of what it is worth."""

    title: str
    sentence: str
    points: str
    most: str
    bar: SafeString
    value: str
    target: str
    state: State
    url: str
    parts: tuple[Line, ...] = ()


@board_page
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show the score of a unit, opened into groups and parts."""
    told, known = language(), store.get().indicators
    whole = known.get(SCORE)
    if whole is None:
        raise Http404
    groups = [known[id] for id in whole.parts if id in known]
    ids = [SCORE, *(one.id for one in groups), *(id for one in groups for id in one.parts)]
    found = reading.seen(ids, asked, reading.watermark(asked), account_of(request))
    if form := taking.wanted(request):
        return taking.file(taking.figures(found.values(), asked, told), form, "decision-766", asked)
    now = found[SCORE].now
    back = _sent_back(request, asked)
    reached = band(now.value, whole.bands)
    context = {
        "figure": whole,
        "value": show_number(now.value, told, whole.decimals),
        "known": now.value is not None,
        "most": show_number(Decimal(str(whole.most)), told),
        "band": saying.mark(reached, now, asked, told),
        "bands": [
            (
                one.title.of(told),
                show_number(one.least, told),
                one is reached and saying.mark(one, now, asked, told) == one.title.of(told),
            )
            for one in whole.bands
        ],
        "tile": tile(found[SCORE], asked, told),
        "groups": [_group(one, found, asked, told, back) for one in groups],
        "explained": explain(SCORE, told),
    }
    return show(request, "score", asked, context, nav="score")


def _sent_back(request: HttpRequest, asked: Asked) -> frozenset[str]:
    """Return told measures that were sent back and not told again; none for who sees as of a close."""
    if close_of(request, asked) is not None:
        return frozenset()
    return sent_back(places.communes_below(asked.unit, asked.day), asked.first, asked.month)


def _group(
    group: Indicator, found: Mapping[str, Reading], asked: Asked, told: str, back: frozenset[str]
) -> Line:
    now = found[group.id].now
    most = Decimal(str(group.most))
    parts = tuple(_part(found[id], asked, told, back) for id in group.parts if id in found)
    return Line(
        group.title.of(told), group.sentence.of(told), show_number(now.value, told, 2), show_number(most, told),
        bar(now.value, most), "", "", state_of(now, group.direction), _url(group, asked), parts,
    )  # fmt: skip


def _part(found: Reading, asked: Asked, told: str, back: frozenset[str]) -> Line:
    indicator, now = found.indicator, found.now
    worth = indicator.score
    most = Decimal(str(worth.most)) if worth else Decimal(0)
    goal = Decimal(str(worth.target)) if worth else None
    state = state_of(now, indicator.direction)
    if state is GOOD and now.value is not None and goal is not None:
        # Short of full points it is not there yet: the page of targets says so of the same number.
        state = GOOD if arrived(now.value, goal, indicator.direction) else NEAR
    sentence = saying.sentence(found, told)
    if now.value is None and not now.masked and now.denominator != 0 and back & set(measures_in(indicator)):
        sentence = _("It was told and sent back, and is not told again.")
    return Line(
        indicator.title.of(told), sentence,
        show_number(now.points if now.value is not None else None, told, 2), show_number(most, told),
        bar(now.points, most), saying.amount(now.value, indicator, told), saying.target(goal, indicator, told),
        state, _url(indicator, asked),
    )  # fmt: skip


def _url(indicator: Indicator, asked: Asked) -> str:
    return f"{reverse('board:figure', args=[indicator.id])}?{asked.query()}"
