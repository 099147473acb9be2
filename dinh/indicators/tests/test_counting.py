"""Cells are what a plain reading of the rows gives, on both databases; only differences are written."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dinh.catalogue import store
from dinh.database import published
from dinh.indicators import tasks
from dinh.indicators.engine import recount, touching
from dinh.indicators.models import Cell, Place, Run, Series, Source
from dinh.indicators.rules import months
from dinh.indicators.tests import sheep
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import declare, measure, put, take_away
from dinh.journal import sealer
from dinh.journal.actions import action, record
from dinh.journal.models import Position

AT = datetime(2026, 3, 10, 3, tzinfo=UTC)


def cells(id: str) -> dict[tuple[str, int, Any], int]:
    """Return the cells of a measure: (dims, month, place) -> value."""
    number = Series.objects.get(measure=id).pk
    places = {row.pk: row.unit for row in Place.objects.all()}
    return {(row.dims, row.month, places[row.place]): row.value for row in Cell.objects.filter(series=number)}


def test_a_flow_is_counted_in_its_month_at_its_place_and_split(land: Land, monkeypatch: Any) -> None:
    declare(monkeypatch, measure("shorn", count_if="grams > 100", dimensions=("sex", "tame")))
    put(2, unit=land.a, village=land.x, shorn_on=date(2026, 1, 31), grams=200, sex="f", tame=True)
    put(1, unit=land.a, village=land.x, shorn_on=date(2026, 1, 1), grams=200)
    put(1, unit=land.a, shorn_on=date(2026, 2, 1), grams=200, sex="m", tame=False)
    put(5, unit=land.a, shorn_on=date(2026, 2, 1), grams=100)
    put(5, unit=land.a, shorn_on=date(2026, 2, 1))
    put(5, unit=land.a, shorn_on=date(2026, 3, 11), grams=200)  # tomorrow
    put(5, unit=land.a, grams=200)

    recount.rebuild(AT)

    x, a = land.x.pk, land.a.pk
    assert cells("shorn") == {
        ("", 202601, x): 3, ("sex=f", 202601, x): 2, ("sex=", 202601, x): 1, ("tame=1", 202601, x): 2,
        ("tame=", 202601, x): 1, ("", 202602, a): 1, ("sex=m", 202602, a): 1, ("tame=0", 202602, a): 1,
    }  # fmt: skip


def test_a_stock_is_counted_on_the_last_day_of_each_month_and_ages_with_it(
    land: Land, monkeypatch: Any
) -> None:
    declare(
        monkeypatch,
        measure("flock", kind="stock", valid_from=date(2025, 12, 1), dimensions=("age_band",)),
        measure("grown", kind="stock", valid_from=date(2026, 1, 1), count_if="age(birth) >= 6"),
    )
    put(
        1, unit=land.b, village=land.z, came_on=date(2025, 12, 31), left_on=date(2026, 1, 31), birth="2020-02"
    )
    put(1, unit=land.b, village=land.z, came_on=date(2026, 1, 31), birth="2020-02-15")

    recount.rebuild(AT)

    z = land.z.pk
    found = cells("flock")
    assert {key: value for key, value in found.items() if not key[0]} == {
        ("", 202512, z): 1, ("", 202601, z): 1, ("", 202602, z): 1, ("", 202603, z): 1,
    }  # fmt: skip
    assert found[("age_band=0-5", 202601, z)] == 1
    assert found[("age_band=6-13", 202602, z)] == 1
    assert cells("grown") == {("", 202602, z): 1, ("", 202603, z): 1}


def test_sums_and_different_values_are_counted(land: Land, monkeypatch: Any) -> None:
    declare(
        monkeypatch,
        measure("wool", aggregate="sum", column="grams"),
        measure("kinds", aggregate="distinct", column="sex", roll_units="none"),
    )
    for village in (land.x, land.y):
        put(2, unit=land.a, village=village, shorn_on=date(2026, 1, 5), grams=50, sex="f")

    recount.rebuild(AT)

    assert cells("wool") == {("", 202601, land.x.pk): 100, ("", 202601, land.y.pk): 100}
    assert cells("kinds") == {("", 202601, land.a.pk): 1}


def test_only_differences_are_written_and_what_nobody_announced_is_drift(
    land: Land, monkeypatch: Any
) -> None:
    declare(monkeypatch, measure("shorn"))
    put(2, unit=land.a, shorn_on=date(2026, 1, 5), sex="f")
    put(1, unit=land.b, shorn_on=date(2026, 1, 5))

    first = recount.rebuild(AT)
    again = recount.rebuild(AT)
    take_away(sex="f")
    put(1, unit=land.b, shorn_on=date(2026, 2, 5))
    third = recount.rebuild(AT)

    assert (first.changed, again.changed) == (2, 0)
    assert (third.drifted, third.detail) == (2, {"facts_sheep": 2})
    assert cells("shorn") == {("", 202601, land.b.pk): 1, ("", 202602, land.b.pk): 1}


def test_a_version_from_new_year_counts_from_then(land: Land, monkeypatch: Any, tmp_path: Any) -> None:
    old = measure("shorn")
    declare(monkeypatch, old)
    store.publish(store.get(), AT)
    declare(monkeypatch, measure("shorn", version="2", valid_from=date(2026, 1, 1), count_if="sex == 'f'"))
    put(1, unit=land.a, shorn_on=date(2025, 12, 5), sex="m")
    put(1, unit=land.a, shorn_on=date(2026, 1, 5), sex="m")
    put(1, unit=land.a, shorn_on=date(2026, 1, 5), sex="f")

    recount.rebuild(AT)

    assert cells("shorn") == {("", 202512, land.a.pk): 1, ("", 202601, land.a.pk): 1}


class Sheep:
    """A row as the journal sees it."""

    def __init__(self, pk: Any) -> None:
        self.pk, self.version = pk, 1


@action
def shear(land: Land, unit: Any, kind: str = "farm.shorn") -> None:
    put(1, unit=land.a, village=land.x, shorn_on=date(2026, 3, 1))
    record(kind, subject=Sheep(uuid4()), at=AT, by=None, unit=unit, body={})


def test_an_entry_is_followed_by_its_figure(land: Land, monkeypatch: Any) -> None:
    declare(monkeypatch, measure("shorn"))
    recount.rebuild(AT)

    shear(land, land.x.pk)
    sealer.seal_once(log_heads=False)
    seen = touching.mark_touched(AT + timedelta(seconds=5))
    run = recount.recount_touched(AT + timedelta(seconds=5))

    assert (seen, touching.mark_touched(AT)) == (1, 0)
    assert run is not None and (run.changed, run.drifted, run.sources) == (1, 0, 1)
    assert cells("shorn") == {("", 202603, land.x.pk): 1}
    assert not Source.objects.filter(touched_at__isnull=False).exists()
    assert recount.rebuild(AT).drifted == 0


def test_an_entry_of_another_kind_touches_nothing(land: Land, monkeypatch: Any) -> None:
    declare(monkeypatch, measure("shorn"))
    recount.rebuild(AT)

    shear(land, land.a.pk, "fields.mown")
    sealer.seal_once(log_heads=False)

    assert touching.mark_touched(AT) == 1
    assert recount.recount_touched(AT) is None
    assert recount.rebuild(AT).drifted == 1


def test_an_entry_without_a_commune_touches_all(land: Land, monkeypatch: Any) -> None:
    declare(monkeypatch, measure("shorn"))
    put(1, unit=land.b, shorn_on=date(2026, 1, 5))
    recount.rebuild(AT)

    shear(land, None)
    sealer.seal_once(log_heads=False)
    touching.mark_touched(AT)

    assert set(Source.objects.filter(touched_at__isnull=False).values_list("commune", flat=True)) == {
        land.a.pk,
        land.b.pk,
    }


def test_a_new_day_counts_stocks_of_its_month_without_drift(land: Land, monkeypatch: Any) -> None:
    declare(monkeypatch, measure("flock", kind="stock"))
    put(1, unit=land.a, came_on=date(2026, 3, 11))
    recount.move_clock(AT)
    recount.rebuild(AT)
    assert cells("flock") == {}

    tomorrow = AT + timedelta(days=1)
    moved = recount.move_clock(tomorrow)

    assert moved is not None and moved.changed == 1
    assert recount.move_clock(tomorrow) is None
    assert recount.rebuild(tomorrow, Run.Kind.NIGHTLY).drifted == 0


def test_work_by_the_clock_does_not_wait_for_another_that_counts(land: Land, monkeypatch: Any) -> None:
    declare(monkeypatch, measure("shorn"))
    put(1, unit=land.a, shorn_on=date(2026, 3, 5))
    recount.rebuild(AT)
    Source.objects.update(touched_at=AT)
    monkeypatch.setattr("dinh.journal.locks.alone", lambda seconds, what: nullcontext(seconds > 0))

    tasks.follow()
    tasks.prove()

    assert Source.objects.filter(touched_at=AT).exists()
    with pytest.raises(recount.Busy):
        recount.recount_touched(AT, waits=0)
    assert recount.recount_touched(AT) is not None


def test_months_are_numbers_in_order() -> None:
    assert months.later(202612, 1) == 202701
    assert months.later(202601, -13) == 202412
    assert list(months.between(202611, 202702)) == [202611, 202612, 202701, 202702]
    assert months.last_day(202802) == date(2028, 2, 29)
    assert months.count(202611, 202702) == 4


class Person(Sheep):
    """Who owns sheep, as the journal sees them."""

    def __init__(self, pk: Any) -> None:
        self.pk, self.version = pk, 1


@action
def move_away(person: Any, kind: str, unit: Any) -> None:
    record(kind, subject=Person(person), at=AT, by=None, unit=unit, body={})


@pytest.mark.parametrize("few", [400, 0])
def test_rows_about_people_are_looked_for_once_in_a_turn(land: Land, monkeypatch: Any, few: int) -> None:
    monkeypatch.setattr(touching, "FEW_PEOPLE", few)
    people = [uuid4() for _number in range(4)]
    monkeypatch.setitem(
        published._views,
        sheep.VIEW.name,
        replace(sheep.VIEW, person="whom", sql=lambda _vendor: "SELECT * FROM facts_sheep"),
    )
    declare(monkeypatch, measure("shorn"))
    for person, village in zip(people, (land.x, land.x, land.z, land.y), strict=True):
        unit = land.b if village is land.z else land.a
        put(1, unit=unit, village=village, whom=person, shorn_on=date(2026, 3, 1))
    recount.rebuild(AT)
    move_away(people[0], "farm.moved", land.x.pk)
    sealer.seal_once(log_heads=False)
    touching.mark_touched(AT)
    assert {one.commune for one in Source.objects.filter(touched_at__isnull=False)} == {land.a.pk}

    move_away(people[1], "farm.moved", land.province.pk)
    move_away(people[2], "farm.hired", land.province.pk)
    move_away(people[3], "fields.mown", land.province.pk)
    Source.objects.update(touched_at=None)
    sealer.seal_once(log_heads=False)
    with CaptureQueriesContext(connection) as asked:
        touched = touching._about_people(Position.objects.values("item"), AT)

    assert touched == {"facts_sheep": {land.a.pk, land.b.pk}}
    assert sum("facts_sheep" in one["sql"] for one in asked) == 1


def test_somebody_without_a_place_touches_only_where_rows_about_them_stand(
    land: Land, monkeypatch: Any
) -> None:
    people = [uuid4(), uuid4()]
    about = replace(sheep.VIEW, person="whom", sql=lambda _vendor: "SELECT * FROM facts_sheep")
    monkeypatch.setitem(published._views, sheep.VIEW.name, about)
    monkeypatch.setitem(published._views, "facts_folds", replace(sheep.VIEW, name="facts_folds"))
    declare(monkeypatch, measure("shorn"))
    put(1, unit=land.a, village=land.x, whom=people[0], shorn_on=date(2026, 3, 1))
    put(1, unit=land.b, village=land.z, whom=uuid4(), shorn_on=date(2026, 3, 1))
    recount.rebuild(AT)
    for person in people:
        move_away(person, "farm.made_known", None)
    sealer.seal_once(log_heads=False)

    assert touching._about_people(Position.objects.values("item"), AT) == {
        "facts_sheep": {land.a.pk},
        "facts_folds": {land.a.pk},  # where those live whom its rows do not name
    }
    touching.mark_touched(AT)
    assert {one.commune for one in Source.objects.filter(touched_at__isnull=False)} == {land.a.pk}
