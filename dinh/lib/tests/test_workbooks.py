"""Workbooks: what is written is read back as what it is, and nothing in them runs."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from dinh.lib import workbooks
from dinh.lib.workbooks import Cell, Chart, Link, Number, Row, Sheet, SheetFull, widths, workbook


def read(*sheets: Sheet, language: str = "vi") -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook(sheets, language=language)))


def test_cells_are_read_back_as_what_they_are() -> None:
    row: list[Cell] = [
        "=1+1", 202611, 1.5, Decimal("2.25"), True, date(2026, 11, 23), datetime(2026, 11, 23, 9, 30, tzinfo=UTC), None,
        Number(1234.5, 1), Link("mở", "https://example.org/?a=1"), Link("không", ""), "https://example.org", "00123", "",
    ]  # fmt: skip
    sheet = read(Sheet("A", [row], ["h"] * len(row)))["A"]

    found = [cell.value for cell in sheet[2]]
    assert found == [
        "=1+1", 202611, 1.5, 2.25, True, datetime(2026, 11, 23), datetime(2026, 11, 23, 9, 30), None, 1234.5, "mở", "không",
        "https://example.org", "00123", None,
    ]  # fmt: skip
    assert sheet["A2"].data_type == "s"  # a text, which nothing works out
    assert [cell.hyperlink is not None for cell in sheet[2]].count(True) == 1
    assert sheet["F2"].number_format == "dd/mm/yyyy"


@pytest.mark.parametrize(
    ("language", "form"), [("vi", "[$-42A]#,##0.0"), ("fr", "[$-40C]#,##0.0"), ("en", "#,##0.0")]
)
def test_numbers_have_the_marks_of_the_language(language: str, form: str) -> None:
    sheet = read(Sheet("A", [[Number(1, 1), 7]], ["a", "b"]), language=language)["A"]
    assert (sheet["A2"].number_format, sheet["B2"].number_format) == (
        form,
        "General",
    )  # a code has no thousands


def test_the_head_stays_in_view_under_what_stands_above_it() -> None:
    found = read(
        Sheet("B", [Row(["x", 1], strong=True)], ["a", "b"], above=("Tên bảng",), widths=(30, 12), beside=1, ruled=True, finds=True),
        Sheet("C", [["nhãn", "lời"]], widths=(10, 40)),
    )  # fmt: skip
    first, notes = found["B"], found["C"]
    assert (first.freeze_panes, first["A1"].value, first["A2"].value, first["A3"].font.b) == ("B3", "Tên bảng", "a", True)  # fmt: skip
    assert (first.auto_filter.ref, first.print_title_rows) == ("A2:B3", "$2:$2")
    assert (first.column_dimensions["A"].width > 25, notes["A1"].font.b, notes["B1"].font.b) == (
        True,
        True,
        False,
    )


def test_no_two_sheets_have_one_name_and_none_a_sign_that_is_refused() -> None:
    long = "Kết quả giải quyết thủ tục hành chính: quý IV/2026"
    names = read(*(Sheet(title, []) for title in (long, long, "[a]*?", "", "A", "a"))).sheetnames
    assert len({name.lower() for name in names}) == 6
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_a_chart_is_drawn_of_the_rows_beside_it() -> None:
    rows: list[list[Cell]] = [["11/2026", Number(3)], ["12/2026", None]]
    sheet = read(Sheet("Biểu đồ", rows, ("Tháng", "Số"), charts=(Chart("Số", 0, 1, 2),)))["Biểu đồ"]
    assert sheet["B2"].value == 3


def test_a_sheet_that_is_full_says_so(monkeypatch: Any) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    workbook([Sheet("A", [["x"], ["y"]], ["h"])])
    with pytest.raises(SheetFull):
        workbook([Sheet("A", [["x"], ["y"], ["z"]], ["h"])])


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    assert widths(["a", "tên dài hơn"], [["x" * 100, 1]]) == [60, 13]
