"""What the engine is given: records as a register keeps them, former communes with those they became."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dinh.catalogue import store
from dinh.directory.models import Level, UnitChange, UnitLink, UnitVersion
from dinh.directory.tests.cast import MONDAY_MORNING, REFORM, Cast, make_unit
from dinh.registers import actions as registers
from dinh.registers.imports.bulk import uuid_text
from dinh.registers.models import Record
from dinh.verification.runs import material, submitted
from dinh.verification.runs.proposing import Proposer

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
WHOLE = {
    "pupil_code": "HS1", "full_name": "Lý Thị Mai", "number": "010313000456", "birth": "2013-11-05", "sex": "2",
    "residence": "Số 1, thôn Ún Tà", "commune": "xã Cốc San", "school": "TH Cốc San", "level": "primary",
    "class_name": "4A", "school_year": "2026-2027", "status": "studying",
}  # fmt: skip


def enter(cast: Cast, without: tuple[str, ...] = (), register: str = "pupils", **changes: Any) -> Record:
    data = {name: value for name, value in {**WHOLE, **changes}.items() if name not in without}
    return registers.enter(
        register=register,
        unit=cast.cocsan,
        data=data,
        registered_on=ON,
        provenance="import",
        by=None,
        at=MONDAY_MORNING,
    )


def written(cast: Cast, folder: Path, register: str = "pupils") -> list[dict[str, Any]]:
    path = folder / "register.parquet"
    count = submitted.write_records(store.get().registers[register], cast.cocsan.pk, ON, path)
    cursor = duckdb.read_parquet(str(path))
    rows = [dict(zip(cursor.columns, row, strict=True)) for row in cursor.fetchall()]
    assert count == len(rows)
    return rows


def test_a_row_is_written_as_the_engine_reads_it(cast: Cast, tmp_path: Path) -> None:
    row = enter(cast)

    (told,) = written(cast, tmp_path)

    assert told["rid"] == uuid_text(row.pk)
    assert (told["name"], told["number"], told["birth"], told["sex"]) == (
        "Lý Thị Mai", "010313000456", "2013-11-05", "Nữ",
    )  # fmt: skip
    assert (told["commune"], told["place"]) == ("xã Cốc San", "Số 1, thôn Ún Tà, xã Cốc San")
    assert (told["_missing"], told["_unread"], told["_stale"], told["_typed_birth"]) == (
        False,
        False,
        False,
        True,
    )


def test_what_a_register_asks_beyond_the_person_is_seen(cast: Cast, tmp_path: Path) -> None:
    enter(cast, without=("school",))
    unread = enter(cast, without=("birth", "grade"), pupil_code="HS2")
    Record.objects.filter(pk=unread.pk).update(as_written={"birth": "Tết 2013", "grade": "lớp lá"})
    stale = enter(cast, pupil_code="HS3")
    Record.objects.filter(pk=stale.pk).update(confirmed_on=date(2026, 5, 22))
    closed = enter(cast, pupil_code="HS4")
    Record.objects.filter(pk=closed.pk).update(state="closed")

    rows = written(cast, tmp_path)

    assert [row["_missing"] for row in rows] == [True, False, False]
    assert [row["_unread"] for row in rows] == [False, True, False]
    assert [row["_stale"] for row in rows] == [False, False, True]
    assert (rows[1]["birth"], rows[1]["_typed_birth"]) == ("Tết 2013", False)


def test_a_code_or_a_unit_is_the_commune_itself(cast: Cast, tmp_path: Path) -> None:
    enter(cast, commune="02746", residence="Số 1, thôn Ún Tà, xã Cốc San")

    (told,) = written(cast, tmp_path)

    assert (told["commune"], told["place"]) == ("02746", "Số 1, thôn Ún Tà, xã Cốc San")


def test_what_a_row_need_not_say_is_not_missed(cast: Cast) -> None:
    shapes = store.get().registers

    assert "birth_place_missing" in submitted.asked_by(shapes["pupils"]).ignored
    assert "number_missing" not in submitted.asked_by(shapes["pupils"]).ignored
    assert {"dead", "moved"} <= submitted.asked_by(shapes["births"]).ignored
    assert not {"dead", "moved"} & submitted.asked_by(shapes["pupils"]).ignored


def test_proposals_are_said_as_the_register_keeps_them(cast: Cast) -> None:
    proposer = Proposer(store.get().registers["pupils"], cast.cocsan.pk, ON)

    def value(**proposed: str) -> dict[str, Any]:
        return proposer.fields_of(type("Row", (), {"proposed": proposed})())

    assert value(birth="05/11/2013", sex="Nữ", name="Lý Thị Mai") == {
        "birth": "2013-11-05", "sex": "2", "full_name": "Lý Thị Mai",
    }  # fmt: skip
    assert value(birth="2013") == {"birth": "2013"}
    assert value(birth="00/11/2013") == {"birth": "2013-11"}
    assert value(commune="02746") == {"commune": "xã Cốc San"}
    assert value(number="12") == {}  # the field would not take it


def test_former_communes_lead_to_those_of_today(cast: Cast) -> None:
    old = make_unit(
        Level.COMMUNE, "02701", "Tòng Sành", "xã", cast.province, date(2000, 1, 1), valid_to=REFORM
    )
    change = UnitChange.objects.create(kind="merge", effective_on=REFORM, decree="1673", title="Sáp nhập")
    UnitLink.objects.create(change=change, predecessor=old, successor=cast.cocsan, part="whole")

    with material.write_communes(ON).open(encoding="utf-8") as file:
        rows = {row["old_code"]: row for row in csv.DictReader(file)}

    assert (rows["02701"]["new_code"], rows["02701"]["new_name"]) == ("02746", "Cốc San")
    assert rows["02746"]["new_code"] == "02746"
    assert len(rows) == UnitVersion.objects.filter(level=Level.COMMUNE).count()
