"""Every kind of file is read, and every bad one is told clearly, with row and column, and loads nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dinh.directory.tests.cast import Cast
from dinh.lib.errors import Invalid
from dinh.registers import imports
from dinh.registers.imports.sources import open_source
from dinh.registers.imports.sources.encodings import TCVN3_FROM, TCVN3_TO
from dinh.registers.models import Import, Record
from dinh.registers.tests.files import (
    MAI,
    ON,
    PHUC,
    TITLES,
    bring,
    csv_file,
    faults,
    geojson_file,
    parquet_file,
    read,
    square,
    xlsx_file,
)

pytestmark = pytest.mark.django_db
WHOLE = (TITLES, PHUC, MAI)


def refused(path: Path, cast: Cast, **wish: Any) -> Invalid:
    """Return the refusal of a file; nothing of it is left."""
    with pytest.raises(Invalid) as found:
        read(path, cast.cocsan, **wish)
    assert not Record.objects.exists()
    assert not Import.objects.filter(state=Import.State.LOADED).exists()
    return found.value


def said(refusal: Invalid) -> str:
    return " ".join(str(fault.message) for fault in refusal.faults)


def make(folder: Path, form: str) -> Path:
    if form == "csv":
        return csv_file(folder, WHOLE)
    if form == "xlsx":
        return xlsx_file(folder, WHOLE)
    return parquet_file(folder, TITLES, (PHUC, MAI))


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_file_of_each_format_gives_the_same_rows(tmp_path: Path, cast: Cast, form: str) -> None:
    bring(make(tmp_path, form), cast.cocsan)

    rows = list(Record.objects.order_by("sequence"))
    assert [(row.number, row.person_name, row.name_key) for row in rows] == [
        ("HS001", "Vàng Văn Phúc", "vang van phuc"),
        ("HS002", "Lý Thị Mai", "ly thi mai"),
    ]
    assert rows[0].data == {
        "pupil_code": "HS001", "full_name": "Vàng Văn Phúc", "number": "010212000123", "birth": "2012-03-12",
        "sex": "1", "school": "TH Cốc San",
    }  # fmt: skip


def test_a_geojson_gives_rows_with_outlines(tmp_path: Path, cast: Cast) -> None:
    outline = square(103.9, 22.4)
    properties = {"ma_thua_dat": "T1", "xa": "Cốc San", "Số tờ": 12, "dien_tich": 125.4}

    bring(geojson_file(tmp_path, [(properties, outline)]), cast.cocsan, "land_parcels")

    row = Record.objects.get()
    assert row.data["geometry"] == outline
    assert (row.data["area_m2"], row.data["map_sheet"], row.number) == ("125.4", "12", "T1")


def bytes_of(text: str, encoding: str) -> bytes:
    if encoding == "tcvn3":
        return text.translate(str.maketrans(TCVN3_TO, TCVN3_FROM)).encode("cp1252")
    if encoding == "cp1258":
        import unicodedata

        out = b""
        for letter in text:
            marks = unicodedata.normalize("NFD", letter)
            tone = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
            base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tone))
            try:
                out += letter.encode("cp1258")
            except UnicodeEncodeError:
                out += (base + "".join(tone)).encode("cp1258")
        return out
    return text.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258", "tcvn3"])
def test_letters_of_every_usual_encoding_are_found_out(tmp_path: Path, cast: Cast, encoding: str) -> None:
    text = "\r\n".join(";".join(row) for row in WHOLE)
    path = tmp_path / "old.csv"
    path.write_bytes(bytes_of(text, encoding))

    bring(path, cast.cocsan)

    assert [row.data["full_name"] for row in Record.objects.order_by("sequence")] == [
        "Vàng Văn Phúc",
        "Lý Thị Mai",
    ]


def test_the_preview_names_an_encoding_that_was_found_out(tmp_path: Path, cast: Cast) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(bytes_of("\n".join(",".join(row) for row in WHOLE), "tcvn3"))
    wish = imports.Wish(path=path, register="pupils", unit=cast.cocsan)

    shown = imports.preview(wish, imports.open_wish(wish), ON)

    assert shown.details["encoding"] == "tcvn3"
    assert any("tcvn3" in note for note in shown.notes)


def test_letters_that_nothing_reads_are_refused_with_row_and_column(tmp_path: Path, cast: Cast) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes("Mã,Họ tên\nHS1,Lan\nHS2,".encode() + b"\xff\xfe\xfd\n")

    refusal = refused(path, cast)

    assert refusal.code == "imports.unknown_letters"
    assert refusal.params["row"] == 3
    assert refusal.params["column"] == 2


def test_letters_that_change_in_the_middle_are_refused_with_row_and_column(
    tmp_path: Path, cast: Cast
) -> None:
    good = "\n".join(",".join(row) for row in (TITLES, *[PHUC] * 9_000)).encode()
    path = tmp_path / "joined.csv"
    path.write_bytes(good + b"\nHS9," + bytes_of("Nguyễn Văn Hải", "tcvn3") + b",,,,\n")

    refusal = refused(path, cast)

    assert refusal.code == "imports.letters_break"
    assert (refusal.params["row"], refusal.params["column"]) == (9_002, 2)


def test_a_missing_column_is_named_with_what_the_file_has(tmp_path: Path, cast: Cast) -> None:
    refusal = refused(csv_file(tmp_path, [row[1:] for row in WHOLE]), cast)

    assert refusal.code == "imports.column_missing"
    assert "Mã học sinh" in said(refusal)
    assert "Ngày sinh" in said(refusal)


def test_a_file_without_a_header_is_told_what_a_header_is(tmp_path: Path, cast: Cast) -> None:
    refusal = refused(csv_file(tmp_path, [PHUC, MAI]), cast)

    assert refusal.code == "imports.no_header"
    assert "HS001" in said(refusal)
    assert "Mã học sinh" in said(refusal)


def test_dates_of_mixed_forms_are_read_day_first_and_the_odd_ones_told(tmp_path: Path, cast: Cast) -> None:
    forms = ["12/03/2012", "2012-03-12", "12.3.2012", "2012", "12/25/2012", "31/02/2012", "12/3/12"]
    rows = [(f"HS{at}", "Lan", "", form, "", "") for at, form in enumerate(forms)]
    row = read(csv_file(tmp_path, (TITLES, *rows)), cast.cocsan)

    assert faults(row) == [
        (6, "birth", "imports.month_first"),
        (7, "birth", "imports.no_such_day"),
        (8, "birth", "imports.short_year"),
    ]
    assert (row.rows, row.bad, row.doubtful) == (7, 0, 3)


def test_what_cannot_be_read_is_kept_as_it_was_written(tmp_path: Path, cast: Cast) -> None:
    # NUL, which no database takes, is left out.
    rows = (TITLES, ("HS1", "La\x00n", "10212000123", "31/02/2012\x00", "Nữ", ""))
    bring(csv_file(tmp_path, rows), cast.cocsan)

    row = Record.objects.get()
    assert row.as_written == {"number": "10212000123", "birth": "31/02/2012"}
    assert row.data == {"pupil_code": "HS1", "full_name": "Lan", "sex": "2"}


def test_a_row_without_what_is_required_is_bad_and_the_others_can_be_loaded(
    tmp_path: Path, cast: Cast
) -> None:
    path = csv_file(tmp_path, (TITLES, PHUC, ("", "Lan", "", "", "", ""), ("HS3", "", "", "", "", "")))
    row = read(path, cast.cocsan)

    with pytest.raises(Invalid) as refusal:
        imports.load(row=row, by=None, at=row.at)
    assert not Record.objects.exists()
    imports.load(row=row, load_good=True, by=None, at=row.at)

    assert refusal.value.code == "imports.has_faults"
    assert [fault.path for fault in refusal.value.faults] == [
        "row 3, column Mã học sinh",
        "row 4, column Họ và tên",
    ]
    assert Record.objects.count() == 1


def test_a_row_of_four_hundred_cells_is_bad_and_the_others_are_not(tmp_path: Path, cast: Cast) -> None:
    row = read(csv_file(tmp_path, (TITLES, PHUC, ("HS9", *["x"] * 399), MAI)), cast.cocsan)

    assert faults(row) == [(3, "", "imports.too_many_cells")]
    assert (row.rows, row.bad) == (3, 1)
    assert "400" in str(imports.faults_of(row)[0].message)


def test_a_file_of_three_thousand_columns_is_refused(tmp_path: Path, cast: Cast) -> None:
    assert refused(csv_file(tmp_path, [["x"] * 3_000]), cast).code == "imports.too_many_columns"


def test_a_quotation_mark_that_is_never_closed_is_told(tmp_path: Path, cast: Cast) -> None:
    path = tmp_path / "open.csv"
    path.write_text(",".join(TITLES) + '\nHS1,"Lan' + ",x\n" * 600_000)

    assert refused(path, cast).code == "imports.cell_too_long"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\r\n"])
def test_an_empty_file_is_refused(tmp_path: Path, cast: Cast, content: bytes) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(content)

    assert refused(path, cast).code == "imports.empty"


def test_a_file_with_a_header_alone_is_refused(tmp_path: Path, cast: Cast) -> None:
    assert refused(csv_file(tmp_path, [TITLES]), cast).code == "imports.no_rows"
    assert not Import.objects.exists()


@pytest.mark.parametrize("form", ["xlsx", "parquet", "geojson"])
def test_a_file_cut_in_half_is_refused(tmp_path: Path, cast: Cast, form: str) -> None:
    rows = [(f"HS{at}", "Lan", "", "", "", "") for at in range(2_000)]
    if form == "xlsx":
        path = xlsx_file(tmp_path, (TITLES, *rows))
    elif form == "parquet":
        path = parquet_file(tmp_path, TITLES, rows)
    else:
        features = [({"parcel_id": str(at), "commune": "x"}, square(103.9, 22.4)) for at in range(9_000)]
        path = geojson_file(tmp_path, features)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    register = "land_parcels" if form == "geojson" else "pupils"

    assert refused(path, cast, register=register).code in {"imports.cut_off", "imports.unreadable"}


def test_old_excel_and_projected_maps_are_told_what_to_do(tmp_path: Path, cast: Cast) -> None:
    xls = tmp_path / "old.xls"
    xls.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    assert refused(xls, cast).code == "imports.old_excel"

    vn2000 = tmp_path / "vn2000.geojson"
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9209"}}
    vn2000.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": []}))
    refusal = refused(vn2000, cast, register="land_parcels")
    assert refusal.code == "imports.projected"
    assert "9209" in said(refusal)


def test_outlines_in_metres_are_kept_out_of_the_outline_and_told(tmp_path: Path, cast: Cast) -> None:
    properties = {"parcel_id": "T1", "commune": "Cốc San"}
    row = read(
        geojson_file(tmp_path, [(properties, square(412_000, 2_481_000, 30))]), cast.cocsan, "land_parcels"
    )

    assert faults(row) == [(1, "geometry", "registers.in_metres")]


@pytest.mark.parametrize(
    "inside",
    [b'{"a":' * 50_000, b'{"properties": {"a": "' + b"x" * 300_000 + b'\xff"}}'],
    ids=["nested-without-end", "letters-that-break-late"],
)
def test_a_geojson_that_no_reader_follows_is_refused(tmp_path: Path, inside: bytes) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(b'{"type": "FeatureCollection", "features": [' + inside + b"]}")

    with pytest.raises(Invalid, match="not_features"):
        list(open_source(path).lines())
