"""A phone of the tests: a member of a team of Ún Tà, their phone, and operations as it makes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING, Cast, make_field_staff
from dinh.dossiers.tests.world import World
from dinh.lib.ids import uuid7
from dinh.outreach.actions.answers import Result
from dinh.outreach.actions.intake import Carried, take_opened
from dinh.outreach.actions.opening import read
from dinh.outreach.models import Area, Device, Member, Operation, Team
from dinh.outreach.rules.receipts import receipt_of

NOW = MONDAY_MORNING
ENROLLED = NOW - timedelta(days=40)
BEGAN = date(2026, 1, 1)


@dataclass
class Phone:
    """One phone, with its own count of operations."""

    device: Device
    seq: int = 0
    last: dict[UUID, int] = field(default_factory=dict)  # subject -> number of the last operation about it

    def op(
        self,
        kind: str,
        body: dict[str, Any],
        *,
        entity: tuple[str, UUID] | None = None,
        at: datetime = NOW,
        about: UUID | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Return an operation as this phone makes it; other keys of the frame by keyword."""
        self.seq += 1
        subject = about or (entity[1] if entity else None) or body.get("household")
        subject = UUID(str(subject)) if subject else None
        prev = self.last.get(subject) if subject else None
        if subject:
            self.last[subject] = self.seq
        op_id = str(uuid7())
        return {
            "v": 1, "op_id": op_id, "device": str(self.device.pk), "seq": self.seq, "prev": prev,
            "actor": str(self.device.account_id), "kind": kind, "form": "", "form_version": "", "form_sha256": "",
            "entity": {"type": entity[0], "id": str(entity[1])} if entity else None, "base_version": None,
            "trunk_version": None, "captured_at": at.isoformat(),
            "clock": {"phone_at": at.isoformat(), "offset_ms": 0, "known_at": at.isoformat()},
            "receipt": receipt_of(op_id), "body": json.loads(json.dumps(body, default=str)), **more,
        }  # fmt: skip

    def send(self, *ops: dict[str, Any], at: datetime = NOW + timedelta(hours=1)) -> list[Result]:
        """Hand operations in, already opened."""
        return take_plain([plain(one) for one in ops], self.device, at=at)

    def facts(self, entity: tuple[str, UUID], changes: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Return a change of fields."""
        return self.op("facts", {"changes": changes}, entity=entity, **more)

    def visit(
        self, household: UUID, outcome: str = "met", *, at: datetime = NOW, **more: Any
    ) -> dict[str, Any]:
        """Return a visit; other answers by keyword."""
        return self.op("visit", {"household": str(household), "outcome": outcome, **more}, at=at)


def take_plain(
    plains: Sequence[bytes], device: Device, carried_by: Device | None = None, *, at: datetime
) -> list[Result]:
    """Take in operations that were never sealed, as `take_operations` does sealed ones."""
    return take_opened([read(one, None, None, device) for one in plains], device, Carried(carried_by), at)


def plain(op: dict[str, Any]) -> bytes:
    """Return the bytes that are sealed and digested."""
    return json.dumps(op, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Field:
    """A team of Ún Tà with its village, two members with a phone each, and who leads and supervises."""

    world: World
    cast: Cast
    team: Team
    nga: Account  # volunteer
    tho: Account  # team leader
    khoa: Account  # digital officer, supervises the commune
    phone: Phone
    other: Phone  # the leader's

    @property
    def house(self) -> tuple[str, UUID]:
        """Return the household as an entity."""
        return "household", self.world.household.pk

    @property
    def phuc(self) -> tuple[str, UUID]:
        """Return Mr Phúc as an entity."""
        return "person", self.world.phuc.pk


def make_field(world: World) -> Field:
    """Make the team and its phones."""
    cast = world.cast
    staff = make_field_staff(cast.cocsan, cast.un_ta)
    team = Team.objects.create(unit=cast.un_ta, kind=Team.Kind.VILLAGE, name="Tổ Ún Tà", opened_on=BEGAN)
    Area.objects.create(team=team, village=cast.un_ta, from_on=BEGAN)
    for role in ("volunteer", "team_leader"):
        Member.objects.create(team=team, account=staff[role], from_on=BEGAN)
    return Field(
        world, cast, team, staff["volunteer"], staff["team_leader"], staff["digital_officer"],
        make_phone(staff["volunteer"]), make_phone(staff["team_leader"]),
    )  # fmt: skip


def make_phone(account: Account, public: bytes = b"\x04" + bytes(64)) -> Phone:
    """Return a new enrolled phone of a member."""
    device = Device.objects.create(
        account=account,
        label="Phone",
        public=public,
        token=uuid7().hex * 2,
        enrolled_at=ENROLLED,
        last_contact=NOW,
    )
    return Phone(device)


def states(results: Sequence[Result]) -> list[str]:
    """Return the state of each result."""
    return [one["state"] for one in results]


def row_of(op: dict[str, Any]) -> Operation:
    """Return what the node keeps of an operation."""
    return Operation.objects.get(pk=op["op_id"])
