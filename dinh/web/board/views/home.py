"""The operations page of a unit: the morning, the score, tiles by group, who needs help. And one group in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from dinh.web.board import arranging, declared, helping, homes, morning, placing, reading, saying, taking
from dinh.web.board.arranging import LEADING, SCORE
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading
from dinh.web.board.tiles import Said, Tile, said_of, tile
from dinh.web.board.tiles import row as fill
from dinh.web.board.views import tomorrow, wall
from dinh.web.board.views.base import account_of, board_page, language, show
from dinh.web.board.views.headings import title


@dataclass(frozen=True)
class Group:
    """Tiles of one group; those without a number are only named. `width`: quarters of the page that it takes; `columns`: of its tiles."""

    code: str
    title: str
    url: str
    tiles: tuple[Tile, ...]
    untold: tuple[Tile, ...]
    width: int = 0
    columns: int = 0


@board_page
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show how a unit stands: morning, score, tiles, and who below it needs help."""
    asked, said = _opened(request, asked)
    mark, told = reading.watermark(asked), language()
    if request.GET.get("wall") == "1":
        return wall.page(request, asked, mark)
    home = homes.seen(asked, mark, account_of(request))
    found = dict(home.found)
    if form := taking.wanted(request):
        return taking.file(taking.figures(found.values(), asked, told), form, "figures", asked)
    score = found.pop(SCORE, None)
    needs = helping.needs(found, home.children, asked, told)
    groups = _groups(found, asked, mark, told)
    context = {
        "morning": morning.of(found, needs, asked, account_of(request), told),
        "score": _score(score, asked, told, said_of(found.values())),
        "groups": groups,
        "all_tiles": [one for group in groups for one in group.tiles],
        "needs": needs,
        "places": saying.places(asked),
        "map": placing.of_needs(needs, home.people, asked, told),
        "headings": _headings(found),
        **_fresh(found, told),
        **said,
        **tomorrow.said(asked),
    }
    return show(request, "home", asked, context)


def _opened(request: HttpRequest, asked: Asked) -> tuple[Asked, dict[str, str]]:
    """Return what is shown when no month is asked for, the newest that has figures, and what is said of this one."""
    if request.GET.get("month"):
        return asked, {}
    opened = homes.at_newest(asked)
    if opened == asked:
        return asked, {}
    now = saying.month(asked.month)
    said = _(
        "%(now)s has few settled dossiers yet, so the newest month with enough of them is shown: %(newest)s."
    )
    return opened, {
        "newest_said": capfirst(said % {"now": now, "newest": saying.month(opened.month)}),
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
    mark = reading.watermark(asked)
    found = reading.seen([one.id for one in indicators], asked, mark, account_of(request))
    if form := taking.wanted(request):
        return taking.file(taking.figures(found.values(), asked, told), form, group, asked)
    said = said_of(found.values())
    drawn = _drawn(found.values(), asked, mark, told, said)
    known = [one for one in drawn if one.known]
    context = {
        "group": title(group, told),
        "tiles": known,
        "untold": [one for one in drawn if not one.known],
        "headings": _headings(found),
        **_fresh(found, told),
    }
    return show(request, "group", asked, context)


def _drawn(found: Iterable[Reading], asked: Asked, mark: str, told: str, said: Said) -> list[Tile]:
    known = list(found)
    drawn = [tile(one, asked, told, said) for one in known]
    return declared.on_tiles(drawn, {one.indicator.id: one.indicator for one in known}, asked, mark, told)


def _groups(found: Mapping[str, Reading], asked: Asked, mark: str, told: str) -> list[Group]:
    """Return the groups as they fill rows of the page; those that have nothing to show come last, without a width."""
    said, groups = said_of(found.values()), []
    for code, leading in LEADING.items():
        drawn = _drawn([found[id] for id in leading if id in found], asked, mark, told, said)
        url = f"{reverse('board:group', args=[code])}?{asked.query()}"
        groups.append(Group(
            code, title(code, told), url,
            tuple(one for one in drawn if one.known), tuple(one for one in drawn if not one.known),
        ))  # fmt: skip
    places = [place for row in arranging.packed([len(one.tiles) for one in groups]) for place in row]
    shown = [_filled(groups[number], width) for number, width in places]
    return [*shown, *(one for one in groups if not one.tiles)]


def _filled(group: Group, width: int) -> Group:
    """Return a group with its tiles in the columns that leave no gap."""
    columns = arranging.columns_for(len(group.tiles)) if width == arranging.COLUMNS else width
    return replace(group, width=width, columns=columns, tiles=fill(group.tiles, columns))


def _score(found: Reading | None, asked: Asked, told: str, said: Said) -> dict[str, Any] | None:
    """Return the score of Decision 766 as the page tells it; None where nothing of it is known."""
    if found is None or found.now.value is None:
        return None
    now, indicator = found.now, found.indicator
    reached = band(now.value, indicator.bands)
    drawn = tile(found, asked, told, said)
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
