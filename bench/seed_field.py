"""Fills a home for `field_storm.py`, run in the node's environment. Everybody is invented.

    seed_field.py phones MEMBERS OPERATIONS FILE   villages, houses, teams, telephones; FILE gets one line for each
                                                   telephone: {"authorization", "envelopes": [sealed and signed, ...]}
    seed_field.py count                            what the database has of what was sent

Answers are JSON on standard output.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")

import django

django.setup()

from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.utils import timezone  # noqa: E402

from dinh.catalogue import store  # noqa: E402
from dinh.config.demo.staff import COCSAN, appoint_all  # noqa: E402
from dinh.directory import actions as directory  # noqa: E402
from dinh.directory import queries as places  # noqa: E402
from dinh.directory.models import Account, Unit  # noqa: E402
from dinh.journal import sealer  # noqa: E402
from dinh.journal.models import Entry  # noqa: E402
from dinh.lib.dates import local_date  # noqa: E402
from dinh.lib.ids import uuid7  # noqa: E402
from dinh.outreach import sealing  # noqa: E402
from dinh.outreach.actions.devices import enrol, make_enrol_code  # noqa: E402
from dinh.outreach.actions.devices_keys import sealing_key  # noqa: E402
from dinh.outreach.actions.teams import join, set_up_team  # noqa: E402
from dinh.outreach.models import Assistance, Difficulty, FactChange, Operation, Visit  # noqa: E402
from dinh.outreach.rules.receipts import receipt_of  # noqa: E402
from dinh.population import imports  # noqa: E402
from dinh.population.models import Household  # noqa: E402

NOW = timezone.now()
TODAY = local_date(NOW)
FORMS = {"visit": "visit", "assistance": "assist", "difficulty": "difficulty"}  # kind -> activity
A_TEAM, A_VILLAGE = 8, 40  # members of a team; houses of a village
COLUMNS = (
    "Số định danh",
    "Họ và tên",
    "Giới tính",
    "Ngày sinh",
    "Mã hộ",
    "Quan hệ với chủ hộ",
    "Thôn",
    "Địa chỉ",
)
HELP = ("health_record", "insurance_app", "bill", "scam")


def phones(members: int, operations: int, path: str) -> dict[str, int]:
    """Make everything and write what each telephone will send; return how much of what."""
    unit = places.get_unit("02746", TODAY)
    staff = appoint_all(unit, COCSAN, TODAY, NOW)
    villages = [
        directory.place_village(
            commune=unit, name=f"Thôn {n + 1}", type="thôn", valid_from=TODAY, by=None, at=NOW
        )
        for n in range(max(1, members // A_TEAM))
    ]
    _people(unit, len(villages), staff["quan"])
    rng = random.Random(7)
    sent = {"operations": 0, "visits": 0, "help": 0}
    with Path(path).open("w") as file:
        for n, village in enumerate(villages):
            team = set_up_team(unit=village, kind="village", name=f"Tổ thôn {n + 1}", by=None, at=NOW)
            houses = [
                (one.pk, [person.pk for person in one.members.all()])
                for one in Household.objects.filter(village=village).prefetch_related("members")
            ]
            share = A_TEAM if n < len(villages) - 1 else members - A_TEAM * (len(villages) - 1)
            for m in range(share):
                phone = _phone(f"storm-{n}-{m}", team, village, houses, operations, rng, sent)
                file.write(json.dumps(phone) + "\n")
    while sealer.seal_once():
        pass
    return sent


def _people(unit: Unit, villages: int, by: Account) -> None:
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(COLUMNS)
    for n in range(villages * A_VILLAGE):
        for m, relation in enumerate(("Chủ hộ", "Vợ")):
            rows.writerow(
                (f"0{10 + m:02}{75 if m else 71}{n:07}", f"Vàng {'Thị' if m else 'Văn'} {'ABCDEFGHIJ'[n % 10]}",
                 "Nữ" if m else "Nam", f"{n % 28 + 1:02}/03/19{75 if m else 71}", f"02746-{n + 1:05}", relation,
                 f"Thôn {n // A_VILLAGE + 1}", f"Số nhà {n % A_VILLAGE + 1}")
            )  # fmt: skip
    plan = imports.check(table.getvalue().encode(), "storm.csv", unit, on=TODAY)
    if plan.faults:
        raise SystemExit(f"{len(plan.faults)} faults, first: {plan.faults[0]}")
    imports.load(plan, by=by, at=NOW)


def _phone(
    name: str,
    team: Any,
    village: Unit,
    houses: list[tuple[UUID, list[UUID]]],
    operations: int,
    rng: random.Random,
    sent: dict[str, int],
) -> dict[str, Any]:
    """Let somebody join and enrol, and seal what they did: visits, help during them, now and then a difficulty."""
    account = directory.open_account(
        username=name, full_name=f"Đội viên {name}", unit=village, demonstration=True, by=None, at=NOW
    )
    join(team=team, account=account, role="member", by=None, at=NOW)
    account = Account.objects.get(pk=account.pk)
    _code, text = make_enrol_code(account=account, by=account, at=NOW)
    private = ec.generate_private_key(sealing.CURVE)
    enrolled = enrol(
        code=text, label=name, language="vi", public=sealing.point_of(private.public_key()), app="1", at=NOW
    )
    device = enrolled.device
    key = sealing_key(NOW)
    envelopes, last, visit = [], {}, None
    for seq in range(1, operations + 1):
        household, people = rng.choice(houses)
        kind, body = "visit", {"household": str(household), "outcome": "met", "met": [str(people[0])]}
        if visit is not None and seq % 10 == 0:
            kind = "difficulty"
            body = {"household": str(household), "village": str(village.pk), "kind": "network",
                    "words": "Trong nhà không có sóng."}  # fmt: skip
        elif visit is not None and seq % 2 == 0:
            kind, household, people = "assistance", *visit[1:]
            body = {"visit": visit[0], "household": str(household), "person": str(people[0]),
                    "kind": rng.choice(HELP), "outcome": "done"}  # fmt: skip
        op_id = str(uuid7())
        if kind == "visit":
            visit = (op_id, household, people)
        plain = {
            "v": 1, "op_id": op_id, "device": str(device.pk), "seq": seq, "prev": last.get(household),
            "actor": str(account.pk), "kind": kind, "form": FORMS[kind],
            "form_version": store.get().activities[FORMS[kind]].version, "form_sha256": "",
            "entity": {"type": "household", "id": str(household)}, "base_version": 1, "trunk_version": 1,
            "captured_at": NOW.isoformat(),
            "clock": {"phone_at": NOW.isoformat(), "offset_ms": 0, "known_at": NOW.isoformat()},
            "receipt": receipt_of(UUID(op_id)), "body": body,
        }  # fmt: skip
        last[household] = seq
        envelopes.append(
            sealing.seal(
                json.dumps(plain).encode(), op_id=op_id, device=str(device.pk), seq=seq,
                key_public=bytes(key.public), kid=key.pk, sign_with=private,
            )
        )  # fmt: skip
        sent["operations"] += 1
        sent["visits"] += kind == "visit"
        sent["help"] += kind == "assistance"
    return {"authorization": f"Dinh-Device {device.pk}.{enrolled.token}", "envelopes": envelopes}


def count() -> dict[str, Any]:
    """Return what arrived, and what of it was applied twice (ids of events are those of their operations)."""
    states = Operation.objects.values_list("state").annotate(n=Count("pk")).order_by()
    return {
        "operations": Operation.objects.count(),
        "states": dict(states),
        "visits": Visit.objects.count(),
        "help": Assistance.objects.count(),
        "difficulties": Difficulty.objects.count(),
        "twice": _done_twice(),
    }


def _done_twice() -> int:
    """Return how many operations left more than one entry, or changed one field of one profile more than once."""
    taken = Entry.objects.filter(kind="outreach.operation_taken").values("subject")
    changed = FactChange.objects.filter(operation__isnull=False).values("operation", "entity", "field")
    return sum(rows.annotate(n=Count("pk")).filter(n__gt=1).count() for rows in (taken, changed))


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    answer = phones(int(rest[0]), int(rest[1]), rest[2]) if verb == "phones" else count()
    print(json.dumps(answer))
