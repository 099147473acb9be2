"""What an SQL answer showed is written into the access journal as what it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from dinh.database import published
from dinh.directory.tests.cast import Cast
from dinh.indicators.actions.asked import asked_sql
from dinh.indicators.asking.running import Answer
from dinh.indicators.tests import sheep
from dinh.journal.models import Access

NOW = datetime(2026, 3, 20, 3, tzinfo=UTC)


@pytest.mark.django_db
def test_each_id_is_written_down_as_what_it_is_of(cast: Cast, monkeypatch: Any) -> None:
    goats = replace(sheep.VIEW, name="facts_goats", subject="goat")
    monkeypatch.setitem(published._views, goats.name, goats)
    with sheep.pasture(monkeypatch), connection.cursor() as cursor:
        sheep.put(3, unit=cast.cocsan)
        cursor.execute("CREATE TABLE facts_goats AS SELECT * FROM facts_sheep LIMIT 1")
        cursor.execute("SELECT id FROM facts_sheep ORDER BY id")
        ids = [UUID(str(id)) for (id,) in cursor.fetchall()]
        cursor.execute("SELECT id FROM facts_goats")
        goat = UUID(str(cursor.fetchone()[0]))
        cursor.execute("DELETE FROM facts_sheep WHERE id IN (SELECT id FROM facts_goats)")
    gone = uuid4()  # its row went while it was asked
    shown = [[str(id)] for id in (*ids, gone)]
    answer = Answer((("id", "UUID"),), shown, False, ("facts_sheep", "facts_goats"), 0.1)

    asked_sql("SELECT id FROM facts_sheep, facts_goats", answer, by=cast.leader, at=NOW)

    told = dict(Access.objects.filter(purpose="sql").values_list("subject_type", "shown"))
    assert set(told) == {"sheep", "goat"}
    assert set(told["goat"]) == {goat.hex, gone.hex}
    assert set(told["sheep"]) == {one.hex for one in (*ids, gone) if one != goat}
