"""What stands, by several dimensions in one statement: the same as by the statement by which cells are counted."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from django.db import connection

from dinh.indicators.engine import counting, recount, standing
from dinh.indicators.engine.counting import Scope
from dinh.indicators.models import Place
from dinh.indicators.tests import sheep
from dinh.indicators.tests.conftest import Land

TODAY = date(2026, 3, 20)
BIRTHS = (
    "2025-01-01",
    "1966-02-15",
    "1960-05",
    "",
    "2020-02-29",
)  # the second becomes 60 within these months


def rows(text: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(text)
        return [tuple(row) for row in cursor.fetchall()]


@pytest.mark.parametrize("kind", ["kept", "heavy"])
def test_one_statement_counts_what_the_other_counts(land: Land, monkeypatch: Any, kind: str) -> None:
    both: dict[str, Any] = {"kind": "stock", "dimensions": ("sex", "tame", "age_band")}
    measures = [sheep.measure("kept", **both), sheep.measure("heavy", aggregate="sum", column="grams", count_if="tame", **both)]  # fmt: skip
    sheep.declare(monkeypatch, *measures)
    places = ((land.a, land.x), (land.a, land.y), (land.b, land.z), (land.b, None))
    for number, ((unit, village), birth, month) in enumerate(product(places, BIRTHS, (1, 2, 3))):
        sheep.put(
            1 + number % 3, unit=unit, village=village, birth=birth, sex=("1", "2", None)[number % 3], tame=number % 2 == 0,
            grams=number, came_on=date(2026, month, 10), left_on=date(2026, 3, 5) if number % 5 == 0 else None,
        )  # fmt: skip
    recount.rebuild(datetime(2026, 3, 20, 3, tzinfo=UTC), views=["facts_sheep"])
    measure = next(one for one in measures if one.id == kind)
    engine = counting.engine_of(connection)
    home = dict(Place.objects.values_list("pk", "commune"))
    scopes = (Scope(202601, 202603, TODAY), Scope(202603, 202603, TODAY), Scope(202601, 202603, TODAY, (land.a.pk,), frozenset({202601, 202603})))  # fmt: skip
    for scope, group in product(scopes, (("sex", "age_band"), ("age_band", "sex"), ("sex", "tame"))):
        assert standing.can(measure, [group])
        usual = rows(counting.select(measure, scope, engine, groups=[group]))
        assert usual and Counter(rows(standing.select(measure, scope, engine, group))) == Counter(usual)
        together: Counter[Any] = Counter()
        for dims, month, place, value in usual:
            together[(dims, month, home[place])] += value
        of_communes = rows(standing.select(measure, scope, engine, group, communes=True))
        assert {(dims, month, home[place]): value for dims, month, place, value in of_communes} == dict(
            together
        )
