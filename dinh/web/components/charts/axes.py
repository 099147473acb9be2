"""What drawings share: round numbers for a scale, its edges, lines that break where nothing is known, and dots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from math import ceil, floor, log10

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from dinh.lib.money import show_number

STEPS = (1, 2, 2.5, 5, 10)
Place = tuple[float, float]  # x, y
Height = Callable[[float], float]  # how far from the top a value stands


def round_marks(low: float, high: float) -> list[float]:
    """Return the round numbers of a scale that holds two different values, three to six of them, the lowest first."""
    rough = (high - low) / 4
    power = 10.0 ** floor(log10(rough))
    step = next(one * power for one in STEPS if one * power >= rough * 0.999)
    first, last = floor(low / step), ceil(high / step)
    return [round(number * step, 6) for number in range(first, max(last, first + 1) + 1)]


def scale(marks: Sequence[float], y: Height, left: float, right: float, language: str) -> SafeString:
    """Draw an edge for each mark of a scale, its number left of it."""
    digits = 0 if all(float(one).is_integer() for one in marks) else 1
    return edges([(y(one), show_number(one, language, digits)) for one in marks], left, right)


def edges(found: Iterable[tuple[float, str]], left: float, right: float) -> SafeString:
    """Draw edges across a drawing, each with what it stands for.

    found  (how far from the top, words)
    """
    return format_html_join(
        "",
        '<path class="chart-edge" d="M{} {}H{}"/><text class="chart-scale" x="{}" y="{}">{}</text>',
        ((left, y, right, left - 6, round(y + 4, 1), words) for y, words in found),
    )


def line(places: Sequence[Place | None], name: str) -> SafeString:
    """Draw a line that breaks where a place is not known: nothing is drawn where nothing is known."""
    runs = [list(run) for known, run in groupby(places, key=lambda one: one is not None) if known]
    return format_html_join(
        "",
        '<polyline class="{}" points="{}"/>',
        ((name, " ".join(f"{one[0]},{one[1]}" for one in run if one)) for run in runs if len(run) > 1),
    )


def dots(found: Iterable[tuple[Place, str, str]], radius: float) -> SafeString:
    """Draw dots that say what they are when one points at them.

    found  (place, words, more classes)
    """
    return format_html_join(
        "",
        '<circle class="chart-dot{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>',
        ((more and f" {more}", *place, radius, words) for place, words, more in found),
    )
