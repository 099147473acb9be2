"""Every shipped figure can be counted, published, read again, explained in three languages, and read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from dinh.catalogue import store
from dinh.catalogue.digest import digest
from dinh.indicators.engine import counting, definitions, recount
from dinh.indicators.engine.counting import Scope
from dinh.indicators.models import Source
from dinh.indicators.queries import places
from dinh.indicators.queries.explaining import explain
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
