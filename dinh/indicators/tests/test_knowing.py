"""What is not known is never zero, and a ratio is made of the same communes above and below."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dinh.catalogue.shapes.figures import Quantile
from dinh.directory.lines import On
from dinh.directory.models import Level, Unit, UnitVersion
from dinh.indicators.engine import recount
from dinh.indicators.models import Place, Source
from dinh.indicators.queries import places
from dinh.indicators.queries.figures import figure, figures
from dinh.indicators.rules import values
from dinh.indicators.rules.values import Part
from dinh.indicators.tests import sheep
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import declare, indicator, measure, put
from dinh.indicators.tests.test_locking_places import merged
from dinh.indicators.tests.test_periods import People, locked

AT = datetime(2026, 3, 10, 3, tzinfo=UTC)
TODAY = date(2026, 3, 10)
RATE: dict[str, Any] = {"kind": "ratio", "factor": 100, "decimals": 1}


def read(id: str, *units: Unit, first: int = 202601, last: int = 202603, **options: Any) -> list[Any]:
    """Read."""
    places.forget()
    return figure(id, [unit.pk for unit in units], first, last, today=TODAY, **options)


def tell(measure: str, unit: Unit, month: int, value: int) -> None:
    """Let a commune tell."""
    from dinh.indicators.engine.cells import series_of
    from dinh.indicators.models import Cell

    place, _new = Place.objects.get_or_create(commune=unit.pk, unit=unit.pk)
    Cell.objects.create(series=series_of(measure), dims="", month=month, place=place.pk, value=value)


@pytest.fixture
def visits(land: Land, monkeypatch: Any) -> Land:
    """Sheep live in a and b since December; a shepherd looked at some of village x in February, nobody at others."""
    stock = {"kind": "stock"}
    declare(
        monkeypatch,
        measure("flock", **stock, count_if="days == 0"), measure("looked_at", **stock, count_if="days == 1"),
        measure("tame", **stock, count_if="days == 1 and tame", out_of="looked_at"), measure("shorn"),
        indicator("tame_rate", **RATE, numerator="tame", denominator="flock"), indicator("tame_sum", numerator="tame"),
    )  # fmt: skip
    for commune, village in ((land.a, land.x), (land.a, land.y), (land.b, land.z)):
        put(10, unit=commune, village=village, came_on=date(2025, 12, 1), days=0)
    put(1, unit=land.a, village=land.x, came_on=date(2026, 2, 3), days=1, tame=False)
    put(4, unit=land.a, village=land.x, came_on=date(2026, 3, 3), days=1, tame=True)
    recount.rebuild(AT)
    return land


def test_what_is_seen_by_who_looks_is_unknown_before_anybody_looked(visits: Land) -> None:
    a = read("tame_rate", visits.a, each_month=True)
    (b,) = read("tame_rate", visits.b)
    x, y = read("tame_sum", visits.x, visits.y)

    assert [row.value for row in a] == [
        None,
        Decimal("0.0"),
        Decimal("20.0"),
    ]  # unknown, none, four of twenty
    assert (a[0].told, a[0].expected, a[0].missing) == (0, 1, (visits.a.pk,))
    assert (b.value, b.numerator, b.told) == (None, None, 0)
    assert (x.value, y.value) == (Decimal(4), None)


def test_a_province_divides_by_the_communes_where_somebody_looked(visits: Land) -> None:
    (whole,) = read("tame_rate", visits.province)

    assert (whole.numerator, whole.denominator, whole.value) == (4, 20, Decimal("20.0"))  # not of 30
    assert (whole.complete, set(whole.missing)) == (False, {visits.a.pk, visits.b.pk})


@pytest.fixture
def told(land: Land, monkeypatch: Any) -> Land:
    """Both communes tell how many sheep are marked, only a tells how many there are; b does so a month later."""
    declare(
        monkeypatch,
        measure("marked", origin="declared"), measure("sheep", origin="declared"), measure("shorn"),
        measure("herd", origin="declared", kind="stock", roll_time="last"),
        indicator("rate", **RATE, numerator="marked", denominator="sheep"),
        indicator("of_herd", **RATE, numerator="marked", denominator="herd"),
        indicator("sum", numerator="marked + sheep"),
        indicator("median", kind="quantile", quantile=Quantile(measure="timed", dimension="days", at=0.5)),
        measure("timed", dimensions=("days",)),
    )  # fmt: skip
    put(1, unit=land.a, shorn_on=date(2026, 1, 5), days=0)
    put(1, unit=land.b, shorn_on=date(2026, 2, 5), days=7)
    recount.rebuild(AT)
    for commune, name, month, number in (
        (land.a, "marked", 202601, 6), (land.a, "sheep", 202601, 10), (land.b, "marked", 202601, 9),
        (land.a, "marked", 202602, 3), (land.b, "marked", 202602, 1), (land.b, "sheep", 202602, 10),
        (land.a, "herd", 202602, 20), (land.b, "herd", 202601, 30),
    ):  # fmt: skip
        tell(name, commune, month, number)
    return land


def test_a_ratio_is_of_the_same_communes_and_says_who_is_missing(told: Land) -> None:
    january, february = read("rate", told.province, last=202602, each_month=True)
    (both,) = read("rate", told.province, last=202602)

    assert (january.numerator, january.denominator, january.value) == (6, 10, Decimal("60.0"))  # not 15 of 10
    assert (january.told, january.expected, january.missing) == (1, 2, (told.b.pk,))
    assert (february.numerator, february.denominator) == (1, 10)
    assert (both.numerator, both.denominator, both.told, both.expected) == (7, 20, 2, 4)
    (of_herd,) = read("of_herd", told.province, last=202602)
    assert (of_herd.numerator, of_herd.denominator) == (9, 20)  # b did not say what it had at the end
    (one,) = read("sum", told.province, last=202601)
    assert (one.value, one.told) == (Decimal(16), 1)


def test_numbers_of_different_communes_are_no_ratio(told: Land) -> None:
    (january,) = read("of_herd", told.province, last=202601)
    (b,) = read("rate", told.b, last=202601)

    assert (january.numerator, january.denominator) == (9, 30)
    assert (b.value, b.numerator, b.denominator) == (None, 9, None)
    (apart,) = read("of_herd", told.a, last=202601)
    assert (apart.value, apart.numerator, apart.denominator) == (None, 6, None)


def test_months_to_come_are_unknown(told: Land) -> None:
    (rate,) = read("rate", told.a, first=202604, last=202606)
    (median,) = read("median", told.a, first=202604, last=202606)

    assert (rate.value, rate.numerator, rate.told) == (None, None, 0)
    assert (median.value, median.denominator) == (None, None)
    assert [row.first for row in read("rate", told.a, first=202603, last=202606, each_month=True)] == [202603]


def test_a_median_is_unknown_where_nothing_is_known_and_is_no_number_of_people(told: Land) -> None:
    (a, b) = read("median", told.a, told.b, last=202601)

    assert (a.value, a.numerator, a.denominator) == (Decimal(0), None, 1)
    assert (b.value, b.denominator) == (None, None)
    assert values.quantile({}, 0.5) == Part(None, None, 0)
    assert values.size(values.quantile({2: 90}, 0.5).numerator, 90) == 90  # two minutes are not two people


def test_what_moved_to_the_successor_is_counted_once_beside_what_was_locked(
    land: Land, monkeypatch: Any
) -> None:
    declare(
        monkeypatch, measure("flock", kind="stock"), measure("shorn"), indicator("flock_sum", numerator="flock"),
        indicator("shorn_sum", numerator="shorn"),
    )  # fmt: skip
    put(5, unit=land.a, village=land.x, came_on=date(2026, 1, 1))
    put(2, unit=land.a, came_on=date(2026, 1, 1), sex="moves")
    put(3, unit=land.b, came_on=date(2026, 1, 1), sex="moves")
    recount.rebuild(AT)
    locked(land, People(land))
    m = merged(land, date(2026, 2, 1))
    sheep.take_away(sex="moves")  # houses without a village are written under the successor now
    put(5, unit=m, came_on=date(2026, 1, 1))
    recount.rebuild(AT)

    january = {
        unit: read("flock_sum", unit, last=202601, boundaries=On(TODAY))[0] for unit in (m, land.province)
    }

    assert {one.value for one in january.values()} == {
        Decimal(10)
    }  # not 12: two of the five were locked under a
    assert read("flock_sum", land.province, last=202601)[0].value == Decimal(10)


def test_what_moved_is_left_out_where_all_that_it_was_made_of_is_locked(land: Land, monkeypatch: Any) -> None:
    declare(
        monkeypatch,
        measure("flock", kind="stock"),
        measure("shorn"),
        indicator("flock_sum", numerator="flock"),
    )
    put(2, unit=land.a, came_on=date(2026, 1, 1))
    put(3, unit=land.b, came_on=date(2026, 1, 1))
    recount.rebuild(AT)
    people = People(land)
    locked(land, people)
    people.hoa, people.ha, people.binh = (
        sheep_officer(name, land.b, role) for name, role in
        (("hoa_b", "digital_officer"), ("ha_b", "data_officer"), ("binh_b", "leader"))
    )  # fmt: skip
    whole = Land(land.province, land.b, land.b, land.x, land.y, land.z)
    locked(whole, people)
    m = merged(land, date(2026, 2, 1))
    sheep.take_away(came_on=date(2026, 1, 1))
    put(6, unit=m, came_on=date(2026, 1, 1))  # one more came to light since
    recount.rebuild(AT)

    (value,) = read("flock_sum", land.province, last=202601)
    (live,) = read("flock_sum", land.province, last=202601, official=False)

    assert (value.value, value.locked, live.value) == (Decimal(5), True, Decimal(6))


def sheep_officer(name: str, unit: Unit, role: str) -> Any:
    """Make an officer."""
    from dinh.indicators.tests.test_rows import officer

    return officer(name, unit, role=role)


def test_several_figures_cost_as_many_questions_as_one(
    told: Land, django_assert_max_num_queries: Any
) -> None:
    Source.objects.update(touched_at=None)
    read("rate", told.province)
    with django_assert_max_num_queries(14):
        found = figures(["rate", "of_herd", "sum", "median"], [told.province.pk], 202601, 202603, today=TODAY)

    assert list(found) == ["rate", "of_herd", "sum", "median"]
    assert found["rate"] == figure("rate", [told.province.pk], 202601, 202603, today=TODAY)


def test_a_village_knows_nothing_of_what_its_commune_tells(told: Land) -> None:
    more = [sheep.unit(Level.VILLAGE, f"V{number}", told.a) for number in range(3)]

    assert [row.value for row in read("rate", told.x, told.y, *more)] == [None] * 5


def test_what_is_added_up_by_the_database_is_what_was_locked_and_of_the_unit(
    land: Land, monkeypatch: Any
) -> None:
    declare(monkeypatch, measure("shorn"), indicator("shorn_sum", numerator="shorn"))
    for village, count in ((land.x, 5), (land.y, 7)):
        put(count, unit=land.a, village=village, shorn_on=date(2026, 1, 5))
    put(2, unit=land.b, village=land.z, shorn_on=date(2026, 1, 5))
    put(3, unit=land.b, village=land.z, shorn_on=date(2026, 2, 5))
    recount.rebuild(AT)
    locked(land, People(land))
    put(4, unit=land.a, village=land.y, shorn_on=date(2026, 1, 20))  # late
    recount.rebuild(AT)
    old = UnitVersion.objects.get(unit=land.x)
    moved = {field.name: getattr(old, field.name) for field in old._meta.fields if field.name != "id"}
    UnitVersion.objects.create(**(moved | {"parent": land.b, "valid_from": date(2026, 2, 1), "code": "X2"}))
    UnitVersion.objects.filter(pk=old.pk).update(valid_to=date(2026, 2, 1))

    def told(*units: Unit, **options: Any) -> list[Decimal]:
        return [row.value for row in read("shorn_sum", *units, **options)]

    assert told(land.a, land.b, last=202602) == [12, 5]
    assert told(land.a, land.b, last=202602, boundaries=On(TODAY)) == [7, 10]  # x lies in b now
    assert [told(unit, last=202602, boundaries=On(TODAY)) for unit in (land.a, land.b)] == [[7], [10]]
    assert told(land.province, last=202602) == [17]
    assert told(land.province, last=202602, official=False) == [21]
    assert told(land.a, land.b, last=202602, each_month=True) == [12, 0, 2, 3]


def test_on_a_day_that_is_past_nothing_is_known_of_later_months(told: Land) -> None:
    february = datetime(2026, 2, 28, 12, tzinfo=UTC)

    months = read("sum", told.a, last=202603, each_month=True, known_on=datetime(2026, 1, 31, 12, tzinfo=UTC))
    (whole,) = read("sum", told.province, known_on=february)
    (all_of_it,) = read("sum", told.province)

    assert [row.value for row in months] == [16, None, None]
    assert whole.value == all_of_it.value == 27 and (whole.told, whole.expected) == (2, 6)
    assert [row.value for row in read("sum", told.province, known_on=february, each_month=True)] == [
        16,
        11,
        None,
    ]
