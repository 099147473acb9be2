"""Load a checked file: all of it in one transaction, or nothing; one entry of the journal for each batch.

Why not one entry for each row: docs/decisions/imports-are-journalled-by-batch.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register
from dinh.directory.models import Account
from dinh.journal.actions import action, build_entry, current_entry_id, record, record_many
from dinh.journal.models import Entry
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.lib.ids import uuid7
from dinh.population.imports.columns import plain_header
from dinh.registers.imports.checking import NO_REGISTER
from dinh.registers.imports.digests import BATCH_IMPORTED, digest_of
from dinh.registers.imports.messages import sentence
from dinh.registers.imports.stage import Stage, let_rows_go
from dinh.registers.imports.writing import Writer, Written
from dinh.registers.models import ColumnMapping, Import, ImportBatch

BATCH = 10_000
MOST_TOLD = 1_000
READY = (Import.State.CHECKED, Import.State.LOADING)  # the second: asked for on a page, the worker's to do

HAS_FAULTS = _(
    "%(bad)s of %(rows)s rows cannot be entered, so nothing was loaded. Correct them, or load the good rows only."
)
NO_GOOD_ROW = _("No row of this file can be entered. Correct the faults and bring the file again.")
NOT_CHECKED = _(
    "This import is not there to be loaded: it was loaded before, given up, or not read to its end."
)

Progress = Callable[[int, int], None]  # rows written, rows in all


@action
def load(
    *,
    row: Import,
    load_good: bool = False,
    close_missing: bool = False,
    by: Account | UUID | None,
    at: datetime,
    progress: Progress | None = None,
) -> Import:
    """Write all rows of a checked file into its register; return the loaded import.

    load_good      enter the good rows although others are bad
    close_missing  close the rows that earlier files brought and this one does not have

    A row whose key is known becomes a new version when it says something else, and is confirmed when not. Raises
    Invalid ("imports.has_faults", "imports.no_good_row"), Refused when there is nothing to load.
    """
    shape = store.get().registers.get(row.register)
    if shape is None:
        raise Refused("registers.no_register", NO_REGISTER, register=row.register)
    who = by.pk if isinstance(by, Account) else by
    with Stage(row.pk) as stage:
        _require_good(row, stage, load_good)
        taken = Import.objects.filter(pk=row.pk, state__in=READY)
        if not taken.update(state=Import.State.LOADED, loaded_at=at, by=who, version=1):
            raise Refused("imports.not_checked", NOT_CHECKED, import_id=row.pk)
        row.refresh_from_db()
        total, entries = _write(shape, row, stage, close_missing, by=who, at=at, progress=progress)
        for name in ("entered", "changed", "unchanged", "closed"):
            setattr(row, name, getattr(total, name))
        row.save(update_fields=["entered", "changed", "unchanged", "closed"])
    _remember(row, at)
    columns = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    body = {
        "set": {k: v for k, v in columns.items() if k not in {"id", "version", "faults"}},
        "batches": len(entries),
    }
    record("registers.imported", subject=row, at=at, by=who, unit=row.unit_id, body=body)
    record_many(entries)
    transaction.on_commit(lambda: let_rows_go(row.pk), robust=True)
    return row


def faults_of(row: Import, limit: int = MOST_TOLD, *, blocking: bool | None = None) -> list[Fault]:
    """Return what is wrong with the rows of an import that is not loaded, in words."""
    with Stage(row.pk) as stage:
        return [
            Fault(
                f"row {one.line}, column {one.column or one.at + 1}", one.code, sentence(one.code, one.params)
            )
            for one in stage.faults(limit, blocking=blocking)
        ]


def _require_good(row: Import, stage: Stage, load_good: bool) -> None:
    if row.state not in READY:
        raise Refused("imports.not_checked", NOT_CHECKED, import_id=row.pk)
    if row.bad == row.rows:
        raise Invalid("imports.no_good_row", faults_of(row, blocking=True), NO_GOOD_ROW, import_id=row.pk)
    if row.bad and not load_good:
        message = HAS_FAULTS % {"bad": row.bad, "rows": row.rows}
        raise Invalid("imports.has_faults", faults_of(row, blocking=True), message, import_id=row.pk)


def _write(
    shape: Register,
    row: Import,
    stage: Stage,
    close_missing: bool,
    *,
    by: UUID | None,
    at: datetime,
    progress: Progress | None,
) -> tuple[Written, list[Entry]]:
    writer, total = Writer(shape, row), Written()
    entries: list[Entry] = []
    good, seen = row.rows - row.bad, 0

    def keep(batch: UUID, lines: Sequence[int], done: Written) -> None:
        total.add(done)
        if done.leaves:
            entries.append(_journalled(row, batch, len(entries) + 1, lines, done, by=by, at=at))

    for portion in stage.portions(BATCH):
        batch = uuid7()
        keep(batch, [portion[0].line, portion[-1].line], writer.write(portion, batch))
        seen += len(portion)
        if progress:
            progress(seen, good)
    for batch, done in _closed(writer) if close_missing else ():
        keep(batch, [0, 0], done)
    return total, entries


def _closed(writer: Writer) -> Iterator[tuple[UUID, Written]]:
    while True:
        batch = uuid7()
        done = writer.close_missing(batch, BATCH)
        if not done.closed:
            return
        yield batch, done


def _journalled(
    row: Import, id: UUID, number: int, lines: Sequence[int], done: Written, *, by: UUID | None, at: datetime
) -> Entry:
    """Keep a batch and return its entry, whose cause is the entry of the import."""
    entry_id = uuid7()
    batch = ImportBatch(
        id=id, source=row, number=number, first_line=lines[0], last_line=lines[1], written=len(done.leaves),
        digest=digest_of(done.leaves), entry=entry_id,
    )  # fmt: skip
    batch.save(force_insert=True)
    body: dict[str, Any] = {
        "set": {f.attname: getattr(batch, f.attname) for f in batch._meta.concrete_fields if f.name not in {"id", "version", "entry"}},
        "register": row.register, "digest": batch.digest,
        "entered": done.entered, "changed": done.changed, "closed": done.closed,
    }  # fmt: skip
    return build_entry(
        BATCH_IMPORTED, subject=batch, at=at, by=by, unit=row.unit_id, body=body, entry_id=entry_id,
        cause=current_entry_id(),
    )  # fmt: skip


def _remember(row: Import, at: datetime) -> None:
    """Keep what the columns meant, for the next file of this office."""
    meant = {plain_header(title): field for title, field in row.columns if plain_header(title)}
    known, _new = ColumnMapping.objects.get_or_create(
        register=row.register, unit_id=row.unit_id, office=row.office, defaults={"at": at}
    )
    known.columns, known.at = {**known.columns, **meant}, at
    known.save()
