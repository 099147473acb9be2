"""Photos that arrive after the request that names them, by the telephone itself or in a file that others carry."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import PDF, settled
from dinh.journal.models import Entry
from dinh.outreach import carried, sealing
from dinh.outreach.actions.handing_in import hand_in
from dinh.outreach.exported import Exported
from dinh.outreach.models import Device, Held
from dinh.outreach.tests.sending import Field, make_field, row_of
from dinh.outreach.tests.test_filing_at_home import filing
from dinh.web.field.api.wire import digest_of_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(settled(cast))


def waiting(field: Field) -> tuple[dict[str, Any], str, bytes]:
    """Return a request that waits for its drawn signature, with name and sealed bytes of that."""
    key = sealing.make_pair()
    name, box = carried.seal_file(PDF + b"drawn", key_public=key.public, kid=key.id)
    op = filing(field, consent={"how": "drawn", "proof": name})
    assert field.phone.send(op)[0]["code"] == "file_missing"
    return op, name, box


def test_a_request_goes_on_the_moment_its_photo_is_here(field: Field) -> None:
    op, name, box = waiting(field)
    device = field.phone.device
    Device.objects.filter(pk=device.pk).update(token=digest_of_token("secret"))
    headers = {"Authorization": f"Dinh-Device {device.pk}.secret", "Upload-Length": str(len(box))}

    for offset, piece in ((0, box[:80]), (80, box[80:])):
        assert row_of(op).state == "waiting"
        Client().put(
            f"/field/api/1/blob/{name}?offset={offset}", piece, "application/octet-stream", headers=headers
        )

    assert row_of(op).state == "applied" and not Held.objects.exists()
    assert Dossier.objects.get().consent["proof"] == name


def test_a_photo_in_a_file_is_its_makers_and_the_officer_is_written_down(field: Field) -> None:
    op, name, box = waiting(field)
    files = [
        {"sha256": name, "box": base64.urlsafe_b64encode(box).decode().rstrip("=")},
        {"sha256": "0" * 64, "box": "AAAA"},
    ]
    given = exported(field.phone.device.pk, files)

    hand_in(given=given, maker=field.phone.device, by=field.khoa, at=timezone.now())

    assert row_of(op).state == "applied"
    entry = Entry.objects.get(kind="outreach.handed_in")
    assert (entry.actor, entry.subject) == (field.khoa.pk, field.phone.device.pk)
    assert entry.body is not None and entry.body["files"] == 1


def exported(device: UUID, files: list[dict[str, str]]) -> Exported:
    made_at = (timezone.now() - timedelta(hours=3)).isoformat()
    return Exported.model_validate(
        {"v": 1, "device": str(device), "made_at": made_at, "envelopes": [], "files": files}
    )
