"""Writes of registers: a line is entered, amended, closed, reopened; a book is closed at the year's end.

A number is taken from its book by an update that holds the book's row until the
outermost action ends: two offices never get the same line, and a line that is
rolled back gives its number back, so a book has neither duplicates nor gaps.
Every change keeps what the record said in `Version` and writes one journal entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.queries import codes_of
from dinh.catalogue.shapes.register import Register
from dinh.directory.models import Account, Unit
from dinh.journal.actions import action, record
from dinh.lib.dates import local_date
from dinh.lib.errors import Invalid, NotFound, Refused, Stale
from dinh.lib.ids import natural_id, uuid7
from dinh.lib.names import fold, nfc
from dinh.population.models import Person
from dinh.registers import lines, rules
from dinh.registers.models import Book, Import, Record, RecordParty, Version

REOPENED = "registers.reopened"

NOT_VALID = _("What was given cannot be entered in the register. Correct the marked answers.")
CHANGED = _("Somebody else changed this record first. Open it again to see what it says now.")
CLOSED = _("This record is closed. A closed record is not changed.")
IN_FORCE = _("This record is in force already.")
BOOK_CLOSED = _("This book is closed. Enter the record in the book of the current year.")
NO_REGISTER = _("There is no such register.")


@action
def enter(
    *,
    register: str,
    unit: Unit,
    data: Mapping[str, Any],
    registered_on: date,
    person: Person | None = None,
    person_name: str = "",
    parties: Iterable[tuple[Person, str]] = (),
    provenance: str,
    provenance_id: UUID | None = None,
    paper: lines.OnPaper | None = None,
    by: Account | UUID | None,
    at: datetime,
) -> Record:
    """Write a new line into the book of its year and return it, with its number.

    data        {field id: value} as the catalogue register declares
    parties     (person, role) of the others it concerns, e.g. (mother, "mother")
    provenance  "dossier", "import", "correction", "exchange", "scan" or "desk" (typed in), with the id of that source
    paper       the line that an old book gave it: it keeps that number, and in a book of a year that place

    Raises Invalid ("registers.not_valid") with every fault of the data, Refused when the book is closed or the
    line of paper is somebody's already.
    """
    shape = _shape(register)
    name = nfc(person_name or (person.full_name if person else ""))
    data = _checked(shape, data, person_name=name)
    book, sequence, number = _line(shape, unit, paper, registered_on, data)
    valid_from, valid_to = rules.validity(shape, data)
    row = Record(
        id=uuid7(), register=register, unit=unit, book=book, sequence=sequence,
        number=number, person=person, person_name=name, name_key=fold(name),
        registered_on=registered_on, data=data, provenance=provenance, provenance_id=provenance_id,
        valid_from=valid_from, valid_to=valid_to, confirmed_on=local_date(at),
    )  # fmt: skip
    row.save(force_insert=True)
    RecordParty.objects.bulk_create(RecordParty(record=row, person=p, role=role) for p, role in parties)
    _keep_version(row, "", provenance, provenance_id, by, at)
    record(
        "registers.entered",
        subject=row,
        at=at,
        by=_id(by),
        unit=unit.pk,
        body={"set": _columns(row), "parties": [[str(p.pk), role] for p, role in parties]},
    )
    return row


@action
def amend(
    *,
    row: Record,
    changes: Mapping[str, Any],
    reason: str,
    provenance: str,
    provenance_id: UUID | None = None,
    person_name: str | None = None,
    as_written: Mapping[str, str] | None = None,
    by: Account | UUID | None,
    at: datetime,
) -> Record:
    """Change some fields of a record; None takes a value away. The earlier content stays in its versions.

    row          as the caller read it: its `version` guards the write
    person_name  the new name of the person it is about, when that changes
    as_written   texts that could not be read and stand again, when a correction of them is taken back

    Raises Invalid for the data, Stale when somebody changed it first, Refused when it is closed.
    """
    merged = {name: value for name, value in {**row.data, **changes}.items() if value is not None}
    shape = _shape(row.register)
    data = _checked(shape, merged, reason=reason, person_name=person_name or "")
    valid_from, valid_to = rules.validity(shape, data)
    # What could not be read before is settled by the new value.
    left = {name: text for name, text in (row.as_written or {}).items() if name not in changes}
    left |= as_written or {}
    columns: dict[str, Any] = {
        "data": data,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "as_written": left or None,
        "confirmed_on": local_date(at),
    }
    if person_name is not None:
        columns |= {"person_name": nfc(person_name), "name_key": fold(person_name)}
    return _change("registers.amended", row, columns, reason, provenance, provenance_id, by, at)


@action
def close(
    *,
    row: Record,
    reason: str,
    provenance: str,
    provenance_id: UUID | None = None,
    by: Account | UUID | None,
    at: datetime,
) -> Record:
    """Take a record out of force, for a reason that stays with it. Its number is not used again.

    Raises Stale when somebody changed it first, Refused when it is closed already.
    """
    if faults := rules.text_faults(reason=reason):
        raise Invalid("registers.not_valid", faults, NOT_VALID, register=row.register)
    columns = {"state": Record.State.CLOSED.value}
    return _change("registers.closed", row, columns, reason, provenance, provenance_id, by, at)


@action
def reopen(
    *,
    row: Record,
    reason: str,
    provenance: str,
    provenance_id: UUID | None = None,
    by: Account | UUID | None,
    at: datetime,
) -> Record:
    """Put a closed record in force again, saying what it said; its closing stays in its versions.

    Raises Stale when somebody changed it first, Refused when it is in force.
    """
    if row.state != Record.State.CLOSED:
        raise Refused("registers.not_closed", IN_FORCE, record=row.pk)
    if faults := rules.text_faults(reason=reason):
        raise Invalid("registers.not_valid", faults, NOT_VALID, register=row.register)
    columns = {"state": Record.State.VALID.value}
    return _change(REOPENED, row, columns, reason, provenance, provenance_id, by, at)


@action
def close_book(
    *, register: str, unit: Unit, name: str, on: date, by: Account | UUID | None, at: datetime
) -> Book:
    """Close a book for good: nothing is entered after, and the journal keeps how many lines it has.

    Raises NotFound when there is no such book, Refused when it is closed already.
    """
    books = Book.objects.filter(register=register, unit=unit, name=name)
    if not books.exists():
        raise NotFound("registers.no_book", _("There is no such book."), register=register, unit=unit.pk)
    if not books.filter(closed_on=None).update(closed_on=on, version=F("version") + 1):
        raise Refused("registers.book_closed", BOOK_CLOSED, register=register, unit=unit.pk)
    book = books.get()
    body = {"set": {"closed_on": on}, "lines": book.last}
    record("registers.book_closed", subject=book, at=at, by=_id(by), unit=unit.pk, body=body)
    return book


def _change(
    kind: str,
    row: Record,
    columns: dict[str, Any],
    reason: str,
    provenance: str,
    provenance_id: UUID | None,
    by: Account | UUID | None,
    at: datetime,
) -> Record:
    if row.state == Record.State.CLOSED and kind != REOPENED:
        raise Refused("registers.closed", CLOSED, record=row.pk)
    keep_batch_version(row)
    columns = {**columns, "batch_id": None}
    guarded = Record.objects.filter(pk=row.pk, version=row.version)
    if not guarded.update(version=row.version + 1, **columns):
        raise Stale("registers.changed", CHANGED, record=row.pk)
    row.refresh_from_db()
    _keep_version(row, reason, provenance, provenance_id, by, at)
    body = {
        "set": columns,
        "reason": reason,
        "provenance": provenance,
        "provenance_id": provenance_id,
    }
    record(kind, subject=row, at=at, by=_id(by), unit=row.unit_id, body=body)
    return row


def _line(
    shape: Register, unit: Unit, paper: lines.OnPaper | None, registered_on: date, data: Mapping[str, Any]
) -> tuple[str, int, str]:
    """Return book, sequence and number: those of the paper, or the next of the book."""
    if paper is not None and shape.book == "year":
        return lines.take(shape, unit, paper, registered_on)
    book = rules.book_name(shape, registered_on)
    sequence = next_lines(shape.id, unit, book)
    if paper is None:
        return book, sequence, str(data.get(shape.key) or rules.line_number(shape, sequence, book))[:40]
    return book, sequence, lines.number(shape, unit, paper, data)


def next_lines(register: str, unit: Unit, name: str, count: int = 1) -> int:
    """Take the next lines of a book for the transaction under way; return the last of them."""
    key = natural_id("book", register, unit.pk, name)
    Book.objects.get_or_create(pk=key, defaults={"register": register, "unit": unit, "name": name})
    # The update locks the book's row until the outermost transaction ends, so the value read
    # back is ours alone; reading first and writing after would give one number twice.
    if not Book.objects.filter(pk=key, closed_on=None).update(last=F("last") + count):
        raise Refused("registers.book_closed", BOOK_CLOSED, register=register, unit=unit.pk)
    return Book.objects.values_list("last", flat=True).get(pk=key)


def _shape(register: str) -> Register:
    shape = store.get().registers.get(register)
    if shape is None:
        raise NotFound("registers.no_register", NO_REGISTER, register=register)
    return shape


def _checked(shape: Register, data: Mapping[str, Any], **texts: str) -> dict[str, Any]:
    faults = rules.faults_of(shape, data, codes_of) + rules.text_faults(**texts)
    if faults:
        raise Invalid("registers.not_valid", faults, NOT_VALID, register=shape.id)
    return {k: nfc(v) if isinstance(v, str) else v for k, v in data.items() if v is not None and v != ""}


def keep_batch_version(row: Record) -> None:
    """Keep what a batch wrote, before it is replaced: until then it stands in the record alone."""
    if row.batch_id is None:
        return
    source = Import.objects.get(batches=row.batch_id)
    Version.objects.get_or_create(
        record=row,
        version=row.version,
        defaults={
            "data": row.data, "as_written": row.as_written, "state": row.state, "provenance": "import",
            "provenance_id": row.batch_id, "actor": source.by, "at": source.loaded_at or source.at,
        },
    )  # fmt: skip


def _keep_version(
    row: Record,
    reason: str,
    provenance: str,
    provenance_id: UUID | None,
    by: Account | UUID | None,
    at: datetime,
) -> None:
    Version.objects.create(
        record=row, version=row.version, data=row.data, as_written=row.as_written, state=row.state, reason=reason,
        provenance=provenance, provenance_id=provenance_id, actor=_id(by), at=at,
    )  # fmt: skip


def _columns(row: Record) -> dict[str, Any]:
    return {
        f.attname: getattr(row, f.attname)
        for f in row._meta.concrete_fields
        if f.attname not in {"id", "version"}
    }


def _id(by: Account | UUID | None) -> UUID | None:
    return by.pk if isinstance(by, Account) else by
