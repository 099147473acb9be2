"""What files may be: titles with marks, spreadsheets; what would be read wrongly is refused with row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from dinh.lib.errors import Invalid
from dinh.verification.columns import declared
from dinh.verification.engine import intake
from dinh.verification.engine.intake import Source
from dinh.verification.engine.run import Job, verify
from dinh.verification.engine.tables import Connection, connect
from dinh.verification.engine.tests.conftest import read
from dinh.verification.engine.tests.town import build

TITLES = [
    "STT",
    "Số định danh cá nhân (CCCD)",
    "Họ và tên",
    "Ngày, tháng, năm sinh",
    "Giới tính",
    "Địa chỉ thường trú",
]
ROW = [1, "038090000001", "Nguyễn Văn Hùng", date(1990, 3, 12), "Nam", "Thôn 3, xã Tân Hòa"]
Open = Callable[..., tuple[Source, list[tuple[Any, ...]]]]


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Connection]:
    work = tmp_path / "work"
    work.mkdir()
    con = connect(work, 1, 1 << 30)
    yield con
    con.close()


@pytest.fixture
def opened(con: Connection, tmp_path: Path) -> Open:
    """Write rows to a workbook, open it, and return it with what it says of each part."""

    def run(rows: list[list[Any]], merge: str = "") -> tuple[Source, list[tuple[Any, ...]]]:
        path = tmp_path / "register.xlsx"
        book = Workbook()
        sheet = book.active
        for row in rows:
            sheet.append(row)
        if merge:
            sheet.merge_cells(merge)
        book.save(path)
        source = intake.open_source(con, tmp_path / "work", path, intake.REGISTER, {}, ("name",))
        parts = ", ".join(source.text(part) for part in source.columns)
        return source, con.execute(f"SELECT {parts} FROM {source.table} ORDER BY file_row_number").fetchall()

    return run


def test_titles_are_known_with_their_marks(opened: Open) -> None:
    source, rows = opened(
        [["DANH SÁCH HỌC SINH"], [], TITLES, ROW, [2.0, 38090000002.0, "Lê Thị Lan", "1991", "Nữ", None]]
    )

    assert list(source.columns) == ["rid", "number", "name", "birth", "sex", "place"]
    assert rows == [
        ("1", "038090000001", "Nguyễn Văn Hùng", "1990-03-12", "Nam", "Thôn 3, xã Tân Hòa"),
        ("2", "38090000002", "Lê Thị Lan", "1991", "Nữ", None),
    ]


@pytest.mark.parametrize(
    ("rows", "merge", "said"),
    [
        ([["Số", "Tên"], ROW], "", "No row of the first 40"),
        (
            [TITLES, ["", "Số CCCD", "Họ tên", "", "", ""], ROW],
            "",
            "Rows 1 and 2 are both headers (row 2, column 2",
        ),
        ([TITLES, ROW, ROW], "C2:C3", "Row 3, column C: the cell is merged with C2"),
        ([TITLES, ROW, [2, "=B2"]], "", "Cell B3: a formula"),
        ([TITLES, ROW, [*ROW, *range(394)]], "", "Row 3 has 400 columns, and the header in row 1 has 6"),
        ([[*TITLES, "Họ, và tên"], ROW], "", "Row 1: the same title stands twice"),
        ([[]], "", "empty"),
    ],
    ids=["no-header", "two-headers", "merged", "formula", "400-columns", "twice", "empty"],
)
def test_a_workbook_that_would_be_read_wrongly(
    rows: list[list[Any]], merge: str, said: str, opened: Open
) -> None:
    with pytest.raises(Invalid) as caught:
        opened(rows, merge)

    assert said in str(caught.value.faults[0].message)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("two.csv", "id,ten\nrid,full_name,dob\n1,A B,1990\n", "Rows 1 and 2 are both headers"),
        ("broken.xlsx", "PK\x03\x04 and no more", "damaged"),
        ("old.xls", "\u00d0\u00cf\u0011\u00e0 and no more", ".xls"),
    ],
)
def test_a_file_that_is_no_table(name: str, content: str, said: str, con: Connection, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="latin-1")

    with pytest.raises(Invalid) as caught:
        intake.open_source(con, tmp_path / "work", path, intake.REGISTER, {}, ("name",))

    assert said in str(caught.value.faults[0].message)


def test_files_of_one_name_are_not_taken_for_each_other(tmp_path: Path, job: Callable[..., Job]) -> None:
    build(people=50, rows=20).write(tmp_path)
    for name in ("register", "population"):
        (tmp_path / name).mkdir()
        (tmp_path / f"{name}.csv").rename(tmp_path / name / "data.csv")

    told = verify(job(file=tmp_path / "register/data.csv", against=tmp_path / "population/data.csv"))

    assert (told["rows"], told["people"]) == (20, 50)


def test_codes_of_an_exported_register_are_as_asked(tmp_path: Path, job: Callable[..., Job]) -> None:
    from dinh.catalogue import store

    pupils = store.get().registers["pupils"]
    names, required, coded = declared(pupils)
    town = build(people=300, rows=60)
    for row, sex, commune in zip(
        town.rows, ("1", "2", "Female", "Masculin", "9", "Nam"), ("", "Xã Phú Sơn", "Yên Lâm"), strict=False
    ):
        row |= {"gender": sex, "commune_code": commune or row["commune_code"]}
    truth = [(town.people[at]["gender"], town.people[at]["commune_code"]) for at in range(3)]
    town.write(tmp_path)
    text = (tmp_path / "register.csv").read_text(encoding="utf-8")
    titles = "rid,number,,full_name,birth,sex,birth_place,residence,commune".replace(",,", ",old_number,")
    (tmp_path / "register.csv").write_text(f"{titles}\n{text.split(chr(10), 1)[1]}", encoding="utf-8")

    verify(job(register="pupils", names=names, required=required, coded=coded))
    found = list(read(tmp_path / "out.parquet").values())

    assert "sex" in coded and not any("sex_form" in row["reasons"] for row in found)
    assert [("sex_differs" in row["reasons"]) for row in found[:3]] == [
        said != sex for said, (sex, _) in zip(("Nam", "Nữ", "Nữ"), truth, strict=True)
    ]
    assert [row["proposed"]["sex"] for row in found[:3] if "sex_differs" in row["reasons"]] == [
        {"Nam": "1", "Nữ": "2"}[sex]
        for said, (sex, _) in zip(("Nam", "Nữ", "Nữ"), truth, strict=True)
        if said != sex
    ]
    assert [("moved" in row["reasons"]) for row in found[1:3]] == [
        truth[1][1] != "0380002", truth[2][1] != "0380003",
    ]  # fmt: skip
    assert not any({"moved", "old_unit"} & set(row["reasons"]) for row in found[3:])
