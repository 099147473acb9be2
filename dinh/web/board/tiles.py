"""A figure as a tile: a sentence, the number, its target, its state, a year as a line, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dinh.indicators.queries.figures import Value
from dinh.lib.dates import show_datetime
from dinh.lib.money import UNKNOWN, show_number
from dinh.web.board import pacing, saying
from dinh.web.board.arranging import State, state_of, widths
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading, freshness
from dinh.web.components.charts.years import spark

HOUR = timedelta(hours=1)
POINTS = 4.0  # percentage points that the height of a line means at least


@dataclass(frozen=True)
class Said:
    """What a page says once of all its figures, so that no tile says it again.

    counted  when they were counted, to the hour
    locked   whether all of them are, or none is; None: it differs
    """

    counted: datetime | None = None
    locked: bool | None = None


NOTHING_SAID = Said()


@dataclass(frozen=True)
class Tile:
    """What a tile shows, all in words."""

    id: str
    title: str
    sentence: str
    value: str
    number: str
    measured_in: str
    target: str
    own_target: str  # the unit's own, where the general one judges
    state: State
    line: SafeString
    notes: tuple[str, ...]
    url: str
    cells: tuple[str, ...]  # the months of the line, for the table
    known: bool
    wide: int = 1  # columns it takes
    as_of: str = ""  # of which time it is, where that is not the page's


def tile(found: Reading, asked: Asked, language: str, said: Said = NOTHING_SAID) -> Tile:
    """Return the tile of a figure.

    said  what the page says of all its figures
    """
    indicator, now = found.indicator, found.now
    as_of = "" if now.last == asked.month else saying.as_of(found, asked, language)
    asked = asked.when(now.last)
    cells = shown_cells(found, language)
    title, percent = indicator.title.of(language), indicator.unit.of("en") == "%"
    line = spark(
        [one.value for one in found.trend],
        now.target if indicator.direction != "none" else None,
        _("%(title)s, 12 months: from %(first)s to %(last)s")
        % {"title": title, "first": next((one for one in cells if one != UNKNOWN), UNKNOWN), "last": cells[-1]},
        least=POINTS if percent else 0, locked=found.trend[-1].locked if found.trend else False,
    )  # fmt: skip
    told = notes(now, language, said)
    if coming := pacing.words(found, asked, language):
        told = (coming, *told)
    if now.own_target is not None:
        own = saying.target(now.own_target, indicator, language)
        told = (_("general target; the unit’s own is %(target)s") % {"target": own}, *told)
    told = (as_of, *told) if as_of else told
    value = saying.amount(now.value, indicator, language)
    number, _space, measured_in = value.partition("\u00a0")
    return Tile(
        indicator.id, title, saying.sentence(found, language), value, number, measured_in,
        saying.target(now.target, indicator, language), saying.target(now.own_target, indicator, language), state_of(now, indicator.direction), line, told,
        f"{reverse('board:figure', args=[indicator.id])}?{asked.query()}", cells, now.value is not None, as_of=as_of,
    )  # fmt: skip


def shown_cells(found: Reading, language: str) -> tuple[str, ...]:
    """Return the months of a line as numbers, for the table of the year."""
    return tuple(show_number(one.value, language, found.indicator.decimals) for one in found.trend)


def row(tiles: Sequence[Tile], columns: int) -> tuple[Tile, ...]:
    """Return tiles as they fill rows of some columns: the first ones wider."""
    if not tiles:
        return ()
    return tuple(
        replace(one, wide=wide) for one, wide in zip(tiles, widths(len(tiles), columns), strict=True)
    )


def said_of(found: Iterable[Reading]) -> Said:
    """Return what a page may say once of all its figures."""
    known = [one.now for one in found]
    states = {one.locked for one in known}
    return Said(freshness(known)[0], states.pop() if len(states) == 1 else None)


def notes(value: Value, language: str, said: Said = NOTHING_SAID) -> tuple[str, ...]:
    """Return how sure a value is, without what the page says: locked or not, how many told, estimates, when it was counted."""
    found = [] if value.locked == said.locked else [_("locked") if value.locked else _("provisional")]
    if not value.complete and value.expected > 1:
        told = {"told": value.told, "expected": value.expected}
        found.append(_("%(told)s of %(expected)s told") % told)
    elif not value.complete and value.value is not None:
        found.append(_("not everything is told yet"))
    if value.estimated:
        found.append(_("estimated where boundaries were divided"))
    if value.broken:
        found.append(_("the formula changed within this time"))
    if value.waits:
        found.append(_("changes are being counted"))
    elif value.counted_at is not None and not _same(value.counted_at, said.counted):
        found.append(_("counted %(at)s") % {"at": show_datetime(value.counted_at, language)})
    return tuple(found)


def _same(at: datetime, counted: datetime | None) -> bool:
    return counted is not None and abs(at - counted) < HOUR
