"""Requests of phones that meet: of the same phone, of the same operation, of the same houses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from dinh.directory.tests.cast import people
from dinh.dossiers.tests.world import settled
from dinh.journal.models import Entry, Intake
from dinh.outreach.models import FactChange, Held, HouseProfile, Operation, PersonProfile, Visit
from dinh.outreach.tests.sending import NOW, Field, make_field, states

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"),
]


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment; return what each gave. Raises what one raised."""
    start = threading.Barrier(len(work))
    found: list[Any] = [None] * len(work)

    def run(index: int) -> None:
        try:
            start.wait(timeout=20)
            found[index] = work[index]()
        except BaseException as error:
            found[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return found


@pytest.fixture
def field() -> Field:
    """A team whose rows other connections see."""
    return make_field(settled(people()))


def test_the_same_batch_in_four_requests_is_applied_once(field: Field) -> None:
    ops = [field.phone.visit(field.house[1], at=NOW + timedelta(minutes=n)) for n in range(5)]

    answers = at_once(*[lambda: field.phone.send(*ops)] * 4)

    told = sorted({state for one in answers for state in states(one)})
    assert told == ["applied", "duplicate"]
    assert (Operation.objects.count(), Intake.objects.count(), Visit.objects.count()) == (5, 5, 5)
    assert Entry.objects.filter(kind="outreach.operation_taken").count() == 5
    assert HouseProfile.objects.get().version == 5


def test_a_batch_that_waits_for_one_under_way_is_not_forgotten(field: Field) -> None:
    ops = [field.phone.visit(field.house[1], at=NOW + timedelta(minutes=n)) for n in range(8)]

    at_once(*(lambda op=op: field.phone.send(op) for op in ops))

    assert not Held.objects.exists()
    assert set(Operation.objects.values_list("state", flat=True)) == {"applied"}
    assert Visit.objects.count() == 8


@pytest.mark.parametrize("known", [True, False], ids=["known-houses", "nothing-known-yet"])
def test_phones_that_go_the_same_way_in_opposite_directions_meet(field: Field, known: bool) -> None:
    if known:
        field.phone.send(
            field.phone.facts(field.house, {"note": [None, "x"]}),
            field.phone.facts(field.phuc, {"note": [None, "x"]}),
        )
    entities = [field.house, field.phuc] * 8
    there = [field.phone.facts(one, {"note": [None, "there"]}) for one in entities]
    back = [field.other.facts(one, {"note": [None, "back"]}) for one in reversed(entities)]

    answers = at_once(lambda: field.phone.send(*there), lambda: field.other.send(*back))

    assert {state for one in answers for state in states(one)} <= {"applied", "merged"}
    assert FactChange.objects.count() == 32 + 2 * known
    assert HouseProfile.objects.get().version == PersonProfile.objects.get().version == 16 + known
