"""Load a checked file: all of it in one transaction, or nothing; one entry of the journal for each batch.

Why not one entry for each row: docs/decisions/imports-are-journalled-by-batch.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory.models import Account
from dinh.journal.actions import action, build_entry, current_entry_id, record, record_many
from dinh.journal.models import Entry
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.lib.ids import uuid7
from dinh.population.imports.columns import plain_header
from dinh.registers.imports.checking import NO_REGISTER, loaded_already
from dinh.registers.imports.copying import Copier, attached
from dinh.registers.imports.digests import BATCH_IMPORTED, digest_of
from dinh.registers.imports.messages import sentence
from dinh.registers.imports.planning import Plan, Stand
from dinh.registers.imports.stage import Stage, let_rows_go
from dinh.registers.imports.writing import Writer, Written
from dinh.registers.models import Book, ColumnMapping, Import, ImportBatch

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
NO_ROOM = _(
    "The disk is full. Nothing was loaded; free some space and load it again: it need not be read again."
)
FULL = ("disk is full", "No space left on device")  # as SQLite and PostgreSQL say it

Progress = Callable[[int, int], None]  # rows written, rows in all


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
    Invalid ("imports.has_faults", "imports.no_good_row"), Refused when there is nothing to load. Everything is worked
    out before the one transaction that writes it, so that other writers wait for the copying only.
    """
    shape = store.get().registers.get(row.register)
    if shape is None:
        raise Refused("registers.no_register", NO_REGISTER, register=row.register)
    who = by.pk if isinstance(by, Account) else by
    with Stage(row.pk) as stage, stage.alone():
        _require_good(row, stage, load_good)
        plan = Plan(shape, row, stage)
        good = row.rows - row.bad
        # Working out is the first half of the way that is shown, copying the second.
        plan.make(BATCH, (lambda seen: progress(seen // 2, good)) if progress else None)
        with attached(stage) as copies:
            writer = Copier if copies else Writer
            try:
                return _load(
                    row=row, plan=plan, writer=writer, close_missing=close_missing, by=who, at=at, progress=progress
                )  # fmt: skip
            except OperationalError as error:
                if not any(words in str(error) for words in FULL):
                    raise
                raise Refused("imports.disk_full", NO_ROOM, import_id=row.pk) from error


@action
def _load(
    *,
    row: Import,
    plan: Plan,
    writer: type[Writer],
    close_missing: bool,
    by: UUID | None,
    at: datetime,
    progress: Progress | None,
) -> Import:
    taken = Import.objects.filter(pk=row.pk, state__in=READY)
    if not taken.update(state=Import.State.LOADED, loaded_at=at, by=by, version=1):
        raise Refused("imports.not_checked", NOT_CHECKED, import_id=row.pk)
    row.refresh_from_db()
    # Whoever enters a line holds its book: with the books held, the stand that is compared is the stand written upon.
    list(Book.objects.select_for_update().filter(register=row.register, unit=row.unit_id))
    same = Import.objects.filter(
        register=row.register, unit=row.unit_id, office=row.office, digest=row.digest
    )
    if twin := same.filter(on=row.on, state=Import.State.LOADED).exclude(pk=row.pk).first():
        raise loaded_already(twin)  # by another import, begun before it was loaded
    if Stand.of(row) != plan.stand:  # somebody wrote into the register since
        plan.make(BATCH)
    total, entries = _write(
        plan, writer(plan.shape, row, plan), close_missing, by=by, at=at, progress=progress
    )
    for name in ("entered", "changed", "unchanged", "closed"):
        setattr(row, name, getattr(total, name))
    row.save(update_fields=["entered", "changed", "unchanged", "closed"])
    _remember(row, at)
    columns = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    body = {
        "set": {k: v for k, v in columns.items() if k not in {"id", "version", "faults"}},
        "batches": len(entries),
    }
    record("registers.imported", subject=row, at=at, by=by, unit=row.unit_id, body=body)
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
    plan: Plan,
    writer: Writer,
    close_missing: bool,
    *,
    by: UUID | None,
    at: datetime,
    progress: Progress | None,
) -> tuple[Written, list[Entry]]:
    row = plan.row
    total = Written()
    entries: list[Entry] = []
    good, seen = row.rows - row.bad, 0
    for batch in plan.batches():
        done = writer.write(batch)
        total.add(done)
        if done.entered or done.changed:
            kept = _Kept(batch.id, batch.lines, done.entered + done.changed, batch.digest)
            entries.append(_journalled(row, kept, len(entries) + 1, done, by=by, at=at))
        seen += done.entered + done.changed + done.unchanged
        if progress:
            progress((good + seen) // 2, good)
    for id, done in _closed(writer) if close_missing else ():
        total.add(done)
        kept = _Kept(id, (0, 0), len(done.leaves), digest_of(done.leaves))
        entries.append(_journalled(row, kept, len(entries) + 1, done, by=by, at=at))
    return total, entries


@dataclass(frozen=True)
class _Kept:
    """A batch as it is kept: its rows of the file, how many versions it wrote, the digest over them."""

    id: UUID
    lines: tuple[int, int]
    written: int
    digest: str


def _closed(writer: Writer) -> Iterator[tuple[UUID, Written]]:
    while True:
        batch = uuid7()
        done = writer.close_missing(batch, BATCH)
        if not done.closed:
            return
        yield batch, done


def _journalled(
    row: Import, kept: _Kept, number: int, done: Written, *, by: UUID | None, at: datetime
) -> Entry:
    """Keep a batch and return its entry, whose cause is the entry of the import."""
    entry_id = uuid7()
    batch = ImportBatch(
        id=kept.id, source=row, number=number, first_line=kept.lines[0], last_line=kept.lines[1],
        written=kept.written, digest=kept.digest, entry=entry_id,
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
