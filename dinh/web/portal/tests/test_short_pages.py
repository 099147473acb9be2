"""Pages behind short codes: a badge, a receipt, a gathering, all without script and without telling more than asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.outreach.actions import trust
from dinh.outreach.models import Attendance, BadgeCheck, Workshop
from dinh.outreach.tests import doing
from dinh.outreach.tests.enrolled import Field, make_field, make_phone


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def test_anybody_checks_a_badge_and_the_check_is_counted(cast: Cast, field: Field, client: Client) -> None:
    badge = trust.give_badge(
        account=field.volunteer,
        unit=cast.cocsan,
        expires_on=date(2099, 1, 1),
        by=field.officer,
        at=timezone.now(),
    )
    asked = client.get("/t/", {"code": badge.code, "lang": "vi"})
    page = client.get(f"/t/{badge.code}/?lang=vi")

    assert asked.headers["Location"] == f"/t/{badge.code}/?lang=vi"
    text = page.content.decode()
    assert field.volunteer.full_name.split()[-1] in text and field.volunteer.full_name not in text
    assert BadgeCheck.objects.count() == 1
    assert client.get("/t/1111-1111/").status_code == 404


@pytest.mark.parametrize("path", ["/t/", "/b/", "/k/"])
def test_codes_cannot_be_guessed_for_long(cast: Cast, client: Client, path: str) -> None:
    answers = [client.get(f"{path}{n:04}-5678/").status_code for n in range(62)]
    assert answers == [404] * 60 + [429] * 2


def test_a_village_behind_one_address_is_answered(cast: Cast, field: Field, client: Client) -> None:
    badge = trust.give_badge(
        account=field.volunteer, unit=cast.cocsan, expires_on=date(2099, 1, 1), by=field.officer, at=timezone.now()
    )  # fmt: skip
    assert {client.get(f"/t/{badge.code}/").status_code for _house in range(90)} == {200}
    assert set(BadgeCheck.objects.values_list("way", flat=True)) == {"web"}


@pytest.mark.parametrize("path", ["/t/", "/b/", "/w/", "/k/"])
def test_the_language_that_was_chosen_stays(cast: Cast, client: Client, path: str) -> None:
    french = {"accept-language": "fr"}
    asked = client.get(path, {"lang": "vi"}, headers=french).content.decode()
    assert 'name="lang" value="vi"' in asked
    led = client.get(path, {"code": "2925-4809", "lang": "vi"}, headers=french)
    assert led.headers["Location"].endswith("?lang=vi")
    other = client.get(led.headers["Location"], headers=french).content.decode()
    assert '<html lang="vi"' in other
    assert "?lang=fr" in other  # the way to the other languages stands on the page


def test_a_receipt_tells_its_state_and_no_name(cast: Cast, field: Field, client: Client) -> None:
    phone = make_phone(field.volunteer, at=timezone.now())
    sent = doing.operation(phone, 1, timezone.now(), village=cast.un_ta)
    text = client.get(f"/b/{sent.receipt.lower()}/?lang=vi").content.decode()

    assert "Xã đã nhận được" in text
    assert field.volunteer.full_name not in text
    assert client.get("/b/0000-0000/").status_code == 404


def test_people_write_themselves_in_without_an_account(cast: Cast, field: Field, client: Client) -> None:
    now = timezone.now()
    workshop = Workshop.objects.create(
        code="K7M2-9QXT", kind="workshop", unit=cast.un_ta, title="Buổi", topic="scams", place="Nhà văn hóa",
        starts_at=now, ends_at=now + timedelta(hours=2), lead=field.leader,
    )  # fmt: skip
    assert client.post("/w/k7m29qxt/?lang=vi", {"name": ""}).status_code == 422
    assert client.post("/w/K7M2-9QXT/", {"name": "Bà Mẩy", "year": "1950"}).status_code == 200

    assert Attendance.objects.get(workshop=workshop).name == "Bà Mẩy (1950)"
    assert client.get("/w/0000-0000/").status_code == 404
