"""No citizen number is kept in clear of what telephones send, wherever somebody typed it; what it belonged to is."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.apps import apps

from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import PDF
from dinh.journal.models import Entry, Intake
from dinh.journal.testing import settle
from dinh.journal.verify import verify
from dinh.outreach import carried, sealing
from dinh.outreach.actions import accepting
from dinh.outreach.actions.intake import take_operations
from dinh.outreach.models import Visit
from dinh.outreach.rules.secrets import masked
from dinh.outreach.tests.sending import NOW, Field, plain, row_of, states
from dinh.outreach.tests.test_filing_at_home import filing, put

NUMBER = "010075001234"
NOTE = "CCCD 0100 7500 1234, gọi sau"


def found_in() -> set[str]:
    """Return the tables of outreach and journal that hold the number anywhere, but for what the register wrote."""
    rows: dict[str, Any] = {
        model.__name__: model._default_manager.values()
        for name in ("outreach", "journal")
        for model in apps.get_app_config(name).get_models()
    }
    rows["Entry"] = Entry.objects.filter(kind__startswith="outreach.").values()
    texts = {name: re.sub("[ .-]", "", repr(list(some))) for name, some in rows.items()}
    return {name for name, text in texts.items() if NUMBER in text}


def noted(field: Field) -> dict[str, Any]:
    """Return a visit in whose note somebody wrote a number."""
    return field.phone.visit(field.house[1], note=NOTE)


def test_a_number_in_a_note_is_erased_before_it_is_kept(field: Field) -> None:
    op = noted(field)

    assert field.phone.send(op)[0]["code"] == "secret_field"

    raw = Intake.objects.get().raw
    assert raw["body"]["note"] == "CCCD •••• 1234, gọi sau"
    assert raw["op_id"] == op["op_id"] and found_in() == set()
    settle()
    assert verify().ok


def test_its_digest_gives_the_number_away_to_nobody_and_knows_a_repeat(field: Field) -> None:
    op = noted(field)
    first, again = field.phone.send(op)[0], field.phone.send(op)[0]
    other = field.phone.send(op | {"body": {**op["body"], "note": NOTE.replace("1234", "1235")}})[0]

    assert row_of(op).digest == Intake.objects.get(op_id=op["op_id"]).digest
    assert row_of(op).digest != hashlib.sha256(plain(op)).hexdigest()
    assert [one["state"] for one in (first, again)] == ["refused", "duplicate"]
    assert other["code"] == "digest_clash" and found_in() == set()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"number": [None, NUMBER]}, id="under-a-name-that-is-no-field"),
        pytest.param({"full_name": ["Vàng Văn Phúc", f"Phúc {NUMBER}"]}, id="in-a-name"),
        pytest.param({"note": [NOTE, "gặp"]}, id="in-what-stood-there"),
        pytest.param({"number": [None, int(NUMBER)]}, id="as-a-number"),
    ],
)
def test_nor_among_changes(field: Field, changes: dict[str, Any]) -> None:
    assert states(field.phone.send(field.phone.facts(field.phuc, changes))) == ["refused"]

    assert found_in() == set() and NUMBER[1:] not in repr(Intake.objects.get().raw)


def test_of_a_telephone_that_can_mend_nothing_the_note_is_kept_without_it(field: Field) -> None:
    field.phone.device.revoked_at = NOW
    field.phone.device.save()
    op = noted(field)
    assert field.phone.send(op)[0]["code"] == "device_revoked"

    accepting.accept(
        operation=row_of(op), reason="Đúng", version=1, by=field.khoa, at=NOW + timedelta(days=1)
    )

    assert Visit.objects.get().note == "CCCD •••• 1234, gọi sau" and found_in() == set()


def test_an_answer_that_was_not_sealed_is_sealed_here_until_it_is_needed(field: Field) -> None:
    key = sealing.make_pair()
    name, box = carried.seal_file(PDF, key_public=key.public, kid=key.id)
    op = filing(field, consent={"how": "drawn", "proof": name})
    assert op["body"]["answers"]["applicant.number"] == NUMBER
    assert field.phone.send(op)[0]["state"] == "waiting"
    body = Intake.objects.get().raw["body"]
    assert "applicant.number" not in body["answers"] and set(body["sealed"]) == {"applicant.number"}
    assert found_in() == set()

    assert put(field, key, PDF) == name and len(box)
    field.phone.send(field.phone.visit(field.house[1]))

    assert row_of(op).state == "applied"
    assert Dossier.objects.get().answers["applicant.number"]["value"] == NUMBER
    assert found_in() == set()


def test_a_witness_is_a_name(field: Field) -> None:
    answer = field.phone.send(filing(field, consent={"how": "spoken", "witness": f"Mai {NUMBER}"}))[0]

    assert answer["answer"]["faults"][0]["path"] == "consent.witness" and found_in() == set()


def test_what_cannot_be_read_stays_in_its_envelope(field: Field) -> None:
    signs, key, device = ec.generate_private_key(sealing.CURVE), sealing.make_pair(), field.phone.device
    device.public = sealing.point_of(signs.public_key())
    op = noted(field) | {"v": 9}
    envelope = sealing.seal(
        plain(op), op_id=op["op_id"], device=op["device"], seq=op["seq"], key_public=key.public, kid=key.id, sign_with=signs
    )  # fmt: skip

    assert take_operations(envelopes=[envelope], device=device, at=NOW)[0]["code"] == "value_invalid"

    raw = Intake.objects.get().raw
    assert json.loads(base64.b64decode(raw["envelope"])) == envelope
    assert found_in() == set()


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("12345678-1234-1234-1234-123456789012", "12345678-1234-1234-1234-123456789012"),
        ("1" * 64, "1" * 64),
        ("gọi 0912 345 678", "gọi 0912 345 678"),
        ({"a": [{"b": f"số {NUMBER}."}]}, {"a": [{"b": "số •••• 1234."}]}),
        ({"members.0.number": "012345678"}, {"members.0.number": "•••• 5678"}),
        ({"account": "012345678"}, {"account": "012345678"}),
        ({"sealed": {"x": {"ct": NUMBER}}}, {"sealed": {"x": {"ct": NUMBER}}}),
        ([True, 5, None], [True, 5, None]),
    ],
)
def test_only_what_looks_like_a_number_is_shortened(value: Any, kept: Any) -> None:
    assert masked(value) == kept
    assert (masked(value) is value) == (kept == value)
