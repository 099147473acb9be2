"""The band of an age is the one of `lib.dates.age_on`, for whole and partial births, at the end of each month."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dinh.database.published import BANDS
from dinh.indicators.engine import recount
from dinh.indicators.queries import places
from dinh.indicators.queries.figures import figure
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import declare, indicator, measure, put
from dinh.lib.dates import age_on

AT = datetime(2028, 3, 10, 3, tzinfo=UTC)
BIRTHS = (
    "1952-02-29", "1953-02-28", "1953-03-01", "1953", "1968-02", "1968-03", "2010-02-28", "2022-03-10", "2022-03-11",
    "2028-03-01", "2014-02-29", "",
)  # fmt: skip


def band(birth: str, on: date) -> str:
    age = age_on(birth, on)
    return "" if age is None else next(code for first, code in reversed(BANDS) if age >= first)


@pytest.mark.parametrize("kind", ["stock", "flow"])
def test_bands_are_those_of_the_last_day(land: Land, monkeypatch: Any, kind: str) -> None:
    declare(
        monkeypatch,
        measure("sheep", kind=kind, dimensions=("age_band",)),
        indicator("all", numerator="sheep"),
    )
    for birth in BIRTHS:
        put(1, unit=land.a, birth=birth or None, came_on=date(2028, 1, 1), shorn_on=date(2028, 2, 3))
    recount.rebuild(AT)
    places.forget()
    month, on = (202803, date(2028, 3, 10)) if kind == "stock" else (202802, date(2028, 2, 29))

    rows = figure("all", [land.a.pk], month, month, by="age_band", today=date(2028, 3, 10))

    expected: dict[str, int] = {}
    for birth in BIRTHS:
        expected[band(birth, on)] = expected.get(band(birth, on), 0) + 1
    assert {row.part: row.numerator for row in rows} == expected
