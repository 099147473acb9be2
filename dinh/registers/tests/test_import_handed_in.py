"""A file handed in through a page, when somebody or something comes in between."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.lib.errors import Refused
from dinh.registers import imports
from dinh.registers.imports import checking, handing, loading
from dinh.registers.imports.handing import Received
from dinh.registers.models import Import, Record
from dinh.registers.tasks import read_import, tidy
from dinh.registers.tests.files import MAI, PHUC, TITLES, csv_file, read

pytestmark = pytest.mark.django_db
MEANT = dict(zip(TITLES, ("pupil_code", "full_name", "number", "birth", "sex", "school"), strict=True))


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.DINH_HOME = tmp_path / "home"
    (tmp_path / "home" / "imports").mkdir(parents=True)
    return tmp_path / "home" / "imports"


def handed_in(folder: Path, cast: Cast) -> Import:
    rows = [(f"HS{at:03}", *PHUC[1:]) for at in range(9)]
    path = csv_file(folder, (TITLES, *rows))
    file = Received(path, path.name, path.stat().st_size, checking.digest_of(path))
    return handing.hand_in(register="pupils", unit=cast.cocsan, file=file, by=cast.leader, at=timezone.now())


def test_what_is_begun_again_while_it_is_read_is_read_from_its_first_row(
    tmp_path: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = handed_in(tmp_path, cast)
    handing.confirm_columns(row, MEANT)
    handing.begin_reading(row)
    adds, again = imports.Stage.add, iter([True])

    def add(self: imports.Stage, *args: Any, **kwargs: Any) -> None:
        adds(self, *args, **kwargs)
        if next(again, False):
            handing.choose_again(Import.objects.get())
            handing.confirm_columns(Import.objects.get(), {**MEANT, "Trường": ""})
            handing.begin_reading(Import.objects.get())

    monkeypatch.setattr(checking, "PORTION", 4)
    monkeypatch.setattr(imports.Stage, "add", add)
    read_import.call(str(row.pk))
    assert Import.objects.get().state == Import.State.READING

    read_import.call(str(row.pk))

    with imports.Stage(row.pk) as stage:
        waiting = stage.first(20)
    assert [one.line for one in waiting] == list(range(2, 11))
    assert not any("TH Cốc San" in one.data for one in waiting)


def test_a_file_whose_import_is_done_does_not_lie_about(tmp_path: Path, cast: Cast, home: Path) -> None:
    row = handed_in(tmp_path, cast)
    path = checking.file_of(row)
    two_days_ago = timezone.now().timestamp() - 2 * 86_400
    os.utime(path, (two_days_ago, two_days_ago))
    tidy()
    assert path.exists()

    Import.objects.update(
        state=Import.State.LOADED, loaded_at=timezone.now()
    )  # and killed before it was deleted
    tidy()

    assert not path.exists()


def test_a_disk_that_is_full_while_loading_is_told_and_nothing_is_loaded(
    tmp_path: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = read(csv_file(tmp_path, (TITLES, PHUC, MAI)), cast.cocsan)

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(loading, "_journalled", full)
    with pytest.raises(Refused, match="imports.disk_full"):
        imports.load(row=row, by=None, at=timezone.now())

    assert (Record.objects.count(), Import.objects.get().state) == (0, Import.State.CHECKED)
