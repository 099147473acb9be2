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

from dinh.indicators.queries import hiding
from dinh.indicators.queries.figures import Value
from dinh.web.board import liking, reading, saying
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading

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
    above = liking.unit_above(asked)
    if above is None or now.value is None or indicator.direction == "none" or indicator.kind != "ratio":
        return None
    kind, like = liking.alike(asked, above)
    called = liking.called(asked.level, kind, language)
    mark = reading.watermark(asked.at(above))
    others = [one for one in reading.among(indicator.id, like, asked, mark) if _speaks(one, asked.unit)]
    if len(others) < liking.LEAST:
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
