"""Take a register out as CSV, XLSX, Parquet or GeoJSON, row by row: memory does not grow with it.

What could not be read when it was brought in goes out as it was written, so a file that is taken out and brought
in again says the same. Columns that begin with "_" are the record's own (id, number, version, state).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory.models import Account, Unit
from dinh.directory.policy import Scope
from dinh.journal import access
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.registers.exports import formats
from dinh.registers.models import Record
from dinh.registers.queries import bounded, matches, readable_fields

PORTION = 2_000
OWN = ("_record", "_number", "_version", "_state", "_confirmed_on")
SHEET_ROWS = 1_048_575


@dataclass(frozen=True)
class Question:
    """Which rows and fields are taken out.

    fields  ids of fields, in this order; () takes all that may be read
    roles   of who takes them; None is the node's owner
    scope   where that person reads; None sets no bounds
    text    number or words of the name, as `queries.find_records` takes them
    where   another condition over columns of `Record`
    state   "valid", "closed"; "" as `closed` says
    """

    register: Register
    unit: Unit | None = None
    fields: tuple[str, ...] = ()
    titles: str = "id"
    closed: bool = False
    roles: Collection[str] | None = None
    scope: Scope | None = None
    text: str = ""
    where: Q | None = None
    state: str = ""

    def chosen(self) -> tuple[RegisterField, ...]:
        """Return the fields; raises Invalid for one that is not there or may not be read."""
        allowed = {field.id: field for field in readable_fields(self.register, self.roles)}
        if unknown := [name for name in self.fields if name not in allowed]:
            message = _("Register “%(register)s” has no field “%(field)s” that you may read.")
            faults = [
                Fault(
                    name, "registers.unknown_field", message % {"register": self.register.id, "field": name}
                )
                for name in unknown
            ]
            raise Invalid("exports.unknown_field", faults, faults[0].message)
        return tuple(allowed[name] for name in self.fields) if self.fields else tuple(allowed.values())

    def rows(self) -> QuerySet[Record]:
        """Return the records in the order of their books."""
        found = Record.objects.filter(register=self.register.id).order_by("unit", "book", "sequence")
        if self.unit is not None:
            found = found.filter(unit=self.unit)
        if self.where is not None:
            found = found.filter(self.where)
        found = bounded(found, self.scope)
        if self.text:
            found = found.filter(matches(self.text))
        if self.state:
            return found.filter(state=self.state)
        return found if self.closed else found.filter(state=Record.State.VALID)


def write(question: Question, path: Path, *, by: Account | UUID | None, at: datetime, purpose: str) -> int:
    """Write a file, whose ending says its format, and return how many rows it has.

    The file appears under its name when it is whole. Who took which rows, and why, stands in the journal of
    accesses. Raises Refused for an unknown ending, or more rows than a sheet takes.
    """
    form = path.suffix.lower().removeprefix(".")
    writers = formats.WRITERS
    if form not in writers:
        known = ", ".join(f".{name}" for name in writers)
        raise Refused("exports.form", _("Name a file that ends in one of: %(known)s.") % {"known": known})
    fields = question.chosen()
    if form == "xlsx" and question.rows().count() > SHEET_ROWS:
        raise Refused("exports.sheet_full", _("A sheet ends at 1,048,576 rows. Write CSV or Parquet."))
    columns = [*OWN, *(_title(field, question.titles) for field in fields)]
    draft = path.with_name(f".{path.name}.draft")
    taken = _Taken(question, by, at, purpose)
    try:
        count = writers[form](draft, columns, fields, _lines(question, fields, taken))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return count


class _Taken:
    """Writes who took which rows, one access row for each portion."""

    def __init__(self, question: Question, by: Account | UUID | None, at: datetime, purpose: str) -> None:
        self.query = {
            "register": question.register.id,
            "fields": list(question.fields),
            "closed": question.closed,
            "q": question.text,
        }
        self.unit = question.unit.pk if question.unit else None
        self.by, self.at, self.purpose = by, at, purpose

    def told(self, ids: Sequence[UUID]) -> None:
        access.listed(
            kind="export", subject_type="record", query=self.query, ids=ids, by=self.by, at=self.at,
            purpose=self.purpose, unit=self.unit,
        )  # fmt: skip


def _lines(question: Question, fields: Sequence[RegisterField], taken: _Taken) -> Iterator[list[Any]]:
    key = question.register.key
    # A record's number repeats its key, which may have fewer readers than the record.
    numbers = not key or key in {one.id for one in readable_fields(question.register, question.roles)}
    for portion in _portions(question):
        for id, number, version, state, confirmed, sequence, book, data, as_written in portion:
            written = as_written or {}
            number = number if numbers else f"{sequence}/{book}"
            cells = [data.get(field.id, written.get(field.id)) for field in fields]
            yield [str(id), number, version, state, confirmed.isoformat() if confirmed else None, *cells]
        taken.told([row[0] for row in portion])


def _portions(question: Question) -> Iterator[list[Any]]:
    """Yield the rows of each book in order, some at a time, each portion a question of its own.

    Not one long reading: who took the rows is written down meanwhile, and SQLite lets nobody write whose own reading
    began before another's writing.
    """
    names = ("id", "number", "version", "state", "confirmed_on", "sequence", "book", "data", "as_written")
    rows = question.rows()
    for unit, book in rows.order_by("unit", "book").values_list("unit", "book").distinct():
        mine, last = rows.filter(unit=unit, book=book).order_by("sequence"), -1
        while portion := list(mine.filter(sequence__gt=last).values_list(*names)[:PORTION]):
            last = portion[-1][names.index("sequence")]
            yield portion


def _title(field: RegisterField, language: str) -> str:
    return field.id if language == "id" else field.title.of(language)
