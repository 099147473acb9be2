"""What a lock holds when places change: all that lay in the commune then, and nothing that comes to be later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from dinh.directory import tree
from dinh.directory.models import Level, Unit, UnitChange, UnitLink, UnitVersion
from dinh.indicators.actions import periods
from dinh.indicators.engine import recount, touching
from dinh.indicators.engine.cells import id_of
from dinh.indicators.models import Snapshot, Source
from dinh.indicators.queries import places
from dinh.indicators.queries.figures import figure
from dinh.indicators.queries.late import late
from dinh.indicators.queries.periods import Difference, changed, differences
from dinh.indicators.tests import sheep
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import put
from dinh.indicators.tests.test_periods import AT, TODAY, People, january, locked, people
from dinh.indicators.tests.test_rows import officer
from dinh.journal import sealer
from dinh.journal.actions import action, record
from dinh.lib.errors import Invalid

__all__ = ["people"]


def merged(land: Land, on: date) -> Unit:
    """Let communes a and b become m; their villages go with them, what was written under them stays."""
    m = sheep.unit(Level.COMMUNE, "M", land.province, since=on)
    change = UnitChange.objects.create(kind="merge", title="M", decree="1", effective_on=on)
    for old in (land.a, land.b):
        UnitVersion.objects.filter(unit=old).update(valid_to=on, heir=m)
        UnitLink.objects.create(change=change, predecessor=old, successor=m, part=UnitLink.Part.WHOLE)
    for village in (land.x, land.y, land.z):
        old_version = UnitVersion.objects.get(unit=village)
        moved = {f.attname: getattr(old_version, f.attname) for f in old_version._meta.concrete_fields}
        UnitVersion.objects.filter(pk=old_version.pk).update(valid_to=on)
        UnitVersion.objects.create(**(moved | {"id": None, "parent_id": m.pk, "valid_from": on}))
    tree.forget()
    places.forget()
    return m


def test_a_merged_commune_locks_what_is_written_under_those_it_was_made_of(
    land: Land, people: People
) -> None:
    m = merged(land, date(2026, 2, 1))
    put(4, unit=land.a, village=land.x, shorn_on=date(2026, 2, 5))
    put(1, unit=land.b, shorn_on=date(2026, 2, 5))
    recount.rebuild(AT)
    hoa, ha, binh = (
        officer(f"m{number}", m, role=role)
        for number, role in enumerate(("digital_officer", "data_officer", "leader"))
    )
    period = periods.submit(m.pk, 202602, by=hoa, at=AT)
    periods.verify(period, by=ha, at=AT)
    periods.approve(period, by=binh, at=AT)
    Source.objects.filter(commune=land.b.pk).update(touched_at=AT)
    with pytest.raises(Invalid):
        periods.lock(period, by=binh, at=AT)
    Source.objects.update(touched_at=None)
    periods.lock(period, by=binh, at=AT)

    put(2, unit=land.b, shorn_on=date(2026, 2, 6))
    recount.rebuild(AT)

    for unit in (m, land.province):
        (value,) = figure("shorn_sum", [unit.pk], 202602, 202602, today=TODAY)
        assert (value.value, value.locked) == (Decimal(5), True)
    assert [(one.locked, one.now) for one in differences(m.pk, 202602) if not one.dims] == [(1, 3)]


def test_a_village_that_came_to_be_after_the_lock_changes_nothing_locked(land: Land, people: People) -> None:
    locked(land, people)
    new = sheep.unit(Level.VILLAGE, "N", land.a, since=date(2026, 3, 1))

    put(3, unit=land.a, village=new, shorn_on=date(2026, 1, 20))
    recount.rebuild(AT)

    assert (january(land).value, january(land, official=False).value) == (5, 8)
    assert Difference("shorn", new.pk, "", 0, 3) in differences(land.a.pk, 202601)


@dataclass
class Shorn:
    """A sheep as the journal sees it."""

    pk: UUID
    version: int = 1


@action
def shorn(id: UUID, unit: Unit) -> None:
    """Write of a sheep."""
    record("farm.shorn", subject=Shorn(id), at=AT, by=None, unit=unit.pk, body={})


def test_rows_written_after_the_lock_are_found_among_however_many(
    land: Land, people: People, monkeypatch: Any
) -> None:
    sealer.seal_once(log_heads=False)
    locked(land, people)
    put(1, unit=land.a, village=land.y, shorn_on=date(2026, 1, 31))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM facts_sheep WHERE village = %s", [sheep._plain(land.y)])
        (id,) = cursor.fetchone()
    shorn(id_of(id), land.a)
    sealer.seal_once(log_heads=False)
    recount.rebuild(AT)
    places.forget()
    monkeypatch.setattr("dinh.indicators.queries.late.MOST", 1)

    found = late("shorn", Snapshot.objects.get(), officer("lan", land.a), on=TODAY)

    assert (found.subject, found.ids, found.hidden) == ("sheep", (id_of(id),), 0)


def test_what_was_sealed_before_the_lock_and_not_counted_yet_is_late(land: Land, people: People) -> None:
    touching.mark_touched(AT)
    put(1, unit=land.a, village=land.y, shorn_on=date(2026, 1, 31))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM facts_sheep WHERE village = %s", [sheep._plain(land.y)])
        (id,) = cursor.fetchone()
    shorn(id_of(id), land.a)
    sealer.seal_once(log_heads=False)  # and the worker did not look at it since
    locked(land, people)
    recount.rebuild(AT)
    places.forget()

    snapshot = Snapshot.objects.get()
    assert [one.gap for one in changed(land.a.pk, snapshot.month)] == [1]
    assert late("shorn", snapshot, officer("lan", land.a), on=TODAY).ids == (id_of(id),)


def test_rows_written_after_the_lock_are_found_however_few_are_asked_for_at_once(
    land: Land, people: People, monkeypatch: Any
) -> None:
    sealer.seal_once(log_heads=False)
    locked(land, people)
    put(3, unit=land.a, village=land.y, shorn_on=date(2026, 1, 31))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM facts_sheep WHERE village = %s", [sheep._plain(land.y)])
        ids = [id for (id,) in cursor.fetchall()]
    for id in ids:
        shorn(id_of(id), land.a)
    sealer.seal_once(log_heads=False)
    recount.rebuild(AT)
    places.forget()
    monkeypatch.setattr("dinh.indicators.queries.late.AT_ONCE", 1)

    found = late("shorn", Snapshot.objects.get(), officer("lan", land.a), on=TODAY)

    assert set(found.ids) == {id_of(id) for id in ids}
