"""Corrections go to the office that keeps the register, and its answers come back: all of them, or none."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.scopes import EVERYTHING
from dinh.directory.tests.cast import MONDAY_MORNING
from dinh.journal.models import Access
from dinh.lib.errors import Invalid, Refused
from dinh.lib.names import fold
from dinh.registers.queries import scope_of
from dinh.verification import actions
from dinh.verification.answers import SAYS
from dinh.verification.exports import COLUMNS, corrections
from dinh.verification.models import Finding
from dinh.verification.tests.register.conftest import ON, Town

pytestmark = pytest.mark.django_db
AT = MONDAY_MORNING
ANSWER, VALUE, NOTE = (COLUMNS.index(name) for name in ("decision", "value", "note"))


@pytest.fixture
def workbook(town: Town, tmp_path: Path) -> Path:
    scope = scope_of(town.officer, "pupils", ON)
    return corrections("pupils", scope, "xlsx", path=tmp_path / "c.xlsx", by=town.officer, at=AT)


def answer(path: Path, answers: dict[str, tuple[str, str, str]]) -> list[list[Any]]:
    """Write answers (decision, value, note) by the id of the finding; return the lines."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(min_row=3):
        for at, text in zip((ANSWER, VALUE, NOTE), answers.get(str(row[0].value), ()), strict=False):
            row[at].value = text
    book.save(path)
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]


def take_in(town: Town, path: Path) -> Any:
    return actions.import_corrections(
        register="pupils", unit=town.cast.cocsan, path=path, by=town.officer, at=AT
    )


def of_kind(kind: str, count: int = 1, **more: object) -> list[Finding]:
    return list(Finding.objects.filter(kind=kind, state="open", **more).order_by("record__sequence")[:count])


def test_only_the_answers_are_open_in_the_workbook(town: Town, workbook: Path) -> None:
    sheet = openpyxl.load_workbook(workbook).worksheets[0]

    assert sheet.protection.sheet
    cells = next(sheet.iter_rows(min_row=3, max_row=3))
    assert [COLUMNS[at] for at, cell in enumerate(cells) if not cell.protection.locked] == [
        "decision",
        "value",
        "note",
    ]
    (choices,) = sheet.data_validations.dataValidation
    said = choices.formula1.strip('"').split(",")
    assert [SAYS[fold(one)] for one in said] == ["correct", "keep", "close"]  # what is offered is understood
    births = [
        row[COLUMNS.index("stated")].value
        for row in sheet.iter_rows(min_row=3)
        if row[COLUMNS.index("field_id")].value == "birth"
    ]
    assert births
    assert not any("-" in one for one in births)  # as people write days
    lines = Finding.objects.filter(state="open").count()
    assert sheet.max_row - 2 >= lines
    taken = Access.objects.filter(kind="export")
    assert sum(one.count for one in taken.filter(subject_type="record")) == lines
    proposed = Finding.objects.filter(state="open", kind="correct").values_list(
        "record__match__person", flat=True
    )
    people = [id for one in taken.filter(subject_type="person") for id in one.shown]
    assert set(people) == {one.hex for one in proposed}


def test_answers_are_decided(town: Town, workbook: Path) -> None:
    take, other, keep, copy = *of_kind("correct", 3, code="number_slip", bulk=True), *of_kind("duplicate")
    answer(
        workbook,
        {
            str(take.pk): ("sửa", "", ""),
            str(other.pk): ("correct", "010200000017", ""),
            str(keep.pk): ("giữ", "", "Đã xem giấy"),
            str(copy.pk): ("close", "", "Trùng dòng"),
        },
    )

    told = take_in(town, workbook)

    assert len(told.done) == 4
    for one in (take, other, keep, copy):
        one.refresh_from_db()
    assert [one.decision for one in (take, other, keep, copy)] == ["corrected", "corrected", "kept", "closed"]
    assert other.record.data["number"] == "010200000017"
    assert keep.note == "Đã xem giấy"
    with pytest.raises(Invalid) as refused:
        take_in(town, workbook)
    assert {fault.code for fault in refused.value.faults} == {"verification.not_open"}


def test_one_bad_line_keeps_all_of_them_out(town: Town, workbook: Path) -> None:
    good, bad, odd = of_kind("correct", 3, code="number_slip", bulk=True)
    lines = answer(
        workbook,
        {
            str(good.pk): ("correct", "", ""), str(bad.pk): ("correct", "không có", ""), str(odd.pk): ("có lẽ", "", ""),
        },
    )  # fmt: skip
    row = {line[0]: number for number, line in enumerate(lines, start=3)}

    with pytest.raises(Invalid) as refused:
        take_in(town, workbook)

    places = [(fault.path, fault.code) for fault in refused.value.faults]
    assert sorted(places) == sorted(
        [
            (f"row {row[str(bad.pk)]}, column {chr(65 + VALUE)}", "verification.value"),
            (f"row {row[str(odd.pk)]}, column {chr(65 + ANSWER)}", "verification.answer"),
        ]
    )
    good.refresh_from_db()
    assert good.state == "open"


def test_other_files_are_refused(town: Town, workbook: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no_answer"):
        take_in(town, workbook)
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(Invalid, match="columns"):
        take_in(town, other)
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(workbook.read_bytes()[:2000])
    with pytest.raises(Invalid, match="not_a_file"):
        take_in(town, cut)
    damaged, endless = tmp_path / "damaged.xlsx", tmp_path / "endless.xlsx"
    _with_sheet(workbook, damaged, lambda sheet: sheet[: len(sheet) // 2] + b"<")
    _with_sheet(workbook, endless, lambda sheet: sheet + b" " * 50_000_000)
    for path in (damaged, endless):
        with pytest.raises(Invalid, match="not_a_file"):
            take_in(town, path)
    odd = tmp_path / "odd.csv"
    id = of_kind("correct")[0].pk
    odd.write_text(f"finding,version,field_id,decision,value\n{id},²,number,correct,\n")
    with pytest.raises(Invalid) as refused:
        take_in(town, odd)
    assert [fault.code for fault in refused.value.faults] == ["verification.no_finding"]


def test_a_field_that_others_alone_read_is_not_written_by_an_answer(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leader of a commune is no reader of the parents' telephone."""
    one = of_kind("correct")[0]
    path = tmp_path / "a.csv"
    path.write_text(
        f"finding,version,field_id,decision,value\n{one.pk},{one.record.version},guardian_phone,correct,0912\n"
    )
    monkeypatch.setattr(policy, "roles_of", lambda account, on: frozenset({"leader"}))

    with pytest.raises(Invalid) as refused:
        take_in(town, path)

    assert [fault.code for fault in refused.value.faults] == ["verification.no_value"]


def _with_sheet(workbook: Path, path: Path, change: Callable[[bytes], bytes]) -> None:
    """Write the workbook anew with its sheet changed."""
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name.endswith("sheet1.xml") else part)


def test_csv_and_parquet_say_the_same_and_what_was_decided_goes_to_the_owner(
    town: Town, tmp_path: Path
) -> None:
    one = actions.decide(finding=of_kind("correct")[0], decision="corrected", by=town.officer, at=AT)
    open_csv = corrections("pupils", EVERYTHING, "csv", path=tmp_path / "c.csv")
    open_parquet = corrections("pupils", EVERYTHING, "parquet", path=tmp_path / "c.parquet")

    with open_csv.open(encoding="utf-8-sig") as file:
        lines = list(csv.reader(file))[1:]
    told = duckdb.read_parquet(str(open_parquet)).project("finding, field_id, proposed").fetchall()
    assert [(line[0], line[5], line[8]) for line in lines] == [
        tuple(cell or "" for cell in row) for row in told
    ]

    decided = corrections("pupils", EVERYTHING, "csv", since=AT, path=tmp_path / "d.csv")
    with decided.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {row["finding"] for row in rows} == {str(one.pk)}
    field, (before, after) = next(iter(one.changed.items()))
    assert (rows[0]["field_id"], rows[0]["stated"], rows[0]["proposed"]) == (field, before or "", after)


def test_findings_are_read_in_portions_and_a_key_that_others_alone_read_stays(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = store.get().registers["pupils"]
    shut = tuple(
        one.model_copy(update={"readers": ("leader",)}) if one.id == shape.key else one
        for one in shape.fields
    )
    monkeypatch.setitem(store.get().registers, "pupils", shape.model_copy(update={"fields": shut}))
    monkeypatch.setattr("dinh.verification.exports.PORTION", 3)
    scope = scope_of(town.officer, "pupils", ON)

    with CaptureQueriesContext(connection) as asked:
        path = corrections(
            "pupils", scope, "csv", path=tmp_path / "c.csv", roles=["data_officer"], by=town.officer, at=AT
        )

    lines = list(csv.DictReader(path.open(encoding="utf-8-sig")))
    told = list(dict.fromkeys(line["finding"] for line in lines))
    inserts = [at for at, one in enumerate(asked) if one["sql"].startswith("INSERT")]
    reads = [at for at, one in enumerate(asked) if 'FROM "verification_finding"' in one["sql"]]
    assert len(told) > 3 and len(reads) > 2 and inserts[0] < reads[-1]
    keys = {str(one.data[shape.key]) for one in town.pupils() if shape.key in one.data}
    assert not keys & {cell for line in lines for cell in (line["record"], line["key"])}
