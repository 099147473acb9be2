"""A file handed in through a page: kept in the node's home, looked at, read and loaded by the worker.

Everything that the person said of it stands in its `Import`, so that the work goes on where it was left: after a
browser was closed, a worker killed, a node started again. Nothing is in the register before `loading` is done.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account, Unit
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.lib.ids import as_uuid, uuid7
from dinh.registers.imports.checking import (
    NO_ROWS,
    SPARE,
    Opened,
    Wish,
    drop,
    file_of,
    open_wish,
    require_space,
)
from dinh.registers.imports.columns import check_mapping
from dinh.registers.imports.preview import preview
from dinh.registers.imports.sources import open_source
from dinh.registers.imports.stage import Stage, is_kept
from dinh.registers.models import Import

UNFINISHED = (Import.State.NEW, Import.State.READING, Import.State.CHECKED, Import.State.LOADING)
KEPT_DAYS = 30
DAY = 86_400  # seconds
FAULTS_KEPT_DAYS = 90  # after the load: long enough to mend the source and bring the file again
NO_ROOM = _(
    "The disk is too small for this file: it needs about %(need)s MB, and %(free)s MB are free. Nothing was kept. "
    "Ask the administrator for room, or bring the file in parts."
)
LOADED_ALREADY = _("This file was loaded already. Its import stands in the list below.")
GONE_ON = _("This import has gone on meanwhile. Look at its page again.")


@dataclass(frozen=True)
class Received:
    """A file that lies on the disk whole: where, its name, size and SHA-256."""

    path: Path
    filename: str
    size: int
    digest: str


@dataclass(frozen=True)
class Doing:
    """How far the worker has come.

    share  0 to 1; None when it waits for its turn
    rows   read or written so far
    """

    share: float | None
    rows: int


def room_for(size: int) -> None:
    """Raise Refused ("imports.disk_small") when a file of so many bytes does not fit, before it is received."""
    free = shutil.disk_usage(settings.DINH_HOME).free
    need = size + SPARE
    if need > free:
        params = {"need": need // 1024**2, "free": free // 1024**2}
        raise Refused("imports.disk_small", NO_ROOM % params, **params)


def hand_in(
    *, register: str, unit: Unit, file: Received, on: date | None = None, by: Account, at: datetime
) -> Import:
    """Keep a received file as an import whose columns wait to be confirmed; one that was begun before is taken up.

    Raises Invalid where it is no table, Refused when it was loaded already or the disk is too small. The received
    file is moved or deleted in every case.
    """
    day = on or local_date(at)
    give_up_old(at)
    try:
        same = Import.objects.filter(register=register, unit=unit, digest=file.digest).order_by("-at")
        if begun := same.filter(state__in=UNFINISHED).exclude(meant={}, state=Import.State.READING).first():
            if file_of(begun).exists() or begun.state != Import.State.NEW:
                return begun
        if same.filter(state=Import.State.LOADED, on=day).exists():
            raise Refused("imports.loaded_already", LOADED_ALREADY)
        source = open_source(file.path)
        require_space(file.size, source.form)
        row = Import(
            id=uuid7(), register=register, register_version="", unit=unit, filename=file.filename[-200:], size=file.size,
            digest=file.digest, form=source.form, on=day, by=by.pk, at=at, state=Import.State.NEW,
        )  # fmt: skip
        file.path.replace(file_of(row))
        row.save(force_insert=True)
        return row
    finally:
        file.path.unlink(missing_ok=True)


def give_up_old(at: datetime) -> int:
    """Give up what was handed in and left alone for KEPT_DAYS: files of persons do not lie about; return how many."""
    left = Import.objects.filter(state__in=UNFINISHED[:3], at__lt=at - timedelta(days=KEPT_DAYS))
    old = [row for row in left if file_of(row).exists() or is_kept(row.pk)]
    for row in old:
        drop(row)
    return len(old)


def forget_reports(at: datetime) -> int:
    """Delete what was wrong with files loaded FAULTS_KEPT_DAYS ago: it repeats what cells said; return how many."""
    loaded = Import.objects.filter(
        state=Import.State.LOADED, loaded_at__lt=at - timedelta(days=FAULTS_KEPT_DAYS)
    )
    old = [pk for pk in loaded.values_list("pk", flat=True).iterator() if is_kept(pk)]
    for pk in old:
        with Stage(pk) as stage:
            stage.remove()
    return len(old)


def forget_lost(at: datetime) -> int:
    """Delete files handed in that no unfinished import has any more, a day after: a kill came between; return how many."""
    lost = 0
    for path in (Path(settings.DINH_HOME) / "imports").glob("*.file"):
        import_id = as_uuid(path.stem)
        waits = import_id and Import.objects.filter(pk=import_id, state__in=UNFINISHED).exists()
        if not waits and path.stat().st_mtime < at.timestamp() - DAY:
            path.unlink(missing_ok=True)
            lost += 1
    return lost


def report_until(row: Import) -> date | None:
    """Return the day until which the faults of a loaded file may be taken away; None when they are not kept."""
    if row.loaded_at is None or not is_kept(row.pk):
        return None
    return local_date(row.loaded_at) + timedelta(days=FAULTS_KEPT_DAYS)


def wish_of(row: Import) -> Wish:
    """Return what is to be brought in, as the person said it so far."""
    return Wish(
        path=file_of(row), register=row.register, unit=row.unit, office=row.office, on=row.on, encoding=row.encoding,
        sheet=row.sheet, mapping=row.meant or None,
    )  # fmt: skip


def confirm_columns(row: Import, meant: Mapping[str, str], *, encoding: str = "", sheet: str = "") -> Opened:
    """Keep what the columns mean and return the file so opened. Raises Invalid when a required one is missing."""
    row.encoding, row.sheet, row.meant = encoding, sheet, dict(meant)
    Import.objects.filter(pk=row.pk, state=Import.State.NEW).update(
        encoding=encoding, sheet=sheet, meant=row.meant
    )
    opened = open_wish(wish_of(row), lenient=True)
    check_mapping(row.meant, opened.register, row.filename)
    return opened


def begin_reading(row: Import) -> None:
    """Let the worker read the whole file. Raises Invalid when a required column is missing, or no row follows."""
    opened = open_wish(wish_of(row))
    if not preview(wish_of(row), opened, row.on, 1).rows:
        raise Invalid("imports.no_rows", [Fault("file", "imports.no_rows", NO_ROWS)], NO_ROWS)
    columns = [[column.title, column.field] for column in opened.layout.columns]
    _move(
        row, (Import.State.NEW,), Import.State.READING,
        columns=columns, register_version=opened.register.version, error="",
    )  # fmt: skip


def choose_again(row: Import) -> None:
    """Go back from what the check found to the meaning of the columns; what was read is thrown away."""
    if not file_of(row).exists():
        raise Refused("imports.gone_on", GONE_ON, import_id=row.pk)
    with Stage(row.pk) as stage:
        stage.clear()
    _move(row, (Import.State.READING, Import.State.CHECKED), Import.State.NEW, error="", faults=[])


def ask_to_load(row: Import, *, load_good: bool, close_missing: bool, by: Account) -> None:
    """Let the worker load a checked file. Raises Refused when it was asked already."""
    with Stage(row.pk) as stage:
        stage.tell(written=0)
    _move(
        row, (Import.State.CHECKED,), Import.State.LOADING,
        load_good=load_good, close_missing=close_missing, by=by.pk, error="",
    )  # fmt: skip


def how_far(row: Import) -> Doing:
    """Return how far the worker has come with an import that is being read or loaded."""
    with Stage(row.pk) as stage:
        if row.state == Import.State.LOADING:
            good, written = row.rows - row.bad, int(stage.told("written", 0))
            return Doing(written / good if written and good else None, written)
        rows = int(stage.told("counted", {"rows": 0})["rows"])
        return Doing(stage.told("share") if rows else None, rows)


def _move(row: Import, before: tuple[str, ...], state: str, **columns: Any) -> None:
    """Take the next step once: two presses, or two people, do not both take it."""
    if not Import.objects.filter(pk=row.pk, state__in=before).update(state=state, **columns):
        raise Refused("imports.gone_on", GONE_ON, import_id=row.pk)
    row.refresh_from_db()
