"""The records of a register as the engine takes them, and what the register asks of its rows beyond the person.

Columns are called as the engine's parts are; those that begin with "_" are for loading alone. What was read into its
type is written as the engine likes it, what could not be read as it was written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from dinh.catalogue.shapes.register import PersonFields, Register, RegisterField
from dinh.directory import tree
from dinh.registers.imports.bulk import uuid_text
from dinh.registers.models import Record
from dinh.registers.queries import oldest_fresh
from dinh.verification.engine.intake import REGISTER
from dinh.verification.runs.material import Tables, literal, stream, text_of, units_on

PARTS = tuple(part for part in REGISTER if part != "rid")
COLUMNS = ("rid", "version", "data", "written", "confirmed_on", "registered_on", "person", "provenance")
# Registers of these domains tell of the past: that somebody died or moved later does not make their rows wrong.
PAST = frozenset({"justice", "residence"})


@dataclass(frozen=True)
class Asked:
    """What a register asks: which reasons do not count for it.

    ignored  codes of parts that a row need not say, of what a book of the past cannot know, and of a person's
             further rows where a person may have many
    """

    ignored: frozenset[str]


def asked_by(register: Register) -> Asked:
    """Return what does not count for a register."""
    person = register.person or PersonFields(name="")
    ignored: set[str] = set()
    for part, id in person.named().items():
        field = register.field(id)
        if field is not None and not (field.needed or field.required):
            ignored |= {f"{part}_missing", *({"birth_partial"} if part == "birth" else ())}
            ignored |= {"line_missing"} if part == "place" else set()
        if field is not None and field.precision in {"month", "year"}:
            ignored.add("birth_partial")
    if tells_of_the_past(register):
        ignored |= {"dead", "moved"}
    if register.many_rows_a_person:
        ignored.add("duplicate")
    return Asked(frozenset(ignored))


def tells_of_the_past(register: Register) -> bool:
    """Return whether the register is a book of what happened, and not a list of who is there."""
    return register.domain in PAST and register.fresh_within_months is None


def write_records(register: Register, unit: UUID, on: date, path: Path) -> int:
    """Write the records in force of a register in a unit, in the order of their books; return how many."""
    table, id, person = "registers_record", text_of("id"), text_of("person_id")
    data, written = text_of("data"), text_of("as_written")
    units = sorted(tree.with_inherited(unit, on))
    sql = (
        f"select {id}, version, {data}, {written}, confirmed_on, registered_on, {person}, provenance from {table} "
        f"where register = %s and unit_id in ({', '.join(['%s'] * len(units))}) and state = %s order by book, sequence"
    )
    rows = _counted(stream(sql, [register.id, *map(uuid_text, units), Record.State.VALID.value]))
    with Tables(path.parent) as tables:
        tables.add("kept", COLUMNS, rows)
        tables.add("units", ("unit", "code", "title"), units_on(on))
        tables.save(_query(register, on), path)
    return rows.count


class _counted:
    """Rows that count themselves while they pass."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for row in self.rows:
            self.count += 1
            yield row


def _query(register: Register, on: date) -> str:
    person = register.person or PersonFields(name="")
    fields = {part: field for part, id in person.named().items() if (field := register.field(id))}
    columns = ["k.rid"]
    columns += [f"{_part(part, fields)} as {part}" for part in PARTS if part in fields]
    columns += [
        "k.version::integer as _version", "k.person as _person", "k.provenance as _provenance",
        f"{_missing(register, fields)} as _missing", f"{_unread(fields)} as _unread",
        f"{_stale(register, on)} as _stale", f"{_typed(fields)} as _typed_birth",
    ]  # fmt: skip
    place = fields.get("commune")
    joins = ""
    if place is not None and place.type == "place":
        joins = f" left join units u on u.unit = replace({_said(place)}, '-', '') or u.unit = {_said(place)}"
    # One pass over each text, instead of one for each field.
    asked = {field.id: field for field in (*fields.values(), *register.complete())}
    struct = literal(json.dumps(dict.fromkeys(asked, "VARCHAR")))
    kept = f"(select *, from_json(data, {struct}) as d, from_json(written, {struct}) as w from kept)"
    return f"select {', '.join(columns)} from {kept} k{joins}"


def _said(field: RegisterField) -> str:
    """Return SQL of a field's value as text: what was read, else what was written."""
    return f"coalesce(nullif(k.d.{field.id}, ''), k.w.{field.id})"


def _part(part: str, fields: dict[str, RegisterField]) -> str:
    field = fields.get(part)
    if part == "commune":
        if field is None:
            return "null::varchar"
        if field.type == "place":
            return "u.code"
        return f"trim({_said(field)})"  # its code, or its name
    if field is None:
        return "null::varchar"
    if part == "place":
        return _place(field, fields.get("commune"))
    said = _said(field)
    if part == "sex" and field.type == "choice":
        return f"case {said} when '1' then 'Nam' when '2' then 'Nữ' else {said} end"
    return said


def _place(field: RegisterField, commune: RegisterField | None) -> str:
    """An address; a commune that stands in words in a field of its own is put behind it, if the address lacks it."""
    address = _said(field)
    if commune is None or commune.type == "place":
        return address
    name = (
        f"case when not regexp_full_match(trim({_said(commune)}), '[0-9]{{1,7}}') then {_said(commune)} end"
    )
    known = f"contains(lower(coalesce({address}, '')), lower({_said(commune)}))"
    return f"nullif(concat_ws(', ', {address}, case when not {known} then {name} end), '')"


def _missing(register: Register, fields: dict[str, RegisterField]) -> str:
    """Rows that lack something needed which the engine does not see."""
    seen = {field.id for part, field in fields.items() if part in PARTS and part != "commune"}
    needed = [field for field in register.complete() if field.id not in seen]
    return " or ".join(f"coalesce({_said(field)}, '') = ''" for field in needed) or "false"


def _unread(fields: dict[str, RegisterField]) -> str:
    """Rows with a value that could not be read and that the engine does not see."""
    seen = [literal(field.id) for part, field in fields.items() if part in {"number", "birth", "sex"}]
    keys = (
        f"list_filter(json_keys(k.written), lambda x: x not in ({', '.join(seen)}))"
        if seen
        else "json_keys(k.written)"
    )
    return f"coalesce(json_valid(k.written) and json_type(k.written) = 'OBJECT' and len({keys}) > 0, false)"


def _stale(register: Register, on: date) -> str:
    oldest = oldest_fresh(register, on)
    if oldest is None:
        return "false"
    return f"coalesce(k.confirmed_on, k.registered_on) < {literal(oldest.isoformat())}"


def _typed(fields: dict[str, RegisterField]) -> str:
    birth = fields.get("birth")
    if birth is None:
        return "false"
    return f"coalesce(k.d.{birth.id}, '') <> ''"
