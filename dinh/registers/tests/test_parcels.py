"""Outlines that cross themselves, overlap, disagree with their area or lie elsewhere are found; the others are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dinh.directory.models import UnitVersion
from dinh.directory.tests.cast import Cast
from dinh.registers import parcels
from dinh.registers.tests.files import bring, geojson_file, square

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
X, Y, SIDE = 103.90, 22.43, 0.0002  # some 20 by 22 metres
AREA = 457.6


def parcel(
    number: str, outline: dict[str, Any] | None, area: float = AREA
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    return {"parcel_id": number, "commune": "02746", "area_m2": area}, outline


def found(
    tmp_path: Path, cast: Cast, *features: tuple[dict[str, Any], dict[str, Any] | None]
) -> list[tuple[str, str]]:
    bring(geojson_file(tmp_path, features), cast.cocsan, "land_parcels")
    return sorted((fault.number, fault.code) for fault in parcels.check(cast.cocsan, ON))


def bounded(tmp_path: Path, cast: Cast, code: str, outline: dict[str, Any]) -> None:
    path = geojson_file(tmp_path, [({"commune": code}, outline)], f"{code}.geojson")
    bring(path, cast.cocsan, "commune_boundaries")


def test_neighbours_that_share_a_boundary_are_well(tmp_path: Path, cast: Cast) -> None:
    row = [parcel(f"T{at}", square(X + at * SIDE, Y, SIDE)) for at in range(20)]

    assert found(tmp_path, cast, *row) == []


def test_both_parcels_of_an_overlap_are_told_with_the_other_and_the_area(tmp_path: Path, cast: Cast) -> None:
    left, right = parcel("T1", square(X, Y, SIDE)), parcel("T2", square(X + SIDE / 2, Y, SIDE))

    assert found(tmp_path, cast, left, right) == [("T1", "parcels.overlap"), ("T2", "parcels.overlap")]
    first = next(parcels.check(cast.cocsan, ON))
    assert first.params["other"] == "T2"
    assert float(str(first.params["m2"])) == pytest.approx(AREA / 2, rel=0.01)
    assert "T2" in first.sentence


def test_a_hair_between_two_surveys_is_no_overlap(tmp_path: Path, cast: Cast) -> None:
    left, right = parcel("T1", square(X, Y, SIDE)), parcel("T2", square(X + SIDE * 0.995, Y, SIDE))

    assert found(tmp_path, cast, left, right) == []


def test_a_parcel_within_another_overlaps_it(tmp_path: Path, cast: Cast) -> None:
    large, small = (
        parcel("T1", square(X, Y, SIDE)),
        parcel("T2", square(X + SIDE / 4, Y + SIDE / 4, SIDE / 2), AREA / 4),
    )

    assert [code for _number, code in found(tmp_path, cast, large, small)] == ["parcels.overlap"] * 2


def test_an_outline_that_crosses_itself_is_told_where(tmp_path: Path, cast: Cast) -> None:
    ring = square(X, Y, SIDE)["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]

    assert found(tmp_path, cast, parcel("T1", {"type": "Polygon", "coordinates": [ring]})) == [
        ("T1", "parcels.invalid")
    ]
    assert str(next(parcels.check(cast.cocsan, ON)).params["place"]).startswith("103.9")


def test_an_area_that_the_outline_does_not_have_is_told(tmp_path: Path, cast: Cast) -> None:
    near, far = (
        parcel("T1", square(X, Y, SIDE), AREA * 1.05),
        parcel("T2", square(X + 1e-3, Y, SIDE), AREA * 1.4),
    )

    assert found(tmp_path, cast, near, far) == [("T2", "parcels.area_differs")]


def test_a_row_without_an_outline_is_told(tmp_path: Path, cast: Cast) -> None:
    assert found(tmp_path, cast, parcel("T1", None)) == [("T1", "parcels.no_outline")]


def test_a_parcel_in_another_commune_is_told_with_its_name(tmp_path: Path, cast: Cast) -> None:
    bounded(tmp_path, cast, "02746", square(X - 0.05, Y - 0.05, 0.1))
    next_code = UnitVersion.objects.get(unit=cast.next_commune).code
    bounded(tmp_path, cast, next_code, square(X + 0.05, Y - 0.05, 0.1))
    here = parcel("T1", square(X, Y, SIDE))
    on_the_line = parcel("T2", square(X + 0.05 - SIDE * 0.8, Y, SIDE))
    there = parcel("T3", square(X + 0.08, Y, SIDE))
    nowhere = parcel("T4", square(X + 1, Y, SIDE))

    assert found(tmp_path, cast, here, on_the_line, there, nowhere) == [
        ("T3", "parcels.wrong_commune"),
        ("T4", "parcels.wrong_commune"),
    ]
    told = {fault.number: fault.params["other"] for fault in parcels.check(cast.cocsan, ON)}
    assert told["T3"] == UnitVersion.objects.get(unit=cast.next_commune).full_name


def test_without_a_boundary_the_distance_from_the_centre_stands_in(tmp_path: Path, cast: Cast) -> None:
    UnitVersion.objects.filter(unit=cast.cocsan).update(latitude=Y, longitude=X, area_km2=50.0)
    here, far = parcel("T1", square(X + 0.03, Y, SIDE)), parcel("T2", square(X + 0.35, Y, SIDE))

    assert found(tmp_path, cast, here, far) == [("T2", "parcels.far_away")]


def test_the_parcels_of_a_demonstration_show_every_trouble(tmp_path: Path, cast: Cast) -> None:
    import random

    from dinh.registers.samples.recipes.base import Town
    from dinh.registers.samples.recipes.things import _outline

    town = Town("02746", "Cốc San", "xã Cốc San", {}, (X, Y), ON, {})
    UnitVersion.objects.filter(unit=cast.cocsan).update(latitude=Y, longitude=X, area_km2=50.0)
    rng = random.Random(3)
    rows = [parcel(f"T{at}", _outline(at, 23.0, 17.0, town, rng), 391) for at in range(1500)]

    codes = {code for _number, code in found(tmp_path, cast, *rows)}

    assert codes == {"parcels.overlap", "parcels.far_away", "parcels.invalid"}
