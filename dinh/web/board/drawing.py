"""Figures as drawings: no script, no library, no colour alone. A table with the same numbers stands beside each.

Colours and strokes are `board.css`'s, so that a drawing is dark on a dark page and black on paper. Big drawings are
made twice, for a wide and for a narrow page, because letters that shrink with the picture cannot be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import ceil, floor, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dinh.lib.money import show_number

SPARK = (132, 44)
STILL = 0.05  # a line is as high as a change of a twentieth at least
WIDE, NARROW = (760, 280), (344, 240)
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 26, 34
STEPS = (1, 2, 2.5, 5, 10)
MANY = 4  # columns of numbers that a narrow drawing can hold


@dataclass(frozen=True)
class Month:
    """One month of a line. `value` None: not available."""

    name: str
    short: str
    value: Decimal | None
    shown: str
    locked: bool


def spark(
    points: Sequence[Decimal | None], target: Decimal | None, title: str, *, least: float = 0, locked: bool = False
) -> SafeString:  # fmt: skip
    """Draw a line without axes; "" when fewer than two months are known.

    least   what the height means at least, so that a change of one in a thousand does not look like a fall
    locked  whether the last month is: a filled dot, else a hollow one
    """
    known = [float(one) for one in points if one is not None]
    if len(known) < 2:
        return SafeString("")
    width, height = SPARK
    goal = [] if target is None else [float(target)]
    low, high = min(known + goal), max(known + goal)
    room = max(high - low, least, max(abs(one) for one in known) * STILL) or 1.0
    low -= (room - (high - low)) / 2

    def x(number: int) -> float:
        return round(4 + number * (width - 10) / max(1, len(points) - 1), 1)

    def y(value: float) -> float:
        return round(height - 6 - (value - low) / room * (height - 12), 1)

    places = [None if one is None else (x(number), y(float(one))) for number, one in enumerate(points)]
    line = format_html('<path class="spark-goal" d="M2 {}H{}"/>', y(goal[0]), width - 2) if goal else ""
    last = next(place for place in reversed(places) if place is not None)
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><path class="spark-year" d="{}"/>{}{}'
        '<circle class="spark-dot{}" cx="{}" cy="{}" r="3.5"/></svg>',
        width, height, title, "".join(f"M{x(number)} {height}v-3" for number in range(len(points))), line,
        _lines(places, "spark-line"), "" if locked else " open", *last,
    )  # fmt: skip


def bar(value: Decimal | None, most: Decimal, target: Decimal | None = None) -> SafeString:
    """Draw how much of the most a value is, and where its target stands; the number is written beside it."""
    if value is None or most <= 0:
        return SafeString("")
    width = round(float(min(value, most) / most) * 100, 1)
    goal = SafeString("")
    if target is not None and 0 < target <= most:
        goal = format_html('<path class="bar-goal" d="M{} 0V10"/>', round(float(target / most) * 100, 1))
    return format_html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-all" width="100" height="10"/>'
        '<rect class="bar-value" width="{}" height="10"/>{}</svg>',
        max(width, 0), goal,
    )  # fmt: skip


def trend(
    months: Sequence[Month], target: Decimal | None, told: str, title: str, language: str, *, columns: bool
) -> SafeString:
    """Draw a year of months, for wide and for narrow pages; "" when nothing is known.

    told     the target in words
    columns  counted things stand as columns, rates and scores as a line
    """
    if all(one.value is None for one in months):
        return SafeString("")
    drawn = [
        _trend(months, target, told, title, language, columns, size, name)
        for size, name in ((WIDE, "wide-only"), (NARROW, "narrow-only"))
    ]
    return format_html("{}{}", *drawn)


def _trend(
    months: Sequence[Month], target: Decimal | None, told: str, title: str, language: str, columns: bool, size: tuple[int, int], name: str
) -> SafeString:  # fmt: skip
    width, height = size
    marks = _marks(months, target, columns)
    low, high = marks[0], marks[-1]
    step = (width - LEFT - RIGHT) / len(months)
    bottom = height - BOTTOM

    def y(value: float) -> float:
        return round(bottom - (value - low) / (high - low) * (bottom - TOP), 1)

    places = [
        None if one.value is None else (round(LEFT + (number + 0.5) * step, 1), y(float(one.value)))
        for number, one in enumerate(months)
    ]
    goal = SafeString("")
    if target is not None:
        goal = format_html(
            '<path class="trend-goal" d="M{} {}H{}"/><text class="trend-told" x="{}" y="{}">{}</text>',
            LEFT, y(float(target)), width - RIGHT, width - RIGHT, y(float(target)) - 5, told,
        )  # fmt: skip
    narrow = width == NARROW[0]
    shapes = _columns(places, months, step, bottom) if columns else _line(places, months)
    return format_html(
        '<svg class="trend {}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}{}</svg>',
        name, width, height, title, _scale(marks, y, width, language), shapes, goal, _numbers(places, months, narrow, columns),
        _axis(months, step, height, narrow),
    )  # fmt: skip


def _marks(months: Sequence[Month], target: Decimal | None, columns: bool) -> list[float]:
    """Return the round numbers of the scale, three to six of them, the lowest first."""
    known = [float(one.value) for one in months if one.value is not None]
    known += [] if target is None else [float(target)]
    low, high = (0.0 if columns else min(known)), max(known)
    if high - low < 1e-9:
        low, high = (0.0, max(high, 1.0)) if columns else (low - 1, high + 1)
    if not columns:
        low = max(0.0, low - (high - low) * 0.15) if low >= 0 else low
    rough = (high - low) / 4
    power = 10.0 ** floor(log10(rough))
    step = next(one * power for one in STEPS if one * power >= rough * 0.999)
    first, last = floor(low / step), ceil(high / step)
    return [round(number * step, 6) for number in range(first, max(last, first + 1) + 1)]


def _scale(marks: Sequence[float], y: object, width: int, language: str) -> SafeString:
    place = y if callable(y) else float
    digits = 0 if all(float(one).is_integer() for one in marks) else 1
    return format_html_join(
        "",
        '<path class="trend-edge" d="M{} {}H{}"/><text class="trend-scale" x="{}" y="{}">{}</text>',
        (
            (LEFT, place(one), width - RIGHT, LEFT - 6, place(one) + 4, show_number(one, language, digits))
            for one in marks
        ),
    )


def _columns(
    places: Sequence[tuple[float, float] | None], months: Sequence[Month], step: float, bottom: float
) -> SafeString:
    wide = round(step * 0.62, 1)
    return format_html_join(
        "",
        '<rect class="trend-column{}" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>',
        (
            (
                "" if month.locked else " open", round(place[0] - wide / 2, 1), min(place[1], bottom - 1), wide,
                max(1, round(bottom - place[1], 1)), month.name, month.shown,
            )
            for place, month in zip(places, months, strict=True) if place is not None
        ),
    )  # fmt: skip


def _line(places: Sequence[tuple[float, float] | None], months: Sequence[Month]) -> SafeString:
    dots = format_html_join(
        "",
        '<circle class="trend-dot{}" cx="{}" cy="{}" r="5"><title>{}: {}</title></circle>',
        (
            ("" if month.locked else " open", *place, month.name, month.shown)
            for place, month in zip(places, months, strict=True)
            if place is not None
        ),
    )
    return format_html("{}{}", _lines(places, "trend-line"), dots)


def _lines(places: Sequence[tuple[float, float] | None], name: str) -> SafeString:
    """Draw a line that breaks where a month is not known: nothing is drawn where nothing is known."""
    runs = [list(run) for known, run in groupby(places, key=lambda one: one is not None) if known]
    return format_html_join(
        "",
        '<polyline class="{}" points="{}"/>',
        ((name, " ".join(f"{one[0]},{one[1]}" for one in run if one)) for run in runs if len(run) > 1),
    )


def _numbers(
    places: Sequence[tuple[float, float] | None], months: Sequence[Month], narrow: bool, columns: bool
) -> SafeString:
    """Write the numbers: all where there is room, else the first, the last, the highest and the lowest."""
    known = [number for number, place in enumerate(places) if place is not None]
    chosen = set(known)
    if narrow and len(known) > MANY:
        by_height = sorted(known, key=lambda number: months[number].value or 0)
        chosen = {known[0], known[-1], by_height[0], by_height[-1]}
        chosen = {number for number in chosen if number == known[-1] or number + 1 not in chosen}
    return format_html_join(
        "",
        '<text class="trend-number" x="{}" y="{}">{}</text>',
        (
            (
                place[0],
                place[1] + (20 if _valley(places, number) and not columns else -10),
                months[number].shown,
            )
            for number, place in enumerate(places)
            if place is not None and number in chosen
        ),
    )


def _valley(places: Sequence[tuple[float, float] | None], number: int) -> bool:
    """Return whether the line comes down to a month and goes up again: its number stands below it."""
    here = places[number]
    beside = [one for one in (*places[max(0, number - 1) : number], *places[number + 1 : number + 2]) if one]
    return here is not None and len(beside) == 2 and all(one[1] < here[1] for one in beside)


def _axis(months: Sequence[Month], step: float, height: int, narrow: bool) -> SafeString:
    every = 3 if narrow else 1
    return format_html_join(
        "",
        '<text class="trend-month" x="{}" y="{}">{}</text>',
        (
            (round(LEFT + (number + 0.5) * step, 1), height - 12, month.short)
            for number, month in enumerate(months)
            if (len(months) - 1 - number) % every == 0
        ),
    )
