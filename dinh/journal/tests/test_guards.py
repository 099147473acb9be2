from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from dinh.journal import guards, sealer
from dinh.journal.access import opened
from dinh.journal.management.commands import flush
from dinh.journal.models import Access, Entry, Position, Seal
from dinh.journal.tests.acts import AT, OFFICER, make
from dinh.lib.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rows(home: object) -> None:
    make()
    opened(subject_type="dossier", subject=uuid7(), by=OFFICER, at=timezone.now(), purpose="test")
    sealer.seal_once()


def refused(work: Any) -> bool:
    try:
        with transaction.atomic():
            work()
    except DatabaseError as error:
        return "journal_" in str(error)
    return False


@pytest.mark.parametrize("model", [Entry, Seal, Position, Access])
def test_the_database_refuses_to_delete(model: Any) -> None:
    rows: QuerySet[Any] = model.objects.all()

    assert refused(lambda: rows._raw_delete("default"))
    assert rows.exists()


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Entry, {"kind": "things.other"}),
        (Entry, {"body": {"set": {}}}),
        (Entry, {"body": None}),
        (Entry, {"salt": None}),
        (Entry, {"body": None, "salt": None, "at": AT - timedelta(days=1)}),
        (Seal, {"at": AT}),
        (Position, {"position": 9}),
        (Access, {"purpose": "other"}),
    ],
)
def test_the_database_refuses_to_change(model: Any, change: dict[str, Any]) -> None:
    assert refused(lambda: model.objects.update(**change))


def test_the_database_lets_a_legal_erasure_through() -> None:
    Entry.objects.update(body=None, salt=None)

    assert Entry.objects.get().body is None


def test_the_database_lets_access_rows_go_after_24_months_only() -> None:
    old, young = timezone.now() - timedelta(days=740), timezone.now() - timedelta(days=720)
    for at in (old, young):
        opened(subject_type="dossier", subject=uuid7(), by=OFFICER, at=at, purpose="test")

    assert refused(lambda: Access.objects.filter(at__lte=young)._raw_delete("default"))
    Access.objects.filter(at__lte=old)._raw_delete("default")

    assert Access.objects.count() == 2


def test_triggers_lost_in_a_migration_are_put_back_after_it() -> None:
    assert guards.missing() == []
    guards.remove()
    assert set(guards.missing()) == set(guards.names(connection.vendor))

    guards.after_migrate(using="default")

    assert guards.missing() == []


def test_a_guard_that_a_release_words_otherwise_is_made_anew(monkeypatch: Any) -> None:
    monkeypatch.setitem(guards._TABLES, "journal_seal", "another sentence")

    guards.after_migrate(using="default")

    with pytest.raises(DatabaseError, match="another sentence"), transaction.atomic():
        Seal.objects.all()._raw_delete("default")


def test_a_node_is_not_emptied(monkeypatch: Any) -> None:
    monkeypatch.setattr(flush, "is_test_database", lambda connection: False)

    with pytest.raises(CommandError, match="not emptied"):
        call_command("flush", interactive=False, verbosity=0)
    assert Entry.objects.exists()
