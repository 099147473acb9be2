"""A list of qualities is handed in, shown line by line, taken and taken back; one is given on the page of a commune."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from dinh.directory.models import UnitTrait
from dinh.directory.tests.cast import Cast
from dinh.web.desk.tests.test_places_changes import province
from dinh.web.desk.tests.test_places_parts import typed

__all__ = ["province"]
pytestmark = pytest.mark.django_db
HERE = "/vi/desk/admin/places/traits"
GOOD = "code,trait,valid_from,source\n02746,miền núi,01/07/2025,1/QĐ\n02728,border,2025-07-01,1/QĐ\n"


def handed(client: Client, cast: Cast, text: str, status: int = 200) -> str:
    file = SimpleUploadedFile("xa.csv", text.encode())
    response = client.post(HERE, {"above": str(cast.province.pk), "file": file})
    assert response.status_code == status
    return response.content.decode()


def test_a_list_is_shown_taken_and_taken_back(province: Client, cast: Cast) -> None:
    page = handed(province, cast, GOOD)
    assert not UnitTrait.objects.exists()
    assert "miền núi" in page and "biên giới" in page

    done = province.post(HERE, {**typed(page), "act": "take"}, follow=True).content.decode()
    assert UnitTrait.objects.count() == 2
    entry = re.search(r'name="entry" value="([^"]+)"', done)
    assert entry is not None
    province.post(HERE, {"act": "take_back", "entry": entry[1]})

    assert not UnitTrait.objects.exists()


def test_every_wrong_line_is_told_and_nothing_can_be_taken(province: Client, cast: Cast) -> None:
    page = handed(province, cast, f"{GOOD}09999,mountain,01/07/2025,1/QĐ\n02746,hilly,01/07/2025,1/QĐ\n", 422)

    assert "09999" in page and "hilly" in page and 'value="take"' not in page


def test_what_is_no_list_is_told_beside_the_file(province: Client, cast: Cast) -> None:
    assert 'href="#id_file"' in handed(province, cast, "x", 422)
    assert province.post(HERE, {"act": "take", "lines": "[1]"}).status_code == 302
    assert province.post(HERE, {"act": "take_back", "entry": "x"}).status_code == 302


def test_the_workbook_comes_back_with_what_was_written_into_it(province: Client, cast: Cast) -> None:
    given = load_workbook(BytesIO(province.get(f"{HERE}/workbook").content))
    sheet = given.worksheets[0]
    [line] = [row for row in sheet.iter_rows(min_row=2) if row[0].value == "02746"]
    for cell, value in zip(line[1:5], ("miền núi", "01/07/2025", "", "1/QĐ"), strict=True):
        cell.value = value
    assert sheet.max_row > 2
    filled = BytesIO()
    given.save(filled)

    file = SimpleUploadedFile("xa.xlsx", filled.getvalue())
    page = province.post(HERE, {"above": str(cast.province.pk), "file": file}).content.decode()

    province.post(HERE, {**typed(page), "act": "take"})
    assert [row.trait for row in UnitTrait.objects.all()] == ["mountain"]


def test_a_quality_is_given_and_ended_on_the_page_of_the_commune(province: Client, cast: Cast) -> None:
    place = f"/vi/desk/admin/places/{cast.cocsan.pk}/"
    given = {"act": "trait", "trait": "mountain", "valid_from": "2025-07-01", "source": "1/QĐ"}

    assert province.post(place, given).status_code == 302
    wrong = province.post(place, {**given, "valid_from": "", "valid_to": "2020-01-01"})
    assert wrong.status_code == 422 and 'href="#id_valid_to"' in unescape(wrong.content.decode())
    assert province.post(place, {**given, "valid_from": "", "valid_to": "2030-01-01"}).status_code == 302

    assert UnitTrait.objects.get().valid_to is not None
