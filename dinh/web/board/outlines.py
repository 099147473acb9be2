"""Where units lie: outlines and centres from GeoJSON files of the catalogue, else the centres of the national list.

`places/*.geojson` of each catalogue folder, the later folder first: features with the property `code` of a unit, and a
Point (its centre), a Polygon or a MultiPolygon (its outline), in degrees (WGS 84). What is not well is left out and told
in the log: a page of figures never fails for its map.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from dinh.catalogue import store
from dinh.directory import tree
from dinh.directory.models import UnitVersion
from dinh.registers.shapes import outline_fault

log = logging.getLogger("dinh.board")
Point = tuple[float, float]  # longitude, latitude
Rings = tuple[tuple[Point, ...], ...]
MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class Where:
    """Where a unit lies: its centre, and its outline where one is known."""

    centre: Point
    rings: Rings = ()


def find(units: Sequence[UUID], on: date) -> dict[UUID, Where]:
    """Return where units lie on a day; those of which nothing is known are missing. One query, and one for names not remembered; files from memory."""
    drawn = _files(tuple(_listed()))
    tree.warm(units)
    found: dict[UUID, Where] = {}
    centres = _centres(units, on)
    for unit in units:
        naming = tree.naming(unit, on)
        rings, point = drawn.get(naming.code, ((), None)) if naming else ((), None)
        centre = point or centres.get(unit) or (_middle(rings) if rings else None)
        if centre is not None:
            found[unit] = Where(centre, rings)
    return found


def _centres(units: Sequence[UUID], on: date) -> dict[UUID, Point]:
    rows = UnitVersion.objects.filter(unit__in=units, valid_from__lte=on).order_by("valid_from")
    known = rows.values_list("unit", "longitude", "latitude")
    return {unit: (east, north) for unit, east, north in known if east is not None and north is not None}


def _listed() -> Iterator[tuple[str, float]]:
    """Yield the files with the time of their last change: a file that is put there is seen at once."""
    for folder in (store.shipped(), *settings.DINH_CATALOGUE_PATHS):
        for file in sorted((Path(folder) / "places").glob("*.geojson")):
            yield str(file), file.stat().st_mtime


@lru_cache(maxsize=4)
def _files(listed: tuple[tuple[str, float], ...]) -> Mapping[str, tuple[Rings, Point | None]]:
    found: dict[str, tuple[Rings, Point | None]] = {}
    for name, _changed in listed:
        for code, geometry in _features(Path(name)):
            rings, point = found.get(code, ((), None))
            if geometry["type"] == "Point":
                point = (float(geometry["coordinates"][0]), float(geometry["coordinates"][1]))
            else:
                rings = tuple(_rings(geometry))
            found[code] = (rings, point)
    return found


def _features(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (code, geometry) of each feature of a file that is well."""
    if file.stat().st_size > MOST_BYTES:
        log.warning("board.outlines_too_big", extra={"file": file.name})
        return
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
    except (ValueError, KeyError, TypeError) as error:
        log.warning("board.outlines_unreadable", extra={"file": file.name, "error": type(error).__name__})
        return
    for number, feature in enumerate(features):
        known = feature if isinstance(feature, Mapping) else {}
        code = str((known.get("properties") or {}).get("code", ""))
        fault = outline_fault(known.get("geometry"))
        if not code or fault is not None:
            reason = fault[0] if fault else "no code"
            log.warning(
                "board.outline_left_out", extra={"file": file.name, "number": number, "error": reason}
            )
            continue
        yield code, known["geometry"]


def _rings(geometry: Mapping[str, Any]) -> Iterator[tuple[Point, ...]]:
    polygons: Iterable[Any] = (
        [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    )
    for polygon in polygons:
        for ring in polygon:
            yield tuple((float(point[0]), float(point[1])) for point in ring)


def _middle(rings: Rings) -> Point:
    """Return the middle of the largest ring, by the surveyor's formula."""
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    area = _area(largest)
    if not area:
        return largest[0]
    pairs = list(zip(largest, largest[1:], strict=False))
    east = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (6 * area)
    north = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (6 * area)
    return east, north


def _area(ring: Sequence[Point]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:], strict=False)) / 2
