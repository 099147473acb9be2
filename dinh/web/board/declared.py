"""What a unit declares beside what is counted of the same thing: on a figure, its tile and its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.directory.models import Level
from dinh.indicators.queries import told
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.told import Beside
from dinh.indicators.rules.values import SMALL
from dinh.lib.money import show_number
from dinh.web.board import reading
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading
from dinh.web.board.tiles import Tile


@dataclass(frozen=True)
class Line:
    """A declared number in words: what it is called, itself, what is counted, how far apart, where it is told."""

    title: str
    says: str
    has: str
    gap: str
    far: bool
    url: str


def beside(found: Reading, asked: Asked, mark: str, language: str) -> list[Line]:
    """Return what is declared beside a figure as a reader sees it: nothing where what is counted is hidden."""
    return [] if found.now.masked else of(found.indicator, asked, mark, language)


def of(indicator: Indicator, asked: Asked, mark: str, language: str) -> list[Line]:
    """Return what is declared beside a figure; nothing of villages, which declare nothing, and of fewer than five."""
    own = set(measures_in(indicator)) if indicator.kind != "score" else set()
    compared = {one.compare_with for one in store.get().measures.values() if one.compare_with}
    if not own & compared or asked.level == Level.VILLAGE:
        return []
    # Of all figures together: a page asks for several, and there are few that anybody declares.
    found = reading.kept_for(
        asked, mark, "declared",
        make=lambda: told.beside(
            compared, asked.unit, asked.level, asked.first, asked.month, boundaries=asked.boundaries, close=asked.close
        ),
    )  # fmt: skip
    return [
        _line(one, asked, language)
        for one in found
        if one.counted.id in own and (min(one.says, one.has) >= SMALL or one.has == 0)
    ]


def on_tiles(
    drawn: Iterable[Tile], known: Mapping[str, Indicator], asked: Asked, mark: str, language: str
) -> list[Tile]:
    """Return tiles, with a note on those of which something is declared that is counted otherwise."""
    result = []
    for one in drawn:
        lines = [line for line in of(known[one.id], asked, mark, language) if line.gap] if one.known else []
        notes = tuple(
            _("declared %(says)s, counted %(has)s (%(gap)s)") % {"says": line.says, "has": line.has, "gap": line.gap}
            for line in lines
        )  # fmt: skip
        result.append(replace(one, notes=(*one.notes, *notes)) if notes else one)
    return result


def rows(lines: Iterable[Line], unit: str, time: str, columns: int) -> list[list[str]]:
    """Return declared numbers as lines of the file of a figure."""
    return [
        [
            unit,
            time,
            _("declared by the unit: %(title)s") % {"title": line.title},
            line.says,
            *[""] * (columns - 4),
        ]
        for line in lines
    ]


def _line(one: Beside, asked: Asked, language: str) -> Line:
    sign = "+" if one.gap > 0 else "−" if one.gap < 0 else ""
    return Line(
        one.declared.title.of(language), show_number(one.says, language), show_number(one.has, language),
        f"{sign}{show_number(max(one.gap, -one.gap), language)}" if one.gap else "", one.far,
        f"{reverse('board:told')}?{asked.query()}" if asked.level == Level.COMMUNE else "",
    )  # fmt: skip
