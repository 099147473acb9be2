"""A map of units as SVG: circles at their centres, or their outlines, shaded in one hue; each is a link to its unit.

No tiles from anywhere and no script. A table with the same numbers stands beneath every map. Drawn twice, for wide and
for narrow pages, because letters that shrink with a picture cannot be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import cos, hypot, radians, sqrt

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dinh.lib.money import show_number
from dinh.web.board.labelling import LINE, Label, Named, labels
from dinh.web.board.outlines import Point, Where

WIDE, NARROW = (450, 360), (344, 400)
MARGIN = (64, 34)
SHADES = 5
LARGEST = {"wide-only": 21.0, "narrow-only": 19.0}
LEAST, TOUCH = 5.0, 14.0  # radius of the smallest circle, and of what a finger may hit
KM_A_DEGREE = 111.32
MOVED, ROUNDS, GAP = 40, 60, 1.5  # circles that are moved apart, how often at most, the room between them
BARS = (1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True)
class Place:
    """One unit of a map.

    size   what its circle's area stands for; None: all circles are alike
    value  what its shade stands for; None: not known
    """

    name: str
    where: Where
    shown: str
    url: str
    value: Decimal | None
    size: float | None


@dataclass(frozen=True)
class Legend:
    """What shades and sizes mean: the title of the value, its unit, its digits, and what sizes say ("" for nothing)."""

    title: str
    unit: str
    digits: int
    sizes: str = ""


_Circle = tuple[Place, Point, float]  # a unit, where it is drawn, its radius


def draw(places: Sequence[Place], legend: Legend, language: str) -> SafeString:
    """Draw a map; "" for fewer than two places that can be drawn, and where nothing is known of any."""
    if len(places) < 2 or all(one.value is None for one in places):
        return SafeString("")
    breaks = _breaks([float(one.value) for one in places if one.value is not None], legend.digits)
    drawn = [
        _map(places, legend, breaks, language, size, name)
        for size, name in ((WIDE, "wide-only"), (NARROW, "narrow-only"))
    ]
    return format_html("{}{}", *drawn)


def _breaks(values: Sequence[float], digits: int) -> list[float]:
    """Return the upper edges of the shades, the last one open; [] where all values are the same."""
    known = sorted(set(values))
    if len(known) < 2:
        return []
    if len(known) <= SHADES:
        return [round((a + b) / 2, 6) for a, b in zip(known, known[1:], strict=False)]
    low, high = known[0], known[-1]
    return sorted({round(low + (high - low) * step / SHADES, digits) for step in range(1, SHADES)})


def _shade(value: Decimal | None, breaks: Sequence[float]) -> int:
    """Return the number of a shade, 1 to 5; 0 for what is not known."""
    if value is None:
        return 0
    if not breaks:
        return 3
    number = sum(1 for edge in breaks if float(value) >= edge)
    return 1 + round(number * (SHADES - 1) / len(breaks))


class _Frame:
    """Degrees of a box as places of a drawing: a square on the ground is a square on the page."""

    def __init__(self, places: Sequence[Place], size: tuple[int, int]) -> None:
        points = [point for one in places for ring in one.where.rings for point in ring]
        points += [one.where.centre for one in places]
        west, east = min(x for x, _y in points), max(x for x, _y in points)
        south, north = min(y for _x, y in points), max(y for _x, y in points)
        self.narrowing = cos(radians((south + north) / 2))
        wide, tall = max((east - west) * self.narrowing, 1e-4), max(north - south, 1e-4)
        width, most = size
        across, down = MARGIN
        self.scale = min((width - 2 * across) / wide, (most - 2 * down) / tall)
        self.width, self.height = width, round(tall * self.scale + 2 * down)
        self.west, self.north, self.down = west, north, down
        self.left = (width - wide * self.scale) / 2

    def at(self, point: Point) -> Point:
        x = self.left + (point[0] - self.west) * self.narrowing * self.scale
        return round(x, 1), round(self.down + (self.north - point[1]) * self.scale, 1)

    def bar(self) -> tuple[int, float]:
        """Return a round number of kilometres and how long it is drawn."""
        pixels = self.scale / KM_A_DEGREE
        km = max((one for one in BARS if one * pixels <= self.width / 4), default=BARS[0])
        return km, round(km * pixels, 1)


def _map(
    places: Sequence[Place], legend: Legend, breaks: Sequence[float], language: str, size: tuple[int, int], name: str
) -> SafeString:  # fmt: skip
    frame = _Frame(places, size)
    largest = max((one.size or 0 for one in places), default=0)
    circles = [
        (one, frame.at(one.where.centre), _radius(one, largest, LARGEST[name])) for one in places
    ]  # the largest first, so that the small ones lie above
    circles.sort(key=lambda one: -one[2])
    circles = _apart(circles, frame)
    named = _labels(circles, frame)
    shapes = format_html_join(
        "",
        "{}",
        ((_unit(one, at, radius, breaks, frame, name, named.get(one.url)),) for one, at, radius in circles),
    )
    km, length = frame.bar()
    bar = format_html(
        '<g class="map-bar" aria-hidden="true"><path d="M12 {}h{}"/><text x="12" y="{}">{} km</text></g>',
        frame.height - 8, length, frame.height - 13, km,
    )  # fmt: skip
    return format_html(
        '<figure class="map-box {}"><svg class="map" viewBox="0 0 {} {}" role="group" aria-label="{}"><defs><pattern id="none-{}" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="map-hatch" d="M0 0V6"/></pattern></defs>{}{}</svg>{}</figure>',
        name, frame.width, frame.height, _("Map: %(title)s; the same numbers stand in the table") % {"title": legend.title},
        name, shapes, bar, _legend(places, legend, breaks, language, largest),
    )  # fmt: skip


def _apart(circles: Sequence[_Circle], frame: _Frame) -> list[_Circle]:
    """Return circles moved off each other as little as it takes, so that none covers another.

    Outlines stay where they are; so do many units, whose circles are small and stand for where people live.
    """
    if len(circles) > MOVED or any(place.where.rings for place, _at, _radius in circles):
        return list(circles)
    spots = [list(at) for _place, at, _radius in circles]
    for _round in range(ROUNDS):
        moved = False
        for a, b in combinations(range(len(circles)), 2):
            near = circles[a][2] + circles[b][2] + GAP
            across, down = spots[b][0] - spots[a][0], spots[b][1] - spots[a][1]
            apart = hypot(across, down)
            if apart >= near:
                continue
            moved = True
            across, down, apart = (across, down, apart) if apart else (1.0, 0.0, 1.0)
            push = (near - hypot(spots[b][0] - spots[a][0], spots[b][1] - spots[a][1])) / 2 / apart
            for number, way in ((a, -push), (b, push)):
                radius = circles[number][2]
                x, y = spots[number][0] + across * way, spots[number][1] + down * way
                spots[number] = [
                    min(max(x, radius), frame.width - radius), min(max(y, radius), frame.height - radius),
                ]  # fmt: skip
        if not moved:
            break
    return [
        (place, (round(x, 1), round(y, 1)), radius)
        for (place, _at, radius), (x, y) in zip(circles, spots, strict=True)
    ]


def _radius(place: Place, largest: float, most: float) -> float:
    if not largest:
        return most / 2
    return round(max(LEAST, most * sqrt((place.size or 0) / largest)), 1)


def _unit(
    place: Place, at: Point, radius: float, breaks: Sequence[float], frame: _Frame, name: str,
    label: Label | None,
) -> SafeString:  # fmt: skip
    """Draw one unit: its outline or its circle, and its name with its number where there is room."""
    shade = _shade(place.value, breaks)
    fill = format_html(' fill="url(#none-{})"', name) if shade == 0 else ""
    if place.where.rings:
        path = "".join(
            "M" + "L".join(f"{x} {y}" for x, y in map(frame.at, ring)) + "Z" for ring in place.where.rings
        )
        shape = format_html('<path class="map-unit m{}" fill-rule="evenodd" d="{}"{}/>', shade, path, fill)
    else:
        shape = format_html(
            '<circle class="map-touch" cx="{}" cy="{}" r="{}"/><circle class="map-unit m{}" cx="{}" cy="{}" r="{}"{}/>',
            *at, max(TOUCH, radius), shade, *at, radius, fill,
        )  # fmt: skip
    words = SafeString("")
    if label is not None:
        rows = (("map-name", label.y, place.name), ("map-number", label.y + LINE, place.shown))[: label.lines]
        words = format_html_join(
            "", '<text class="{} {}" x="{}" y="{}">{}</text>',
            ((kind, label.anchor, label.x, round(at, 1), text) for kind, at, text in rows),
        )  # fmt: skip
    told = f"{place.name}: {place.shown}"
    return format_html(
        '<a href="{}" aria-label="{}"><title>{}</title>{}{}</a>', place.url, told, told, shape, words
    )


def _labels(circles: Sequence[_Circle], frame: _Frame) -> Mapping[str, Label]:
    """Return where the names of units stand, by the address of each; where there is no room, the table names them."""
    found = [
        Named(one.url, (one.name, one.shown), at, None if one.where.rings else radius)
        for one, at, radius in circles
    ]
    bar = (0.0, frame.height - 28.0, frame.bar()[1] + 24.0, float(frame.height))
    return labels(found, (frame.width, frame.height), bar)


def _legend(
    places: Sequence[Place], legend: Legend, breaks: Sequence[float], language: str, largest: float
) -> SafeString:
    """Say what shades and sizes mean, in words beneath the map."""
    known = [float(one.value) for one in places if one.value is not None]
    rows: list[tuple[str, str]] = []
    if breaks:
        edges = [min(known), *breaks, max(known)]
        for number in range(len(breaks) + 1):
            inside = [one for one in known if sum(1 for edge in breaks if one >= edge) == number]
            if inside:
                shade = 1 + round(number * (SHADES - 1) / len(breaks))
                rows.append((f"m{shade}", _span(edges[number], edges[number + 1], inside, legend, language)))
    if any(one.value is None for one in places):
        rows.append(("m0", _("not known")))
    keys = format_html_join("", '<li><span class="map-key {}"></span>{}</li>', rows)
    sizes = SafeString("")
    if legend.sizes and largest:
        sizes = format_html("<li>{}</li>", legend.sizes)
    return format_html(
        '<figcaption><b>{}</b><ul class="map-keys">{}{}</ul></figcaption>', legend.title, keys, sizes
    )


def _span(low: float, high: float, inside: Sequence[float], legend: Legend, language: str) -> str:
    least, most = min(inside), max(inside)
    words = show_number(least, language, legend.digits)
    if most > least:
        words = f"{words} – {show_number(most, language, legend.digits)}"
    return f"{words}\u00a0{legend.unit}"
