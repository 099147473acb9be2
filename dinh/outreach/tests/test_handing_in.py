"""A file of unsent work, handed in at a desk: who handed it in is written down, and a large one is taken in parts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from dinh.journal.models import Entry
from dinh.outreach import exported, sealing
from dinh.outreach.actions import handing_in
from dinh.outreach.actions.handing_in import HandedIn, hand_in
from dinh.outreach.models import Operation
from dinh.outreach.tests.sending import NOW, Field, plain, states


@pytest.fixture
def envelopes(field: Field) -> list[dict[str, Any]]:
    """Three visits of one telephone, sealed and signed, in a file that has them in no order."""
    signs, key, device = ec.generate_private_key(sealing.CURVE), sealing.make_pair(), field.phone.device
    device.public = sealing.point_of(signs.public_key())
    device.save(update_fields=["public"])
    ops = [field.phone.visit(field.house[1], at=NOW + timedelta(minutes=n)) for n in range(3)]
    sealed = [
        sealing.seal(
            plain(op), op_id=op["op_id"], device=op["device"], seq=op["seq"], key_public=key.public, kid=key.id,
            sign_with=signs,
        )
        for op in ops
    ]  # fmt: skip
    return sealed[::-1]


def handed_in(field: Field, envelopes: list[dict[str, Any]]) -> HandedIn:
    """Hand the file in at the desk of the digital officer."""
    made_at = NOW.isoformat()
    content = {"v": 1, "device": str(field.phone.device.pk), "made_at": made_at, "envelopes": envelopes}
    given = exported.read(json.dumps(content).encode())
    return hand_in(given=given, maker=field.phone.device, by=field.khoa, at=NOW + timedelta(hours=2))


def test_each_entry_names_who_did_the_work_and_who_handed_it_in(
    field: Field, envelopes: list[dict[str, Any]]
) -> None:
    assert states(handed_in(field, envelopes).results) == ["applied"] * 3

    for entry in Entry.objects.filter(kind="outreach.operation_taken"):
        assert entry.actor == field.nga.pk
        assert entry.body is not None and entry.body["handed_in_by"] == str(field.khoa.pk)
    assert Entry.objects.get(kind="outreach.handed_in").actor == field.khoa.pk


def test_what_telephones_send_themselves_was_handed_in_by_nobody(field: Field) -> None:
    field.phone.send(field.phone.visit(field.house[1]))

    body = Entry.objects.get(kind="outreach.operation_taken").body
    assert body is not None and "handed_in_by" not in body


def test_a_large_file_goes_on_where_it_ended(
    field: Field, envelopes: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_in, "MOST", 2)

    told = [handed_in(field, envelopes) for _again in range(3)]

    assert [one.left for one in told] == [1, 0, 0]
    assert [states(one.results) for one in told] == [["applied"] * 2, ["applied"], ["duplicate"] * 2]
    assert list(Operation.objects.order_by("seq").values_list("state", flat=True)) == ["applied"] * 3


def test_a_file_that_is_too_large_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported, "MOST_BYTES", 100)

    with pytest.raises(exported.NotExported) as refused:
        exported.read(json.dumps({"v": 1, "made_at": timezone.now().isoformat(), "x": "y" * 90}).encode())

    assert refused.value.code == "outreach.too_large"
