"""What only geometry tells of land parcels: outlines that cross themselves, overlap, disagree with their area, or
lie in another commune.

The parcels of one commune are looked at together, so memory grows with the largest commune, not with the province.
Boundaries come from the register `commune_boundaries`; where a commune has none, the distance from its centre, taken
with its area, stands in for them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dinh.directory import queries as directory
from dinh.directory.models import Level, Unit, UnitVersion
from dinh.lib.money import show_number
from dinh.registers.models import Record

REGISTER, BOUNDARIES = "land_parcels", "commune_boundaries"
LEAST_OVERLAP_M2 = 1.0  # below this, two surveys of one boundary differ
LEAST_OVERLAP_SHARE = 0.01  # of the smaller parcel
AREA_DIFFERS = (
    0.1  # of the declared area; Circular 26/2024/TT-BTNMT allows far less, drawings on screen do not
)
DEGREE_M = 111_320.0  # metres of a degree of latitude
OUTSIDE_SHARE = 0.5  # of a parcel that may lie beyond the boundary: boundaries are drawn coarser than parcels
FAR_FROM_CENTRE = 2.5  # radii of a circle of the commune's area
PORTION = 2_000

MEASURES = frozenset({"m2", "km", "drawn", "said"})
SENTENCES: dict[str, Any] = {
    "parcels.invalid": _("The outline crosses itself at %(place)s. Draw it again."),
    "parcels.overlap": _(
        "The outline lies on parcel %(other)s by %(m2)s m². Compare both certificates and the survey."
    ),
    "parcels.wrong_commune": _(
        "The parcel lies in %(other)s, not in %(commune)s. Check the commune and the coordinates."
    ),
    "parcels.far_away": _(
        "The parcel lies %(km)s km from the centre of %(commune)s. Check the commune and the coordinates."
    ),
    "parcels.area_differs": _(
        "The outline measures %(drawn)s m², the row says %(said)s m². Check the certificate."
    ),
    "parcels.no_outline": _("The row has no outline that can be read."),
}


@dataclass(frozen=True)
class ParcelFault:
    """One thing wrong with one parcel."""

    record: UUID
    number: str
    code: str
    params: Mapping[str, object]

    @property
    def sentence(self) -> str:
        """Return what is wrong and what to do, in the active language."""
        language = get_language() or "vi"
        shown = {
            name: show_number(float(str(value)), language, 1) if name in MEASURES else value
            for name, value in self.params.items()
        }
        return str(SENTENCES[self.code]) % shown


@dataclass(frozen=True)
class _Parcel:
    record: UUID
    number: str
    area_m2: float | None
    shape: Any  # shapely geometry


def check(unit: Unit, on: date) -> Iterator[ParcelFault]:
    """Yield what is wrong with the outlines of a commune's parcels, in the order of their book.

    One query for the parcels and two for the boundaries; each pair of outlines that touch is compared once.
    """
    import shapely

    version = directory.version_on(unit, on)
    parcels: list[_Parcel] = []
    rows = Record.objects.filter(register=REGISTER, unit=unit, state=Record.State.VALID).order_by(
        "book", "sequence"
    )
    for record, number, data in rows.values_list("id", "number", "data").iterator(PORTION):
        geometry = data.get("geometry")
        if not geometry or geometry.get("type") == "Point":
            yield ParcelFault(record, number, "parcels.no_outline", {})
            continue
        shape = shapely.from_geojson(_text(geometry))
        if not shape.is_valid:
            place = shapely.is_valid_reason(shape).partition("[")[2].rstrip("]")
            yield ParcelFault(record, number, "parcels.invalid", {"place": place or "?"})
            continue
        parcels.append(_Parcel(record, number, _number(data.get("area_m2")), shape))
    yield from _areas(parcels)
    yield from _overlaps(parcels)
    yield from _places(parcels, version, on)


def outline_area_m2(shape: Any) -> float:
    """Return the area of an outline in degrees as square metres, true to a part in a thousand for a parcel."""
    latitude = math.radians(shape.centroid.y)
    return float(shape.area) * DEGREE_M**2 * math.cos(latitude)


def _areas(parcels: Sequence[_Parcel]) -> Iterator[ParcelFault]:
    for parcel in parcels:
        drawn = outline_area_m2(parcel.shape)
        if parcel.area_m2 and abs(drawn - parcel.area_m2) > AREA_DIFFERS * parcel.area_m2:
            params = {"drawn": f"{drawn:.1f}", "said": f"{parcel.area_m2:.1f}"}
            yield ParcelFault(parcel.record, parcel.number, "parcels.area_differs", params)


def _overlaps(parcels: Sequence[_Parcel]) -> Iterator[ParcelFault]:
    """Yield both parcels of each pair whose outlines share more than a survey's error."""
    import shapely

    if len(parcels) < 2:
        return
    shapes = [parcel.shape for parcel in parcels]
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    pairs = [(int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b]
    for a, b in sorted(pairs):
        shared = outline_area_m2(shapely.intersection(shapes[a], shapes[b]))
        smaller = min(outline_area_m2(shapes[a]), outline_area_m2(shapes[b]))
        if shared < LEAST_OVERLAP_M2 or shared < LEAST_OVERLAP_SHARE * smaller:
            continue
        for one, other in ((a, b), (b, a)):
            params = {"other": parcels[other].number, "m2": f"{shared:.1f}"}
            yield ParcelFault(parcels[one].record, parcels[one].number, "parcels.overlap", params)


def _places(parcels: Sequence[_Parcel], version: UnitVersion, on: date) -> Iterator[ParcelFault]:
    """Yield the parcels that do not lie in their commune."""
    import shapely

    bounds = boundaries()
    mine = bounds.get(version.code)
    if mine is None:
        yield from _far_away(parcels, version)
        return
    codes = list(bounds)
    tree = shapely.STRtree([bounds[code] for code in codes])
    shapely.prepare(mine)
    for parcel in parcels:
        if mine.contains(parcel.shape) or _outside(parcel.shape, mine) < OUTSIDE_SHARE:
            continue
        found = [codes[int(at)] for at in tree.query(parcel.shape.centroid, predicate="within")]
        other = _names(found, on) or str(_("no commune known here"))
        params = {"other": other, "commune": version.full_name}
        yield ParcelFault(parcel.record, parcel.number, "parcels.wrong_commune", params)


def boundaries() -> dict[str, Any]:
    """Return the outlines of communes by code, those that are valid."""
    import shapely

    found: dict[str, Any] = {}
    rows = Record.objects.filter(register=BOUNDARIES, state=Record.State.VALID).order_by("sequence")
    for number, data in rows.values_list("number", "data").iterator(100):
        shape = shapely.from_geojson(_text(data["geometry"])) if data.get("geometry") else None
        if shape is not None:
            found[number] = shape if shape.is_valid else shapely.make_valid(shape)
    return found


def _far_away(parcels: Sequence[_Parcel], version: UnitVersion) -> Iterator[ParcelFault]:
    if version.latitude is None or version.longitude is None or not version.area_km2:
        return
    most = FAR_FROM_CENTRE * math.sqrt(version.area_km2 / math.pi)
    for parcel in parcels:
        centre = parcel.shape.centroid
        east = (centre.x - version.longitude) * math.cos(math.radians(version.latitude))
        away = math.hypot(east, centre.y - version.latitude) * DEGREE_M / 1000
        if away > most:
            params = {"km": f"{away:.1f}", "commune": version.full_name}
            yield ParcelFault(parcel.record, parcel.number, "parcels.far_away", params)


def _outside(shape: Any, boundary: Any) -> float:
    """Return the share of an outline that lies beyond a boundary."""
    return 1 - float(shape.intersection(boundary).area) / float(shape.area or 1)


def _names(codes: Sequence[str], on: date) -> str:
    in_force = directory.in_force(on)
    found = UnitVersion.objects.filter(in_force, level=Level.COMMUNE, code__in=codes).order_by("code")
    return ", ".join(version.full_name for version in found) or ", ".join(codes)


def _text(geometry: Mapping[str, Any]) -> str:
    import json

    return json.dumps(geometry)


def _number(text: object) -> float | None:
    try:
        return float(str(text))
    except ValueError:
        return None
