"""Whatever happens, in whatever order: what is counted entry by entry is what counting everything anew gives.

After each act the worker does what it does: seals, marks what the entries touched, counts that again, follows the day.
Then everything is counted, and no cell may differ; figures are read in the boundaries of then, of today and of the
first day, before and after, and a province is the sum of its communes in each.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from dinh.catalogue import store
from dinh.catalogue.actions import publish
from dinh.directory.lines import On
from dinh.directory.tests.cast import Cast
from dinh.dossiers.tests.world import NOW, settled
from dinh.indicators.engine import definitions, recount, touching
from dinh.indicators.models import Cell, Place, Run, Series
from dinh.indicators.queries import places
from dinh.indicators.queries.figures import figure
from dinh.indicators.rules.months import later, month_of
from dinh.journal import sealer
from dinh.outreach.tests.sending import make_field
from tests.lives_counted import Life

pytestmark = pytest.mark.django_db
READ = (
    "dossiers_filed_count", "dossiers_running_count", "residents_count", "residences_stay_count", "households_count",
    "records_count", "visits_count", "on_time_rate",
)  # fmt: skip
Cells = dict[tuple[str, str, int, Any, Any], int]


@pytest.fixture
def life(cast: Cast, request: pytest.FixtureRequest) -> Life:
    """A life in the small house, everything counted once."""
    definitions.forget()
    publish(store.get(), NOW - timedelta(days=90))
    found = Life(make_field(settled(cast)), request.param)
    _the_worker_works(found.at)
    recount.rebuild(found.at)
    return found


@pytest.mark.skipif(
    connection.vendor == "postgresql", reason="a season of it is asked there, by the slower tests"
)
@pytest.mark.parametrize("life", [8], indirect=True)
def test_a_day_of_acts_is_counted_as_it_happens(life: Life) -> None:
    for name in ("file", "correct_phuc", "move", "merge", "undo"):
        assert life.step(name, hours=1) == name
        _the_worker_works(life.at)

    before = _read(life)
    run = recount.rebuild(life.at, Run.Kind.NIGHTLY)
    assert (run.drifted, run.detail) == (0, {})
    assert _read(life) == before


@pytest.mark.long
@pytest.mark.parametrize("life", range(4), indirect=True)
def test_a_season_of_acts_is_counted_as_it_happens(life: Life) -> None:
    acts = []
    for _number in range(40):
        acts.append(life.step())
        _the_worker_works(life.at)
        before = _read(life)
        run = recount.rebuild(life.at, Run.Kind.NIGHTLY)
        assert (run.drifted, run.detail) == (0, {}), acts
        assert _read(life) == before, acts

    counted = _cells()
    Cell.objects.all().delete()
    recount.rebuild(life.at)
    assert _cells() == counted
    assert len(life.done) > 8, (life.done, life.refused)


def _the_worker_works(at: datetime) -> None:
    """Do what the sealer and the worker do by the clock; an hour lies between two acts, a minute would be enough."""
    sealer.seal_once(log_heads=False)
    touching.mark_touched(at)
    recount.recount_touched(at)
    recount.move_clock(at)


def _read(life: Life) -> dict[tuple[str, str, str], Any]:
    """Read figures of communes and province in three boundaries; a province is the sum of its communes."""
    places.forget()
    today = life.today
    found: dict[tuple[str, str, str], Any] = {}
    for name, boundaries, back in (
        ("was", None, 0),
        ("today", On(today), -2),
        ("then", On(date(2026, 10, 1)), -2),
    ):
        on, last = boundaries.date if boundaries else today, month_of(today)
        first = later(last, back)
        communes = sorted(places.communes_below(life.cast.province.pk, on))
        for id in READ:
            of = {level: figure(id, units, first, last, boundaries=boundaries, today=today)
                  for level, units in (("commune", communes), ("province", [life.cast.province.pk]))}  # fmt: skip
            for level, values in of.items():
                found[(name, id, level)] = [
                    (v.unit, v.value, v.numerator, v.denominator, v.told, v.expected) for v in values
                ]
            # A commune that was made of two cannot be taken apart in the boundaries of before: it is neither of them.
            whole = of["province"][0].value
            if name != "then" and definitions.indicator(id).kind == "sum" and whole is not None:
                assert sum((v.value or Decimal(0) for v in of["commune"]), Decimal(0)) == whole, (name, id)
    return found


def _cells() -> Cells:
    series = dict(Series.objects.values_list("pk", "measure"))
    known = {pk: (commune, unit) for pk, commune, unit in Place.objects.values_list("pk", "commune", "unit")}
    rows = Cell.objects.values_list("series", "dims", "month", "place", "value")
    return {(series[number], dims, month, *known[place]): value for number, dims, month, place, value in rows}
