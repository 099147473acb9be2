"""Taking a list away: the same question, a right of its own, and cells that do nothing."""

from __future__ import annotations

import io

import openpyxl
import pytest

from dinh.directory.tests.cast import Cast
from dinh.journal.models import Access
from dinh.web.components.spreadsheets import harmless
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier

CSV = "/vi/desk/export.csv?view=all"
XLSX = "/vi/desk/export.xlsx?view=all"


def test_the_csv_opens_in_a_spreadsheet_with_its_letters(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    answer = at_desk(cast.examiner).get(CSV)

    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(dossier.number)
    assert "Vàng Văn Phúc" in lines[1]


def test_the_xlsx_holds_text_and_no_formula(cast: Cast, at_desk: Seat) -> None:
    make_dossier(cast, answers={"applicant.full_name": "Vàng Văn Phúc"})

    answer = at_desk(cast.examiner).get(XLSX)

    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}


def test_an_export_leaves_a_row_of_its_kind(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    at_desk(cast.examiner).get(CSV)

    row = Access.objects.get(kind="export")
    assert (row.actor, row.shown) == (cast.examiner.pk, [dossier.pk.hex])


def test_reception_may_look_and_not_take_away(cast: Cast, at_desk: Seat) -> None:
    make_dossier(cast)

    assert at_desk(cast.reception).get(CSV).status_code == 403
    assert not Access.objects.filter(kind="export").exists()


def test_another_kind_of_file_is_not_there(cast: Cast, at_desk: Seat) -> None:
    assert at_desk(cast.examiner).get("/vi/desk/export.exe").status_code == 404


@pytest.mark.parametrize("text", ["=1+1", "+84912", "-5", "@SUM(A1)", "\t=1"])
def test_a_cell_that_would_run_is_made_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_a_plain_cell_stays_as_it_is() -> None:
    assert harmless("Vàng Văn Phúc") == "Vàng Văn Phúc"
