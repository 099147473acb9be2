"""A rate through days, with the bands that judge it. The drawing stays readable from 320 to 560 pixels of width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dinh.lib.dates import local_date, show_date, show_datetime
from dinh.lib.money import show_number
from dinh.web.components.charts.axes import dots, edges, line

WIDTH, HEIGHT = 360, 176
LEFT, RIGHT, TOP, BOTTOM = 40, 348, 14, 150
STEP = 0.05  # the axis begins and ends at a multiple of this
MANY = 40  # days whose dots would lie over each other: the last alone is drawn
Point = tuple[datetime, float]


@dataclass(frozen=True)
class Axis:
    """The part of 0 to 1 that is drawn: wide enough for the line, never so wide that it lies flat."""

    low: float
    high: float

    @classmethod
    def of(cls, shares: Sequence[float]) -> Axis:
        """Return the axis of some shares (0..1)."""
        low = max(0.0, floor((min(shares) - 0.02) / STEP) * STEP)
        high = max(2 * STEP, min(1.0, ceil((max(shares) + 0.01) / STEP) * STEP))
        return cls(round(min(low, high - 2 * STEP), 2), round(high, 2))

    def y(self, share: float) -> float:
        """Return how far from the top a share stands."""
        return round(BOTTOM - (share - self.low) / (self.high - self.low) * (BOTTOM - TOP), 1)


def percent(share: float | None, language: str, digits: int = 1) -> str:
    """Return a share as people read it: "95,2 %"; "–" for none.

    Cut, not rounded: 89.96 % is not yet 90, and what is there at all is not nothing: "< 0,1 %".
    """
    if share is None:
        return "–"
    cut = floor(round(share * 100 * 10**digits, 6)) / 10**digits
    if cut == 0 < share:
        return f"<\u00a0{show_number(10**-digits, language, digits)}\u00a0%"
    return f"{show_number(cut, language, digits)}\u00a0%"


def rate_line(
    points: Sequence[Point], title: str, language: str, green: float = 0.9, yellow: float = 0.75
) -> SafeString:
    """Draw a rate through time; "" when there are fewer than two days to draw.

    points         (moment, share 0..1), oldest first
    green, yellow  where the official bands begin; their lines are drawn where they fall into the drawing
    """
    if len(points) < 2:
        return SafeString("")
    axis = Axis.of([share for _at, share in points])
    first, last = points[0][0], points[-1][0]
    one_day = local_date(first) == local_date(last)
    seconds = (last - first).total_seconds() or 1.0
    places = [
        (round(LEFT + (at - first).total_seconds() / seconds * (RIGHT - LEFT - 8), 1), axis.y(share))
        for at, share in points
    ]
    days = [
        show_datetime(at, language) if one_day else show_date(local_date(at), language) for at, _ in points
    ]
    shown = [percent(share, language) for _at, share in points]
    told = [(place, f"{day}: {one}", "") for place, day, one in zip(places, days, shown, strict=True)]
    return format_html(
        '<svg class="chart rate" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}{}'
        '<text class="chart-day" x="{}" y="{}">{}</text><text class="chart-day end" x="{}" y="{}">{}</text></svg>',
        WIDTH, HEIGHT, f"{title}: {shown[0]} – {shown[-1]}", _bands(axis, green, yellow),
        _scale(axis, (green, yellow), language), line(places, "chart-line"),
        dots(told if len(told) <= MANY else told[-1:], 3.5), _now(*places[-1], shown[-1]),
        LEFT, HEIGHT - 6, days[0], RIGHT, HEIGHT - 6, days[-1],
    )  # fmt: skip


def _bands(axis: Axis, green: float, yellow: float) -> SafeString:
    found = [("green", green, 1.0), ("gold", yellow, green), ("red", 0.0, yellow)]
    inside = [(name, max(low, axis.low), min(high, axis.high)) for name, low, high in found]
    return format_html_join(
        "",
        '<rect class="chart-{}" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (name, LEFT, axis.y(high), RIGHT - LEFT, round(axis.y(low) - axis.y(high), 1))
            for name, low, high in inside
            if high > low
        ),
    )


def _scale(axis: Axis, bands: Sequence[float], language: str) -> SafeString:
    shown = sorted({axis.low, axis.high, *(edge for edge in bands if axis.low < edge < axis.high)})
    return edges([(axis.y(edge), percent(edge, language, 0)) for edge in shown], LEFT, RIGHT)


def _now(x: float, y: float, words: str) -> SafeString:
    """Write the last rate above its dot, below it where there is no room."""
    above = y - 9 if y - 9 > TOP + 4 else y + 18
    return format_html('<text class="chart-now" x="{}" y="{}">{}</text>', x, round(above, 1), words)
