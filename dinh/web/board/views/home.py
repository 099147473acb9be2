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

from dinh.catalogue import store
from dinh.indicators.queries import rows
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.rules.values import band
from dinh.lib.dates import show_datetime
from dinh.lib.money import show_number
from dinh.web.board import arranging, declared, helping, homes, morning, placing, reading, saying, taking
from dinh.web.board.arranging import LEADING, SCORE
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading
from dinh.web.board.tiles import Said, Tile, said_of, shown_cells, tile
from dinh.web.board.tiles import row as fill
from dinh.web.board.views import tomorrow, wall
from dinh.web.board.views.base import account_of, board_page, language, show
from dinh.web.board.views.headings import title
from dinh.web.board.views.rows import openers


@dataclass(frozen=True)
class Group:
    """Tiles of one group; those without a number are only named.

    width    quarters of a wide page that it takes; 0: it has nothing to show
    columns  of its tiles
    leads    whether it stands open on a narrow page: the first of those that need help, else the first
    """

    code: str
    title: str
    url: str
    tiles: tuple[Tile, ...]
    untold: tuple[Tile, ...]
    width: int = 0
    columns: int = 0
    leads: bool = False

    @property
    def weak(self) -> int:
        """How many of its figures need help."""
        return sum(1 for one in self.tiles if one.state is arranging.HELP)


@board_page
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show how a unit stands: morning, score, tiles, and who below it needs help."""
    said = _newest_said(request, asked)
    mark, told = reading.watermark(asked), language()
    if request.GET.get("wall") == "1":
        return wall.page(request, asked, mark, with_present=bool(said))
    home = homes.seen(asked, mark, account_of(request))
    if form := taking.wanted(request):
        return taking.file(taking.figures(home.found.values(), asked, told), form, "figures", asked)
    now = _today(request, home, asked, told)
    # Where no month was asked for, what stands today takes the place of what stood then.
    found = dict(now.best if said else home.found)
    of_month = {id: one for id, one in home.found.items() if id != SCORE}
    found.pop(SCORE, None)
    needs = now.needs if said else helping.needs(found, home.children, asked, told)
    groups = _groups(found, asked, mark, told)
    context = {
        "morning": morning.of(found, now, asked, account_of(request), told),
        "score": _score(home.found.get(SCORE), asked, told, said_of(found.values())),
        "groups": groups,
        "all_tiles": [
            replace(one, cells=shown_cells(of_month[one.id], told)) for group in groups for one in group.tiles
        ],
        "needs": needs,
        "places": saying.places(asked),
        "map": placing.of_needs(needs, home.people, asked, told),
        "headings": _headings(of_month),
        **_fresh(found, told),
        **said,
        **tomorrow.said(asked),
    }
    return show(request, "home", asked, context)


def _today(request: HttpRequest, home: homes.Home, asked: Asked, told: str) -> morning.Today:
    """Return how it stands now, beside the month that is shown."""
    then = homes.present(asked)
    now = home if then == asked else homes.seen(then, reading.watermark(then), account_of(request))
    best = home if then == asked else homes.with_present(home, now)
    judged = {id: one for id, one in best.found.items() if id != SCORE}
    needs = helping.needs(judged, best.children, asked, told)
    return morning.Today(now.found, judged, needs, then, _openers(request, then))


def _openers(request: HttpRequest, asked: Asked) -> str:
    """Return who may list the difficulties that wait, for a reader who may not."""
    (measure,) = measures_in(store.get().indicators[morning.OPEN])[:1]
    if rows.may_list(measure, account_of(request), asked.today):
        return ""
    return openers(measure, asked)


def _newest_said(request: HttpRequest, asked: Asked) -> dict[str, str]:
    """Return what is said where no month was asked for and another than the running one is shown."""
    if request.GET.get("month") or asked.month == asked.newest:
        return {}
    now = saying.month(asked.newest)
    said = _(
        "%(now)s has few settled dossiers yet, so what happens in a month is counted for %(newest)s; what waits or stands is of today."
    )
    return {
        "newest_said": capfirst(said % {"now": now, "newest": saying.month(asked.month)}),
        "now_label": _("See %(month)s") % {"month": now},
        "now_query": homes.present(asked).query(),
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
        **_newest_said(request, asked),
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
    first = next((one.code for one in shown if one.weak), shown[0].code if shown else "")
    shown = [replace(one, leads=one.code == first) for one in shown]
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
        "band": saying.mark(reached, now, asked, told),
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
        "partly": any(one.now.locked for one in found.values()),
    }
