"""What is taken out in any format can be brought in again and says the same; who took it stands in the journal."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from dinh.catalogue import store
from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.journal.models import Access
from dinh.lib.errors import Invalid, Refused
from dinh.registers import actions, exports, queries
from dinh.registers.models import Record
from dinh.registers.tests.files import MAI, ON, PHUC, TITLES, bring, csv_file, geojson_file, square

pytestmark = pytest.mark.django_db
ODD = ("HS009", "=HYPERLINK(1)", "10212000123", "31/02/2012", "", "Trường “A”, thôn\nÚn Tà")


def question(**more: object) -> exports.Question:
    return exports.Question(register=store.get().registers["pupils"], **more)  # type: ignore[arg-type]


def take(path: Path, asked: exports.Question | None = None) -> int:
    return exports.write(asked or question(), path, by=None, at=MONDAY_MORNING, purpose="test")


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_what_is_taken_out_says_the_same_when_it_is_brought_in_again(
    tmp_path: Path, cast: Cast, form: str
) -> None:
    bring(csv_file(tmp_path, (TITLES, PHUC, MAI, ODD)), cast.cocsan)
    before = list(Record.objects.order_by("sequence").values_list("number", "data", "as_written"))

    assert take(tmp_path / f"out.{form}") == 3
    bring(tmp_path / f"out.{form}", cast.next_commune)

    rows = Record.objects.filter(unit=cast.next_commune).order_by("sequence")
    after = list(rows.values_list("number", "data", "as_written"))
    assert [one[:2] for one in after[:2]] == [one[:2] for one in before[:2]]
    assert (
        after[2][2]
        == before[2][2]
        == {"number": "10212000123", "birth": "31/02/2012", "full_name": "=HYPERLINK(1)"}
    )


def test_outlines_go_out_and_come_in_as_geojson(tmp_path: Path, cast: Cast) -> None:
    outline = square(103.9, 22.4)
    bring(
        geojson_file(
            tmp_path,
            [({"parcel_id": "T1", "commune": "x"}, outline), ({"parcel_id": "T2", "commune": "x"}, None)],
        ),
        cast.cocsan,
        "land_parcels",
    )
    asked = exports.Question(register=store.get().registers["land_parcels"])

    exports.write(asked, tmp_path / "out.geojson", by=None, at=MONDAY_MORNING, purpose="test")

    features = json.loads((tmp_path / "out.geojson").read_text())["features"]
    assert [one["geometry"] for one in features] == [outline, None]
    assert features[0]["properties"]["parcel_id"] == "T1"


def test_parquet_has_numbers_as_numbers_and_the_records_own_columns(tmp_path: Path, cast: Cast) -> None:
    bring(csv_file(tmp_path, ((*TITLES, "Khối"), (*PHUC, "5"), (*MAI, "năm"))), cast.cocsan)

    take(tmp_path / "out.parquet")

    taken = duckdb.read_parquet(str(tmp_path / "out.parquet"))
    rows = taken.select("_number", "_version", "_state", "grade").order("_number").fetchall()
    assert rows == [("HS001", 1, "valid", 5), ("HS002", 1, "valid", None)]


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_register_without_rows_gives_a_file_with_columns(tmp_path: Path, cast: Cast, form: str) -> None:
    assert take(tmp_path / f"out.{form}") == 0
    assert (tmp_path / f"out.{form}").stat().st_size > 0


def test_a_role_takes_only_the_fields_that_it_reads(tmp_path: Path, cast: Cast) -> None:
    titles = (*TITLES, "Điện thoại phụ huynh")
    bring(csv_file(tmp_path, (titles, (*PHUC, "0912345678"))), cast.cocsan)

    take(tmp_path / "leader.csv", question(roles={"leader"}))
    take(tmp_path / "social.csv", question(roles={"social_officer"}))

    assert "0912345678" not in (tmp_path / "leader.csv").read_text()
    assert "0912345678" in (tmp_path / "social.csv").read_text()
    with pytest.raises(Invalid, match="unknown_field"):
        take(tmp_path / "x.csv", question(roles={"leader"}, fields=("guardian_phone",)))


def test_who_took_which_rows_and_why_is_written_down(
    tmp_path: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PORTION", 2)
    bring(csv_file(tmp_path, (TITLES, PHUC, MAI, ODD)), cast.cocsan)

    take(tmp_path / "out.csv")

    seen = list(Access.objects.order_by("id"))
    assert [(one.kind, one.count, one.purpose) for one in seen] == [
        ("export", 2, "test"),
        ("export", 1, "test"),
    ]
    assert {id for one in seen for id in one.shown} == {
        row.hex for row in Record.objects.values_list("pk", flat=True)
    }


def test_closed_rows_go_out_only_when_asked(tmp_path: Path, cast: Cast) -> None:
    bring(csv_file(tmp_path, (TITLES, PHUC, MAI)), cast.cocsan)
    actions.close(
        row=Record.objects.get(number="HS001"),
        reason="x",
        provenance="correction",
        by=cast.examiner,
        at=MONDAY_MORNING,
    )

    assert take(tmp_path / "out.csv") == 1
    assert take(tmp_path / "all.csv", question(closed=True)) == 2


def test_a_file_appears_only_when_it_is_whole(
    tmp_path: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(csv_file(tmp_path, (TITLES, PHUC)), cast.cocsan)

    def fails(*_args: object, **_kwargs: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("dinh.journal.access.listed", fails)
    with pytest.raises(OSError, match="full"):
        take(tmp_path / "out.csv")

    assert sorted(one.name for one in tmp_path.iterdir()) == ["pupils.csv"]


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"exports\.form"):
        take(tmp_path / "out.docx")


def test_a_record_is_found_by_its_key(tmp_path: Path, cast: Cast) -> None:
    bring(csv_file(tmp_path, (TITLES, PHUC, MAI)), cast.cocsan, on=ON)

    assert [row.person_name for row in queries.find_records("pupils", "HS002")] == ["Lý Thị Mai"]
    assert [row.number for row in queries.find_records("pupils", "phuc van")] == ["HS001"]


def test_a_role_reads_only_its_fields_of_a_record() -> None:
    pupils = store.get().registers["pupils"]
    data = {"full_name": "Lan", "guardian_phone": "0912345678"}

    assert queries.readable_data(pupils, data, {"leader"}) == {"full_name": "Lan"}
    assert queries.readable_data(pupils, data, {"leader", "data_officer"}) == data
    assert queries.readable_data(pupils, data, None) == data
