"""Every shipped figure can be counted, published, read again, explained in three languages, and read."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dinh.catalogue import store
from dinh.catalogue.digest import digest
from dinh.database import published
from dinh.indicators.engine import counting, definitions, recount
from dinh.indicators.engine.counting import Scope
from dinh.indicators.models import Source
from dinh.indicators.queries import places
from dinh.indicators.queries.explaining import explain, measures_in
from dinh.indicators.queries.figures import figure

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.mark.django_db
def test_what_is_published_is_read_again_as_it_was() -> None:
    definitions.forget()
    store.publish(store.get(), AT)

    read = definitions._published()

    for kind, items in (("measure", definitions.measures()), ("indicator", definitions.indicators())):
        for id, item in items.items():
            (again,) = read[(kind, id)]
            assert digest(again) == digest(item), id
    definitions.forget()


@pytest.mark.django_db
def test_every_measure_is_counted_by_this_database() -> None:
    engine = counting.engine_of(connection)
    scope = Scope(202610, 202611, TODAY)
    with connection.cursor() as cursor:
        for measure in definitions.measures().values():
            if measure.view:
                cursor.execute(counting.select(measure, scope, engine))
                cursor.fetchall()


def test_every_figure_is_explained(db: None) -> None:
    for language in ("vi", "fr", "en"):
        for id in (*definitions.indicators(), *definitions.measures()):
            assert len(list(explain(id, language).lines())) >= 4, id


def test_every_indicator_is_read_of_the_cast(cast: Any) -> None:
    recount.rebuild(AT)
    places.forget()

    for id in definitions.indicators():
        rows = figure(id, [cast.cocsan.pk], 202601, 202611, today=TODAY)
        assert len(rows) == 1
        assert rows[0].value is None or rows[0].told > 0, id
    assert Source.objects.filter(counted_at__isnull=True).count() == 0


PEOPLE = {"sex", "age_band", "ethnicity", "disability", "device"}  # who is left behind
# Of these cells are split by minutes, for the median; different values are counted as a whole; officials are accounts.
OTHERWISE = ("timed_", "procedures_with_online_dossiers", "officials_trained")


def test_every_figure_whose_rows_know_a_person_splits_by_whom_it_may_leave_behind() -> None:
    for id, measure in definitions.measures().items():
        if not measure.view or id.startswith(OTHERWISE):
            continue
        columns = {column.name for column in published.get(measure.view).columns}
        if "ethnicity" in columns:
            assert set(measure.dimensions) >= PEOPLE, id
            assert columns >= PEOPLE - {"age_band"} and columns & {"age_band", "birth"}, measure.view


def test_both_sides_of_a_service_figure_split_alike() -> None:
    known = definitions.measures()
    for indicator in definitions.indicators().values():
        names = measures_in(indicator) if indicator.kind == "ratio" else ()
        counted = [known[name] for name in names if known[name].view == "facts_dossiers"]
        if indicator.group == "service" and counted:
            assert len({frozenset(PEOPLE & set(one.dimensions)) for one in counted}) == 1, indicator.id


def test_what_teams_see_is_known_only_where_they_looked() -> None:
    known = definitions.measures()
    wholes = {one.out_of for one in known.values() if one.out_of}
    for id, measure in known.items():
        if measure.view in {"facts_house_facts", "facts_person_facts"}:
            assert (measure.out_of is None) == (id in wholes), id


def test_the_table_of_what_provinces_report_names_figures_that_are_there() -> None:
    text = (Path(__file__).parents[3] / "docs/indicators.md").read_text()
    table = text.partition("## What provinces report")[2].partition("\n## ")[0]
    named = {
        name for row in table.splitlines() if row.startswith("|") for name in re.findall(r"`(\w+)`", row)
    }

    assert len(named) > 80 and named <= definitions.indicators().keys()
