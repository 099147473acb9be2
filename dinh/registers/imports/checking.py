"""Read a whole file into its stage: every row with its faults, resumable, with flat memory. Nothing is loaded."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register
from dinh.directory.models import Account, Unit
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, NotFound, Refused
from dinh.lib.ids import uuid7
from dinh.registers.imports.columns import Guesser, Layout, read_layout
from dinh.registers.imports.rows import RegisterRow, RowReader
from dinh.registers.imports.sources import Source, open_source
from dinh.registers.imports.stage import Stage
from dinh.registers.models import ColumnMapping, Import

PORTION = 5_000
# Bytes needed on disk for each byte of the file, for the stage and the database together: measured, then doubled.
NEED = {"csv": 8, "xlsx": 40, "parquet": 40, "geojson": 5}
SPARE = 64 * 1024**2
KEPT_FAULTS = 100  # kinds of fault kept with the import; all of them are in its report

NO_REGISTER = _("There is no such register.")
NO_ROWS = _("There is no row under the header.")
DISK_SMALL = _(
    "This import needs about %(need)s MB on the disk of %(home)s, and %(free)s MB are free. Nothing was read."
)

Progress = Callable[[float, int], None]  # share of the file read, rows so far


@dataclass(frozen=True)
class Wish:
    """What is to be brought in.

    unit      commune whose file it is; owner of the rows
    office    key of the office whose file it is; its column titles are remembered
    on        the day of which the file tells; default: the day of the import
    mapping   what columns mean, title -> field, where the person said it
    """

    path: Path
    register: str
    unit: Unit
    office: str = ""
    on: date | None = None
    encoding: str = ""
    sheet: str = ""
    mapping: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Opened:
    """A file whose header was understood."""

    source: Source
    layout: Layout
    register: Register


def open_wish(wish: Wish, *, lenient: bool = False) -> Opened:
    """Open the file and find out what its columns mean; cheap, nothing is written. Raises Invalid, NotFound.

    lenient  open it too when columns are missing or unknown, for a person who is about to say what they mean
    """
    register = store.get().registers.get(wish.register)
    if register is None:
        raise NotFound("registers.no_register", NO_REGISTER, register=wish.register)
    source = open_source(wish.path, encoding=wish.encoding, sheet=wish.sheet)
    guesser = Guesser(register, remembered(wish), wish.mapping)
    layout = read_layout(guesser, source.titles, source.lines(), lenient=lenient)
    return Opened(source, layout, register)


def remembered(wish: Wish) -> dict[str, str]:
    """Return what the columns of this office's files meant last time."""
    row = ColumnMapping.objects.filter(register=wish.register, unit=wish.unit, office=wish.office).first()
    return dict(row.columns) if row else {}


def begin(wish: Wish, opened: Opened, *, by: Account | UUID | None, at: datetime) -> Import:
    """Return the import of this file: a new one, or the one that was begun and not finished.

    Raises Refused ("imports.loaded_already", "imports.disk_small").
    """
    digest = digest_of(wish.path)
    on = wish.on or local_date(at)
    columns = [[column.title, column.field] for column in opened.layout.columns]
    same = Import.objects.filter(
        register=wish.register, unit=wish.unit, office=wish.office, digest=digest
    ).order_by("-at")
    for found in same:
        if found.state == Import.State.LOADED and found.on == on:
            raise loaded_already(found)
        unfinished = found.state in {Import.State.READING, Import.State.CHECKED} and not found.meant
        if unfinished and found.on == on and found.columns == columns:
            return found
    require_space(wish.path.stat().st_size, opened.source.form)
    kept = Import(
        id=uuid7(), register=wish.register, register_version=opened.register.version, unit=wish.unit, office=wish.office,
        filename=wish.path.name[-200:], size=wish.path.stat().st_size, digest=digest, form=opened.source.form,
        columns=columns, on=on, by=by.pk if isinstance(by, Account) else by, at=at,
    )  # fmt: skip
    kept.save(force_insert=True)
    return kept


def loaded_already(found: Import) -> Refused:
    """Return the refusal of a file that this import brought in."""
    message = _("This file was loaded already, on %(day)s: %(import)s.")
    said = message % {"day": found.on.isoformat(), "import": found.pk}
    return Refused("imports.loaded_already", said, import_id=found.pk)


def read(wish: Wish, opened: Opened, row: Import, progress: Progress | None = None) -> Import:
    """Read the file into the stage of its import, from where an earlier read stopped; return the checked import.

    Raises Invalid where the file cannot be read on, Refused ("imports.disk_full") with the stage kept.
    """
    if row.state == Import.State.CHECKED:
        return row
    with Stage(row.pk) as stage:
        counted = stage.told("counted", {"rows": 0, "bad": 0, "doubtful": 0})
        _read_rows(opened, wish.unit, row.on, stage, counted, progress)
        if not counted["rows"]:
            stage.remove()
            if not row.meant:
                row.delete()
            raise Invalid("imports.no_rows", [Fault("file", "imports.no_rows", NO_ROWS)], NO_ROWS)
        notes = [*opened.source.notes, *opened.layout.notes]
        rows, first = stage.twice()
        if rows and opened.register.key:
            notes.append(("imports.note_key_twice", {"rows": rows, "first": first}))
        stage.tell(notes=notes, details=opened.source.details())
        row.rows, row.bad, row.doubtful = counted["rows"], counted["bad"], counted["doubtful"]
        # Kinds only: what a cell said stays in the stage.
        kinds = ("column", "code", "rows", "first")
        row.faults = [{name: one[name] for name in kinds} for one in stage.summary()[:KEPT_FAULTS]]
        row.state = Import.State.CHECKED
        figures = {name: getattr(row, name) for name in ("rows", "bad", "doubtful", "faults", "state")}
        # Somebody may have given it up meanwhile.
        Import.objects.filter(pk=row.pk, state=Import.State.READING).update(**figures)
    return row


def drop(row: Import) -> Import:
    """Give an import up that was not loaded: its stage is deleted."""
    waiting = (Import.State.NEW, Import.State.READING, Import.State.CHECKED)
    dropped = Import.objects.filter(pk=row.pk, state__in=waiting).update(state=Import.State.DROPPED)
    if not dropped and row.state != Import.State.DROPPED:
        raise Refused(
            "imports.loaded_already", _("This import is loaded; it cannot be given up."), import_id=row.pk
        )
    with Stage(row.pk) as stage:
        stage.remove()
    forget_file(row)
    row.state = Import.State.DROPPED
    return row


def file_of(row: Import) -> Path:
    """Return where the file of an import lies that was handed in through a page."""
    return Path(settings.DINH_HOME) / "imports" / f"{row.pk}.file"


def forget_file(row: Import) -> None:
    """Delete the file of an import that was handed in through a page."""
    file_of(row).unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_rows(
    opened: Opened, unit: Unit, on: date, stage: Stage, counted: dict[str, int], progress: Progress | None
) -> None:
    source, layout = opened.source, opened.layout
    reader = RowReader(opened.register, layout, unit, on, source.merged())
    start = max(stage.told("read_to", 0) + 1, layout.first_row)
    portion: list[tuple[RegisterRow, str]] = []
    line = start - 1
    for line, cells in source.lines():
        if line < start:
            continue
        row = reader.read(line, cells)
        counted["rows"] += 1
        counted["bad"] += row.bad
        counted["doubtful"] += bool(row.faults) and not row.bad
        portion.append((row, reader.number(row)))
        if len(portion) == PORTION:
            stage.add(portion, line, counted=counted)
            portion = []
            if progress:
                progress(source.share_read(), counted["rows"])
    stage.add(portion, line, counted=counted)
    if progress:
        progress(1.0, counted["rows"])


def require_space(size: int, form: str) -> None:
    """Raise Refused ("imports.disk_small") when a file of so many bytes does not fit with all that comes of it."""
    need = size * NEED[form] + SPARE
    free = shutil.disk_usage(settings.DINH_HOME).free
    if need > free:
        values = {"need": need // 1024**2, "free": free // 1024**2, "home": settings.DINH_HOME}
        raise Refused("imports.disk_small", DISK_SMALL % values, need=need, free=free)
