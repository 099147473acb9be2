"""Things that teams did, for tests of what is counted: rows as the intake leaves them, without a phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from dinh.directory.models import Account
from dinh.lib.ids import uuid7
from dinh.outreach.models import Assistance, Difficulty, Operation, Visit
from dinh.outreach.rules.receipts import receipt_of
from dinh.outreach.tests.enrolled import Phone
from dinh.population.models import Household


def visit(account: Account, house: Household, at: datetime, outcome: str = "met", **more: Any) -> Visit:
    """Return a visit."""
    return Visit.objects.create(
        id=uuid7(),
        household=house,
        village_id=house.village_id,
        account=account,
        outcome=outcome,
        at=at,
        **more,
    )


def help_given(
    account: Account, house: Household, at: datetime, kind: str = "electronic_id", **more: Any
) -> Assistance:
    """Return help given to the head of a house."""
    return Assistance.objects.create(
        id=more.pop("id", None) or uuid7(), kind=kind, household=house, person=house.head, village_id=house.village_id,
        account=account, outcome=more.pop("outcome", "done"), at=at, **more,
    )  # fmt: skip


def difficulty(account: Account, house: Household, at: datetime, **more: Any) -> Difficulty:
    """Return a difficulty that was noted."""
    return Difficulty.objects.create(
        id=more.pop("id", None) or uuid7(), kind=more.pop("kind", "network"), household=house,
        village_id=house.village_id, account=account, words="Sóng yếu", at=at, **more,
    )  # fmt: skip


def operation(
    phone: Phone, seq: int, at: datetime, kind: str = "visit", state: str = "applied", **more: Any
) -> Operation:
    """Return an operation as the intake keeps it."""
    pk: UUID = more.pop("id", None) or uuid7()
    return Operation.objects.create(
        id=pk, device=phone.device, account=phone.device.account, seq=seq, kind=kind, captured_at=at, received_at=at, changed_at=at,
        digest="0" * 64, state=state, receipt=receipt_of(pk), **more,
    )  # fmt: skip
