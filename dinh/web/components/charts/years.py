"""Months as a line or as columns: small and without numbers on a tile, or large, for wide and for narrow pages.

Large ones are made twice, because letters that shrink with a picture cannot be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dinh.web.components.charts.axes import Place, dots, line, round_marks, scale

SPARK = (132, 44)
STILL = 0.05  # a line is as high as a change of a twentieth at least
WIDE, NARROW = (760, 280), (344, 240)
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 26, 34
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
    aim = format_html('<path class="chart-goal" d="M2 {}H{}"/>', y(goal[0]), width - 2) if goal else ""
    last = next(place for place in reversed(places) if place is not None)
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><path class="spark-year" d="{}"/>{}{}'
        '<circle class="chart-dot{}" cx="{}" cy="{}" r="3.5"/></svg>',
        width, height, title, "".join(f"M{x(number)} {height}v-3" for number in range(len(points))), aim,
        line(places, "chart-line"), "" if locked else " open", *last,
    )  # fmt: skip


def year(
    months: Sequence[Month], target: Decimal | None, told: str, title: str, language: str, *, columns: bool
) -> SafeString:
    """Draw a year of months, for wide and for narrow pages; "" when nothing is known.

    told     the target in words
    columns  counted things stand as columns, rates and scores as a line
    """
    if all(one.value is None for one in months):
        return SafeString("")
    drawn = [
        _year(months, target, told, title, language, columns, size, name)
        for size, name in ((WIDE, "wide-only"), (NARROW, "narrow-only"))
    ]
    return format_html("{}{}", *drawn)


def _year(
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
            '<path class="chart-goal" d="M{} {}H{}"/><text class="chart-told" x="{}" y="{}">{}</text>',
            LEFT, y(float(target)), width - RIGHT, width - RIGHT, y(float(target)) - 5, told,
        )  # fmt: skip
    narrow = width == NARROW[0]
    shapes = _columns(places, months, step, bottom) if columns else _line(places, months)
    return format_html(
        '<svg class="chart {}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}{}</svg>',
        name, width, height, title, scale(marks, y, LEFT, width - RIGHT, language), shapes, goal,
        _numbers(places, months, narrow, columns), _axis(months, step, height, narrow),
    )  # fmt: skip


def _marks(months: Sequence[Month], target: Decimal | None, columns: bool) -> list[float]:
    """Return the round numbers of the scale: columns begin at nothing, a line leaves room below its lowest point."""
    known = [float(one.value) for one in months if one.value is not None]
    known += [] if target is None else [float(target)]
    low, high = (min(0.0, *known) if columns else min(known)), max(known)
    if high - low < 1e-9:
        low, high = (0.0, max(high, 1.0)) if columns else (low - 1, high + 1)
    if not columns and low >= 0:
        low = max(0.0, low - (high - low) * 0.15)
    return round_marks(low, high)


def _columns(
    places: Sequence[Place | None], months: Sequence[Month], step: float, bottom: float
) -> SafeString:
    wide = round(step * 0.62, 1)
    return format_html_join(
        "",
        '<rect class="chart-column{}" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>',
        (
            (
                "" if month.locked else " open", round(place[0] - wide / 2, 1), min(place[1], bottom - 1), wide,
                max(1, round(bottom - place[1], 1)), month.name, month.shown,
            )
            for place, month in zip(places, months, strict=True) if place is not None
        ),
    )  # fmt: skip


def _line(places: Sequence[Place | None], months: Sequence[Month]) -> SafeString:
    found = (
        (place, f"{month.name}: {month.shown}", "" if month.locked else "open")
        for place, month in zip(places, months, strict=True)
        if place is not None
    )
    return format_html("{}{}", line(places, "chart-line"), dots(found, 5))


def _numbers(
    places: Sequence[Place | None], months: Sequence[Month], narrow: bool, columns: bool
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
        '<text class="chart-number" x="{}" y="{}">{}</text>',
        (
            (
                place[0],
                round(place[1] + (20 if _valley(places, number) and not columns else -10), 1),
                months[number].shown,
            )
            for number, place in enumerate(places)
            if place is not None and number in chosen
        ),
    )


def _valley(places: Sequence[Place | None], number: int) -> bool:
    """Return whether the line comes down to a month and goes up again: its number stands below it."""
    here = places[number]
    beside = [one for one in (*places[max(0, number - 1) : number], *places[number + 1 : number + 2]) if one]
    return here is not None and len(beside) == 2 and all(one[1] < here[1] for one in beside)


def _axis(months: Sequence[Month], step: float, height: int, narrow: bool) -> SafeString:
    every = 3 if narrow else 1
    return format_html_join(
        "",
        '<text class="chart-month" x="{}" y="{}">{}</text>',
        (
            (round(LEFT + (number + 0.5) * step, 1), height - 12, month.short)
            for number, month in enumerate(months)
            if (len(months) - 1 - number) % every == 0
        ),
    )
