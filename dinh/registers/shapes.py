"""Outlines in GeoJSON, looked at without a library: is it a Point, Polygon or MultiPolygon of places in Viet Nam?

What needs geometry proper (overlaps, wrong commune, self-crossing) is in `dinh.registers.parcels`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from django.utils.translation import gettext_lazy as _

# Longitude and latitude of the country with its islands, with room around.
WEST, EAST, SOUTH, NORTH = 100.0, 120.0, 5.0, 25.0
MOST_POINTS = 200_000

NOT_AN_OUTLINE = _("Give a GeoJSON Point, Polygon or MultiPolygon.")
RING_OPEN = _(
    "A ring of the outline is not closed: its last point must be its first, and it needs four points."
)
IN_METRES = _(
    "These are metres, as VN-2000 maps have them. Export the file again in WGS 84 (EPSG:4326), in degrees."
)
SWAPPED = _("Longitude and latitude are swapped: GeoJSON has the longitude first.")
ELSEWHERE = _("This outline lies outside Viet Nam.")
TOO_MANY_POINTS = _("This outline has too many points. Simplify it before it is brought in.")


def outline_fault(value: Any) -> tuple[str, object] | None:
    """Return (code, sentence) of the first thing wrong with a GeoJSON geometry; None when it is well."""
    if not isinstance(value, Mapping) or value.get("type") not in {"Point", "Polygon", "MultiPolygon"}:
        return "registers.not_an_outline", NOT_AN_OUTLINE
    try:
        points = list(_points(value))
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        return "registers.not_an_outline", NOT_AN_OUTLINE
    if points and points[0] is None:
        return "registers.ring_open", RING_OPEN
    if not points:
        return "registers.not_an_outline", NOT_AN_OUTLINE
    if len(points) > MOST_POINTS:
        return "registers.too_many_points", TOO_MANY_POINTS
    return _somewhere([point for point in points if point is not None])


def _somewhere(points: list[tuple[float, float]]) -> tuple[str, object] | None:
    if all(_inside(x, y) for x, y in points):
        return None
    if all(_inside(y, x) for x, y in points):
        return "registers.swapped", SWAPPED
    if all(abs(x) > 1000 and abs(y) > 1000 for x, y in points):
        return "registers.in_metres", IN_METRES
    return "registers.elsewhere", ELSEWHERE


def _inside(x: float, y: float) -> bool:
    return WEST <= x <= EAST and SOUTH <= y <= NORTH


def _points(value: Mapping[str, Any]) -> Iterator[tuple[float, float] | None]:
    """Yield all points; a first None tells of a ring that is not closed."""
    if value["type"] == "Point":
        yield _point(value["coordinates"])
        return
    polygons = [value["coordinates"]] if value["type"] == "Polygon" else value["coordinates"]
    rings = [ring for polygon in polygons for ring in polygon]
    if any(len(ring) < 4 or list(ring[0][:2]) != list(ring[-1][:2]) for ring in rings):
        yield None
    for ring in rings:
        for point in ring:
            yield _point(point)


def _point(numbers: Sequence[Any]) -> tuple[float, float]:
    # A height that is no number would be kept by one database and refused by the other.
    x, y, *_heights = found = [float(number) for number in numbers]
    if not all(map(isfinite, found)):
        raise ValueError
    return x, y
