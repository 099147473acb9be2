"""Telephones that the builder plays: what is done at a house is captured, sealed and signed, and sent when there is network.

The private keys live in this process alone: nobody signs in from these telephones afterwards.
"""

from __future__ import annotations

import heapq
import itertools
import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from dinh.catalogue import store
from dinh.directory.models import Account
from dinh.outreach import sealing
from dinh.outreach.actions import devices
from dinh.outreach.actions.devices_keys import sealing_key
from dinh.outreach.actions.intake import take_operations
from dinh.outreach.models import Device, SealingKey
from dinh.outreach.rules.receipts import receipt_of

LABELS = ("Samsung A05", "Oppo A18", "Redmi 12C", "Vivo Y02", "Nokia C32", "Realme C53", "Samsung A14")
BATCH = 50


@dataclass
class Phone:
    """One telephone of one member: its keys, its count, what it has not sent yet."""

    device: Device
    account: Account
    signs: ec.EllipticCurvePrivateKey
    seals: SealingKey
    offset_ms: int
    known_at: datetime
    seq: int = 0
    about: dict[tuple[str, UUID], int] = field(
        default_factory=dict
    )  # subject -> number of the last one about it
    outbox: list[dict[str, Any]] = field(default_factory=list)

    def note(
        self,
        kind: str,
        body: Mapping[str, Any],
        when: datetime,
        about: tuple[str, UUID],
        *,
        actor: UUID | None = None,
        **frame: Any,
    ) -> UUID:
        """Capture one operation and seal it into the outbox; return its id.

        about  what it is about: the name of an entity and its id
        frame  what stands beside the body (`entity`, `trunk_version`, `captured_at`, `replaces`)
        """
        self.seq += 1
        op_id = id_at(when)
        form = store.get().activities.get(str(frame.get("form", "")))
        frame |= {"form_version": form.version} if form is not None else {}  # as the app has it from the node
        plain = {
            "v": 1, "op_id": str(op_id), "device": str(self.device.pk), "seq": self.seq, "prev": self.about.get(about),
            "actor": str(actor or self.account.pk), "kind": kind, "captured_at": when.isoformat(),
            "clock": {
                "phone_at": (when - timedelta(milliseconds=self.offset_ms)).isoformat(), "offset_ms": self.offset_ms,
                "known_at": self.known_at.isoformat(),
            },
            "receipt": receipt_of(op_id), "body": dict(body), **frame,
        }  # fmt: skip
        self.about[about] = self.seq
        self.outbox.append(
            sealing.seal(
                json.dumps(plain, ensure_ascii=False).encode(), op_id=str(op_id), device=str(self.device.pk),
                seq=self.seq, key_public=bytes(self.seals.public), kid=self.seals.id, sign_with=self.signs,
            )
        )  # fmt: skip
        return op_id


def enrol(account: Account, *, by: Account, at: datetime, number: int) -> Phone:
    """Enrol a telephone as the app does: a code from the digital officer, keys made on the telephone."""
    _row, code = devices.make_enrol_code(account=account, by=by, at=at)
    signs = ec.generate_private_key(sealing.CURVE)
    done_at = at + timedelta(minutes=2)
    made = devices.enrol(
        code=code, label=LABELS[number % len(LABELS)], language="vi",
        public=sealing.point_of(signs.public_key()), app="1", at=done_at,
    )  # fmt: skip
    # Clocks differ by seconds; one in ten is off by minutes, and the telephone knows it.
    offset = (number * 7919 % 4000) - 2000 if number % 10 else 240_000
    return Phone(made.device, account, signs, sealing_key(done_at), offset, done_at)


def id_at(moment: datetime) -> UUID:
    """Return a UUIDv7 as the telephone makes it at that moment."""
    milliseconds = int(moment.timestamp() * 1000)
    rest = secrets.randbits(74)
    return UUID(int=milliseconds << 80 | 7 << 76 | rest >> 62 << 64 | 2 << 62 | rest & (1 << 62) - 1)


@dataclass
class Network:
    """What is on its way: handed over when its hour comes, in the order of those hours."""

    results: Counter[tuple[str, str]] = field(
        default_factory=Counter
    )  # (state, code) -> how often it was answered
    _waiting: list[tuple[datetime, int, Phone, list[dict[str, Any]], Phone | None]] = field(
        default_factory=list
    )
    _count: itertools.count[int] = field(default_factory=itertools.count)

    def send(self, phone: Phone, when: datetime, *, carrier: Phone | None = None) -> None:
        """Send the outbox of a telephone at an hour; `carrier`: it goes as a sealed file with another telephone."""
        if phone.outbox:
            heapq.heappush(self._waiting, (when, next(self._count), phone, phone.outbox, carrier))
            phone.outbox = []

    def again(self, phone: Phone, when: datetime, envelopes: list[dict[str, Any]]) -> None:
        """Send once more what was sent: the telephone did not hear the answer."""
        heapq.heappush(self._waiting, (when, next(self._count), phone, envelopes, None))

    def until(self, when: datetime) -> None:
        """Hand over all whose hour comes before `when`."""
        while self._waiting and self._waiting[0][0] < when:
            at, _number, phone, envelopes, carrier = heapq.heappop(self._waiting)
            for first in range(0, len(envelopes), BATCH):
                answers = take_operations(
                    device=phone.device, envelopes=envelopes[first : first + BATCH], at=at,
                    carried_by=carrier.device if carrier else None,
                )  # fmt: skip
                self.results.update((one["state"], one["code"]) for one in answers)
            heard = carrier or phone
            heard.known_at = at
            devices.touch(heard.device, at)
