"""The answer to a question as a drawing: lines over time, or bars of one time. Made twice, for wide and narrow pages.

Lines differ by colour and by dashes, and each has its name at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dinh.web.components.charts.axes import line as line_of
from dinh.web.components.charts.axes import round_marks, scale

MOST_LINES = 6
TOP, BOTTOM, LEFT = 14, 30, 46


@dataclass(frozen=True)
class Line:
    """One line: its name, a value for each column (None: a gap), and these in words."""

    title: str
    values: tuple[Decimal | None, ...]
    shown: tuple[str, ...]


def lines(
    found: Sequence[Line], columns: Sequence[str], title: str, language: str, most: float | None = None
) -> SafeString:
    """Draw up to six lines; "" when no line has two neighbouring values. most: no value can be larger, as of a share"""
    if not any(one is not None for line in found for one in line.values) or len(columns) < 2:
        return SafeString("")
    known = found[:MOST_LINES]
    marks = _marks([float(one) for line in known for one in line.values if one is not None], most)
    wide = _drawn(known, columns, title, language, (760, 300), 190, "wide-only", marks)
    narrow = _drawn(known, columns, title, language, (344, 240), 12, "narrow-only", marks)
    return format_html("{}{}{}", wide, narrow, _legend(known))


def bars(found: Sequence[Line], columns: Sequence[str], title: str) -> SafeString:
    """Draw a bar for each value of some lines, the names before them; "" when nothing is known. One drawing for all widths."""
    known = [one for line in found for one in line.values if one is not None]
    most = max(known, default=Decimal(0))
    if most <= 0:
        return SafeString("")
    items = format_html_join(
        "",
        '<li><span class="bars-name">{}</span>{}</li>',
        ((line.title, _bars_of(line, columns, most)) for line in found),
    )
    return format_html('<ul class="bars" aria-label="{}">{}</ul>', title, items)


def _bars_of(line: Line, columns: Sequence[str], most: Decimal) -> SafeString:
    return format_html_join(
        "", '<span class="bars-one"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bars-value b{}" width="{}" height="10"/></svg><span>{} <b>{}</b></span></span>',
        ((at, round(float(max(one or Decimal(0), Decimal(0)) / most) * 100, 1), columns[at], shown)
         for at, (one, shown) in enumerate(zip(line.values, line.shown, strict=True))),
    )  # fmt: skip


def _drawn(
    found: Sequence[Line], columns: Sequence[str], title: str, language: str, size: tuple[int, int], right: int, name: str,
    marks: Sequence[float],
) -> SafeString:  # fmt: skip
    width, height = size
    low, high = marks[0], marks[-1]
    step = (width - LEFT - right) / max(1, len(columns) - 1)

    def y(value: float) -> float:
        return round(height - BOTTOM - (value - low) / (high - low) * (height - TOP - BOTTOM), 1)

    def x(number: int) -> float:
        return round(LEFT + number * step, 1)

    shapes = format_html_join("", "{}", ((_shape(line, number, x, y),) for number, line in enumerate(found)))
    names = _names(found, x, y) if name == "wide-only" else SafeString("")
    return format_html(
        '<svg class="chart cross {}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>',
        name, width, height, title, scale(marks, y, LEFT, width - right, language), shapes, names,
        _axis(columns, x, height, step),
    )  # fmt: skip


def _shape(line: Line, number: int, x: Callable[[int], float], y: Callable[[float], float]) -> SafeString:
    points = [None if one is None else (x(at), y(float(one))) for at, one in enumerate(line.values)]
    drawn = line_of(points, f"cross-line s{number}")
    dots = format_html_join(
        "", '<circle class="cross-dot s{}" cx="{}" cy="{}" r="3.5"><title>{}: {}</title></circle>',
        ((number, *point, line.title, line.shown[at]) for at, point in enumerate(points) if point),
    )  # fmt: skip
    return format_html("{}{}", drawn, dots)


def _names(found: Sequence[Line], x: Callable[[int], float], y: Callable[[float], float]) -> SafeString:
    """Write each name beside the end of its line, none over another."""
    ends: list[tuple[float, int, str]] = []
    for number, line in enumerate(found):
        at = max((at for at, one in enumerate(line.values) if one is not None), default=None)
        if at is not None:
            ends.append((y(float(line.values[at] or 0)), number, line.title))
    ends.sort(key=lambda end: end[0])
    for at, (height, number, title) in enumerate(ends[1:], start=1):
        ends[at] = (max(height, ends[at - 1][0] + 15), number, title)
    last = x(len(found[0].values) - 1) + 9
    return format_html_join(
        "", '<text class="cross-name s{}" x="{}" y="{}">{}</text>',
        ((number, last, round(height + 4, 1), _short(title)) for height, number, title in ends),
    )  # fmt: skip


def _short(title: str) -> str:
    return title if len(title) < 28 else f"{title[:26]}…"


def _legend(found: Sequence[Line]) -> SafeString:
    items = format_html_join(
        "", '<li><svg class="key" viewBox="0 0 28 8" aria-hidden="true"><path class="cross-line s{}" d="M1 4H27"/></svg>{}</li>',
        ((number, line.title) for number, line in enumerate(found)),
    )  # fmt: skip
    return format_html('<ul class="cross-legend narrow-only">{}</ul>', items)


def _axis(columns: Sequence[str], x: Callable[[int], float], height: int, step: float) -> SafeString:
    every = max(1, ceil(70 / max(step, 1)))
    return format_html_join(
        "", '<text class="chart-month" x="{}" y="{}">{}</text>',
        ((x(at), height - 8, title) for at, title in enumerate(columns) if (len(columns) - 1 - at) % every == 0),
    )  # fmt: skip


def _marks(known: Sequence[float], most: float | None) -> list[float]:
    """Return the round numbers of the scale, the lowest first; none above what can be."""
    low, high = min(known), max(known)
    low = 0.0 if 0 <= low < high * 0.6 else low
    if high - low < 1e-9:
        low, high = (0.0, max(high, 1.0)) if low <= 0 else (low * 0.9, high * 1.1)
    marks = round_marks(low, high)
    below = [one for one in marks if most is None or one <= most]
    return below if len(below) > 1 and below[-1] >= max(known) else marks
