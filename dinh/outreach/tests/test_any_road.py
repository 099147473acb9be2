"""Phones, lost and doubled and reordered batches, wrong clocks, kills: whatever the road, the same house in the end.

A machine of hypothesis captures operations on three phones and delivers them as it likes, while days pass and the
village is given away and back, as it is done: announced some days ahead. The node may end before any single
statement to its database. In the end everything that was captured is delivered once more, and then the same operations are delivered in the order of their capture to a
fresh node: both must know the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar
from unittest import mock

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dinh.journal.models import Intake
from dinh.outreach.actions import intake
from dinh.outreach.actions.settling import release_overdue
from dinh.outreach.models import (
    Area,
    Assistance,
    Conflict,
    FactChange,
    Held,
    HouseProfile,
    Operation,
    PersonProfile,
    Visit,
)
from dinh.outreach.rules.ordering import HOLD
from dinh.outreach.tests.sending import NOW, Field, Phone, make_phone

DAY = timedelta(days=1)
ANNOUNCED = 5 * DAY  # later than any operation that may have arrived says it was captured
skews = st.integers(-48, 48)  # hours
edits = st.one_of(
    st.tuples(st.just("house"), st.sampled_from(["note", "phone"]), st.sampled_from(["x", "y", ""])),
    st.tuples(st.just("house"), st.just("mobile"), st.sampled_from(["none", "weak", "good"])),
    st.tuples(st.just("house"), st.just("refused_on"), st.sampled_from([None, "2026-11-01"])),
    st.tuples(st.just("phuc"), st.just("has_device"), st.sampled_from([True, False, None])),
    st.tuples(st.just("phuc"), st.sampled_from(["electronic_id", "skills.payment"]), st.integers(0, 2)),
    st.tuples(st.just("phuc"), st.just("full_name"), st.sampled_from(["Vàng Văn Phúc", "Vàng Phúc"])),
)
sets = st.lists(st.sampled_from(["device", "network", "power"]), unique=True)


class Killed(BaseException):
    """The process ends here: nothing in the code may catch it."""


@contextmanager
def killed_before(statement: int) -> Iterator[None]:
    """Let the process end before its n-th statement to the database; 0 for never."""
    left = statement

    def run(execute: Any, *what: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed
        return execute(*what)

    try:
        with connection.execute_wrapper(run):
            yield
    except Killed:
        assert not connection.needs_rollback


class Roads(RuleBasedStateMachine):
    """What may happen between a phone and the node."""

    field: ClassVar[Field]

    @initialize(until=st.sampled_from([None, 0, 1]))
    def begin(self, until: int | None) -> None:
        """Start with a fresh node; one phone's village may end."""
        self.outer = transaction.savepoint()
        if until is not None:
            Area.objects.update(until_on=(NOW + timedelta(days=until)).date())
        self.phones = [make_phone(self.field.nga), make_phone(self.field.nga), make_phone(self.field.tho)]
        self.fresh = transaction.savepoint()
        self.captured: list[tuple[Phone, dict[str, Any]]] = []
        self.now = NOW

    @property
    def arrival(self) -> datetime:
        """Return when what is sent today is received."""
        return self.now + DAY

    @rule(days=st.integers(1, 4))
    def days_pass(self, days: int) -> None:
        """Time goes on."""
        self.now += days * DAY

    @rule()
    def give_the_village_away_or_back(self) -> None:
        """The scope of all phones changes in a few days."""
        on = (self.now + ANNOUNCED).date()
        last = Area.objects.order_by("-from_on")[0]
        if last.until_on is None:
            Area.objects.filter(pk=last.pk).update(until_on=on)
        elif last.until_on < on:
            Area.objects.create(team=last.team, village=last.village, from_on=on)

    def capture(self, phone: int, make: Any, hours: int) -> None:
        """Keep an operation in a phone's outbox."""
        one = self.phones[phone]
        self.captured.append((one, make(one, self.now + timedelta(hours=hours, minutes=len(self.captured)))))

    @rule(
        phone=st.integers(0, 2), outcome=st.sampled_from(["met", "absent", "refused", "moved"]), hours=skews
    )
    def visit(self, phone: int, outcome: str, hours: int) -> None:
        """Somebody comes to the house."""
        self.capture(phone, lambda one, at: one.visit(self.field.house[1], outcome, at=at), hours)

    @rule(phone=st.integers(0, 2), edit=edits, hours=skews)
    def edit(self, phone: int, edit: tuple[str, str, Any], hours: int) -> None:
        """Somebody learns something."""
        entity, name, value = edit
        old = 0 if isinstance(value, int) and not isinstance(value, bool) else None
        about = getattr(self.field, entity)
        self.capture(phone, lambda one, at: one.facts(about, {name: [old, value]}, at=at), hours)

    @rule(phone=st.integers(0, 2), old=sets, new=sets, hours=skews)
    def needs(self, phone: int, old: list[str], new: list[str], hours: int) -> None:
        """Somebody ticks what a house needs."""
        self.capture(phone, lambda one, at: one.facts(self.field.house, {"needs": [old, new]}, at=at), hours)

    @rule(phone=st.integers(0, 2), rung=st.integers(0, 2), hours=skews)
    def correct(self, phone: int, rung: int, hours: int) -> None:
        """Somebody was mistaken."""
        body = {"changes": {"electronic_id": [2, rung]}, "reason": "nhầm"}
        self.capture(phone, lambda one, at: one.op("correction", body, entity=self.field.phuc, at=at), hours)

    @rule(phone=st.integers(0, 2), kind=st.sampled_from(["eid_1", "eid_2", "bill", "no_such"]), hours=skews)
    def help(self, phone: int, kind: str, hours: int) -> None:
        """Somebody helps; one kind is refused."""
        body = {
            "household": self.field.house[1],
            "person": self.field.phuc[1],
            "kind": kind,
            "outcome": "done",
        }
        self.capture(phone, lambda one, at: one.op("assistance", body, at=at), hours)

    @precondition(lambda self: self.captured)
    @rule(data=st.data(), killed=st.one_of(st.just(0), st.integers(1, 90)))
    def deliver(self, data: st.DataObject, killed: int) -> None:
        """Some operations arrive, in any order, some twice; the node may end in the middle of any of them."""
        chosen = data.draw(st.lists(st.sampled_from(range(len(self.captured))), max_size=6))
        for phone in self.phones:
            batch = [self.captured[index][1] for index in chosen if self.captured[index][0] is phone]
            with killed_before(killed):
                phone.send(*batch, at=self.arrival)

    @rule(killed=st.one_of(st.just(0), st.integers(1, 60)))
    def wait_three_days(self, killed: int) -> None:
        """What waited is forced."""
        with killed_before(killed):
            release_overdue(at=self.arrival + HOLD)

    @invariant()
    def each_is_kept_once(self) -> None:
        """No operation is applied twice, and none is without its raw one."""
        if hasattr(self, "captured"):
            assert Operation.objects.count() == Intake.objects.count() <= len(self.captured)

    def teardown(self) -> None:
        """Deliver all; compare with a node that heard it in the order of capture."""
        if not hasattr(self, "captured"):
            return
        self.send_all(reversed(self.captured))
        by_chance = self.known()
        areas = list(Area.objects.all())
        transaction.savepoint_rollback(self.fresh)
        Area.objects.all().delete()
        Area.objects.bulk_create(areas)
        self.send_all(self.captured)
        in_order = self.known()
        transaction.savepoint_rollback(self.outer)
        assert by_chance == in_order
        assert by_chance["operations"].keys() == {op["op_id"] for _phone, op in self.captured}

    def send_all(self, ops: Any) -> None:
        """Hand in everything, one by one."""
        for phone, op in ops:
            phone.send(op, at=self.arrival)

    def known(self) -> dict[str, Any]:
        """Return all that the node knows, but for what tells of the road: versions, who stood beside whom."""
        assert not Held.objects.exists()
        states = {"merged": "applied"}
        return {
            "operations": {
                str(pk): states.get(state, state)
                for pk, state in Operation.objects.values_list("pk", "state")
            },
            "visits": sorted(Visit.objects.values_list("pk", "outcome", "at")),
            "help": sorted(Assistance.objects.values_list("pk", "kind", "at")),
            "houses": [without(one, "version") for one in HouseProfile.objects.values()],
            "people": [without(one, "version") for one in PersonProfile.objects.values()],
            "changes": sorted(
                map(
                    repr,
                    FactChange.objects.values_list("field", "value", "captured_at", "operation", "correct"),
                )
            ),
            "conflicts": sorted(
                map(repr, Conflict.objects.values_list("field", "ours", "theirs", "operation"))
            ),
        }


def without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return a row without some of its columns."""
    return {key: value for key, value in row.items() if key not in names}


def walk(field: Field, examples: int, steps: int) -> None:
    """Run the machine."""
    Roads.field = field
    quick = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    with mock.patch.object(
        intake, "BATCH", 2
    ):  # several transactions to a request: some may be done, others not
        run_state_machine_as_test(Roads, settings=quick)


def test_whatever_the_road_the_house_is_the_same(field: Field) -> None:
    walk(field, 3, 20)


@pytest.mark.long
def test_ten_thousand_steps_lead_to_the_same_house(field: Field) -> None:
    walk(field, 200, 50)
