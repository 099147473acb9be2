"""A unit among units of like traits: its place and the middle of them. Others' names only to who may read their board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from uuid import UUID

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.directory import tree
from dinh.directory.models import Level
from dinh.directory.traits import kinds_of
from dinh.indicators.queries import hiding, places
from dinh.indicators.queries.figures import Value
from dinh.web.board import reading, saying
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading

LEAST = 3  # others with a figure: of fewer, one could work out theirs
STRIP = (340, 54)
LEFT, RIGHT, LINE = 14, 326, 26


@dataclass(frozen=True)
class Peers:
    """A unit among its like: in words, drawn, and what they are called together."""

    kind: str
    words: str
    strip: SafeString


def of(found: Reading, asked: Asked, language: str) -> Peers | None:
    """Return a unit among the units of its kind below the same province, or among the villages of its commune.

    None for a province, for what has no better and worse, and where the unit itself has no figure.
    """
    indicator, now = found.indicator, found.now
    above = _above(asked)
    if above is None or now.value is None or indicator.direction == "none" or indicator.kind != "ratio":
        return None
    units = places.children(above, asked.day)
    kinds = kinds_of(units, asked.day)
    kind = kinds.get(asked.unit, "")
    like = tuple(unit for unit in units if kinds[unit] == kind)
    called = _called(asked, kind, language)
    mark = reading.watermark(asked.at(above))
    others = [one for one in reading.among(indicator.id, like, asked, mark) if _speaks(one, asked.unit)]
    if len(others) < LEAST:
        return Peers(
            called, _("Fewer than three other units of this kind have this figure, so there is nothing to compare."), SafeString("")
        )  # fmt: skip
    known = [one.value for one in others if one.value is not None]
    down = indicator.direction == "down"
    better = sum(1 for value in known if (value < now.value if down else value > now.value))
    middle = Decimal(median([*known, now.value]))
    told = {
        "place": better + 1, "of": len(known) + 1, "middle": saying.amount(middle, indicator, language),
        "unit": saying.unit(asked),
    }  # fmt: skip
    words = _("%(unit)s is number %(place)s of %(of)s, the best first; the middle of them has %(middle)s.")
    return Peers(called, words % told, _strip(known, now.value, middle, words % told))


def _above(asked: Asked) -> UUID | None:
    """Return the unit among whose units one is compared: the province of a commune, the commune of a village."""
    wanted = {Level.COMMUNE: Level.PROVINCE, Level.VILLAGE: Level.COMMUNE}.get(Level(asked.level))
    line = tree.with_parents(asked.unit, asked.day)[1:]
    return next((unit for unit in line if places.level_of(unit, asked.day) == wanted), None)


def _called(asked: Asked, kind: str, language: str) -> str:
    if asked.level == Level.VILLAGE:
        return _("the villages of the commune")
    entries = store.get().lists["unit_traits"].entries
    word = next((one.title.of(language) for one in entries if one.code == kind), "")
    if not word:
        return _("communes of the province of which no trait is declared")
    return _("communes of the province, %(trait)s") % {"trait": word}


def _speaks(value: Value, own: UUID) -> bool:
    """Return whether a unit counts among the others: known, of enough cases, of so many that nobody is told of."""
    return value.unit != own and value.value is not None and not value.few and not hiding.is_small(value)


def _strip(others: Sequence[Decimal], own: Decimal, middle: Decimal, told: str) -> SafeString:
    """Draw each unit as a dot on a line, the own one large, the middle as a stroke."""
    low, high = float(min(*others, own)), float(max(*others, own))
    room = (high - low) or 1.0

    def x(value: Decimal) -> float:
        return round(LEFT + (float(value) - low) / room * (RIGHT - LEFT), 1)

    dots = format_html_join(
        "", '<circle class="strip-dot" cx="{}" cy="{}" r="5"/>', ((x(one), LINE) for one in others)
    )
    return format_html(
        '<svg class="strip" viewBox="0 0 {} {}" role="img" aria-label="{}"><path class="chart-edge" d="M{} {}H{}"/>'
        '<path class="strip-middle" d="M{} {}v28"/>{}<circle class="strip-own" cx="{}" cy="{}" r="8"/></svg>',
        *STRIP, told, LEFT, LINE, RIGHT, x(middle), LINE - 14, dots, x(own), LINE,
    )  # fmt: skip
