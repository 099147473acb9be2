"""Phones, lost and doubled and reordered batches, wrong clocks, kills: whatever the road, the same house in the end.

A machine of hypothesis captures operations on three phones and delivers them as it likes. In the end everything that
was captured is delivered once more, and then the same operations are delivered in the order of their capture to a
fresh node: both must know the same.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
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

ARRIVAL = NOW + timedelta(days=3)
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

    def capture(self, phone: int, make: Any, hours: int) -> None:
        """Keep an operation in a phone's outbox."""
        one = self.phones[phone]
        self.captured.append((one, make(one, NOW + timedelta(hours=hours, minutes=len(self.captured)))))

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
    @rule(data=st.data(), killed=st.booleans())
    def deliver(self, data: st.DataObject, killed: bool) -> None:
        """Some operations arrive, in any order, some twice; the node may be killed before it answers."""
        chosen = data.draw(st.lists(st.sampled_from(range(len(self.captured))), max_size=6))
        for phone in self.phones:
            batch = [self.captured[index][1] for index in chosen if self.captured[index][0] is phone]
            point = transaction.savepoint()
            phone.send(*batch, at=ARRIVAL)
            if killed:
                transaction.savepoint_rollback(point)
            else:
                transaction.savepoint_commit(point)

    @rule()
    def wait_three_days(self) -> None:
        """What waited is forced."""
        release_overdue(at=ARRIVAL + HOLD)

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
        transaction.savepoint_rollback(self.fresh)
        self.send_all(self.captured)
        in_order = self.known()
        transaction.savepoint_rollback(self.outer)
        assert by_chance == in_order
        assert by_chance["operations"].keys() == {op["op_id"] for _phone, op in self.captured}

    def send_all(self, ops: Any) -> None:
        """Hand in everything, one by one."""
        for phone, op in ops:
            phone.send(op, at=ARRIVAL)

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


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a row without some of its columns."""
    return {key: value for key, value in row.items() if key not in names}


def walk(field: Field, examples: int, steps: int) -> None:
    """Run the machine."""
    Roads.field = field
    run_state_machine_as_test(
        Roads,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_the_road_the_house_is_the_same(field: Field) -> None:
    walk(field, 3, 20)


@pytest.mark.long
def test_ten_thousand_steps_lead_to_the_same_house(field: Field) -> None:
    walk(field, 200, 50)
