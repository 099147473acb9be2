"""Telephones at the desk: the list, a code that a camera reads, one taken off, a file handed in."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.outreach import sealing
from dinh.outreach.actions import devices
from dinh.outreach.actions.devices_keys import sealing_key
from dinh.outreach.models import Device, EnrolCode
from dinh.outreach.tests.enrolled import Field, make_field, make_phone
from dinh.papers import qr
from dinh.web.desk.tests.conftest import Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def test_the_list_shows_in_red_who_keeps_work_for_a_day(field: Field, at_desk: Seat) -> None:
    phone = make_phone(field.volunteer, "Vivo Y21", at=timezone.now())
    devices.touch(phone.device, timezone.now(), unsent=7, oldest_unsent=timezone.now() - timedelta(days=2))

    page = at_desk(field.officer).get(reverse("desk:devices")).content.decode()

    assert "Vivo Y21" in page and field.volunteer.full_name in page
    assert 'class="state red"' in page
    assert ">7<" in page


def test_a_code_is_shown_once_as_signs_and_picture(field: Field, at_desk: Seat) -> None:
    client = at_desk(field.officer)
    page = client.post(reverse("desk:device_code"), {"member": str(field.volunteer.pk)}).content.decode()

    code = re.search(r'class="code">([0-9A-Z-]{14})<', page)
    assert code and "<svg" in page
    assert EnrolCode.objects.get().digest == devices.digest_of_code(code[1])
    assert code[1] not in client.get(reverse("desk:devices")).content.decode()


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="no reader of QR codes on this machine")
def test_a_camera_reads_the_code(tmp_path: Path) -> None:
    address = "https://so.coc-san.laocai.gov.vn/field/#enrol/K7M2-9QXT-3WAB"
    picture = tmp_path / "code.png"
    picture.write_bytes(qr.png(address))

    read = subprocess.run(
        ["zbarimg", "-q", "--raw", str(picture)], capture_output=True, check=True, text=True
    )

    assert read.stdout.strip() == address


def test_a_member_of_other_teams_cannot_be_chosen(field: Field, cast: Cast, at_desk: Seat) -> None:
    response = at_desk(field.officer).post(reverse("desk:device_code"), {"member": str(cast.next_leader.pk)})
    assert response.status_code == 422 and not EnrolCode.objects.exists()


def test_taking_a_telephone_off_asks_for_a_reason_and_the_version_seen(field: Field, at_desk: Seat) -> None:
    phone = make_phone(field.volunteer, at=timezone.now()).device
    client, address = at_desk(field.officer), reverse("desk:device", args=[phone.pk])

    assert client.post(address, {"version": phone.version, "reason": ""}).status_code == 422
    assert client.post(address, {"version": phone.version + 1, "reason": "mất"}).status_code == 409
    assert client.post(address, {"version": phone.version, "reason": "mất máy"}).status_code == 302
    assert Device.objects.get().reason == "mất máy"
    assert "mất máy" in client.get(address).content.decode()


def test_a_volunteer_makes_a_code_for_a_telephone_of_their_own(field: Field, at_desk: Seat) -> None:
    client = at_desk(field.volunteer)
    assert client.get(reverse("desk:my_phones")).status_code == 200

    assert 'class="code"' in client.post(reverse("desk:my_phones")).content.decode()
    assert EnrolCode.objects.get().account == field.volunteer
    assert client.get(reverse("desk:devices")).status_code == 403


def test_a_telephone_of_somebody_else_is_not_there(field: Field, cast: Cast, at_desk: Seat) -> None:
    phone = make_phone(field.volunteer, at=timezone.now()).device
    assert at_desk(field.leader).get(reverse("desk:device", args=[phone.pk])).status_code == 404


def _file(content: object) -> SimpleUploadedFile:
    return SimpleUploadedFile("dinh-unsent.json", json.dumps(content).encode(), "application/json")


def test_a_file_of_unsent_work_is_taken_in_and_what_cannot_be_opened_is_told(
    field: Field, at_desk: Seat
) -> None:
    phone, key = make_phone(field.volunteer, at=timezone.now()), sealing_key(timezone.now())
    envelope = sealing.seal(
        b"{}", op_id="01a204a0-0000-7000-8000-000000000001", device=str(phone.device.pk), seq=1,
        key_public=bytes(key.public), kid=key.id, sign_with=phone.signs,
    )  # fmt: skip
    made_at = timezone.now().isoformat()
    content = {"v": 1, "device": str(phone.device.pk), "made_at": made_at, "envelopes": [envelope]}

    page = at_desk(field.officer).post(reverse("desk:hand_in"), {"file": _file(content)})

    assert page.status_code == 200 and "Samsung A05" in page.content.decode()


@pytest.mark.parametrize(
    "content", [{"v": 2}, [], "x", {"v": 1, "device": "x", "made_at": 1, "envelopes": {}}]
)
def test_another_file_is_refused_in_words(field: Field, at_desk: Seat, content: object) -> None:
    assert at_desk(field.officer).post(reverse("desk:hand_in"), {"file": _file(content)}).status_code == 422
