"""Where names stand on a map: around what they name, none over another; what finds no room has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot

LETTER, LINE = 7.3, 14.0  # room that a letter (bold, of a wide face) and a line take
Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, upper, right and lower edge


@dataclass(frozen=True)
class Named:
    """What is to be named: its words, one a line, the place of its circle; without a radius it is an outline's middle."""

    key: str
    words: tuple[str, ...]
    at: Point
    radius: float | None

    def covers(self, box: Box) -> bool:
        """Return whether its circle would cover a part of a box; an outline may be written on."""
        if self.radius is None:
            return False
        (x, y), (left, upper, right, lower) = self.at, box
        across, down = max(left - x, 0.0, x - right), max(upper - y, 0.0, y - lower)
        return hypot(across, down) < self.radius + 1


@dataclass(frozen=True)
class Label:
    """Where a name stands: its point on the base line of the first line, its anchor, and how many of its lines."""

    x: float
    y: float
    anchor: str  # "from" the point on, "to" it, or "mid"
    lines: int


def labels(found: Sequence[Named], size: tuple[float, float], kept_free: Box) -> Mapping[str, Label]:
    """Return where names stand, by key: with all their lines first, then the first line alone where there is room for it.

    found      the most important first
    kept_free  what nothing may cover: the scale
    """
    return _labels(tuple(found), size, kept_free)


@lru_cache(
    maxsize=128
)  # the map of a province looks for room for 148 names, and is the same for all its readers
def _labels(found: tuple[Named, ...], size: tuple[float, float], kept_free: Box) -> Mapping[str, Label]:
    taken, placed = [kept_free], dict[str, Label]()
    for whole in (True, False):
        for one in found:
            if one.key in placed:
                continue
            for label, box in _tries(one, len(one.words) if whole else 1):
                inside = box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]
                if (
                    inside
                    and not any(_meet(box, other) for other in taken)
                    and not any(other.covers(box) for other in found)
                ):
                    taken.append(box)
                    placed[one.key] = label
                    break
    return placed


def _tries(one: Named, lines: int) -> Iterator[tuple[Label, Box]]:
    """Yield places for some lines, the best first: beside the circle, below, above, then askew."""
    (x, y), tall, wide = one.at, lines * LINE, max(len(word) for word in one.words[:lines]) * LETTER
    for left, base, anchor in _spots(x, y, one.radius, lines):
        start = {"from": left, "to": left - wide, "mid": left - wide / 2}[anchor]
        upper = base - LINE + 3
        yield (
            Label(round(left, 1), round(base, 1), anchor, lines),
            (start, upper, start + wide, upper + tall),
        )


def _spots(x: float, y: float, radius: float | None, lines: int) -> list[tuple[float, float, str]]:
    if radius is None:
        return [(x, y - 2, "mid")]
    more = (lines - 1) * LINE
    middle, near, askew = y + 5 - more / 2, radius + 4, 0.7 * radius + 5
    below, above = y + 0.7 * radius + LINE - 3, y - 0.7 * radius - more - 3
    under, over, little = y + radius + LINE, y - radius - more - 5, 0.4 * radius
    return [
        (x + near, middle, "from"), (x - near, middle, "to"), (x, under, "mid"), (x, over, "mid"),
        (x + askew, above, "from"), (x - askew, above, "to"), (x + askew, below, "from"), (x - askew, below, "to"),
        (x + little, under, "from"), (x - little, under, "to"), (x + little, over, "from"), (x - little, over, "to"),
    ]  # fmt: skip


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
