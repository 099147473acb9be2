"""The operations page of a unit: the morning, the score, tiles by group, who needs help. And one group in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dinh.indicators.rules.values import band
from dinh.lib.dates import show_datetime
from dinh.lib.money import show_number
from dinh.web.board import arranging, helping, morning, placing, reading, saying, taking
from dinh.web.board.arranging import LEADING, SCORE
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading
from dinh.web.board.tiles import Tile, tile
from dinh.web.board.tiles import row as fill
from dinh.web.board.views import wall
from dinh.web.board.views.base import account_of, board_page, language, show
from dinh.web.board.views.headings import title

PEOPLE = "residents_count"


@dataclass(frozen=True)
class Group:
    """Tiles of one group; those without a number are only named. `width`: columns of the page that it takes."""

    code: str
    title: str
    url: str
    tiles: tuple[Tile, ...]
    untold: tuple[Tile, ...]
    width: int = 0


@board_page
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show how a unit stands: morning, score, tiles, and who below it needs help."""
    mark, told = reading.watermark(), language()
    asked, said = _opened(request, asked)
    if request.GET.get("wall") == "1":
        return wall.page(request, asked, mark)
    ids = [id for leading in LEADING.values() for id in leading]
    found = reading.readings([SCORE, *ids], asked, mark)
    if form := taking.wanted(request):
        return taking.file(taking.figures(found.values(), asked, told), form, "figures", asked)
    score = found.pop(SCORE, None)
    judged = [id for id, one in found.items() if one.indicator.thresholds or one.indicator.targets]
    children = reading.below(judged, asked, mark)
    needs = helping.needs(found, children, asked, told)
    groups = _groups(found, asked, told)
    context = {
        "morning": morning.of(found, needs, asked, account_of(request), told),
        "score": _score(score, asked, told),
        "groups": groups,
        "all_tiles": [one for group in groups for one in group.tiles],
        "needs": needs,
        "places": saying.places(asked),
        "map": placing.of_needs(needs, reading.below([PEOPLE], asked, mark)[PEOPLE], asked, told),
        "headings": _headings(found),
        **_fresh(found, told),
        **said,
    }
    return show(request, "home", asked, context)


def _opened(request: HttpRequest, asked: Asked) -> tuple[Asked, dict[str, str]]:
    """Return what is shown when no month is asked for, the newest that has figures, and what is said of this one."""
    newest = asked.month if request.GET.get("month") else reading.newest(asked.unit, asked.today)
    if newest == asked.month:
        return asked, {}
    now = saying.month(asked.month)
    said = _(
        "%(now)s has few settled dossiers yet, so the newest month with enough of them is shown: %(newest)s."
    )
    return replace(asked, month=newest), {
        "newest_said": capfirst(said % {"now": now, "newest": saying.month(newest)}),
        "now_label": _("See %(month)s") % {"month": now},
        "now_query": asked.query(),
    }  # fmt: skip


@board_page
def group(request: HttpRequest, asked: Asked, group: str) -> HttpResponse:
    """Show every figure of one group."""
    indicators = arranging.indicators(group)
    if not indicators:
        raise Http404
    told = language()
    found = reading.readings([one.id for one in indicators], asked, reading.watermark())
    if form := taking.wanted(request):
        return taking.file(taking.figures(found.values(), asked, told), form, group, asked)
    counted = reading.freshness(one.now for one in found.values())[0]
    drawn = [tile(one, asked, told, counted) for one in found.values()]
    known = [one for one in drawn if one.known]
    context = {
        "group": title(group, told),
        "tiles": fill(known, arranging.COLUMNS),
        "untold": [one for one in drawn if not one.known],
        "headings": _headings(found),
        **_fresh(found, told),
    }
    return show(request, "group", asked, context)


def _groups(found: Mapping[str, Reading], asked: Asked, told: str) -> list[Group]:
    """Return the groups as they fill rows of the page; those that have nothing to show come last, without a width."""
    counted, groups = reading.freshness(one.now for one in found.values())[0], []
    for code, leading in LEADING.items():
        drawn = [tile(found[id], asked, told, counted) for id in leading if id in found]
        url = f"{reverse('board:group', args=[code])}?{asked.query()}"
        groups.append(Group(
            code, title(code, told), url,
            tuple(one for one in drawn if one.known), tuple(one for one in drawn if not one.known),
        ))  # fmt: skip
    places = [place for row in arranging.packed([len(one.tiles) for one in groups]) for place in row]
    shown = [
        replace(groups[number], width=width, tiles=fill(groups[number].tiles, width))
        for number, width in places
    ]
    return [*shown, *(one for one in groups if not one.tiles)]


def _score(found: Reading | None, asked: Asked, told: str) -> dict[str, Any] | None:
    """Return the score of Decision 766 as the page tells it; None where nothing of it is known."""
    if found is None or found.now.value is None:
        return None
    now, indicator = found.now, found.indicator
    reached = band(now.value, indicator.bands)
    drawn = tile(found, asked, told)
    return {
        "value": show_number(now.value, told, indicator.decimals),
        "most": show_number(Decimal(str(indicator.most)), told),
        "band": reached.title.of(told) if reached else "",
        "sentence": _("Points for service to people and firms, Decision 766."),
        "line": drawn.line,
        "notes": drawn.notes,
        "url": f"{reverse('board:score')}?{asked.query()}",
    }


def _headings(found: Mapping[str, Reading]) -> list[str]:
    """Return the months of the table."""
    first = next(iter(found.values()), None)
    return [saying.month(one.first) for one in first.trend] if first else []


def _fresh(found: Mapping[str, Reading], told: str) -> dict[str, Any]:
    at, waits = reading.freshness(one.now for one in found.values())
    return {
        "counted": show_datetime(at, told),
        "waits": waits,
        "locked": all(one.now.locked for one in found.values()),
    }
