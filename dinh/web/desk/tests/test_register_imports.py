"""A file on its way into a register, from the page where it is handed in to the page that says it is there."""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast, enrol, make_account, make_grant
from dinh.registers.imports.rows import RowReader
from dinh.registers.models import Import, Record
from dinh.registers.tasks import load_import, read_import
from dinh.web.desk.tests.conftest import Seat

pytestmark = pytest.mark.django_db
PAGE = "/vi/desk/registers/pupils/import/"
HEAD = "Mã học sinh,Họ và tên,Ngày sinh,Cột lạ\n"
GOOD = "HS1,Vàng Thị Mây,08/01/2017,x\n"
WRITTEN = "HS2,Lù A Páo,31/02/2016,y\n"
BAD = ",Giàng Thị Sua,2016,z\n"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def keeper(cast: Cast) -> Account:
    """The officer of Cốc San who brings registers in."""
    account = make_account("lien", "Sùng Thị Liên", unit=cast.cocsan)
    make_grant(account, "data_officer", cast.cocsan, office=cast.offices["culture_social"])
    enrol([account])
    return account


@pytest.fixture
def desk(keeper: Account, at_desk: Seat) -> Client:
    return at_desk(keeper)


def hand_in(
    desk: Client, cast: Cast, content: str | bytes, name: str = "lop.csv", follow: bool = True
) -> Any:
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    sent = {"unit": str(cast.cocsan.pk), "on": "01/09/2026", "file": file}
    return desk.post(PAGE, sent, follow=follow)


def step(desk: Client, row: Import, do: str, **more: str) -> Any:
    return desk.post(
        f"{PAGE}{row.pk}/", {"do": do, "was": f"{row.encoding}|{row.sheet}", **more}, follow=True
    )


def columns(answer: Any) -> dict[str, str]:
    return {f"column-{one['at']}": one["field"] for one in answer.context["columns"]}


def read(desk: Client, row: Import, answer: Any) -> Any:
    step(desk, row, "check", **columns(answer))
    read_import.call(str(row.pk))
    return desk.get(f"{PAGE}{row.pk}/")


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """A home of its own for the files of each test."""
    settings.DINH_HOME = tmp_path / "home"
    settings.DINH_HOME.mkdir()
    return tmp_path / "home" / "imports"


def left(folder: Path) -> set[str]:
    return {file.suffix for file in folder.iterdir()} if folder.exists() else set()


def test_a_file_goes_from_its_columns_to_the_register(desk: Client, cast: Cast, home: Path) -> None:
    shown = hand_in(desk, cast, HEAD + GOOD + WRITTEN + BAD)
    row = Import.objects.get()
    assert [one["field"] for one in shown.context["columns"]] == ["pupil_code", "full_name", "birth", ""]
    assert [len(line["faults"]) for line in shown.context["preview"]["rows"]] == [0, 1, 1]

    waiting = step(desk, row, "check", **columns(shown))
    assert waiting.context["doing"]["percent"] is None
    read_import.call(str(row.pk))
    found = desk.get(f"{PAGE}{row.pk}/")
    row.refresh_from_db()
    assert (row.rows, row.bad, row.doubtful) == (3, 1, 1)
    assert [(one["column"], one["rows"], one["stops"]) for one in found.context["kinds"]] == [
        ("Mã học sinh", 1, True), ("Ngày sinh", 1, False),
    ]  # fmt: skip
    assert not Record.objects.exists()

    step(desk, row, "load", good_only="1")
    load_import.call(str(row.pk))
    done = desk.get(f"{PAGE}{row.pk}/")
    row.refresh_from_db()
    assert (row.state, row.entered, row.load_good) == ("loaded", 2, True)
    assert set(Record.objects.values_list("number", flat=True)) == {"HS1", "HS2"}
    assert left(home) == {".sqlite3"}  # what was wrong with it
    report = desk.get(f"{PAGE}{row.pk}/faults.csv").content.decode("utf-8-sig")
    assert done.context["kinds"] and "Mã học sinh" in report
    assert done.context["until"] in done.content.decode()


def test_a_column_of_an_unknown_title_is_chosen_and_remembered(desk: Client, cast: Cast) -> None:
    head = "Ký hiệu,Cháu,Sinh\n"
    shown = hand_in(desk, cast, head + GOOD.replace(",x", ""))
    row = Import.objects.get()
    assert shown.context["missing"] == ["Mã học sinh", "Họ và tên"]

    refused = step(desk, row, "check")
    assert refused.status_code == 422
    step(desk, row, "check", **{"column-0": "pupil_code", "column-1": "full_name", "column-2": "birth"})
    read_import.call(str(row.pk))
    step(desk, row, "load")
    load_import.call(str(row.pk))

    again = hand_in(desk, cast, head + "HS8,Lý Thị Dín,2015\n")
    assert Record.objects.get().data["full_name"] == "Vàng Thị Mây"
    assert [one["field"] for one in again.context["columns"]] == ["pupil_code", "full_name", "birth"]


def test_two_columns_cannot_bring_one_field(desk: Client, cast: Cast) -> None:
    shown = hand_in(desk, cast, HEAD + GOOD)
    given = {**columns(shown), "column-3": "full_name"}

    answer = step(desk, Import.objects.get(), "check", **given)

    assert answer.status_code == 422
    assert Import.objects.get().state == "new"


def test_other_letters_are_looked_at_before_the_columns(desk: Client, cast: Cast) -> None:
    hand_in(desk, cast, (HEAD + GOOD).encode("utf-16"))
    row = Import.objects.get()

    broken = step(desk, row, "show", encoding="tcvn3")
    row.refresh_from_db()
    back = step(desk, row, "show")

    assert "columns" not in broken.context or broken.context["missing"]
    assert [one["field"] for one in back.context["columns"]][:2] == ["pupil_code", "full_name"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xd0\xcf\x11\xe0" + b"x" * 600, b"PK\x03\x04cut", b"PAR1" + b"x" * 99, b'{"type": "FeatureColl'],
    ids=["empty", "old Excel", "workbook cut", "Parquet cut", "GeoJSON cut"],
)
def test_what_is_no_table_is_refused_with_a_sentence_and_leaves_nothing(
    desk: Client, cast: Cast, home: Path, content: bytes
) -> None:
    answer = hand_in(desk, cast, content)

    row = Import.objects.first()  # what breaks only when it is read keeps its page, which says so
    if row is None:
        assert (answer.status_code, left(home)) == (422, set())
        assert answer.context["form"].errors["file"]
    else:
        assert answer.context["broken"]


def test_a_header_without_rows_is_told_before_anything_is_read(desk: Client, cast: Cast) -> None:
    shown = hand_in(desk, cast, HEAD)

    answer = step(desk, Import.objects.get(), "check", **columns(shown))

    assert answer.status_code == 422
    assert Import.objects.get().state == "new"


def test_a_row_of_four_hundred_columns_is_one_fault_with_its_row(desk: Client, cast: Cast) -> None:
    shown = hand_in(desk, cast, HEAD + GOOD + "HS9" + ",x" * 400 + "\n")

    found = read(desk, Import.objects.get(), shown)

    assert [(one["first"], one["stops"]) for one in found.context["kinds"]] == [(3, True)]


def test_a_disk_too_small_is_told_before_the_file_is_received(
    desk: Client, cast: Cast, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9 - 10**6, 10**6))

    answer = hand_in(desk, cast, HEAD + GOOD)

    assert answer.status_code == 507
    assert not Import.objects.exists() and left(home) == set()


def test_a_larger_file_than_others_is_taken_from_who_brings_registers_in_only(
    desk: Client, cast: Cast, at_desk: Seat, settings: Any
) -> None:
    settings.DINH_MAX_UPLOAD_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100, 1000
    big = HEAD + GOOD * 60

    mine = hand_in(desk, cast, big)
    settings.DINH_MAX_IMPORT_BYTES = 200
    too_big = hand_in(desk, cast, big + GOOD)
    others = at_desk(cast.leader).post(PAGE, {"file": SimpleUploadedFile("a.csv", big.encode())})

    assert (mine.status_code, too_big.status_code, others.status_code) == (200, 413, 413)
    assert Import.objects.count() == 1


class Killed(BaseException):
    """The worker ends here."""


def test_a_worker_killed_in_the_middle_loads_nothing_and_goes_on(
    desk: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = hand_in(desk, cast, HEAD + GOOD + WRITTEN)
    row = Import.objects.get()
    step(desk, row, "check", **columns(shown))
    with monkeypatch.context() as patch:
        patch.setattr(RowReader, "read", lambda *_args: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            read_import.call(str(row.pk))
    assert desk.get(f"{PAGE}{row.pk}/").context["doing"]["percent"] is None
    read_import.call(str(row.pk))
    step(desk, row, "load")
    with monkeypatch.context() as patch:
        patch.setattr(
            "dinh.registers.imports.loading.record_many", lambda *_args: (_ for _ in ()).throw(Killed)
        )
        with pytest.raises(Killed):
            load_import.call(str(row.pk))
    row.refresh_from_db()
    assert (row.state, Record.objects.count()) == ("loading", 0)

    load_import.call(str(row.pk))

    row.refresh_from_db()
    assert (row.state, row.entered) == ("loaded", 2)


def test_the_same_file_leads_to_the_import_that_was_begun_and_is_not_loaded_twice(
    desk: Client, cast: Cast, home: Path
) -> None:
    shown = hand_in(desk, cast, HEAD + GOOD)
    row = Import.objects.get()
    assert hand_in(desk, cast, HEAD + GOOD, "other-name.csv").redirect_chain[0][0].endswith(f"{row.pk}/")
    read(desk, row, shown)
    step(desk, row, "load")
    load_import.call(str(row.pk))

    again = hand_in(desk, cast, HEAD + GOOD)

    assert (again.status_code, Import.objects.count()) == (422, 1)
    assert left(home) <= {".sqlite3"}


def test_a_file_that_is_given_up_leaves_nothing(desk: Client, cast: Cast, home: Path) -> None:
    hand_in(desk, cast, HEAD + GOOD)
    row = Import.objects.get()

    step(desk, row, "drop")
    read_import.call(str(row.pk))

    row.refresh_from_db()
    assert (row.state, left(home), Record.objects.exists()) == ("dropped", set(), False)


def test_a_file_that_was_left_alone_for_a_month_is_given_up(desk: Client, cast: Cast, home: Path) -> None:
    hand_in(desk, cast, HEAD + GOOD)
    Import.objects.update(at=timezone.now() - timedelta(days=31))

    hand_in(desk, cast, HEAD + WRITTEN)

    assert sorted(Import.objects.values_list("state", flat=True)) == ["dropped", "new"]
    assert len(list(home.glob("*.file"))) == 1


def test_rows_that_the_file_no_longer_has_are_closed_when_asked(desk: Client, cast: Cast) -> None:
    for content, more in ((HEAD + GOOD + WRITTEN, {}), (HEAD + GOOD, {"close_missing": "1"})):
        shown = hand_in(desk, cast, content)
        row = Import.objects.get(state="new")
        found = read(desk, row, shown)
        step(desk, row, "load", **more)
        load_import.call(str(row.pk))
    assert found.context["can_close"]
    assert Record.objects.get(state="closed").number == "HS2"


def test_an_import_of_another_commune_is_not_there(desk: Client, cast: Cast, at_desk: Seat) -> None:
    hand_in(desk, cast, HEAD + GOOD)
    other = make_account("pao", "Giàng A Páo", unit=cast.next_commune)
    make_grant(other, "data_officer", cast.next_commune, office=cast.next_offices["peoples_committee"])
    enrol([other])

    assert at_desk(other).get(f"{PAGE}{Import.objects.get().pk}/").status_code == 404
    assert at_desk(other).get(PAGE).context["lines"] == []
