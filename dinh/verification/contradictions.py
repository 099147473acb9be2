"""What registers declare as impossible at once, found by set queries and kept as findings of kind "contradiction".

A row speaks of a person when its last verification is certain of it, or, for somebody else whom it names (`role`),
when the number it states is a person's. Rows count while they are in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import NegatedExpression

from dinh.catalogue.expressions import evaluate, parse
from dinh.catalogue.shapes.register import Contradiction, Register
from dinh.lib.dates import age_on
from dinh.lib.names import fold
from dinh.population.models import Person
from dinh.registers.models import Record
from dinh.verification import gains, reconciling
from dinh.verification.models import Finding, Match
from dinh.verification.submitted import tells_of_the_past
from dinh.verification.wanted import Wanted

CERTAIN = ("verified", "corrected", "dead", "duplicate")
PORTION = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row in force and the person it speaks of."""

    record: UUID
    person: UUID | None
    data: dict[str, Any]
    version: int
    commune: str
    village: UUID | None
    birth: str
    dead: bool
    valid_from: date | None
    unit: UUID | None = None


Found = Iterator[tuple[Row, UUID | None]]


def reconcile(shape: Register, unit: UUID, *, on: date, at: datetime) -> int:
    """Bring the contradictions of a register in a unit up to date; return how many stand open."""
    present: dict[tuple[UUID, str], Finding] = {
        (one.record_id, one.code): one
        for one in Finding.objects.filter(register=shape.id, unit=unit, kind=Finding.Kind.CONTRADICTION)
    }
    count = 0
    seen: set[UUID] = set()
    for portion in _portions(_wanted(shape, unit, on)):
        mine = [present[id, one.code] for id, some in portion.items() for one in some if (id, one.code) in present]
        seen |= {one.pk for one in mine}
        told = reconciling.plan(portion, mine, shape.id, unit, at)
        with transaction.atomic():
            reconciling.write(told)
        count += sum(len(some) for some in portion.values())
    gone = [one.pk for one in present.values() if one.pk not in seen and one.state == Finding.State.OPEN]
    for start in range(0, len(gone), PORTION):
        Finding.objects.filter(pk__in=gone[start : start + PORTION]).update(state=Finding.State.GONE)
    return count


def find(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    """Yield the rows that contradict, each with the record it contradicts, where there is one."""
    yield from _KINDS[declared.kind](shape, declared, unit, on)


def _wanted(shape: Register, unit: UUID, on: date) -> Iterator[tuple[UUID, Wanted]]:
    for declared in shape.contradictions:
        for row, other in find(shape, declared, unit, on):
            yield row.record, Wanted(
                Finding.Kind.CONTRADICTION, declared.id, gains.gain("contradiction", 1), row.commune, row.village,
                row.version, other,
            )  # fmt: skip


def _portions(found: Iterator[tuple[UUID, Wanted]]) -> Iterator[dict[UUID, list[Wanted]]]:
    portion: dict[UUID, list[Wanted]] = {}
    for record, one in found:
        portion.setdefault(record, []).append(one)
        if len(portion) >= PORTION:
            yield portion
            portion = {}
    if portion:
        yield portion


def _deceased(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    for row in _rows(shape, declared, unit, on, Q(person__status=Person.Status.DEAD)):
        if row.dead:
            yield row, None


def _twice(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    """Rows after the first one about their person; with `field`, those that say something else in it than the first."""
    again = _matches(shape.id, on).filter(person=OuterRef("person")).exclude(pk=OuterRef("pk"))
    first: dict[UUID, Row] = {}
    everywhere = _rows(shape, declared, None, on, Exists(again))
    for row in sorted(everywhere, key=lambda one: one.record):
        if row.person is None:
            continue
        # The earlier row may be another commune's; each has its own findings.
        earlier = first.setdefault(row.person, row)
        if earlier is row or row.unit != unit:
            continue
        if declared.field and _alike(earlier.data.get(declared.field), row.data.get(declared.field)):
            continue
        yield row, earlier.record


def _also_in(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    others = _others(shape, declared, unit, on)
    for row in _rows(shape, declared, unit, on, _spoken_of(declared, on)):
        if row.person in others:
            yield row, others[row.person].record


def _not_in(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    others = _others(shape, declared, unit, on) if declared.other_where else {}
    condition = None if declared.other_where else ~_spoken_of(declared, on)
    for row in _rows(shape, declared, unit, on, condition):
        if row.person is not None and row.person not in others:
            yield row, None


def _differs(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    others = _others(shape, declared, unit, on)
    for row in _rows(shape, declared, unit, on, _spoken_of(declared, on)):
        other = others.get(row.person) if row.person else None
        if other is None:
            continue
        here, there = row.data.get(declared.field), other.data.get(declared.other_field or declared.field)
        if here not in (None, "") and there not in (None, "") and not _alike(here, there):
            yield row, other.record


def _age(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    past = tells_of_the_past(shape)
    for row in _rows(shape, declared, unit, on, None if past else _out_of_years(declared, on)):
        age = age_on(row.birth, row.valid_from or on if past else on) if row.birth else None
        if age is None:
            continue
        young = declared.minimum_age is not None and age < declared.minimum_age
        old = declared.maximum_age is not None and age > declared.maximum_age
        if young or old:
            yield row, None


def _expired(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    """Rows whose date is past; also of rows about nobody."""
    for row in _every(shape, declared, unit, on):
        until = str(row.data.get(declared.field) or "")
        if until and until < on.isoformat()[: len(until)]:
            yield row, None


_KINDS: dict[str, Callable[[Register, Contradiction, UUID, date], Found]] = {
    "deceased": _deceased, "twice": _twice, "also_in": _also_in, "not_in": _not_in, "differs": _differs, "age": _age,
    "expired": _expired,
}  # fmt: skip


def _spoken_of(declared: Contradiction, on: date) -> Exists:
    """Rows of whose person the other register speaks as well."""
    return Exists(_matches(declared.other or "", on).filter(person=OuterRef("person")))


def _out_of_years(declared: Contradiction, on: date) -> Q:
    """Rows whose person may be too young or too old, by the year of birth alone."""
    condition = Q(pk__in=[])
    if declared.minimum_age is not None:
        condition |= Q(person__birth_year__gte=on.year - declared.minimum_age)
    if declared.maximum_age is not None:
        condition |= Q(person__birth_year__lt=on.year - declared.maximum_age)
    return condition


def _matches(register: str, on: date) -> QuerySet[Match]:
    """Rows in force whose person is certain."""
    in_force = Q(record__valid_to=None) | Q(record__valid_to__gte=on)
    return Match.objects.filter(in_force, register=register, verdict__in=CERTAIN, record__state=Record.State.VALID)


def _rows(
    shape: Register, declared: Contradiction, unit: UUID | None, on: date, condition: Q | Exists | NegatedExpression | None = None
) -> Iterator[Row]:
    """Yield the rows of a register for which `where` holds, with the person they speak of."""
    if declared.role:
        yield from _of_role(shape, declared, unit, on)
        return
    found = _matches(shape.id, on).filter(person__isnull=False)
    if unit is not None:
        found = found.filter(unit=unit)
    if condition is not None:
        found = found.filter(condition)
    columns = (
        "record", "person", "record__data", "record__version", "commune", "person__household__village", "person__birth",
        "unit", "person__status", "record__valid_from",
    )  # fmt: skip
    yield from _holding(declared.where, map(_made, found.values_list(*columns).iterator(PORTION)), on)


def _made(values: tuple[Any, ...]) -> Row:
    *rest, unit, status, valid_from = values
    return Row(*rest, status == Person.Status.DEAD, valid_from, unit)


def _of_role(shape: Register, declared: Contradiction, unit: UUID | None, on: date) -> Iterator[Row]:
    """Somebody else whom a row names is known by the number alone."""
    field = shape.others[declared.role or ""].number if declared.role in shape.others else ""
    waiting: list[Row] = []
    for row in _every(shape, declared, unit, on):
        if field and row.data.get(field):
            waiting.append(row)
        if len(waiting) >= PORTION:
            yield from _numbered(waiting, field)
            waiting = []
    yield from _numbered(waiting, field)


def _numbered(rows: list[Row], field: str) -> Iterator[Row]:
    numbers = {str(row.data[field]) for row in rows}
    known = {
        number: (id, birth, status == Person.Status.DEAD)
        for id, number, birth, status in Person.objects.filter(number__in=numbers).values_list(
            "pk", "number", "birth", "status"
        )
    }
    for row in rows:
        if found := known.get(str(row.data[field])):
            id, birth, dead = found
            yield Row(row.record, id, row.data, row.version, row.commune, row.village, birth, dead, row.valid_from, row.unit)


def _every(shape: Register, declared: Contradiction, unit: UUID | None, on: date) -> Iterator[Row]:
    """Yield the records in force, whoever they are about."""
    found = Record.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), register=shape.id, state=Record.State.VALID)
    if declared.kind == "expired":
        # The date that is past may be the very one that ends the row.
        found = Record.objects.filter(register=shape.id, state=Record.State.VALID)
    if unit is not None:
        found = found.filter(unit=unit)
    columns = ("pk", "person", "data", "version", "match__commune", "person__household__village", "valid_from", "unit")
    rows = (
        Row(id, person, data, version, commune or "", village, "", False, valid_from, of)
        for id, person, data, version, commune, village, valid_from, of in found.values_list(*columns).iterator(PORTION)
    )
    yield from _holding(declared.where, rows, on)


def _others(shape: Register, declared: Contradiction, unit: UUID, on: date) -> dict[UUID | None, Row]:
    """Return {person: row} of the other register, for persons of whom this one speaks; `other_where` holds."""
    other = declared.other or ""
    columns = ("record", "person", "record__data", "record__version", "commune", "record__valid_from")
    found = _matches(other, on).filter(person__isnull=False)
    if not declared.role:
        mine = Match.objects.filter(register=shape.id, unit=unit, person=OuterRef("person"))
        found = found.filter(Exists(mine))
    rows = (
        Row(record, person, data, version, commune, None, "", False, valid_from)
        for record, person, data, version, commune, valid_from in found
        .values_list(*columns)
        .iterator(PORTION)
    )
    told: dict[UUID | None, Row] = {}
    for row in _holding(declared.other_where, rows, on):
        told.setdefault(row.person, row)
    return told


def _holding(where: str, rows: Iterator[Row], on: date) -> Iterator[Row]:
    if not where:
        yield from rows
        return
    node = parse(where)
    for row in rows:
        if evaluate(node, row.data, on) is True:
            yield row


def _alike(a: Any, b: Any) -> bool:
    """Tell whether two values say the same: spelling, case and marks aside; of dates one may be the more exact."""
    if a is None or b is None or a == "" or b == "":
        return True
    if isinstance(a, str) and isinstance(b, str):
        x, y = fold(a), fold(b)
        dates = x[:4].isdigit() and y[:4].isdigit() and "-" in x + y
        return x == y or (dates and (x.startswith(y) or y.startswith(x)))
    return bool(a == b)
