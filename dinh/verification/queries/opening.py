"""One finding as an officer decides it: what the row says beside what the population says, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from dinh.catalogue import store
from dinh.catalogue.shapes.register import PersonFields, Register
from dinh.directory import policy, tree
from dinh.directory.models import Account
from dinh.journal import access
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound, NotPermitted
from dinh.lib.names import same_spelling
from dinh.population.models import Person
from dinh.registers.models import Record
from dinh.registers.queries import NOT_A_READER, NOTHING_HERE, READ, readable_fields, scope_of
from dinh.verification.models import Finding, Match


@dataclass(frozen=True)
class OpenedField:
    """One field of the row and what the population says instead.

    value, first, second  of the row and of both candidates, as their fields keep it; None when not known
    proposed              what would be written; None when nothing is proposed
    differs               whether the first candidate says something else
    deciding              whether it tells the two candidates apart
    """

    id: str
    title: str
    value: Any
    first: Any = None
    second: Any = None
    proposed: Any = None
    differs: bool = False
    deciding: bool = False
    part: str = ""  # of the identity: "name", "birth", ...; "" when it does not say who somebody is
    written: bool = False  # the value could not be read and stands as it was written


@dataclass(frozen=True)
class Opened:
    """A finding with everything that is needed to decide it."""

    finding: Finding
    record: Record
    match: Match | None
    fields: tuple[OpenedField, ...]
    first: Person | None
    second: Person | None
    other: Record | None
    may_decide: bool


def open_finding(account: Account, finding_id: UUID, at: datetime, purpose: str = "") -> Opened:
    """Return a finding to someone who may read its record, and write down whose data were shown.

    purpose  the task in hand; by default the finding itself

    Raises NotFound or NotPermitted. Two queries and those of the access rows.
    """
    related = ("record", "record__unit", "record__person", "village", "assignee", "other", "unit", "person")
    finding = Finding.objects.select_related(*related).filter(pk=finding_id).first()
    if finding is None:
        raise NotFound("verification.no_finding", NOTHING_HERE, finding=finding_id)
    on, record = local_date(at), finding.record
    policy.require(account, READ, unit=record.unit_id, on=on)
    if not scope_of(account, record.register, on).allows(record.unit_id):
        raise NotPermitted("registers.not_a_reader", NOT_A_READER, record=record.pk)
    people = ("person", "second", "person__household", "second__household")
    match = Match.objects.select_related(*people).filter(record=record).first()
    first, second = (match.person, match.second) if match else (None, None)
    purpose = purpose or f"finding:{finding.pk}"
    other = finding.other
    if other is not None and not scope_of(account, other.register, on).allows(other.unit_id):
        other = None  # the officer learns that there is one, not what it says
    rows = [record, other] if other is not None else [record]
    _shown(rows, {one.pk for one in (first, second) if one is not None}, account, at, purpose)
    shape = store.get().registers[record.register]
    fields = _fields(shape, record, match, policy.roles_of(account, on), on)
    may = policy.may(account, "verification.decide", unit=record.unit_id, on=on)
    return Opened(finding, record, match, fields, first, second, other, may)


def _shown(rows: Sequence[Record], candidates: set[UUID], by: Account, at: datetime, purpose: str) -> None:
    for row in rows:
        access.opened(
            subject_type="record", subject=row.pk, by=by, at=at, purpose=purpose, person=row.person_id,
            unit=row.unit_id,
        )  # fmt: skip
    for person in sorted(candidates - {row.person_id for row in rows}):
        access.opened(
            subject_type="person", subject=person, by=by, at=at, purpose=purpose, person=person, unit=rows[0].unit_id
        )  # fmt: skip


def _fields(
    shape: Register, record: Record, match: Match | None, roles: frozenset[str], on: date
) -> tuple[OpenedField, ...]:
    part_of = {field: part for part, field in (shape.person or PersonFields(name="")).named().items()}
    first = known(match.person, on) if match and match.person else {}
    second = known(match.second, on) if match and match.second else {}
    written = record.as_written or {}
    proposed: Mapping[str, Any] = match.proposed if match else {}
    found = []
    for field in readable_fields(shape, roles):
        part = part_of.get(field.id, "")
        value = record.data.get(field.id, written.get(field.id))
        a, b = first.get(part), second.get(part)
        if part == "commune" and field.type == "place":
            a, b = first.get("unit"), second.get("unit")
        differs = field.id in proposed or bool(a) and value is not None and not _same(value, a)
        apart = bool(a or b) and bool(second) and not _same(a, b)
        found.append(
            OpenedField(
                field.id, str(field.title), value, a, b, proposed.get(field.id), differs, apart, part,
                field.id in written and field.id not in record.data,
            )
        )  # fmt: skip
    return tuple(found)


def known(person: Person, on: date) -> dict[str, Any]:
    """Return what the population says of a person, by the parts that registers declare."""
    home = person.household
    commune = tree.title(person.unit_id, on) if person.unit_id else ""
    naming = tree.naming(person.unit_id, on) if person.unit_id else None
    return {
        "number": person.number or "", "old_number": person.old_number, "name": person.full_name, "birth": person.birth,
        "sex": person.sex, "birth_place": person.birth_place, "commune": naming.code if naming else "",
        "place": ", ".join(filter(None, (home.address if home else "", commune))), "unit": str(person.unit_id or ""),
        "mother_name": person.mother_name, "father_name": person.father_name,
    }  # fmt: skip


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a == b or same_spelling(a, b)
    return bool(a == b)
