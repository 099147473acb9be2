"""A map as one SVG drawn by the server: outlines within a box of degrees, with what is wrong with each marked.

No tiles from anywhere and no script: every outline is a link, every step of the zoom an address. Heights follow the
latitude, so that a square on the ground is a square on the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 1000.0  # of the drawing, in its own units
MARGIN = 0.04  # around the outlines, as a share of their width
FLATTEST, TALLEST = 0.55, 0.85  # height of a drawing, as a share of its width
LABELS_UP_TO = 120
LEAST_DEGREES = 0.0004  # about 40 m: nothing smaller is looked at
DECIMALS = 6
Ring = Sequence[Sequence[float]]
# What is wrong -> how it is drawn; of several faults the first here speaks.
KINDS = {
    "parcels.invalid": "crossed", "parcels.overlap": "overlap", "parcels.wrong_commune": "elsewhere",
    "parcels.far_away": "elsewhere", "parcels.area_differs": "differs", "parcels.no_outline": "differs",
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """A part of the earth in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, text: str) -> Box | None:
        """Read "103.9,22.4,103.95,22.47"; None for anything else."""
        parts = text.split(",")
        try:
            west, south, east, north = (float(part) for part in parts)
        except ValueError:
            return None
        inside = -180 <= west < east <= 180 and -85 <= south < north <= 85  # false for what is no number
        return cls(west, south, east, north).grown(0) if inside else None

    @classmethod
    def around(cls, boxes: Iterable[Box]) -> Box | None:
        """Return the smallest box that holds others; None for none."""
        held = list(boxes)
        if not held:
            return None
        return cls(
            min(one.west for one in held), min(one.south for one in held), max(one.east for one in held),
            max(one.north for one in held),
        )  # fmt: skip

    def __str__(self) -> str:
        return ",".join(f"{part:.{DECIMALS}f}" for part in self.sides)

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return self.west, self.south, self.east, self.north

    def grown(self, share: float) -> Box:
        """Return a box larger by a share on every side; never smaller than what is looked at."""
        x = max((self.east - self.west) * (1 + 2 * share), LEAST_DEGREES) / 2
        y = max((self.north - self.south) * (1 + 2 * share), LEAST_DEGREES) / 2
        middle_x, middle_y = (self.east + self.west) / 2, (self.north + self.south) / 2
        return Box(middle_x - x, middle_y - y, middle_x + x, middle_y + y)

    def fitted(self) -> Box:
        """Return the box made wider or taller, so that its drawing is neither a strip nor a tower."""
        x, y = (self.east - self.west) / 2, (self.north - self.south) / 2
        middle_x, middle_y = (self.east + self.west) / 2, (self.north + self.south) / 2
        stretch = 1 / math.cos(math.radians(middle_y))
        x, y = max(x, y * stretch / TALLEST), max(y, x * FLATTEST / stretch)
        return Box(middle_x - x, middle_y - y, middle_x + x, middle_y + y)

    def moved(self, east: float, north: float) -> Box:
        """Return the box moved by shares of its width and height."""
        x, y = east * (self.east - self.west), north * (self.north - self.south)
        return Box(self.west + x, self.south + y, self.east + x, self.north + y)

    def meets(self, other: Box) -> bool:
        """Tell whether both have something in common."""
        return (
            self.west <= other.east and other.west <= self.east and self.south <= other.north and other.south <= self.north
        )  # fmt: skip

    def parts(self, across: int) -> list[Box]:
        """Return the box cut into equal parts, row by row from the north."""
        x, y = (self.east - self.west) / across, (self.north - self.south) / across
        return [
            Box(
                self.west + x * column,
                self.north - y * (row + 1),
                self.west + x * (column + 1),
                self.north - y * row,
            )
            for row in range(across)
            for column in range(across)
        ]


@dataclass(frozen=True)
class Outline:
    """One thing on the map.

    kind    one of KINDS' values; "" when nothing is wrong
    title   what is said of it when it is pointed at
    """

    id: str
    label: str
    title: str
    url: str
    geometry: Mapping[str, Any]
    box: Box
    kind: str = ""
    marked: bool = False


def rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    """Yield the rings of a polygon or of several."""
    match geometry.get("type"):
        case "Polygon":
            yield from geometry["coordinates"]
        case "MultiPolygon":
            for polygon in geometry["coordinates"]:
                yield from polygon


def box_of(geometry: Mapping[str, Any]) -> Box | None:
    """Return the box around an outline; None for a point or nothing."""
    points = [point for ring in rings(geometry) for point in ring]
    if not points:
        return None
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def svg(
    box: Box, outlines: Sequence[Outline], title: str, boundary: Mapping[str, Any] | None = None
) -> SafeString:
    """Return the drawing: the boundary beneath, then what is well, then what is not, then labels."""
    place = _Paper(box)
    drawn = sorted(outlines, key=lambda one: (one.marked, bool(one.kind)))
    shapes = format_html_join(
        "",
        '<a href="{}"><path class="parcel {}{}" d="{}"><title>{}</title></path></a>',
        (
            (one.url, one.kind, " marked" if one.marked else "", place.path(one.geometry), one.title)
            for one in drawn
        ),
    )
    labels = SafeString("")
    if len(outlines) <= LABELS_UP_TO:
        labels = format_html_join(
            "", '<text x="{}" y="{}">{}</text>', ((*place.middle(one.box), one.label) for one in outlines)
        )
    under = (
        format_html('<path class="boundary" d="{}"/>', place.path(boundary)) if boundary else SafeString("")
    )
    return format_html(
        '<svg class="map" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}{}<g class="labels">{}</g></svg>',
        int(WIDTH), int(place.height), title, _HATCHES, under, shapes, labels,
    )  # fmt: skip


def overview(box: Box, parts: Iterable[tuple[Box, str, str, bool, str]], title: str) -> SafeString:
    """Return a drawing for more than can be drawn: squares with how many things each holds, as links into them.

    parts  (box, address, what is written in it, whether something there has a fault, the same in a sentence)
    """
    place, squares = _Paper(box), []
    for part, url, label, wrong, said in parts:
        (x, y), (right, bottom) = place.point(part.west, part.north), place.point(part.east, part.south)
        squares.append(
            format_html(
                '<a href="{}" aria-label="{}"><rect class="square{}" x="{}" y="{}" width="{}" height="{}"/><text x="{}" y="{}">{}</text></a>',
                url,
                said,
                " wrong" if wrong else "",
                x,
                y,
                round(right - x, 1),
                round(bottom - y, 1),
                round((x + right) / 2, 1),
                round((y + bottom) / 2, 1),
                label,
            )  # fmt: skip
        )
    joined = format_html_join("", "{}", ((one,) for one in squares))
    return format_html(
        '<svg class="map overview" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>',
        int(WIDTH), int(place.height), title, joined,
    )  # fmt: skip


_HATCHES = SafeString(
    '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hatch" d="M0 0V8"/></pattern><pattern id="dots" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<circle class="dot" cx="4" cy="4" r="1.6"/></pattern></defs>'
)


class _Paper:
    """Where degrees lie on the drawing."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.scale = WIDTH / (box.east - box.west)
        self.tall = self.scale / math.cos(math.radians((box.north + box.south) / 2))
        self.height = (box.north - box.south) * self.tall

    def point(self, x: float, y: float) -> tuple[float, float]:
        return round((x - self.box.west) * self.scale, 1), round((self.box.north - y) * self.tall, 1)

    def path(self, geometry: Mapping[str, Any]) -> str:
        parts = []
        for ring in rings(geometry):
            points = [self.point(point[0], point[1]) for point in ring]
            parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z")
        return "".join(parts)

    def middle(self, box: Box) -> tuple[float, float]:
        return self.point((box.east + box.west) / 2, (box.north + box.south) / 2)
