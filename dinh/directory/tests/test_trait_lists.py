"""A list of traits is read from a file, looked at line by line, taken in one act and taken back."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from dinh.directory import actions, trait_lists, traits
from dinh.directory.models import UnitTrait
from dinh.directory.tests.cast import MONDAY_MORNING as AT
from dinh.directory.tests.cast import Cast
from dinh.directory.trait_files import read
from dinh.journal.models import Entry
from dinh.lib.dates import local_date
from dinh.lib.errors import Invalid, NotPermitted, Refused

COCSAN, NEXT = "02746", "02728"
ON = local_date(AT)
BEGUN = date(2025, 7, 1)


def row(
    code: str = COCSAN, trait: str = "mountain", begins: str = "2025-07-01", ends: str = ""
) -> dict[str, str]:
    return {"code": code, "trait": trait, "valid_from": begins, "valid_to": ends, "source": "1/QĐ"}


def taken(cast: Cast, *rows: dict[str, str], **more: Any) -> Entry:
    given = {"above": cast.province, "name": "xa-mien-nui.csv", "by": None, "at": AT, **more}
    return trait_lists.take(rows=list(rows), **given)


def workbook(*lines: tuple[object, ...]) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "code,trait,valid_from,valid_to,source\n02746,miền núi,01/07/2025,,1/QĐ\n".encode()),
        ("a.csv", "\ufeffMã;Đặc điểm;Từ ngày;Đến ngày;Căn cứ\n02746;Miền núi;01/07/2025;;1/QĐ\n".encode()),
        ("a.xlsx", workbook(("code", "trait", "valid_from", "source"), (2746, "mountain", BEGUN, "1/QĐ"))),
        (
            "a.toml",
            b'source = "1/Q\xc4\x90"\nvalid_from = 2025-07-01\ntraits = [{ code = "02746", trait = "mountain" }]',
        ),
    ],
)
def test_csv_a_workbook_and_toml_say_the_same(cast: Cast, name: str, content: bytes) -> None:
    (line,) = trait_lists.look_at(read(name, content), above=cast.province, on=ON)

    assert (line.unit, line.trait, line.valid_from, line.does) == (cast.cocsan.pk, "mountain", BEGUN, "new")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"no workbook"),
        ("a.csv", b"\xff\xfe"),
        ("a.csv", b"name,place\nx,y\n"),
        ("a.toml", b"traits = "),
        ("a.toml", b'traits = ["a"]'),
        ("a.toml", b"traits = 1"),
        ("a.csv", b"code,trait\n02746,\n"),
    ],
)
def test_a_file_that_is_none_is_told(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read(name, content)

    assert refused.value.faults[0].code == "unreadable"


def test_a_code_that_is_no_whole_number_is_a_wrong_code(cast: Cast) -> None:
    rows = read("a.toml", b'traits = [{ code = 1.5e400, trait = "mountain", valid_from = 2025-07-01 }]')

    assert [line.unit for line in trait_lists.look_at(rows, above=cast.province, on=ON)] == [None]


def test_a_list_is_taken_in_one_act_and_figures_compare_by_it(cast: Cast) -> None:
    entry = taken(cast, row(), row(NEXT, "border"))

    assert traits.kinds_of([cast.cocsan.pk, cast.next_commune.pk], ON) == {
        cast.cocsan.pk: "mountain", cast.next_commune.pk: "border"
    }  # fmt: skip
    assert Entry.objects.filter(cause=entry.pk, kind="directory.trait_set").count() == 2
    assert entry.body == {"name": "xa-mien-nui.csv", "lines": 2}
    with pytest.raises(Refused) as known:
        taken(cast, row())
    assert known.value.code == "directory.traits_known"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([row("09999")], "unknown"),
        ([row("15")], "unknown"),
        ([row(trait="hilly")], "unknown"),
        ([row(begins="hôm qua")], "date"),
        ([row(begins="")], "required"),
        ([row(ends="2025-06-30")], "before_it_begins"),
        ([{**row(), "source": ""}], "required"),
        ([row(), row(begins="2026-01-01")], "twice"),
        ([row(NEXT, "border", "2024-01-01")], "overlaps"),
    ],
)
def test_one_wrong_line_and_nothing_is_taken(cast: Cast, rows: list[dict[str, str]], code: str) -> None:
    actions.set_trait(unit=cast.next_commune, trait="border", valid_from=BEGUN, by=None, at=AT)

    with pytest.raises(Invalid) as refused:
        taken(cast, row(NEXT), *rows)

    assert {fault.code for fault in refused.value.faults} == {code}
    assert all(fault.path.partition(":")[0].isdigit() for fault in refused.value.faults)
    assert UnitTrait.objects.count() == 1


def test_communes_of_elsewhere_are_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        taken(cast, row(NEXT), above=cast.cocsan)

    assert {fault.code for fault in refused.value.faults} == {"elsewhere"}
    with pytest.raises(NotPermitted):
        taken(cast, row(), by=cast.reception)


def test_a_line_without_a_beginning_ends_what_the_commune_has(cast: Cast) -> None:
    taken(cast, row())

    taken(cast, row(begins="", ends="2027-01-01"))

    assert UnitTrait.objects.get().valid_to == date(2027, 1, 1)


def test_a_list_is_taken_back_as_one(cast: Cast) -> None:
    actions.set_trait(unit=cast.cocsan, trait="mountain", valid_from=BEGUN, source="cũ", by=None, at=AT)
    entry = taken(cast, row(ends="2030-01-01"), row(NEXT, "border"))

    trait_lists.take_back(entry=entry, by=None, at=AT + timedelta(hours=1))

    left = UnitTrait.objects.get()
    assert (left.unit, left.valid_to, left.source) == (cast.cocsan, None, "cũ")
    assert trait_lists.lists_of([cast.province.pk]) == [(entry, True)]
    with pytest.raises(Refused) as again:
        trait_lists.take_back(entry=entry, by=None, at=AT)
    assert again.value.code == "directory.traits_taken_back"


def test_what_was_changed_since_stands_against_taking_a_list_back(cast: Cast) -> None:
    entry = taken(cast, row(), row(NEXT))
    actions.set_trait(
        unit=cast.cocsan, trait="mountain", valid_from=BEGUN, valid_to=date(2028, 1, 1), by=None, at=AT
    )

    with pytest.raises(Invalid) as refused:
        trait_lists.take_back(entry=entry, by=None, at=AT)

    assert [fault.path for fault in refused.value.faults] == [str(cast.cocsan.pk)]
    assert UnitTrait.objects.count() == 2
