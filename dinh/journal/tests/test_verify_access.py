"""Access rows that were changed, deleted too early, and forgotten in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.utils.timezone import now

from dinh.journal import guards, sealer
from dinh.journal.access import forget_old, opened
from dinh.journal.models import Access, Seal, Stream
from dinh.journal.tests.acts import OFFICER, entry_at
from dinh.journal.verify import verify
from dinh.lib.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("column", ["purpose", "actor", "shown", "person"])
def test_a_changed_access_row_is_found(sealed: None, column: str) -> None:
    value = {"purpose": "audit", "actor": uuid7(), "shown": [uuid7().hex], "person": uuid7()}[column]
    Access.objects.filter(pk=entry_at(3, Stream.ACCESS).item).update(**{column: value})

    bad = verify().first_bad

    assert bad is not None
    assert (bad.stream, bad.code, bad.position) == ("access", "row_changed", 3)


def test_a_deleted_access_row_is_found_before_its_time_and_expected_after(sealed: None) -> None:
    Access.objects.filter(pk=entry_at(3, Stream.ACCESS).item).delete()
    sealed_at = Seal.objects.filter(stream=Stream.ACCESS).latest("number").at

    assert [fault.code for fault in verify().faults] == ["row_missing"]
    assert [fault.code for fault in verify(at=sealed_at + timedelta(days=725)).faults] == ["row_missing"]
    later = verify(at=sealed_at + timedelta(days=735))
    assert (later.ok, later.retired, later.accesses) == (True, 1, 3)


@pytest.mark.parametrize(
    ("at", "since"),
    [
        (datetime(2026, 11, 22, 9, 16, tzinfo=UTC), datetime(2024, 11, 22, tzinfo=UTC)),
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), datetime(2024, 1, 28, tzinfo=UTC)),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC)),
        (
            datetime(2026, 12, 1, 3, 0, tzinfo=timezone(timedelta(hours=7))),
            datetime(2024, 11, 28, tzinfo=UTC),
        ),
    ],
)
def test_access_rows_are_kept_for_24_months_of_the_calendar(at: datetime, since: datetime) -> None:
    assert guards.kept_since(at) == since


def read(days_ago: int, sealed_days_ago: int) -> None:
    """Open something, and seal that."""
    at = now() - timedelta(days=days_ago)
    opened(subject_type="dossier", subject=uuid7(), by=OFFICER, at=at, purpose="test")
    sealer.seal_once(now() - timedelta(days=sealed_days_ago))


def test_access_rows_past_their_time_are_forgotten_and_verify_knows_it(home: Path) -> None:
    for days in (740, 700, 0):
        read(days, days)

    assert forget_old(now()) == 1

    report = verify()
    assert (report.ok, report.retired, report.accesses) == (True, 1, 2)


def test_a_row_that_was_sealed_late_stays_until_its_seal_is_as_old(home: Path) -> None:
    read(days_ago=740, sealed_days_ago=720)

    assert forget_old(now()) == 0
    assert forget_old(now() + timedelta(days=15)) == 1
    assert verify(at=now() + timedelta(days=15)).ok
