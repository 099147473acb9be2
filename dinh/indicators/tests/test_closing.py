"""Who reads from above a commune sees its figures as they stood at the close of the day before; the commune sees today's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dinh.directory.models import Account
from dinh.indicators.actions import answers, told
from dinh.indicators.engine import recount
from dinh.indicators.models import CellBefore, Flag
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

    assert [(one.measure, one.month, one.whole) for one in held] == [
        ("most", JANUARY, True),
        ("shorn", JANUARY, True),
    ]
    found = {one.indicator.id: one for one in pending(land.a.pk, held, YESTERDAY, TODAY)}
    assert [found["shorn_sum"].before.value, found["shorn_sum"].now.value] == [5, 8]
    assert closing.held_of(land.b.pk, YESTERDAY) == []
    assert closing.communes_held(YESTERDAY) == {land.a.pk}


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
