"""A citizen reads what registers say of her, and of nobody else; she contests, and reads the answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dinh.directory.models import Account
from dinh.directory.tests.cast import make_account
from dinh.dossiers.tests.world import NOW, World
from dinh.registers import actions as registers
from dinh.registers.models import Record
from dinh.verification.models import Finding
from dinh.web.portal.tests.conftest import signed_in

PAGE = "/vi/my-data/registers/"


@pytest.fixture
def row(world: World) -> Record:
    """Mr Phúc as a tax dependant; the register names the taxpayer as well."""
    data: dict[str, Any] = {
        "dependant_code": "8000000001", "full_name": "Vàng Văn Phuc", "number": "010075001234", "birth": "1975-03-12",
        "relation": "child", "taxpayer_code": "8111111111", "taxpayer_name": "Giàng Thị Say",
        "taxpayer_number": "010188007777", "from_month": "2020-01", "income_payer": "Mỏ Apatit",
    }  # fmt: skip
    return registers.enter(
        register="tax_dependants", unit=world.cast.cocsan, data=data, registered_on=NOW.date(), person=world.phuc,
        person_name=data["full_name"], provenance="import", by=None, at=NOW,
    )  # fmt: skip


def test_what_is_shown_is_about_her_alone(row: Record, world: World, phuc: Client) -> None:
    mai = signed_in(make_account("mai", "Lý Thị Mai", Account.Kind.CITIZEN, person=world.mai.pk))

    page = phuc.get(PAGE).content.decode()

    assert "Vàng Văn Phuc" in page and "8000000001" in page
    assert not {"Giàng Thị Say", "010188007777", "8111111111", "Mỏ Apatit"} & set(re.findall(r"[\w ]+", page))
    assert "8000000001" not in mai.get(PAGE).content.decode()
    assert mai.get(f"{PAGE}{row.pk}/wrong/").status_code == 404
    assert mai.post(f"{PAGE}{row.pk}/wrong/", {"field": "full_name", "says": "x"}).status_code == 404


def test_what_only_some_officers_read_is_kept_from_the_page(world: World, phuc: Client) -> None:
    data = {
        "pupil_code": "HS9", "full_name": "Vàng Văn Phúc", "guardian_phone": "0999888777", "school": "Trường A",
    }  # fmt: skip
    registers.enter(
        register="pupils", unit=world.cast.cocsan, data=data, registered_on=NOW.date(), person=world.phuc,
        provenance="import", by=None, at=NOW,
    )  # fmt: skip

    page = phuc.get(PAGE).content.decode()

    assert "HS9" in page and "0999888777" not in page


def test_who_of_the_house_keyed_a_paper_book_is_not_told(world: World, phuc: Client) -> None:
    data = {
        "book_name": "Quyển 1", "full_name": "Vàng Văn Phúc", "keyed_by": "Nguyễn Thị Gõ", "verified_by": "Trần Văn Soát",
        "scan": "scans/1",
    }  # fmt: skip
    row = registers.enter(
        register="paper_births", unit=world.cast.cocsan, data=data, registered_on=NOW.date(), person=world.phuc,
        provenance="scan", by=None, at=NOW,
    )  # fmt: skip

    shown = [phuc.get(path).content.decode() for path in (PAGE, f"{PAGE}{row.pk}/wrong/")]

    assert all("Quyển 1" in page for page in shown)
    assert not any(word in page for page in shown for word in ("Nguyễn Thị Gõ", "Trần Văn Soát", "scans/1"))


def test_she_contests_and_reads_what_became_of_it(row: Record, phuc: Client) -> None:
    path = f"{PAGE}{row.pk}/wrong/"
    for sent in ({}, {"field": "full_name"}, {"field": "taxpayer_name", "says": "Ai đó"}):
        assert phuc.post(path, sent).status_code == 422
    said = {"field": "full_name", "says": "Vàng Văn Phúc", "paper": "Khai sinh 12/1975"}

    assert phuc.post(path, said).status_code == 302

    found = Finding.objects.get()
    assert (found.kind, found.says["full_name"]) == ("contested", "Vàng Văn Phúc")
    page = phuc.get(PAGE).content.decode()
    assert "Khai sinh 12/1975" in page and "chờ công chức xem" in page
    Finding.objects.update(
        state="decided", decision="kept", note="Giấy khai sinh ghi vậy", decided_at=timezone.now()
    )
    page = phuc.get(PAGE).content.decode()
    assert "giữ nguyên" in page and "Giấy khai sinh ghi vậy" in page
    Finding.objects.update(decision="corrected", changed={"full_name": ["Vàng Văn Phuc", "Vàng Văn Phục"]})
    page = phuc.get(PAGE).content.decode()
    assert "đã sửa" in page and "Vàng Văn Phục" in page
