from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection

from dinh.journal.actions import action, current_entry_id, record
from dinh.journal.models import Entry, Unsealed
from dinh.journal.tests.acts import AT, Thing, make, rename
from dinh.lib.errors import Broken

pytestmark = pytest.mark.django_db


def test_the_entry_of_an_inner_act_names_the_outer_one_as_its_cause() -> None:
    @action
    def outer() -> None:
        record("things.opened", subject=Thing(), by=None, at=AT)
        make()

    outer()

    opened, made = Entry.objects.get(kind="things.opened"), Entry.objects.get(kind="things.made")
    assert made.cause == opened.pk
    assert opened.cause is None
    assert Unsealed.objects.count() == 2


def test_a_refused_act_leaves_no_entry() -> None:
    @action
    def refused() -> None:
        make()
        raise ValueError

    with pytest.raises(ValueError):
        refused()

    assert not Entry.objects.exists()
    assert not Unsealed.objects.exists()
    assert current_entry_id() is None


def test_recording_outside_an_act_or_twice_in_one_is_our_fault() -> None:
    @action
    def twice() -> None:
        record("things.a", subject=Thing(), by=None, at=AT)
        record("things.b", subject=Thing(), by=None, at=AT)

    with pytest.raises(Broken, match="one_entry_per_action"):
        record("things.a", subject=Thing(), by=None, at=AT)
    with pytest.raises(Broken, match="one_entry_per_action"):
        twice()


def test_the_body_comes_back_from_the_database_as_it_was_hashed() -> None:
    body = {
        "set": {
            "on": date(2024, 2, 29),
            "id": UUID(int=1),
            "sum": Decimal("0.10"),
            "x": 21.05,
            "n": 10**15,
            "t": "Ủy ban",
        }
    }

    @action
    def kept() -> Entry:
        return record("things.kept", subject=Thing(), by=None, at=AT, body=body)

    assert Entry.objects.get(pk=kept().pk).body == {
        "set": {
            "on": "2024-02-29",
            "id": str(UUID(int=1)),
            "sum": "0.10",
            "x": 21.05,
            "n": 10**15,
            "t": "Ủy ban",
        }
    }


@pytest.mark.parametrize("number", [1e16, -0.0, float("inf"), float("nan")])
def test_a_number_that_a_database_would_change_is_not_taken(number: float) -> None:
    @action
    def kept() -> None:
        record("things.kept", subject=Thing(), by=None, at=AT, body={"x": number})

    with pytest.raises((Broken, ValueError)):
        kept()


def test_two_acts_on_the_same_version_cannot_both_stand() -> None:
    thing = make()
    rename(Thing(pk=thing.pk, version=1), "một")

    with pytest.raises(Exception, match=r"(?i)unique|entry_once_per_version"):
        rename(Thing(pk=thing.pk, version=1), "hai")


def test_writing_an_act_costs_two_inserts_beside_the_act_itself(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(4, connection=connection):  # type: ignore[operator]
        make()  # savepoint, entry, queue, release
