"""Figures at any level: ratios are worked out anew, nothing unknown becomes zero, parts sum to the whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db.models import F

from dinh.catalogue.shapes.figures import Quantile, Score
from dinh.directory.lines import On
from dinh.directory.models import Unit, UnitVersion
from dinh.indicators.engine import recount
from dinh.indicators.engine.cells import series_of
from dinh.indicators.models import Cell, Place, Source
from dinh.indicators.queries.explaining import explain
from dinh.indicators.queries.figures import figure
from dinh.indicators.rules import values
from dinh.indicators.rules.values import Part
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import declare, indicator, measure, put
from dinh.lib.errors import Invalid, NotFound

AT = datetime(2026, 3, 10, 3, tzinfo=UTC)
TODAY = date(2026, 3, 10)
RATE: dict[str, Any] = {
    "kind": "ratio",
    "numerator": "fine",
    "denominator": "shorn",
    "factor": 100,
    "decimals": 1,
}


def read(id: str, *units: Unit, first: int = 202601, last: int = 202603, **options: Any) -> list[Any]:
    """Read."""
    return figure(id, [unit.pk for unit in units], first, last, today=TODAY, **options)


@pytest.fixture
def wool(land: Land, monkeypatch: Any) -> Land:
    """Commune a: 1 of 10 fine in January; commune b: 1 of 1, and 1 of 2 in February."""
    declare(
        monkeypatch,
        measure("shorn", dimensions=("sex", "days")), measure("fine", count_if="grams > 100", dimensions=("sex", "days")),
        measure("flock", kind="stock"), measure("told", origin="declared"),
        measure("kinds", aggregate="distinct", column="sex", roll_units="none"),
        indicator("rate", **RATE, minimum_denominator=5, thresholds=(50, 80), targets={"2026": 60}, score=Score(most=10, target=50)),
        indicator("per_head", kind="ratio", numerator="shorn", denominator="flock"),
        indicator("median", kind="quantile", quantile=Quantile(measure="shorn", dimension="days", at=0.5)),
        indicator("told_rate", kind="ratio", numerator="told", denominator="shorn"),
        indicator("told_sum", numerator="told"), indicator("shorn_sum", numerator="shorn"),
        indicator("flock_sum", numerator="flock"), indicator("kinds_sum", numerator="kinds"),
        indicator("points", kind="score", parts=("rate", "told_points"), most=15, decimals=2),
        indicator("told_points", **(RATE | {"numerator": "told"}), score=Score(most=5, target=50)),
    )  # fmt: skip
    put(1, unit=land.a, village=land.x, shorn_on=date(2026, 1, 5), grams=200, sex="f", days=1)
    put(9, unit=land.a, village=land.y, shorn_on=date(2026, 1, 5), grams=50, sex="m", days=3)
    put(1, unit=land.b, village=land.z, shorn_on=date(2026, 1, 5), grams=200, sex="f", days=9)
    put(1, unit=land.b, village=land.z, shorn_on=date(2026, 2, 5), grams=200)
    put(1, unit=land.b, village=land.z, shorn_on=date(2026, 2, 5), grams=50, sex="m", days=1)
    put(4, unit=land.a, village=land.x, came_on=date(2025, 12, 1), left_on=date(2026, 3, 1))
    recount.rebuild(AT)
    return land


def test_a_ratio_is_worked_out_anew_at_each_level(wool: Land) -> None:
    a, b = read("rate", wool.a, wool.b)
    (whole,) = read("rate", wool.province)

    assert (a.value, b.value) == (Decimal("10.0"), Decimal("66.7"))
    assert (whole.numerator, whole.denominator, whole.value) == (3, 13, Decimal("23.1"))  # not the mean, 38.3
    assert (a.mark, b.mark, whole.mark) == ("weak", "fair", "weak")
    assert (a.few, b.few) == (False, True)
    assert (b.points, whole.points, whole.target) == (Decimal("10.00"), Decimal("4.62"), Decimal(60))


def test_months_come_one_by_one_and_together(wool: Land) -> None:
    rows = read("rate", wool.b, each_month=True)
    villages = read("shorn_sum", wool.x, wool.y, wool.z)

    assert [(row.first, row.value) for row in rows] == [
        (202601, Decimal("100.0")),
        (202602, Decimal("50.0")),
        (202603, None),
    ]
    assert [row.value for row in villages] == [1, 9, 3]
    assert rows[2].denominator == 0  # nothing was shorn in March: not available, and known to be nothing


def test_months_to_come_are_left_out(wool: Land) -> None:
    assert [row.last for row in read("rate", wool.b, last=202612)] == [202603]
    assert read("rate", wool.b, first=202604, last=202605, each_month=True) == []


def test_who_did_not_tell_is_named_and_one_commune_waits(wool: Land) -> None:
    Source.objects.filter(commune=wool.a.pk).update(touched_at=AT)

    (partly,) = read("shorn_sum", wool.province, first=202512, last=202601)
    (told,) = read("told_sum", wool.province)
    a, b = read("rate", wool.a, wool.b)

    assert (partly.missing, partly.told, partly.expected) == ((wool.b.pk,), 3, 4)
    assert set(told.missing) == {wool.a.pk, wool.b.pk}
    assert (a.waits, b.waits, a.missing) == (True, False, ())


def test_what_is_not_known_is_not_zero(wool: Land) -> None:
    (before,) = read("shorn_sum", wool.b, first=202512, last=202512)
    (partly,) = read("shorn_sum", wool.province, first=202512, last=202512)
    (told,) = read("told_sum", wool.a)
    (rate,) = read("told_rate", wool.a)

    assert (before.value, before.told, before.expected) == (None, 0, 1)
    assert (partly.value, partly.told, partly.expected, partly.complete) == (
        0,
        1,
        2,
        False,
    )  # a began in December
    assert (told.value, told.numerator, rate.value, rate.denominator) == (None, None, None, 10)


def test_a_stock_is_what_there_is_at_the_end(wool: Land) -> None:
    (february,) = read("flock_sum", wool.a, last=202602)
    (march,) = read("flock_sum", wool.a)
    (heads,) = read("per_head", wool.a, first=202601, last=202602)

    assert (february.value, march.value) == (Decimal(4), Decimal(0))
    assert heads.numerator == 10 and heads.denominator == 4


def test_what_is_not_added_up_is_known_for_a_commune_alone(wool: Land) -> None:
    assert [row.value for row in read("kinds_sum", wool.a)] == [2]
    assert [row.value for row in read("kinds_sum", wool.province)] == [None]
    assert [row.value for row in read("kinds_sum", wool.x)] == [None]


def test_parts_sum_to_the_whole_and_small_ones_are_hidden(wool: Land) -> None:
    rows = read("shorn_sum", wool.province, by="sex")
    hidden = read("shorn_sum", wool.province, by="sex", mask=True)

    assert {row.part: row.value for row in rows} == {"": 1, "f": 2, "m": 10}
    assert {row.part: (row.value, row.masked) for row in hidden} == {
        "": (None, True),
        "f": (None, True),
        "m": (10, False),
    }


def test_one_hidden_part_hides_another() -> None:
    parts = {"a": Part(3, 3), "b": Part(6, 6), "c": Part(90, 90), "d": Part(0, 0)}

    assert {name for name, part in values.masked(parts).items() if part.masked} == {"a", "b"}


def test_a_median_comes_from_how_often_each_number_was(wool: Land) -> None:
    (whole,) = read("median", wool.province)
    (b,) = read("median", wool.b)

    assert (whole.value, whole.denominator) == (Decimal(3), 12)
    assert b.value == 1


def test_points_are_added_and_what_is_not_available_gives_none(wool: Land) -> None:
    (b,) = read("points", wool.b)

    assert (b.value, b.denominator) == (Decimal("10.00"), 15)


def test_a_figure_says_when_it_cannot_be_split_and_when_it_is_not_there(wool: Land) -> None:
    with pytest.raises(Invalid) as refused:
        read("rate", wool.a, by="colour")
    assert refused.value.code == "indicators.no_dimension"
    with pytest.raises(Invalid):
        read("rate", wool.a, wool.province)
    with pytest.raises(NotFound):
        read("milk", wool.a)


def test_a_village_that_moved_counts_where_it_was_or_where_it_is(wool: Land) -> None:
    old = UnitVersion.objects.get(unit=wool.x)
    moved = {field.name: getattr(old, field.name) for field in old._meta.fields if field.name != "id"}
    UnitVersion.objects.create(**(moved | {"parent": wool.b, "valid_from": date(2026, 2, 1), "code": "X2"}))
    UnitVersion.objects.filter(pk=old.pk).update(valid_to=date(2026, 2, 1))

    as_was = read("shorn_sum", wool.a, wool.b)
    today = read("shorn_sum", wool.a, wool.b, boundaries=On(TODAY))

    assert [row.value for row in as_was] == [10, 3]
    assert [row.value for row in today] == [9, 4]


def test_values_are_rounded_once_and_halves_up() -> None:
    assert values.rounded(Fraction(1, 8), 2) == Decimal("0.13")
    assert values.rounded(Fraction(-1, 8), 2) == Decimal("-0.13")
    assert values.rounded(5, 0) == Decimal(5)


@pytest.mark.parametrize(("direction", "value", "said"), [
    ("up", 80, "good"), ("up", 79, "fair"), ("up", 49, "weak"), ("down", 50, "good"), ("down", 81, "weak"), ("none", 1, ""),
])  # fmt: skip
def test_marks_follow_the_thresholds(direction: str, value: int, said: str) -> None:
    item = indicator("x", numerator="a", thresholds=(50, 80), direction=direction)

    assert values.mark(value, item) == said


@pytest.mark.parametrize("language", ["vi", "fr", "en"])
def test_a_figure_is_explained_in_words(wool: Land, language: str) -> None:
    told = explain("rate", language)

    assert [part.id for part in told.parts] == ["fine", "shorn"]
    assert "100" in told.formula and "50" in told.formula
    assert len(list(told.lines())) > 10


def test_nobody_reads_a_cell_of_a_place_that_is_not_asked(wool: Land) -> None:
    place = Place.objects.get(unit=wool.z.pk)
    Cell.objects.filter(place=place.pk, series=series_of("shorn")).update(value=F("value") + 1000)

    assert [row.value for row in read("shorn_sum", wool.a)] == [10]
