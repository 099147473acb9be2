from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dinh.journal import access, sealer
from dinh.journal.models import Access, AccessShown, Unsealed
from dinh.journal.tests.acts import AT, OFFICER
from dinh.lib.ids import uuid7

pytestmark = pytest.mark.django_db
DOSSIER, PERSON = uuid7(), uuid7()


def open_dossier(**change: object) -> None:
    values: dict[str, object] = {
        "subject_type": "dossier", "subject": DOSSIER, "by": OFFICER, "at": AT, "purpose": "dossier:1", "person": PERSON
    }  # fmt: skip
    access.opened(**(values | change))  # type: ignore[arg-type]


def test_opening_again_within_ten_minutes_is_written_once() -> None:
    open_dossier()
    open_dossier(at=AT + timedelta(minutes=9, seconds=59))

    assert Access.objects.count() == 1
    assert Unsealed.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"at": AT + timedelta(minutes=10)},
        {"by": uuid7()},
        {"by": None},
        {"purpose": "dossier:2"},
        {"subject": uuid7()},
        {"kind": "file"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_time_reader_purpose_or_thing_is_written_again(change: dict[str, object]) -> None:
    open_dossier()
    open_dossier(**change)

    assert Access.objects.count() == 2


def test_an_account_is_known_by_its_key() -> None:
    class Account:
        pk = OFFICER

    open_dossier(by=Account())

    assert Access.objects.get().actor == OFFICER


def test_a_list_keeps_what_it_showed_and_not_what_was_asked() -> None:
    shown = [uuid7(), uuid7()]
    access.listed(
        kind="search", subject_type="person", query={"text": "034093004118"}, ids=shown, by=OFFICER, at=AT, purpose="counter"
    )  # fmt: skip

    row = Access.objects.get()
    assert (row.count, row.shown) == (2, [i.hex for i in shown])
    assert len(row.query_digest) == 64
    assert row.query_digest == access.query_digest({"text": "034093004118"})
    assert row.query_digest != access.query_digest({"text": "034093004119"})
    assert "034093004118" not in str(vars(row))


def test_a_citizen_sees_the_newest_first_opened_dossiers_and_lists_together() -> None:
    other_dossier = uuid7()
    open_dossier(at=AT)
    access.listed(
        subject_type="person",
        query={},
        ids=[PERSON],
        by=OFFICER,
        at=AT + timedelta(hours=1),
        purpose="search",
    )
    open_dossier(subject=other_dossier, person=None, at=AT + timedelta(hours=2), purpose="dossier:2")
    open_dossier(subject=uuid7(), person=uuid7(), at=AT + timedelta(hours=3))
    sealer.seal_once()

    seen = access.looked_at(PERSON, subjects=[other_dossier])

    assert [row.purpose for row in seen] == ["dossier:2", "search", "dossier:1"]
    assert [row.purpose for row in access.looked_at(PERSON)] == ["search", "dossier:1"]
    assert len(access.looked_at(PERSON, limit=1)) == 1


def test_a_list_of_records_counts_for_whom_they_are_about() -> None:
    record = uuid7()
    access.listed(
        subject_type="record", query={}, ids=[uuid7(), record], by=OFFICER, at=AT, purpose="register:pupils"
    )
    sealer.seal_once()

    assert [row.purpose for row in access.looked_at(PERSON, subjects=[record])] == ["register:pupils"]
    assert access.looked_at(PERSON) == []


def test_forgetting_takes_the_index_of_lists_along() -> None:
    access.listed(
        subject_type="person", query={}, ids=[PERSON], by=OFFICER, at=AT - timedelta(days=1200), purpose="old"
    )
    sealer.seal_once(AT - timedelta(days=1200))

    assert access.forget_old(AT) == 1
    assert not AccessShown.objects.exists()
    assert access.looked_at(PERSON) == []


def test_who_looked_is_never_asked_of_every_row() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads an empty table whole, and is right")
    with CaptureQueriesContext(connection) as asked:
        access.looked_at(PERSON, subjects=[DOSSIER, uuid7()])

    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            assert not [row for row in cursor.fetchall() if str(row[3]).startswith("SCAN")]
