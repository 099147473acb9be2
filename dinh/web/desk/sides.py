"""A finding laid out: the row beside the people it may mean, field by field, with what differs marked.

What may be read was decided by `verification.queries`; here values only become words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import queries as directory
from dinh.population.models import Person
from dinh.registers.models import Record
from dinh.registers.queries import readable_fields
from dinh.verification.models import Finding, Match
from dinh.verification.queries import Opened, OpenedField
from dinh.verification.words import Said, say
from dinh.web.components.differing import alike, differing
from dinh.web.desk import saying

ADDRESS = frozenset({"place", "commune"})
NOT_SEEN = _("looks the same, but is written with other characters")


@dataclass(frozen=True)
class Change:
    """One field before and after, its differing letters marked."""

    field: str
    title: str
    before: SafeString
    after: SafeString
    note: str | Promise = ""


@dataclass(frozen=True)
class Side:
    """One line of the comparison: what the row says, and what each person's data say."""

    title: str
    value: SafeString
    first: SafeString
    second: SafeString
    proposed: SafeString
    other: str
    differs: bool
    deciding: bool
    known: bool  # whether the population keeps such a thing at all
    note: str | Promise
    contested: bool  # the person says that it should be what is `proposed`


def value_of(field: RegisterField, value: Any, language: str) -> str:
    """Return a value in words; one that could not be read as its type stands as it was written."""
    try:
        return saying.answer(field, value, language)
    except (ValueError, TypeError):
        return str(value)


def changes(
    register: Register, record: Record, proposed: Mapping[str, Any], roles: frozenset[str], language: str
) -> list[Change]:
    """Return what a proposal would change, of the fields that these roles read."""
    written = record.as_written or {}
    found = []
    for field in readable_fields(register, roles):
        if field.id in proposed:
            before = value_of(field, record.data.get(field.id, written.get(field.id)), language)
            found.append(_change(field, before, value_of(field, proposed[field.id], language)))
    return found


def contested(
    register: Register, record: Record, says: Mapping[str, Any], roles: frozenset[str], language: str
) -> list[Change]:
    """Return what a person says that a row should say, in her own words, of the fields that these roles read."""
    written = record.as_written or {}
    return [
        _change(
            field,
            value_of(field, record.data.get(field.id, written.get(field.id)), language),
            str(says[field.id]),
        )
        for field in readable_fields(register, roles)
        if field.id in says
    ]


def done(
    register: Register, changed: Mapping[str, Any], roles: frozenset[str], language: str
) -> list[Change]:
    """Return what a decision changed: `Finding.changed` is {field id: [before, after]}."""
    return [
        _change(field, *(value_of(field, one, language) for one in changed[field.id]))
        for field in readable_fields(register, roles)
        if field.id in changed
    ]


def _change(field: RegisterField, before: str, after: str) -> Change:
    marked = differing(before, after)
    return Change(field.id, str(field.title), *marked, note=NOT_SEEN if alike(before, after) else "")


def lay_out(opened: Opened, roles: frozenset[str], language: str, on: date) -> list[Side]:
    """Return the lines of a finding: who the row is about first, the deciding field marked."""
    register = store.get().registers[opened.record.register]
    fields = {field.id: field for field in register.fields}
    others = _of_other(opened.other, roles, language)
    lines = [_side(one, fields[one.id], opened, others, language, on) for one in opened.fields]
    # Who it is comes first, where anybody says something of it; of the rest only what the row says at all.
    first = [
        line
        for line, one in zip(lines, opened.fields, strict=True)
        if one.part and (line.value or line.first or line.second or line.other or line.contested)
    ]
    return first + [
        line
        for line, one in zip(lines, opened.fields, strict=True)
        if not one.part and (line.value or line.contested)
    ]


def _side(
    one: OpenedField, field: RegisterField, opened: Opened, others: Mapping[str, str], language: str, on: date
) -> Side:
    value = str(one.value) if one.written else value_of(field, one.value, language)
    first = _candidate(one, field, one.first, opened.first, language, on)
    second = _candidate(one, field, one.second, opened.second, language, on)
    # Addresses are written in many ways; they differ where something is proposed for them.
    differs = one.differs and (one.part not in ADDRESS or one.proposed is not None)
    said = opened.finding.says.get(one.id)
    proposed = "" if one.proposed is None else value_of(field, one.proposed, language)
    if said is not None:
        proposed = str(said)
    if proposed == value:
        proposed = ""  # it was taken over
    against = proposed or (first if differs else "")
    marked = differing(value, against) if against and value else (_plain(value), SafeString(""))
    return Side(
        title=one.title,
        value=marked[0],
        first=differing(value, first)[1] if value and first and differs else _plain(first),
        second=differing(first, second)[1] if one.deciding and first and second else _plain(second),
        proposed=marked[1] if proposed and value else _plain(proposed),
        other=others.get(one.part or one.id, ""),
        differs=differs,
        deciding=one.deciding,
        known=bool(one.part),
        note=NOT_SEEN if against and alike(value, against) else "",
        contested=said is not None,
    )


def _candidate(
    one: OpenedField, field: RegisterField, value: Any, person: Person | None, language: str, on: date
) -> str:
    if person is not None and one.part == "commune" and person.unit_id:
        return directory.unit_title(person.unit_id, on, with_parents=False)
    return value_of(field, value, language)


def _plain(text: str) -> SafeString:
    return differing(text, text)[0]


def _of_other(record: Record | None, roles: frozenset[str], language: str) -> dict[str, str]:
    """Return what another row says, by part of the identity, else by field."""
    register = store.get().registers.get(record.register) if record else None
    if record is None or register is None:
        return {}
    parts = {field: part for part, field in (register.person.named() if register.person else {}).items()}
    return {
        parts.get(field.id, field.id): value_of(field, record.data.get(field.id), language)
        for field in readable_fields(register, roles)
    }


def row_lines(record: Record, roles: frozenset[str], language: str) -> list[tuple[str, str]]:
    """Return what a row says, field by field, as far as these roles read it."""
    register = store.get().registers[record.register]
    found = (
        (str(field.title), value_of(field, record.data.get(field.id), language))
        for field in readable_fields(register, roles)
    )
    return [(title, value) for title, value in found if value]


def people_of(found: Iterable[Finding]) -> list[UUID]:
    """Return whose data a list of findings shows beside its rows: the people whose data are proposed."""
    matches = (getattr(one.record, "match", None) for one in found)
    return sorted({match.person_id for match in matches if match is not None and match.person_id is not None})


def reasons(finding: Finding, match: Match | None) -> list[Said]:
    """Return why the finding stands, its leading reason first, then what else is wrong with the row."""
    codes: Iterable[str] = (finding.code, *(match.reasons if match else ()))
    return [say(code, finding.register) for code in dict.fromkeys(codes)]
