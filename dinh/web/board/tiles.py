"""A figure as a tile: a sentence, the number, its target, its state, a year as a line, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dinh.indicators.queries.figures import Value
from dinh.lib.dates import show_datetime
from dinh.web.board import drawing, saying
from dinh.web.board.arranging import State, state_of
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading


@dataclass(frozen=True)
class Tile:
    """What a tile shows, all in words."""

    id: str
    title: str
    sentence: str
    value: str
    target: str
    state: State
    line: SafeString
    notes: tuple[str, ...]
    url: str
    cells: tuple[str, ...]  # the months of the line, for the table
    known: bool


def tile(found: Reading, asked: Asked, language: str) -> Tile:
    """Return the tile of a figure."""
    indicator, now = found.indicator, found.now
    cells = tuple(saying.number(one.value, language, indicator.decimals) for one in found.trend)
    title = indicator.title.of(language)
    line = drawing.spark(
        [one.value for one in found.trend],
        now.target if indicator.direction != "none" else None,
        _("%(title)s, 12 months: from %(first)s to %(last)s")
        % {"title": title, "first": next((one for one in cells if one != saying.NONE), saying.NONE), "last": cells[-1]},
    )  # fmt: skip
    return Tile(
        indicator.id, title, saying.sentence(found, language), saying.amount(now.value, indicator, language),
        saying.target(now.target, indicator, language), state_of(now, indicator.direction), line, notes(now, language),
        f"{reverse('board:figure', args=[indicator.id])}?{asked.query()}", cells, now.value is not None,
    )  # fmt: skip


def notes(value: Value, language: str) -> tuple[str, ...]:
    """Return how sure a value is: locked or not, how many told, estimates, when it was counted."""
    found = [_("locked") if value.locked else _("provisional")]
    if not value.complete:
        told = {"told": value.told, "expected": value.expected}
        found.append(_("%(told)s of %(expected)s told") % told)
    if value.estimated:
        found.append(_("estimated where boundaries were divided"))
    if value.broken:
        found.append(_("the formula changed within this time"))
    if value.waits:
        found.append(_("changes are being counted"))
    elif value.counted_at is not None:
        found.append(_("counted %(at)s") % {"at": show_datetime(value.counted_at, language)})
    return tuple(found)
