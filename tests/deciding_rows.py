"""Rows of the tests of rights: a conflict and an operation that waits, of the village here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from dinh.journal.models import Intake
from dinh.lib.ids import natural_id
from dinh.outreach.models import Conflict, Device, Operation
from dinh.outreach.rules.receipts import receipt_of
from tests.house import House


def of_conflict(house: House) -> dict[str, Any]:
    """Return the address of a decision on two names of one person."""
    household = house.here.household
    person = household.members.first()
    more = {
        "entity_type": "person", "entity": person.pk if person else _id("nobody"), "field": "full_name",
        "unit": house.here.unit, "village_id": household.village_id, "before": "A", "ours": "A", "theirs": "B",
        "operation": _operation(house, "settled", 1, Operation.State.APPLIED), "opened_at": timezone.now(),
    }  # fmt: skip
    found = Conflict.objects.get_or_create(id=_id("conflict"), defaults=more)[0]
    return {"conflict": found.pk, "verb": "keep"}


def of_operation(house: House) -> dict[str, Any]:
    """Return the address of a decision on a visit that waits."""
    return {"operation": _operation(house, "waits", 2, Operation.State.REVIEW).pk, "verb": "refuse"}


def _operation(house: House, name: str, seq: int, state: str) -> Operation:
    now, household = timezone.now(), house.here.household
    account = house.here.staff["volunteer"]
    phone = {
        "account": account, "label": "Phone", "public": b"\x04" + bytes(64), "token": _id("token").hex * 2,
        "enrolled_at": now - timedelta(days=9), "last_contact": now,
    }  # fmt: skip
    device = Device.objects.get_or_create(id=_id("device"), defaults=phone)[0]
    op_id = _id(name)
    more = {
        "device": device, "account": account, "seq": seq, "kind": "visit", "entity_type": "household",
        "entity": household.pk, "village_id": household.village_id, "captured_at": now, "received_at": now,
        "changed_at": now, "digest": "0" * 64, "state": state, "code": "device_revoked", "receipt": receipt_of(op_id),
    }  # fmt: skip
    raw = {"kind": "visit", "body": {"household": str(household.pk), "outcome": "met"}}
    Intake.objects.get_or_create(
        source=f"device:{device.pk}", op_id=str(op_id),
        defaults={"digest": "0" * 64, "kind": "visit", "raw": raw, "received_at": now, "outcome": "review"},
    )  # fmt: skip
    return Operation.objects.get_or_create(id=op_id, defaults=more)[0]


def _id(name: str) -> UUID:
    return natural_id("deciding of the tests", name)
