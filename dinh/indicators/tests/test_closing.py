"""Who reads from above a commune sees its figures as they stood at the close of the day before; the commune sees today's."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from dinh.directory.models import Account
from dinh.indicators.actions import answers, told
from dinh.indicators.asking.things import thing, values
from dinh.indicators.engine import cells, recount
from dinh.indicators.models import CellBefore, Flag, Source
from dinh.indicators.queries import closing, places
from dinh.indicators.queries.figures import figure
from dinh.indicators.queries.pending import pending
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import declare, indicator, measure, put, take_away
from dinh.indicators.tests.test_periods import AT, TODAY, People, locked
from dinh.indicators.tests.test_rows import officer

YESTERDAY, JANUARY = TODAY - timedelta(days=1), 202601


@pytest.fixture
def people(land: Land, monkeypatch: Any) -> People:
    declare(
        monkeypatch,
        measure("shorn", dimensions=("sex",)),
        measure("most", aggregate="count", roll_units="max", roll_time="max"),
        measure("heads", origin="declared", kind="stock", roll_time="last"),
        indicator("shorn_sum", numerator="shorn"),
        indicator("most_sum", numerator="most"),
        indicator("heads_sum", numerator="heads"),
    )
    put(5, unit=land.a, village=land.x, shorn_on=date(2026, 1, 5), sex="f")
    put(2, unit=land.b, village=land.z, shorn_on=date(2026, 1, 5), sex="f")
    recount.rebuild(AT - timedelta(days=3))
    return People(land)


def read(id: str, unit: Any, close: date | None, **options: Any) -> Any:
    places.forget()
    values = figure(id, [unit.pk], JANUARY, JANUARY, today=TODAY, close=close, **options)
    return {one.part: one.value for one in values} if options.get("by") else values[0].value


def late(land: Land) -> None:
    put(3, unit=land.a, village=land.y, shorn_on=date(2026, 1, 31), sex="m")
    recount.rebuild(AT)


def test_what_changes_today_is_seen_from_above_tomorrow(land: Land, people: People) -> None:
    late(land)

    for unit, before, now in ((land.a, 5, 8), (land.province, 7, 10), (land.y, 0, 3), (land.b, 2, 2)):
        assert (read("shorn_sum", unit, YESTERDAY), read("shorn_sum", unit, None)) == (before, now)
        assert read("shorn_sum", unit, TODAY) == now  # tomorrow
    assert read("shorn_sum", land.a, YESTERDAY, by="sex").get("m", 0) == 0
    assert read("shorn_sum", land.a, None, by="sex") == {"f": 5, "m": 3}
    year = figure("shorn_sum", [land.a.pk, land.b.pk], JANUARY, 202603, today=TODAY, close=YESTERDAY)
    assert [one.value for one in year] == [5, 2]
    assert (read("most_sum", land.province, YESTERDAY), read("most_sum", land.province, None)) == (5, 5)


@pytest.mark.parametrize("close", [None, YESTERDAY])
def test_a_measure_asked_for_alone_is_as_fresh_as_a_figure_of_it(
    land: Land, people: People, close: date | None
) -> None:
    Source.objects.filter(commune=land.a.pk).update(counted_at=AT)
    Source.objects.filter(commune=land.b.pk).update(touched_at=AT)
    places.forget()
    for (key, id), unit in product((("m.shorn", "shorn_sum"), ("m.heads", "heads_sum")), (land.a, land.b, land.province)):  # fmt: skip
        alone, figured = (
            values(
                one, [unit.pk], JANUARY, JANUARY, boundaries=None, official=True, today=TODAY, close=close
            )[0]
            for one in map(thing, (key, id))
            if one is not None
        )
        assert alone.missing == figured.missing
        assert (alone.counted_at, alone.waits) == (figured.counted_at, figured.waits)


def test_what_is_taken_away_and_comes_again_is_as_it_was(land: Land, people: People) -> None:
    take_away(sex="f")
    recount.rebuild(AT)
    put(9, unit=land.a, village=land.x, shorn_on=date(2026, 1, 6), sex="f")
    recount.rebuild(AT + timedelta(hours=1))

    assert (read("shorn_sum", land.a, YESTERDAY), read("shorn_sum", land.a, None)) == (5, 9)
    assert (read("most_sum", land.a, YESTERDAY), read("most_sum", land.a, None)) == (5, 9)
    assert read("shorn_sum", land.b, YESTERDAY) == 2


def test_what_is_told_today_is_unknown_above_until_tomorrow(land: Land, people: People) -> None:
    told.tell("heads", land.a.pk, JANUARY, 40, by=people.hoa, at=AT)

    assert (read("heads_sum", land.a, YESTERDAY), read("heads_sum", land.a, TODAY)) == (None, 40)
    told.tell("heads", land.a.pk, JANUARY, 41, by=people.hoa, at=AT + timedelta(days=1))
    assert (read("heads_sum", land.a, TODAY), read("heads_sum", land.a, None)) == (40, 41)


def test_a_month_locked_today_is_provisional_above_until_tomorrow(land: Land, people: People) -> None:
    late(land)
    locked(land, people)

    places.forget()
    (now,) = figure("shorn_sum", [land.a.pk], JANUARY, JANUARY, today=TODAY)
    (above,) = figure("shorn_sum", [land.a.pk], JANUARY, JANUARY, today=TODAY, close=YESTERDAY)
    assert [now.value, above.value] == [8, 5]
    assert [now.locked, above.locked] == [True, False]
    assert above.counted_at is not None and above.counted_at <= closing.moment(YESTERDAY)


def test_the_commune_is_shown_what_will_be_seen(land: Land, people: People) -> None:
    late(land)
    held = closing.held_of(land.a.pk, YESTERDAY)

    assert [(one.measure, one.month) for one in held] == [("most", JANUARY), ("shorn", JANUARY)]
    assert closing.held_by_commune(YESTERDAY) == {land.a.pk: held}
    found = {one.indicator.id: one for one in pending(land.a.pk, held, YESTERDAY, TODAY)}
    assert [found["shorn_sum"].before.value, found["shorn_sum"].now.value] == [5, 8]
    assert closing.held_of(land.b.pk, YESTERDAY) == []


def test_only_the_first_change_of_a_day_is_kept(land: Land, people: People) -> None:
    late(land)
    put(1, unit=land.a, village=land.x, shorn_on=date(2026, 1, 7), sex="f")
    recount.rebuild(AT + timedelta(hours=2))

    rows = CellBefore.objects.filter(dims="", day=20260310).order_by("value")
    assert {(row.value) for row in rows} == {None, 5}
    assert read("shorn_sum", land.a, YESTERDAY) == 5


def test_the_day_follows_from_where_the_right_is_held(land: Land, people: People) -> None:
    viewer = officer("viewer", land.province, role="province_viewer")
    both = officer("both", land.province, role="province_viewer")
    officer_of_a: Account = people.ha
    assert closing.close_for(viewer, land.a.pk, TODAY) == YESTERDAY
    assert closing.close_for(viewer, land.province.pk, TODAY) == YESTERDAY
    assert closing.close_for(officer_of_a, land.a.pk, TODAY) is None
    assert closing.close_for(officer_of_a, land.b.pk, TODAY) == YESTERDAY
    assert closing.close_for(None, land.a.pk, TODAY) == closing.close_for_everybody(TODAY) == YESTERDAY
    assert closing.close_above(TODAY) == YESTERDAY
    assert closing.close_for(both, land.b.pk, TODAY) == YESTERDAY


def test_a_commune_explains_a_figure_unasked(land: Land, people: People) -> None:
    first = answers.explain("shorn_sum", land.a.pk, JANUARY, "Two flocks came late", by=people.hoa, at=AT)
    answers.explain("shorn_sum", land.a.pk, JANUARY, "Three flocks came late", by=people.ha, at=AT)

    row = Flag.objects.get()
    assert (row.pk, row.answer, row.state) == (first.pk, "Three flocks came late", "answered")


def test_of_a_month_that_begins_today_nothing_is_known_above(
    land: Land, people: People, monkeypatch: Any
) -> None:
    declare(monkeypatch, measure("flock", kind="stock"), indicator("flock_sum", numerator="flock"))
    put(6, unit=land.a, village=land.x, came_on=date(2025, 3, 1))
    last, first, flock = date(2026, 2, 28), date(2026, 3, 1), thing("m.flock")
    assert flock is not None
    recount.rebuild(AT.replace(month=2, day=28))
    recount.move_clock(AT.replace(month=2, day=28))

    recount.move_clock(AT.replace(day=1))

    places.forget()
    for units in ([land.a.pk], [land.province.pk]):
        (march,) = figure("flock_sum", units, 202603, 202603, today=first, close=last)
        (february,) = figure("flock_sum", units, 202602, 202602, today=first, close=last)
        (spring,) = figure("flock_sum", units, 202601, 202603, today=first, close=last)
        (alone,) = values(
            flock, units, 202603, 202603, boundaries=None, official=True, today=first, close=last
        )
        assert (march.value, march.told, alone.value, alone.told) == (None, 0, None, 0)
        assert february.value == spring.value == 6
    assert figure("flock_sum", [land.a.pk], 202603, 202603, today=first)[0].value == 6
    assert not CellBefore.objects.filter(month=202603).exists()
    assert closing.held_of(land.a.pk, last) == []
    assert pending(land.a.pk, [closing.Held("flock", 202603)], last, first) == []


@pytest.mark.parametrize("duckdb", [False, True])
def test_the_first_row_of_what_stood_at_zero_is_seen_above_tomorrow(
    land: Land, people: People, monkeypatch: Any, duckdb: bool
) -> None:
    black = measure("black", count_if="tame", dimensions=("sex",))
    declare(monkeypatch, black, indicator("black_sum", numerator="black"))
    recount.rebuild(AT - timedelta(days=2))
    put(2, unit=land.a, village=land.x, shorn_on=date(2026, 1, 5), sex="f", tame=True)
    monkeypatch.setattr(recount, "many", lambda _view: duckdb)
    recount.rebuild(AT)

    assert (read("black_sum", land.a, YESTERDAY), read("black_sum", land.a, None)) == (0, 2)
    assert read("black_sum", land.province, YESTERDAY) == 0
    assert read("black_sum", land.a, YESTERDAY, by="sex").get("f", 0) == 0


def test_parts_of_a_new_dimension_are_not_held(land: Land, people: People, monkeypatch: Any) -> None:
    monkeypatch.setattr(cells, "MANY_PARTS", 0)
    declare(
        monkeypatch,
        measure("shorn", dimensions=("sex", "tame")),
        measure("most", aggregate="count", roll_units="max", roll_time="max"),
        indicator("shorn_sum", numerator="shorn"),
    )
    recount.rebuild(AT)
    assert CellBefore.objects.count() == 0

    late(land)
    assert set(CellBefore.objects.values_list("dims", flat=True)) == {"", "sex=m", "tame="}
    assert read("shorn_sum", land.a, YESTERDAY, by="tame") == {"": 5}
