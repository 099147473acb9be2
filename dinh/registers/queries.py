"""Reads of registers: find a record, open it (with its access row), what the books know of a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.others import OF_THE_RECORD
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.journal import access
from dinh.journal.models import Entry
from dinh.lib.errors import NotFound, NotPermitted
from dinh.lib.names import fold
from dinh.population.models import Person
from dinh.registers.models import Import, ImportBatch, Record, RecordParty

if TYPE_CHECKING:
    from dinh.directory.policy import Scope

READ, EXPORT = "registers.read", "registers.export"
OFFSET_MAX = 100_000
NUMBERED_MAX = (
    500  # records of one number that are looked at: one in each commune of a province, and some twins
)
ORDERS = {
    "newest": ("-registered_on", "-sequence", "-id"),
    "oldest": ("registered_on", "sequence", "id"),
    "name": ("name_key", "registered_on", "id"),
}
NOTHING_HERE = _("There is no such record, or it is not in your care.")
NOT_A_READER = _("Your role does not read this register.")


def find_records(
    register: str = "",
    text: str = "",
    *,
    unit: Unit | UUID | None = None,
    scope: Scope | None = None,
    person: Person | UUID | None = None,
    state: str = Record.State.VALID,
    where: Q | None = None,
    limit: int = 20,
    offset: int = 0,
    order: str = "newest",
) -> list[Record]:
    """Return records in force by number ("12/2025", "HS0012") or by words of the name, accents or not.

    register  id of a catalogue register; empty searches all
    offset    lines to pass over, for the pages that follow; 0 to OFFSET_MAX
    order     one of ORDERS
    scope     what the reader may see (`directory.policy.scope`); None sets no bounds
    state     "closed" finds those that are out of force; "" both
    where     another condition of the caller's, over columns of `Record`

    The caller shows them to somebody, and so writes `journal.access.listed`. Two queries, three where a
    number is known: numbers first, from their index.
    """
    found = Record.objects.filter(state=state) if state else Record.objects.all()
    if where is not None:
        found = found.filter(where)
    if register:
        found = found.filter(register=register)
    if unit is not None:
        found = found.filter(unit=unit)
    if person is not None:
        found = found.filter(person=person)
    offset = max(0, min(offset, OFFSET_MAX))
    page = slice(offset, offset + limit)
    found = bounded(found, scope).select_related("person").order_by(*ORDERS[order])
    if ids := _numbered(register, text.strip()):
        if numbered := list(found.filter(pk__in=ids)[page]):
            return numbered
    return list(found.filter(matches(text))[page])


def _numbered(register: str, number: str) -> list[UUID]:
    """Return the records of a number, whoever may see them: asked with a unit and an order, SQLite reads the whole book."""
    if not number:
        return []
    named = Record.objects.filter(number=number)
    return list(
        (named.filter(register=register) if register else named).values_list("pk", flat=True)[:NUMBERED_MAX]
    )


def records_concerning(people: Collection[UUID], register: str, limit: int = 20) -> list[Record]:
    """Return the records in force of one register that concern any of the people, the newest first. One query.

    Those about them, and those to which they are a party: a marriage is both spouses'.
    """
    # Two conditions joined by "or" would be answered by reading the whole book; two lists of ids are not.
    about = Record.objects.filter(person__in=people, register=register).values("pk")
    parties = RecordParty.objects.filter(person__in=people, record__register=register).values("record")
    found = Record.objects.filter(pk__in=about.union(parties), state=Record.State.VALID)
    return list(found.order_by(*ORDERS["newest"])[:limit])


def open_record(*, account: Account, record_id: UUID, at: datetime, purpose: str) -> Record:
    """Return one record to someone who may read it, and write down that it was opened.

    Officers need `registers.read` over the record's unit and, where the register
    names its readers, one of those roles; a citizen opens the records about herself.

    Raises NotFound or NotPermitted.
    """
    row = Record.objects.select_related("person", "unit").filter(pk=record_id).first()
    if row is None:
        raise NotFound("registers.no_record", NOTHING_HERE, record=record_id)
    if account.person is None or account.person != row.person_id:
        _require(account, row, at)
    access.opened(
        subject_type="record",
        subject=row.pk,
        by=account,
        at=at,
        purpose=purpose,
        person=row.person_id,
        unit=row.unit_id,
    )
    return row


def scope_of(account: Account, register: str, on: date) -> Scope:
    """Return where an account reads a register: there it has `registers.read` in a role that the register names.

    Without named readers any such role will do. Who reads births in one commune and residences in another
    reads neither book of the other. Empty, and false, when there is no such place.
    """
    shape = store.get().registers.get(register)
    return policy.scope(account, READ, on, roles=shape.readers if shape and shape.readers else None)


def taking_scope(account: Account, register: str, on: date) -> Scope:
    """Return where an account takes a register away: where it reads it and has `registers.export` as well."""
    return scope_of(account, register, on) & policy.scope(account, EXPORT, on)


def record_facts(person: Person | UUID) -> dict[str, Any]:
    """Return what the books say of a person, by the names that forms are prefilled from.

    {"births.mother_name": ..., "births.line": "12/2025", "births.registered_on": "2025-03-01", ...};
    of two records in one register the newer alone speaks. One query.
    """
    mine = Record.objects.filter(person=person, state=Record.State.VALID)
    newest = {row.register: row for row in mine.order_by("registered_on", "sequence")}
    return {
        f"{register}.{name}": value
        for register, row in newest.items()
        for name, value in {**row.data, **_written(row)}.items()
    }


def versions(row: Record) -> list[Mapping[str, Any]]:
    """Return what a record said over time, oldest first: version, at, reason, actor, data, state.

    `provenance` and `provenance_id` say where each came from; of an import the id is its batch. Two queries.
    """
    names = ("version", "at", "reason", "actor", "data", "as_written", "state", "provenance", "provenance_id")
    found: list[Mapping[str, Any]] = list(row.versions.order_by("version").values(*names))
    if row.batch_id is not None and not any(one["version"] == row.version for one in found):
        found.append(_of_batch(row, row.batch_id))
    return found


def history(row: Record) -> list[Mapping[str, Any]]:
    """Return `versions` with the entry of the journal that stands for each, under "entry"; None for none.

    A version that an import wrote stands under the entry of its batch. Four queries.
    """
    found = versions(row)
    own = dict(Entry.objects.filter(subject=row.pk).values_list("subject_version", "pk"))
    batches = {one["provenance_id"] for one in found if one["version"] not in own}
    entries = dict(ImportBatch.objects.filter(pk__in=batches).values_list("pk", "entry"))
    return [{**one, "entry": own.get(one["version"]) or entries.get(one["provenance_id"])} for one in found]


def readable_fields(register: Register, roles: Collection[str] | None) -> tuple[RegisterField, ...]:
    """Return the fields that somebody of these roles reads; None is the node's owner, who reads all."""
    return tuple(
        field
        for field in register.fields
        if roles is None or not field.readers or set(field.readers) & set(roles)
    )


@dataclass(frozen=True)
class Seen:
    """What somebody reads of a register: the fields of their roles, and whether names and numbers are among them.

    A record's name and number repeat fields, which may have fewer readers than the record.
    """

    roles: Collection[str] | None
    names: bool
    numbers: bool

    @classmethod
    def by(cls, register: Register, roles: Collection[str] | None) -> Seen:
        """Return what somebody of these roles reads."""
        ids = {field.id for field in readable_fields(register, roles)}
        named_by = register.person.name if register.person else ""
        return cls(roles, not named_by or named_by in ids, not register.key or register.key in ids)

    def number(self, number: str, sequence: int, book: str) -> str:
        """Return the number of a record, or its line in its book where the number is not theirs to read."""
        return number if self.numbers else f"{sequence}/{book}"

    def title(self, row: Record) -> tuple[str, str]:
        """Return (number, name) of a record, as far as they are read."""
        return self.number(row.number, row.sequence, row.book), row.person_name if self.names else ""


def readable_title(register: Register, row: Record, roles: Collection[str] | None) -> tuple[str, str]:
    """Return (number, name) of one record, as far as somebody of these roles reads them."""
    return Seen.by(register, roles).title(row)


def readable_data(
    register: Register, data: Mapping[str, Any], roles: Collection[str] | None
) -> dict[str, Any]:
    """Return of a record's data what somebody of these roles reads."""
    allowed = {field.id for field in readable_fields(register, roles)}
    return {name: value for name, value in data.items() if name in allowed}


def not_fresh(register: Register, on: date) -> Q:
    """Return the condition of records that nobody confirmed within the time that their register asks for."""
    oldest = oldest_fresh(register, on)
    if oldest is None:
        return Q(pk__in=[])
    return Q(confirmed_on__lt=oldest) | Q(confirmed_on=None, registered_on__lt=oldest)


def oldest_fresh(register: Register, on: date) -> date | None:
    """Return the day since which a row must have been confirmed to be fresh; None where the register asks for none."""
    if register.fresh_within_months is None:
        return None
    years, month = divmod(on.year * 12 + on.month - 1 - register.fresh_within_months, 12)
    return date(years, month + 1, min(on.day, 28))


def _of_batch(row: Record, batch: UUID) -> Mapping[str, Any]:
    """Return the version that a batch wrote and nothing has replaced yet: it stands in the record alone."""
    source = Import.objects.get(batches=batch)
    return {
        "version": row.version, "at": source.loaded_at or source.at, "reason": "", "actor": source.by, "data": row.data,
        "as_written": row.as_written, "state": row.state, "provenance": "import", "provenance_id": batch,
    }  # fmt: skip


def _written(row: Record) -> dict[str, str]:
    """Return what is known of the record itself, by the names that no field of a register may have."""
    values = (str(row.pk), row.number, row.book, row.registered_on.isoformat())
    return dict(zip(OF_THE_RECORD, values, strict=True))


def matches(text: str) -> Q:
    """Return the condition of records found by a text: number, line of a book, or words of the name."""
    text = text.strip()
    if text[:1].isdigit():
        # Seven digits: no book has more lines, and a longer number is of something else.
        line = text.isascii() and text.isdigit() and len(text) <= 7
        return Q(number=text) | Q(sequence=int(text)) if line else Q(number=text)
    condition = Q()
    for word in fold(text).split():
        condition &= Q(name_key__contains=word)
    return condition


def bounded(found: QuerySet[Record], scope: Scope | None) -> QuerySet[Record]:
    """Return of some records those that a reader may see; None sets no bounds."""
    # `unit = X` for an officer of one commune, not one of X and its villages: only so the index gives the newest first.
    return found if scope is None else scope.filter(found, procedure_field=None)


def _require(account: Account, row: Record, at: datetime) -> None:
    on = timezone.localdate(at)
    policy.require(account, READ, unit=row.unit_id, on=on)
    if not scope_of(account, row.register, on).allows(row.unit_id):
        raise NotPermitted("registers.not_a_reader", NOT_A_READER, record=row.pk)
