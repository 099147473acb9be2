"""Sealing: what Python and a browser made, both open; a changed sign of it opens no more."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from django.conf import settings

from dinh.journal.models import Entry
from dinh.outreach import sealing
from dinh.outreach.actions import devices_keys
from dinh.outreach.models import SealingKey
from dinh.outreach.sealing import NotOpened

GOLDEN = json.loads((Path(__file__).parent / "golden" / "sealing.json").read_text())
AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
DEVICE = sealing.unb64(GOLDEN["device"]["public"])


def pem_of(pkcs8: str) -> str:
    """Return a key of the golden file as a node keeps it; the file itself has no line that looks like a key left behind."""
    key = serialization.load_der_private_key(base64.b64decode(pkcs8), None)
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(settings, "DINH_HOME", tmp_path)
    folder = sealing.directory()
    folder.mkdir(parents=True)
    (folder / f"{GOLDEN['node']['id']}.pem").write_text(pem_of(GOLDEN["node"]["private_pkcs8"]))
    yield tmp_path


@pytest.mark.parametrize(
    "one", GOLDEN["envelopes"], ids=lambda one: f"{one['maker']}-{one['envelope']['seq']}"
)
def test_an_envelope_of_either_maker_opens(one: dict[str, Any]) -> None:
    assert sealing.open_envelope(one["envelope"], DEVICE).decode() == one["plain"]


@pytest.mark.parametrize("one", GOLDEN["boxes"], ids=lambda one: one["maker"])
def test_a_box_opens_for_what_it_belongs_to_and_for_nothing_else(one: dict[str, Any]) -> None:
    assert sealing.open_box(one["box"], aad=one["aad"]).decode() == one["plain"]
    with pytest.raises(NotOpened):
        sealing.open_box(one["box"], aad="field|about.number")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("op_id", "0193a5f0-7c1e-7b7a-9d6e-3c1f5a2b4c6e", "outreach.signature_wrong"),
        ("seq", 2, "outreach.signature_wrong"),
        ("device", "another", "outreach.signature_wrong"),
        ("ct", "AAAA", "outreach.signature_wrong"),
        ("iv", "AAAAAAAAAAAAAAAA", "outreach.sealed_wrong"),
        ("iv", "AAAA", "outreach.sealed_wrong"),
        ("epk", "no base64 !", "outreach.sealed_wrong"),
        ("epk", 5, "outreach.sealed_wrong"),
        ("key", "0000000000000000", "outreach.sealed_wrong"),
        ("key", "../seal/current", "outreach.sealed_wrong"),
        ("sig", None, "outreach.sealed_wrong"),
        ("sig", "AAAA", "outreach.sealed_wrong"),
    ],
)
def test_what_was_changed_on_the_way_is_refused(name: str, value: object, code: str) -> None:
    envelope = {**GOLDEN["envelopes"][0]["envelope"], name: value}

    with pytest.raises(NotOpened) as refused:
        sealing.open_envelope(envelope, DEVICE)

    assert refused.value.code == code


def test_a_point_off_the_curve_is_refused() -> None:
    envelope = {**GOLDEN["boxes"][0]["box"], "epk": sealing.b64(b"\x04" + b"\x01" * 64)}
    with pytest.raises(NotOpened):
        sealing.open_box(envelope, aad=GOLDEN["boxes"][0]["aad"])


@pytest.mark.django_db
def test_a_new_key_is_used_and_the_retired_one_still_opens(home: Path) -> None:
    first = devices_keys.sealing_key(AT)
    assert devices_keys.sealing_key(AT) == first
    box = sealing.seal_box(b"on its way", aad="x", key_public=bytes(first.public), kid=first.id)

    second = devices_keys.rotate_sealing_key(by=None, at=AT)

    assert devices_keys.sealing_key(AT) == second != first
    assert [key.id for key in devices_keys.sealing_keys()][-1] == first.id or SealingKey.objects.count() == 2
    assert sealing.open_box(box, aad="x") == b"on its way"
    assert (sealing.directory() / f"{second.id}.pem").stat().st_mode & 0o077 == 0
    kinds = list(Entry.objects.filter(kind__startswith="outreach.sealing").values_list("kind", flat=True))
    assert sorted(kinds) == [
        "outreach.sealing_key_made",
        "outreach.sealing_key_retired",
        "outreach.sealing_key_rotated",
    ]


@pytest.mark.django_db
def test_where_the_private_half_was_lost_another_key_is_made(home: Path) -> None:
    first = devices_keys.sealing_key(AT)
    (sealing.directory() / f"{first.id}.pem").unlink()

    assert devices_keys.sealing_key(AT) != first
