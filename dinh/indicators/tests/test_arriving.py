"""A commune of which the first rows came, as one made by a merger: what nobody did there yet is none, and not unknown.

So it is as soon as these rows are counted, not after the night in which everything is counted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from dinh.database import published
from dinh.directory.lines import On
from dinh.directory.models import Unit
from dinh.indicators.engine import recount
from dinh.indicators.models import Progress, Run, Source
from dinh.indicators.queries import places
from dinh.indicators.queries.figures import figure
from dinh.indicators.tests import sheep
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import declare, indicator, measure, put
from dinh.indicators.tests.test_locking_places import merged

AT = datetime(2026, 3, 10, 3, tzinfo=UTC)
TODAY = date(2026, 3, 10)
GOATS = replace(sheep.VIEW, name="facts_goats", subject="goat")


@pytest.fixture
def flocks(land: Land, monkeypatch: Any) -> Land:
    """Village x of commune a has shorn a sheep and milked a goat since January, all of which is counted."""
    monkeypatch.setitem(published._views, GOATS.name, GOATS)
    declare(
        monkeypatch,
        measure("shorn"), measure("milked", view=GOATS.name),
        indicator("shearings", numerator="shorn"), indicator("milkings", numerator="milked"),
    )  # fmt: skip
    put(1, unit=land.a, village=land.x, shorn_on=date(2026, 1, 5))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE facts_goats AS SELECT * FROM facts_sheep")
    recount.rebuild(AT)
    return land


@pytest.mark.parametrize("goats_too", [False, True])
def test_its_first_rows_make_it_known_in_every_view_at_once(flocks: Land, goats_too: bool) -> None:
    new = merged(flocks, date(2026, 3, 1))
    put(1, unit=new, village=flocks.x, shorn_on=date(2026, 3, 5))
    _touch(sheep.VIEW.name, new)
    if goats_too:  # of another commune, in the same turn
        _touch(GOATS.name, flocks.a)
    recount.recount_touched(AT)

    found = _read(new)
    assert found == {"shearings": [(1, 2, 2)] * 2, "milkings": [(0, 2, 2)] * 2}  # a and the new one told
    run = recount.rebuild(AT, Run.Kind.NIGHTLY)
    assert (run.drifted, _read(new)) == (0, found)


def test_where_one_view_alone_was_ever_counted_the_others_are_unknown(flocks: Land) -> None:
    for model in (Source, Progress, Run):
        model.objects.all().delete()
    recount.rebuild(AT, views=[sheep.VIEW.name])

    assert _read(flocks.a) == {"shearings": [(0, 1, 1)] * 2, "milkings": [(None, 0, 1)] * 2}
    recount.rebuild(AT)
    assert _read(flocks.a)["milkings"] == [(0, 1, 1)] * 2


def test_where_no_row_ever_was_nothing_is_known(flocks: Land) -> None:
    _touch(sheep.VIEW.name, flocks.a)
    recount.recount_touched(AT)

    assert _read(flocks.b) == {"shearings": [(None, 0, 1)] * 2, "milkings": [(None, 0, 1)] * 2}


def _touch(view: str, commune: Unit) -> None:
    """Mark the rows of a commune, as an entry about one of them does."""
    Source.objects.update_or_create(view=view, commune=commune.pk, defaults={"touched_at": AT})


def _read(commune: Unit) -> dict[str, list[Any]]:
    """Read both figures of March with how many communes told of how many, as they were then and in those of today."""
    places.forget()
    return {
        id: [
            (one.value, one.told, one.expected)
            for boundaries in (None, On(TODAY))
            for one in figure(id, [commune.pk], 202603, 202603, boundaries=boundaries, today=TODAY)
        ]
        for id in ("shearings", "milkings")
    }
