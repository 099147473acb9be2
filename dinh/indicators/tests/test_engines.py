"""This database, DuckDB and a plain reading in Python count the same, of rows made at random and changed at random."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from dinh.catalogue.expressions.evaluator import evaluate
from dinh.catalogue.shapes.figures import Measure
from dinh.database.published import BANDS
from dinh.indicators.engine import cells as writing
from dinh.indicators.engine import recount
from dinh.indicators.engine.duck import Duck, InDuck
from dinh.indicators.models import Cell, Place, Run, Series, Source
from dinh.indicators.rules.months import between, last_day, month_of
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import declare, measure, put, take_away
from dinh.lib.dates import age_on

AT = datetime(2026, 3, 10, 3, tzinfo=UTC)
TODAY = date(2026, 3, 10)
FIRST = 202511
SINCE = date(2025, 11, 1)
MEASURES = (
    measure("shorn", count_if="grams > 100 or tame", dimensions=("sex", "tame", "age_band"), valid_from=SINCE),
    measure("wool", aggregate="sum", column="grams", dimensions=("days",), valid_from=SINCE),
    measure("kinds", aggregate="distinct", column="sex", roll_units="none", valid_from=SINCE),
    measure("flock", kind="stock", count_if="tame", dimensions=("sex", "age_band"), valid_from=SINCE),
    measure("weight", kind="stock", aggregate="sum", column="grams", dimensions=("tame",), valid_from=SINCE),
    measure("old", kind="stock", count_if="age(birth) >= 6", dimensions=("age_band",), valid_from=SINCE),
)  # fmt: skip
Cells = dict[tuple[str, str, int, Any], int]


@pytest.mark.parametrize("seed", range(3))
def test_three_ways_of_counting_agree(land: Land, monkeypatch: Any, seed: int) -> None:
    declare(monkeypatch, *MEASURES)
    dice = random.Random(seed)
    rows = [_row(dice, land) for _number in range(120)]
    for row in rows:
        put(**row)

    recount.rebuild(AT)

    assert _cells() == _plain(rows)
    assert _counted_by_duckdb(monkeypatch) == 0
    Cell.objects.all().delete()
    assert _counted_by_duckdb(monkeypatch) == len(_plain(rows))
    assert _cells() == _plain(rows)

    gone = rows[::4]
    for row in gone:
        take_away(whom=row["whom"])
    rows = [row for row in rows if row not in gone] + [_row(dice, land) for _number in range(20)]
    for row in rows[-20:]:
        put(**row)
    Source.objects.update(touched_at=AT)
    recount.recount_touched(AT + timedelta(seconds=1))

    assert _cells() == _plain(rows)
    assert recount.rebuild(AT, Run.Kind.NIGHTLY).drifted == 0


def test_places_that_nobody_numbered_are_numbered_while_rows_are_handed_over(
    land: Land, monkeypatch: Any
) -> None:
    dice = random.Random(5)
    rows = [_row(dice, land) for _number in range(60)]
    parts = [[row for row in rows if row["unit"] == unit] for unit in (land.a, land.b)]
    here = measure("here", count_if="present(village)", valid_from=SINCE)
    declare(monkeypatch, *MEASURES)

    for row in parts[0]:
        put(**row)
    assert _counted_by_duckdb(monkeypatch) == len(_plain(parts[0]))
    for row in parts[1]:
        put(**row)
    assert _counted_by_duckdb(monkeypatch) == len(_plain(parts[1]))
    assert _cells() == _plain(rows)
    assert _known() == {unit.pk for unit in (land.a, land.b)}

    declare(monkeypatch, *MEASURES, here)  # by name, so the ids come along
    with_village = [row for row in rows if row["village"] and row["shorn_on"]]
    _counted_by_duckdb(monkeypatch)
    assert {key[3] for key in _cells() if key[0] == "here"} == {row["village"].pk for row in with_village}


def _known() -> set[Any]:
    return set(Source.objects.filter(begin__isnull=False).values_list("commune", flat=True))


def _counted_by_duckdb(monkeypatch: Any) -> int:
    def rows(view: str, scope: Any, stack: Any, ducks: list[Duck]) -> Any:
        ducks[:] = ducks or [stack.enter_context(Duck())]
        return InDuck(view, recount.versions_of(view), scope, ducks[0])

    with monkeypatch.context() as patch:
        patch.setattr(recount, "_rows", rows)
        return recount.rebuild(AT).changed


def _row(dice: random.Random, land: Land) -> dict[str, Any]:
    def day() -> date | None:
        found = date(2025, 9, 20) + timedelta(days=dice.randrange(190))
        return dice.choice((found, found, last_day(month_of(found)), None))

    commune, villages = dice.choice(((land.a, (land.x, land.y, None)), (land.b, (land.z, None))))
    birth = date(2026, 1, 1) - timedelta(
        days=dice.randrange(3000) if dice.random() < 0.6 else dice.randrange(30000)
    )
    came = day()
    return {
        "unit": commune, "village": dice.choice(villages), "sex": dice.choice(("f", "m", None)),
        "birth": dice.choice((birth.isoformat(), birth.isoformat()[:7], birth.isoformat()[:4], "2020-02-29", None)),
        "shorn_on": day(), "came_on": came, "left_on": day() if came is None or dice.random() < 0.5 else came,
        "grams": dice.choice((50, 200, 300, None)), "days": dice.choice((0, 3, None)), "tame": dice.choice((True, False, None)),
        "whom": uuid4(),
    }  # fmt: skip


def _plain(rows: list[dict[str, Any]]) -> Cells:
    """Count in Python, row by row and month by month, as a measure says it."""
    found: Cells = {}
    for item in MEASURES:
        groups: dict[tuple[str, int, Any], list[Any]] = defaultdict(list)
        for row in rows:
            answers = {
                name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()
            }
            place = row["unit"] if item.roll_units == "none" else row["village"] or row["unit"]
            for month in between(FIRST, month_of(TODAY)):
                point = min(last_day(month), TODAY)
                if not _falls(item, row, month, point):
                    continue
                if item.count_if and evaluate(item.count_if, answers, point) is not True:
                    continue
                for dims in ("", *(f"{name}={_part(row, name, point)}" for name in item.dimensions)):
                    groups[(dims, month, place.pk)].append(row[item.column] if item.column else 1)
        for (dims, month, place), values in groups.items():
            known = [value for value in values if value is not None]
            found[(item.id, dims, month, place)] = (
                len(set(known)) if item.aggregate == "distinct" else sum(known)
            )
    return found


def _falls(item: Measure, row: dict[str, Any], month: int, point: date) -> bool:
    if item.kind == "flow":
        on = row[item.on]
        return on is not None and month_of(on) == month and on <= TODAY
    since, until = row[item.since], row[item.until]
    return since is not None and since <= point and (until is None or until > point)


def _part(row: dict[str, Any], name: str, point: date) -> str:
    if name == "age_band":
        age = age_on(row["birth"] or "", point)
        return "" if age is None else next(code for first, code in reversed(BANDS) if age >= first)
    value = row[name]
    return "" if value is None else str(int(value)) if isinstance(value, bool) else str(value)


def _cells() -> Cells:
    series = dict(Series.objects.values_list("pk", "measure"))
    places = dict(Place.objects.values_list("pk", "unit"))
    rows = Cell.objects.values_list("series", "dims", "month", "place", "value")
    return {(series[number], dims, month, places[place]): value for number, dims, month, place, value in rows}


def test_few_rows_are_counted_where_they_are(land: Land, monkeypatch: Any) -> None:
    put(2, unit=land.a)

    assert not writing.many("facts_sheep")
    monkeypatch.setattr(writing, "MANY_ROWS", 1)
    assert writing.many("facts_sheep")
