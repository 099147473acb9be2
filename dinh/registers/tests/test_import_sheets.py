"""What people do to spreadsheets, and what columns mean: merged cells, two headers, formulas, mappings."""

from __future__ import annotations

import shutil
import tracemalloc
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from dinh.directory.tests.cast import Cast
from dinh.lib.errors import Invalid
from dinh.registers import imports
from dinh.registers.imports import sources
from dinh.registers.models import Record
from dinh.registers.tests.files import MAI, ON, PHUC, TITLES, bring, csv_file, faults, read, xlsx_file

pytestmark = pytest.mark.django_db
WHOLE = (TITLES, PHUC, MAI)


def test_merged_cells_are_told_with_the_cell_that_shows(tmp_path: Path, cast: Cast) -> None:
    path = xlsx_file(tmp_path, WHOLE, then=lambda _book, sheet: sheet.merge_range("F2:F3", "TH Cốc San"))

    row = read(path, cast.cocsan)

    assert faults(row) == [(3, "school", "imports.merged_cell")]
    assert "F2" in str(imports.faults_of(row)[0].message)
    assert row.bad == 1


def test_two_header_rows_are_read_as_one(tmp_path: Path, cast: Cast) -> None:
    rows = [
        ("DANH SÁCH HỌC SINH", "", "", "", "", ""),
        ("Mã học sinh", "Học sinh", "", "", "", "Trường"),
        ("", "Họ và tên", "Số CCCD", "Ngày sinh", "Giới tính", ""),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"),
        PHUC,
    ]

    def merge(_book: Any, sheet: Any) -> None:
        sheet.merge_range("A1:F1", "DANH SÁCH HỌC SINH")
        sheet.merge_range("B2:E2", "Học sinh")

    path = xlsx_file(tmp_path, rows, then=merge)
    wish = imports.Wish(path=path, register="pupils", unit=cast.cocsan)
    notes = imports.preview(wish, imports.open_wish(wish), ON).notes
    bring(path, cast.cocsan)

    assert Record.objects.get().data["school"] == "TH Cốc San"
    assert len(notes) == 2  # two rows read as one header; the numbering left out


def test_a_header_that_stands_twice_is_no_pupil(tmp_path: Path, cast: Cast) -> None:
    bring(csv_file(tmp_path, (TITLES, TITLES, PHUC)), cast.cocsan)

    assert Record.objects.get().number == "HS001"


def test_no_number_as_programs_write_it_is_an_empty_cell(tmp_path: Path, cast: Cast) -> None:
    path = tmp_path / "pupils.parquet"
    duckdb.execute(
        f"copy (select 'HS1' as pupil_code, 'Lan' as full_name, 'nan'::double as grade) to '{path}' (format parquet)"
    )

    bring(path, cast.cocsan)

    row = Record.objects.get()
    assert (row.data, row.as_written) == ({"pupil_code": "HS1", "full_name": "Lan"}, None)


def test_formulas_are_read_by_value_and_one_never_computed_is_told(tmp_path: Path, cast: Cast) -> None:
    def formula(_book: Any, sheet: Any) -> None:
        sheet.write_formula("B2", '=UPPER("lan")', None, "LAN")
        sheet.write_formula("F2", "=NA()", None, "#N/A")

    path = xlsx_file(tmp_path, WHOLE, then=formula)
    row = read(path, cast.cocsan)
    imports.load(row=row, by=None, at=row.at)

    first = Record.objects.get(number="HS001")
    assert first.data["full_name"] == "LAN"
    assert first.as_written == {"school": "#N/A"}

    empty = tmp_path / "never.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(empty, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part, text.replace(b"<v>LAN</v>", b"") if "sheet1" in part.filename else text)
    wish = imports.Wish(path=empty, register="pupils", unit=cast.cocsan)
    assert any("B2" in note for note in imports.preview(wish, imports.open_wish(wish), ON).notes)


def test_a_mapping_to_a_field_that_does_not_exist_is_told_with_what_is_near(tmp_path: Path) -> None:
    from dinh.catalogue import store

    path = tmp_path / "mapping.toml"
    path.write_text('[columns]\n"Tên HS" = "full_nam"\n"Mã" = "pupil_code"\n"Mã 2" = "pupil_code"\n')

    with pytest.raises(Invalid) as refusal:
        imports.read_mapping(path, store.get().registers["pupils"])

    assert [fault.code for fault in refusal.value.faults] == ["imports.unknown_field", "imports.field_twice"]
    assert "full_name" in str(refusal.value.faults[0].message)


def test_a_mapping_says_what_titles_do_not_and_is_remembered(tmp_path: Path, cast: Cast) -> None:
    titles = ("Mã HSSV", "Em nào", "Cột lạ")
    rows = (titles, ("HS1", "Lan", "x"))
    mapping = {"Mã HSSV": "pupil_code", "Em nào": "full_name"}
    bring(csv_file(tmp_path, rows), cast.cocsan, office="school_a", mapping=mapping)

    bring(csv_file(tmp_path, (titles, ("HS2", "Mai", "x")), "next.csv"), cast.cocsan, office="school_a")
    refusal = pytest.raises(
        Invalid, read, csv_file(tmp_path, rows, "other.csv"), cast.cocsan, office="school_b"
    )

    assert set(Record.objects.values_list("number", flat=True)) == {"HS1", "HS2"}
    assert refusal.value.code == "imports.no_header"


def test_a_column_that_fits_a_field_twice_is_left_out_and_told(tmp_path: Path, cast: Cast) -> None:
    path = csv_file(tmp_path, ((*TITLES, "Họ tên"), (*PHUC, "VANG VAN PHUC")))
    wish = imports.Wish(path=path, register="pupils", unit=cast.cocsan)
    shown = imports.preview(wish, imports.open_wish(wish), ON)

    assert shown.rows[0].data["full_name"] == "Vàng Văn Phúc"
    assert any("Họ tên" in note for note in shown.notes)


def packed_anew(path: Path, part: str, content: bytes) -> Path:
    """Return a copy of a workbook in which one part says something else, not compressed."""
    copy = path.with_name(f"anew-{path.name}")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(copy, "w") as after:
        for name in before.namelist():
            after.writestr(name, content if name == part else before.read(name))
    return copy


def test_memory_does_not_grow_with_the_texts_of_a_workbook(tmp_path: Path) -> None:
    path, part = xlsx_file(tmp_path, WHOLE), "xl/sharedStrings.xml"
    own = zipfile.ZipFile(path).read(part)
    unused = b"<si><t>" + b"x" * 20_000 + b"</t></si>"
    large = packed_anew(path, part, own.replace(b"</sst>", unused * 800 + b"</sst>"))
    sources.open_source(path)  # loads openpyxl

    tracemalloc.start()
    rows = [list(cells) for _number, cells in sources.open_source(large).lines()]
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 8 * 1024**2 < large.stat().st_size
    assert rows == [list(row) for row in WHOLE]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(b"<si><t>" + b"x" * 17 * 1024**2 + b"</t></si>", id="a-text-without-end"),
        pytest.param(b"", id="cells-that-name-texts-which-are-not-there"),
    ],
)
def test_texts_that_cannot_be_read_are_told(tmp_path: Path, broken: bytes) -> None:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    part = b"<sst " + space + b">" + broken + b"</sst>"
    path = packed_anew(xlsx_file(tmp_path, WHOLE), "xl/sharedStrings.xml", part)

    with pytest.raises(Invalid, match="imports.unreadable"):
        list(sources.open_source(path).lines())


def test_a_workbook_whose_texts_have_no_room_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1000))

    with pytest.raises(Invalid, match="imports.too_large"):
        sources.open_source(xlsx_file(tmp_path, WHOLE))
