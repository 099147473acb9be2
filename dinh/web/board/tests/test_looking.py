"""Rows of tiles without gaps, the pace to a target, who needs help, maps, peers, the wall: what a leader sees."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils.translation import override

from dinh.catalogue import store
from dinh.directory import tree
from dinh.directory.models import Level, UnitTrait
from dinh.directory.tests.cast import Cast
from dinh.directory.traits import kinds_of
from dinh.web.board import arranging, helping, labelling, maps, outlines, pacing, ranking
from dinh.web.board.labelling import Named
from dinh.web.board.outlines import Where
from dinh.web.board.reading import Reading
from dinh.web.board.tests.test_parts import TODAY, asked, value
from dinh.web.board.views import heat


@pytest.mark.parametrize("sizes", [[8, 2, 1], [5, 3, 2, 5], [1], [2, 2, 1, 2, 1, 5, 3, 5], [7, 0, 3]])
def test_rows_of_tiles_have_no_gap(sizes: list[int]) -> None:
    rows = arranging.packed(sizes)
    assert sorted(number for row in rows for number, _wide in row) == [
        n for n, size in enumerate(sizes) if size
    ]
    assert all(sum(wide for _number, wide in row) == arranging.COLUMNS for row in rows)
    for row in rows:
        for number, wide in row:
            assert sum(arranging.widths(sizes[number], wide)) % wide == 0


@pytest.mark.parametrize(("tiles", "columns"), [(4, 4), (5, 5), (6, 3), (8, 4), (10, 5)])
def test_tiles_stand_beside_each_other_so_that_none_is_stretched(tiles: int, columns: int) -> None:
    assert arranging.columns_for(tiles) == columns
    assert set(arranging.widths(tiles, columns)) == {1}


def reading(id: str, now: str, before: str, **more: Any) -> Reading:
    trend = tuple(
        value(number, first=month, last=month, **more) for number, month in ((before, 202608), (now, 202611))
    )
    return Reading(store.get().indicators[id], trend[-1], trend[0], trend)


def test_a_pace_is_said_only_where_it_can_be_known() -> None:
    goal = {"target": Decimal(97)}
    found = pacing.pace(reading("on_time_rate", "96", "93", **goal), asked(month=202611))
    assert found == pacing.Pace(202612, Decimal(97))
    slow = pacing.pace(reading("on_time_rate", "94", "93.4", **goal), asked(month=202611))
    assert slow == pacing.Pace(None, Decimal("94.2"))
    assert pacing.pace(reading("on_time_rate", "97", "93", **goal), asked(month=202611)) is None
    assert pacing.pace(reading("on_time_rate", "96", "93", **goal), asked(month=202611, span="year")) is None
    assert pacing.pace(reading("on_time_rate", "96", "93"), asked(month=202611)) is None


def test_what_is_low_everywhere_is_nobodys_own_need(cast: Cast) -> None:
    units = [uuid4() for _number in range(4)]
    found = {id: reading(id, "50", "50") for id in ("digitised_rate", "on_time_rate")}
    children = {
        "digitised_rate": [value("0", unit=unit, mark="weak") for unit in units],
        "on_time_rate": [value(n, unit=u, mark=m) for u, n, m in zip(units, ("80", "96", "97", "98"), ("weak", "good", "good", "good"), strict=True)],
    }  # fmt: skip
    with override("vi"):
        needs = helping.needs(found, children, asked(), "vi")
    assert [one.id for one in needs.shared] == ["digitised_rate"]
    assert [one.unit for one in needs.units] == [units[0]]
    assert [one.id for one in needs.units[0].shown] == ["on_time_rate"]
    assert needs.units[0].shown[0].middle == "96,5\u00a0%"
    assert needs.judged == frozenset(units)


def place(name: str, east: float, north: float, number: str | None, rings: Any = ()) -> maps.Place:
    known = None if number is None else Decimal(number)
    return maps.Place(name, Where((east, north), rings), number or "–", f"?unit={name}", known, 10.0)


def test_a_map_links_every_unit_and_hatches_what_is_not_known() -> None:
    square = (((103.9, 22.4), (104.0, 22.4), (104.0, 22.5), (103.9, 22.5), (103.9, 22.4)),)
    places = [
        place("A", 103.9, 22.4, "10"),
        place("B", 104.1, 22.6, None),
        place("C", 103.95, 22.45, "90", square),
    ]
    with override("en"):
        drawn = maps.draw(places, maps.Legend("Title", "%", 1, "cases"), "en")
    assert drawn.count('<a href="?unit=A" aria-label="A: 10">') == 2  # once wide, once narrow
    assert drawn.count('fill="url(#none-wide-only)"') == 1 and drawn.count("map-hatch") == 2
    assert drawn.count('<path class="map-unit m5"') == 2
    assert "not known" in drawn and "style=" not in drawn
    assert maps.draw(places[:1], maps.Legend("Title", "%", 1), "en") == ""


def test_outlines_of_a_province_come_before_centres_and_a_bad_one_is_left_out(
    cast: Cast, tmp_path: Path, settings: Any
) -> None:
    naming = tree.naming(cast.cocsan.pk, TODAY)
    assert naming is not None
    ring = [[103.9, 22.4], [104.0, 22.4], [104.0, 22.5], [103.9, 22.4]]
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [rings]}}
        for code, rings in ((naming.code, ring), ("99999", ring[:2]))
    ]  # fmt: skip
    (tmp_path / "places").mkdir()
    (tmp_path / "places/own.geojson").write_text(json.dumps({"features": features}))
    (tmp_path / "places/broken.geojson").write_text("{")
    settings.DINH_CATALOGUE_PATHS = [tmp_path]
    found = outlines.find([cast.cocsan.pk, cast.un_ta.pk], TODAY)
    assert len(found[cast.cocsan.pk].rings) == 1


def test_a_unit_is_of_the_kind_that_weighs_most(cast: Cast) -> None:
    for trait in ("mountain", "border"):
        UnitTrait.objects.create(unit=cast.cocsan, trait=trait, valid_from=TODAY)
    ids: list[UUID] = [cast.cocsan.pk, cast.un_ta.pk]
    assert kinds_of(ids, TODAY) == {cast.cocsan.pk: "border", cast.un_ta.pk: ""}
    assert cast.cocsan.level == Level.COMMUNE


def test_a_month_of_difficulties_leads_to_the_rows_of_that_month() -> None:
    counted = value("7", part="road", first=202609, last=202609)
    cell = heat._cell(counted, Decimal(9), heat.FIGURES[0], asked(month=202611, span="year"), "vi", "months")
    assert "month=2026-09" in cell.url and "part=road" in cell.url and "span=" not in cell.url


def test_the_wall_and_the_table_of_difficulties_open_without_figures(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.leader)
    wall = client.get("/vi/board/", {"wall": "1", "turn": "99"})
    assert wall.status_code == 200 and cast.leader.full_name not in wall.content.decode()
    for by in ("units", "months"):
        shown = client.get("/vi/board/difficulties/", {"by": by, "what": "x"})
        assert shown.status_code == 200 and f'name="by" value="{by}"' in shown.content.decode()
        assert f"by={by}" in shown.context["page_address"]
    assert (
        "/board/difficulties/" in client.get("/vi/board/").content.decode()
    )  # of what no map can be drawn, too


def test_units_without_a_figure_are_counted_and_folded(cast: Cast) -> None:
    found = reading("on_time_rate", "90", "90")
    units = [cast.cocsan.pk, cast.un_ta.pk, cast.tan_son.pk, cast.next_commune.pk]
    values = [value(None, unit=unit) for unit in units[1:]] + [value("90", unit=units[0])]
    with override("en"):
        ranked = ranking.ranked(values, found, asked(), "vi")
        (folded,) = ranking.silent(ranked)
    assert [one.title for one in ranked if not one.missing] == ["xã Cốc San"]
    assert [one.title for one in folded.units] == ["thôn Tân Sơn", "thôn Ún Tà", "xã Mường Hum"]
    assert folded.words == "3 without a figure: nobody has told it"


def test_names_on_a_map_cover_nothing_and_stand_askew_where_there_is_no_room_beside() -> None:
    spots = {
        "Tòng Chú 1": (159.0, 50.0),
        "Tòng Chú 2": (115.0, 33.0),
        "Tân Sơn": (256.0, 49.0),
        "Tòng Chú 3": (131.0, 85.0),
    }
    found = [Named(name, (name, "40 lượt"), at, 19.0) for name, at in spots.items()]
    bar = (0.0, 200.0, 80.0, 228.0)
    placed = labelling.labels(found, (344.0, 228.0), bar)
    assert placed.keys() == spots.keys() and {one.lines for one in placed.values()} == {2}
    boxes = [
        next(box for label, box in labelling._tries(one, 2) if label == placed[one.key]) for one in found
    ]
    assert not [one for one in found for box in boxes if one.covers(box)]
    assert not [pair for pair in combinations([*boxes, bar], 2) if labelling._meet(*pair)]
    crowded = [
        Named(str(n), (f"Thôn {n}", "40 lượt"), (30.0 + 16 * (n % 4), 30.0 + 16 * (n // 4)), 12.0)
        for n in range(16)
    ]
    some = labelling.labels(crowded, (120.0, 120.0), (0, 0, 0, 0))
    assert len(some) < 16
