"""A read that was stopped goes on where it stopped; a disk too small is told before anything is read."""

from __future__ import annotations

import shutil
import sqlite3
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.lib.errors import Refused
from dinh.registers import imports
from dinh.registers.imports import checking
from dinh.registers.imports.rows import RowReader
from dinh.registers.imports.stage import is_kept
from dinh.registers.models import Import, Record
from dinh.registers.tasks import tidy
from dinh.registers.tests.files import ON, TITLES, bring, csv_file, faults, parquet_file, read, xlsx_file

pytestmark = pytest.mark.django_db
ROWS = [
    (f"HS{at:04}", "Lan" if at % 7 else "", "", "31/02/2012" if at % 5 == 0 else "", "", "")
    for at in range(103)
]
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "PORTION", 10)


class Killed(BaseException):
    """The process ends here."""


def stopped_after(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Let the next read be killed at a row."""
    reads, number = RowReader.read, iter(range(rows))

    def read_or_die(self: RowReader, line: int, cells: Any) -> Any:
        if next(number, None) is None:
            raise Killed
        return reads(self, line, cells)

    monkeypatch.setattr(RowReader, "read", read_or_die)


def make(folder: Path, form: str) -> Path:
    if form == "parquet":
        return parquet_file(folder, TITLES, ROWS)
    return (csv_file if form == "csv" else xlsx_file)(folder, (TITLES, *ROWS))


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_read_that_was_killed_goes_on_and_ends_as_one_that_was_not(
    tmp_path: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    path = make(tmp_path, form)
    with monkeypatch.context() as patch:
        stopped_after(patch, 57)
        with pytest.raises(Killed):
            read(path, cast.cocsan)
    begun = Import.objects.get()
    with imports.Stage(begun.pk) as stage:
        read_before = stage.told("counted")["rows"]
    assert begun.state == Import.State.READING
    assert not Record.objects.exists()

    resumed = read(path, cast.cocsan)
    whole = read(path, cast.next_commune)

    assert (resumed.pk, read_before) == (begun.pk, 50)
    assert (
        (resumed.rows, resumed.bad, resumed.doubtful)
        == (whole.rows, whole.bad, whole.doubtful)
        == (103, 15, 18)
    )
    assert faults(resumed) == faults(whole)
    imports.load(row=resumed, load_good=True, by=None, at=MONDAY_MORNING)
    assert Record.objects.count() == 88


def test_another_meaning_of_the_columns_begins_again(
    tmp_path: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_file(tmp_path, (TITLES, *ROWS))
    with monkeypatch.context() as patch:
        stopped_after(patch, 57)
        with pytest.raises(Killed):
            read(path, cast.cocsan)

    again = read(path, cast.cocsan, mapping={"Trường": ""})

    assert again.rows == 103
    assert Import.objects.count() == 2


def test_a_disk_too_small_is_told_with_figures_before_anything_is_read(
    tmp_path: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9 - 10**6, 10**6))

    with pytest.raises(Refused) as refusal:
        read(csv_file(tmp_path, (TITLES, *ROWS)), cast.cocsan)

    assert refusal.value.code == "imports.disk_small"
    assert "64" in str(refusal.value.message)
    assert not Import.objects.exists()


def test_a_disk_that_fills_up_keeps_what_was_read_and_loads_nothing(
    tmp_path: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_file(tmp_path, (TITLES, *ROWS))
    adds, left = imports.Stage.add, iter(range(3))

    def add_until_full(self: imports.Stage, *args: Any, **kwargs: Any) -> None:
        if next(left, None) is None:
            pages = self._database.execute("pragma page_count").fetchone()[0]
            self._database.execute(f"pragma max_page_count = {pages}")
            args = ([(row, "x" * 200_000) for row, _number in args[0]], *args[1:])
        adds(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(imports.Stage, "add", add_until_full)
        with pytest.raises(Refused) as refusal:
            read(path, cast.cocsan)

    assert refusal.value.code == "imports.disk_full"
    assert refusal.value.params["row"] == 31
    assert not Record.objects.exists()
    assert read(path, cast.cocsan).rows == 103


def test_other_troubles_of_the_stage_are_not_taken_for_a_full_disk(
    tmp_path: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise sqlite3.OperationalError("no such table: waiting")

    monkeypatch.setattr(imports.Stage, "tell", fails)

    with pytest.raises(sqlite3.OperationalError):
        read(csv_file(tmp_path, (TITLES, *ROWS)), cast.cocsan, on=ON)


def test_faults_of_a_loaded_file_go_after_their_term(
    tmp_path: Path, cast: Cast, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.DINH_HOME = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        row = bring(csv_file(tmp_path, (TITLES, *ROWS)), cast.cocsan)

    for days, kept in ((89, True), (91, False)):
        Import.objects.update(loaded_at=timezone.now() - timedelta(days=days))
        tidy()
        assert is_kept(row.pk) is kept


def test_rows_that_the_command_read_and_nobody_loaded_are_given_up_after_a_month(
    tmp_path: Path, cast: Cast, settings: Any
) -> None:
    settings.DINH_HOME = tmp_path
    row = read(csv_file(tmp_path, (TITLES, *ROWS)), cast.cocsan)

    for days, kept in ((29, True), (31, False)):
        Import.objects.update(at=timezone.now() - timedelta(days=days))
        tidy()
        assert is_kept(row.pk) is kept
    assert Import.objects.get().state == Import.State.DROPPED
