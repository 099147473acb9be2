"""A dry run lists every bad row with its row, column, code and sentence, and loads nothing."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from dinh.directory.tests.cast import Cast
from dinh.journal.models import Entry
from dinh.population.imports import ImportPlan, check
from dinh.population.models import Household, Person
from dinh.population.tests.givens import a_household, a_person, phuc_at_home

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
HEADER = [
    "Số ĐDCN/CCCD",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Dân tộc",
    "Mã hộ",
    "Quan hệ với chủ hộ",
    "Thôn",
    "Địa chỉ",
]
PHUC = ["010068001234", "Vàng Văn Phúc", "20/05/1968", "Nam", "Giáy", "CS-1", "Chủ hộ", "Ún Tà", "nhà 12"]
MAY = ["010170000001", "Lý Thị Mẩy", "1970", "Nữ", "25", "CS-1", "Vợ", "", ""]


def as_csv(*rows: Sequence[Any], delimiter: str = ",", charset: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(charset)


def as_xlsx(*rows: Sequence[Any]) -> bytes:
    book = openpyxl.Workbook()
    book.create_sheet("Trống", 0)
    for row in rows:
        book.worksheets[1].append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def checked(cast: Cast, *rows: Sequence[Any], header: Sequence[Any] = HEADER) -> ImportPlan:
    return check(as_csv(header, *rows), "dân cư.csv", cast.cocsan, on=TODAY)


def told(plan: ImportPlan) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in plan.faults]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(as_csv(HEADER, PHUC, MAY), id="comma"),
        pytest.param(as_csv(HEADER, PHUC, MAY, delimiter=";", charset="utf-8-sig"), id="semicolon-and-bom"),
        pytest.param(as_csv(HEADER, PHUC, MAY, delimiter="\t", charset="utf-16"), id="tab-utf16"),
        pytest.param(
            as_csv(["DANH SÁCH NHÂN KHẨU"], [], HEADER, PHUC, [], MAY), id="title-above-and-empty-lines"
        ),
        pytest.param(as_xlsx(HEADER, PHUC, MAY), id="xlsx-second-sheet"),
    ],
)
def test_a_good_file_is_read_in_every_form(cast: Cast, data: bytes) -> None:
    plan = check(data, "x", cast.cocsan, on=TODAY)

    assert told(plan) == []
    assert [row.person["full_name"] for row in plan.rows] == ["Vàng Văn Phúc", "Lý Thị Mẩy"]
    phuc, may = plan.rows
    assert (phuc.person["birth"], phuc.person["sex"], phuc.person["ethnicity"], phuc.relation) == (
        "1968-05-20",
        "1",
        "25",
        "00",
    )
    assert (phuc.village, phuc.household, phuc.address) == (str(cast.un_ta.pk), "CS-1", "nhà 12")
    assert (may.person["birth"], may.person["birth_year"], may.relation) == ("1970", 1970, "01")
    assert (Person.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        (datetime(1968, 5, 20), "1968-05-20"),
        (date(1968, 5, 20), "1968-05-20"),
        (24978, "1968-05-20"),
        (1968, "1968"),
        (20051968, "1968-05-20"),
        (5051968, "1968-05-05"),
        ("20-5-1968", "1968-05-20"),
        ("05/1968", "1968-05"),
        ("1968-05-20", "1968-05-20"),
        ("1968.0", "1968"),
    ],
)
def test_dates_of_spreadsheets(cast: Cast, cell: Any, iso: str) -> None:
    plan = check(as_xlsx(["Họ tên", "Năm sinh"], ["Vàng Văn Phúc", cell]), "x.xlsx", cast.cocsan, on=TODAY)

    assert [row.person["birth"] for row in plan.rows] == [iso]


def test_zeros_that_a_number_cell_lost_come_back_but_not_those_of_a_text(cast: Cast) -> None:
    header = ["Họ tên", "Ngày sinh", "CCCD", "CMND", "Điện thoại"]
    rows: list[list[Any]] = [
        ["Một", "1968", 10068001234, 60123456, 912345678],
        ["Hai", "1968", 1068001234, None, None],
        ["Ba", "1968", "10068001235", None, None],
    ]

    plan = check(as_xlsx(header, *rows), "x.xlsx", cast.cocsan, on=TODAY)

    assert [row.person["number"] for row in plan.rows] == ["010068001234", "001068001234"]
    assert plan.rows[0].person["old_number"] == "060123456"
    assert plan.rows[0].channels == [("phone", "0912345678")]
    assert told(plan) == [(4, "CCCD", "citizen_number.zero_lost")]


def test_an_old_number_in_the_column_of_numbers_goes_to_its_place(cast: Cast) -> None:
    plan = checked(cast, ["060 123 456", "Vàng Văn Phúc", "1968", "", "", "", "", "", ""])

    assert (plan.rows[0].person["number"], plan.rows[0].person["old_number"]) == (None, "060123456")


def test_every_fault_of_every_bad_row_is_told(cast: Cast) -> None:
    plan = checked(
        cast,
        ["0100680012", "Vàng 4", "30/02/1968", "Nammm", "Sao Hoả", "CS-1", "hàng xóm", "Bản Lạ", "x" * 201],
        PHUC,
        ["", "", "", "", "", "", "", "", ""],
        ["", "", "12/03/20255", "", "", "", "", "", ""],
        ["010068001234", "Lý Thị Mẩy", "24/11/2026", "Nữ", "", "CS-" + "1" * 22, "", "", ""],
    )

    assert told(plan) == [
        (2, "Giới tính", "imports.sex"),
        (2, "Ngày sinh", "dates.no_such_day"),
        (2, "Dân tộc", "population.not_in_list"),
        (2, "Quan hệ với chủ hộ", "population.not_in_list"),
        (2, "Thôn", "imports.village"),
        (2, "Địa chỉ", "population.too_long"),
        (2, "Họ và tên", "population.name_odd"),
        (2, "Số ĐDCN/CCCD", "citizen_number.wrong_length"),
        (5, "Ngày sinh", "dates.year_out_of_range"),
        (5, "Họ và tên", "population.name_missing"),
        (6, "Mã hộ", "population.too_long"),
        (6, "Ngày sinh", "population.in_future"),
        (6, "Số ĐDCN/CCCD", "imports.number_twice"),
        (6, "Quan hệ với chủ hộ", "imports.no_head"),
        (6, "Địa chỉ", "imports.address_missing"),
    ]
    assert [row.line for row in plan.rows] == [3]
    assert (plan.total, plan.bad_rows) == (4, (2, 5, 6))
    assert all(str(fault.message) for fault in plan.faults)
    assert "010068001234" not in str([fault.as_json() for fault in plan.faults])


def test_a_number_or_person_known_already_is_a_fault_and_never_merged(cast: Cast) -> None:
    a_person("Vàng A Páo", number="010068001234", birth="1968-05-20")
    a_person("Lý Thị Mẩy", birth="1970", unit=cast.cocsan)
    a_person("Vàng Thị Lan", birth="2010", unit=cast.next_commune)
    a_person("Vàng Thị Hoa", birth="2010", unit=cast.cocsan, number="010310000009")

    plan = checked(
        cast, PHUC, MAY,
        ["", "Thị Lan Vàng", "2010", "", "", "", "", "", ""],
        ["010310000008", "Vàng Thị Hoa", "2010", "", "", "", "", "", ""],
    )  # fmt: skip

    assert told(plan)[:2] == [
        (2, "Số ĐDCN/CCCD", "population.number_taken"),
        (3, "Họ và tên", "imports.perhaps_known"),
    ]
    assert [row.line for row in plan.rows] == [4, 5]  # another commune; both numbers known and different


def test_the_same_person_twice_in_a_file_is_told_with_the_other_row(cast: Cast) -> None:
    plan = checked(
        cast,
        ["", "Vàng Thị Lan", "2010-01-02", "", "", "", "", "", ""],
        ["010310000008", "Thị Lan Vàng", "02/01/2010", "", "", "", "", "", ""],
        ["010310000009", "Vàng Thị Lan", "2010-01-02", "", "", "", "", "", ""],
    )

    assert told(plan) == [(3, "Họ và tên", "imports.person_twice"), (4, "Họ và tên", "imports.person_twice")]
    assert "2" in str(plan.faults[0].message)


def test_a_household_has_one_head(cast: Cast) -> None:
    def row(name: str, code: str, relation: str) -> list[str]:
        return ["", name, "1970", "", "", code, relation, "Ún Tà", ""]

    plan = checked(
        cast,
        row("Một", "A", "Chủ hộ"),
        row("Hai", "A", "chủ hộ"),
        row("Ba", "B", "con trai"),
        row("Bốn", "B", "vợ"),
    )

    assert told(plan) == [
        (3, "Quan hệ với chủ hộ", "imports.two_heads"),
        (4, "Quan hệ với chủ hộ", "imports.no_head"),
        (5, "Mã hộ", "imports.head_not_good"),
    ]


def test_a_household_waits_for_its_head(cast: Cast) -> None:
    plan = checked(cast, ["1", *PHUC[1:]], MAY)

    assert told(plan) == [
        (2, "Số ĐDCN/CCCD", "citizen_number.wrong_length"),
        (3, "Mã hộ", "imports.head_not_good"),
    ]


def test_rows_may_join_a_household_that_is_known_here_but_not_one_elsewhere(cast: Cast) -> None:
    here = phuc_at_home(cast).household
    there = a_household(cast, unit=cast.next_commune, village=None, code="MH-1")
    assert here is not None

    plan = checked(
        cast,
        ["", "Con Một", "2000", "", "", here.code, "con", "", ""],
        ["", "Con Hai", "2001", "", "", here.code, "chủ hộ", "", ""],
        ["", "Con Ba", "2002", "", "", there.code, "con", "", ""],
    )

    assert told(plan) == [
        (3, "Quan hệ với chủ hộ", "imports.two_heads"),
        (4, "Mã hộ", "imports.household_elsewhere"),
    ]
    assert Household.objects.count() == 2


def test_parents_are_looked_up_in_the_file_and_in_the_population(cast: Cast) -> None:
    a_person("Lý Thị Mẩy", number="010170000001")
    header = ["Họ tên", "Ngày sinh", "CCCD", "Số định danh cha", "Số định danh mẹ"]

    plan = checked(
        cast,
        ["Vàng Văn Phúc", "1968", "010068001234", "", ""],
        ["Vàng Thị Lan", "2010", "", "010068001234", "010170000001"],
        ["Vàng Thị Hoa", "2012", "", "010068009999", ""],
        header=header,
    )

    assert told(plan) == [(4, "Số định danh cha", "imports.parent_unknown")]


def test_headers_nobody_knows_are_named(cast: Cast) -> None:
    plan = checked(cast, ["Vàng Văn Phúc", "1968", "x"], header=["Full name", "Date of birth", "Ghi chú"])

    assert plan.ignored_columns == ("Ghi chú",)
    assert len(plan.rows) == 1
