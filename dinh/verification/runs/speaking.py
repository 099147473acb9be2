"""Whom the rows of registers speak of, read for contradictions: narrowed by the database, judged by their declarations.

A row speaks of a person when its last verification is certain of it, or, for somebody else whom it names (`role`),
when the number it states is a person's. Rows count while they are in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import NegatedExpression

from dinh.catalogue.expressions import evaluate, parse
from dinh.catalogue.shapes.register import Contradiction, Register
from dinh.lib.names import fold
from dinh.population.models import Person
from dinh.registers.models import Record
from dinh.verification.models import Match

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


def spoken_of(declared: Contradiction, on: date) -> Exists:
    """Rows of whose person the other register speaks as well, in rows in force."""
    return Exists(matches(declared.other or "", on).filter(person=OuterRef("person")))


def perhaps_spoken_of(declared: Contradiction) -> Q:
    """The same by matches alone, which an index answers; `others` then looks whether the rows are in force."""
    theirs = Match.objects.filter(register=declared.other or "", verdict__in=CERTAIN, person__isnull=False)
    return Q(person__in=theirs.values("person"))


def of_the_same(register: str) -> Q:
    """Rows of persons who have several in the register, by matches alone."""
    mine = Match.objects.filter(register=register, verdict__in=CERTAIN, person__isnull=False).order_by()
    return Q(person__in=mine.values("person").annotate(n=Count("pk")).filter(n__gt=1).values("person"))


def out_of_years(declared: Contradiction, on: date) -> Q:
    """Rows whose person may be too young or too old, by the year of birth alone."""
    condition = Q(pk__in=[])
    if declared.minimum_age is not None:
        condition |= Q(person__birth_year__gte=on.year - declared.minimum_age)
    if declared.maximum_age is not None:
        condition |= Q(person__birth_year__lt=on.year - declared.maximum_age)
    return condition


def matches(register: str, on: date) -> QuerySet[Match]:
    """Rows in force whose person is certain."""
    in_force = Q(record__valid_to=None) | Q(record__valid_to__gte=on)
    return Match.objects.filter(
        in_force, register=register, verdict__in=CERTAIN, record__state=Record.State.VALID
    )


def rows(
    shape: Register,
    declared: Contradiction,
    unit: UUID | None,
    on: date,
    condition: Q | Exists | NegatedExpression[Any] | None = None,
) -> Iterator[Row]:
    """Yield the rows of a register for which `where` holds, with the person they speak of."""
    if declared.role:
        yield from _of_role(shape, declared, unit, on)
        return
    found = matches(shape.id, on).filter(person__isnull=False)
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
    record, person, data, version, commune, village, birth, unit, status, valid_from = values
    dead = status == Person.Status.DEAD
    return Row(record, person, data, version, commune, village, birth or "", dead, valid_from, unit)


def _of_role(shape: Register, declared: Contradiction, unit: UUID | None, on: date) -> Iterator[Row]:
    """Somebody else whom a row names is known by the number alone."""
    field = shape.others[declared.role or ""].number if declared.role in shape.others else ""
    waiting: list[Row] = []
    for row in every(shape, declared, unit, on):
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
            yield Row(
                row.record,
                id,
                row.data,
                row.version,
                row.commune,
                row.village,
                birth,
                dead,
                row.valid_from,
                row.unit,
            )


def every(shape: Register, declared: Contradiction, unit: UUID | None, on: date) -> Iterator[Row]:
    """Yield the records in force, whoever they are about."""
    found = Record.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=on), register=shape.id, state=Record.State.VALID
    )
    if declared.kind == "expired":
        # The date that is past may be the very one that ends the row.
        found = Record.objects.filter(register=shape.id, state=Record.State.VALID)
    if unit is not None:
        found = found.filter(unit=unit)
    columns = (
        "pk",
        "person",
        "data",
        "version",
        "match__commune",
        "person__household__village",
        "valid_from",
        "unit",
    )
    rows = (
        Row(id, person, data, version, commune or "", village, "", False, valid_from, of)
        for id, person, data, version, commune, village, valid_from, of in found.values_list(
            *columns
        ).iterator(PORTION)
    )
    yield from _holding(declared.where, rows, on)


def others(shape: Register, declared: Contradiction, unit: UUID, on: date) -> dict[UUID | None, Row]:
    """Return {person: row} of the other register, for persons of whom this one speaks; `other_where` holds."""
    other = declared.other or ""
    columns = ("record", "person", "record__data", "record__version", "commune", "record__valid_from")
    found = matches(other, on).filter(person__isnull=False)
    if not declared.role:
        mine = Match.objects.filter(register=shape.id, unit=unit, person=OuterRef("person"))
        found = found.filter(Exists(mine))
    rows = (
        Row(record, person, data, version, commune, None, "", False, valid_from)
        for record, person, data, version, commune, valid_from in found.values_list(*columns).iterator(
            PORTION
        )
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


def alike(a: Any, b: Any) -> bool:
    """Tell whether two values say the same: spelling, case and marks aside; of dates one may be the more exact."""
    if a is None or b is None or a == "" or b == "":
        return True
    if isinstance(a, str) and isinstance(b, str):
        x, y = fold(a), fold(b)
        dates = x[:4].isdigit() and y[:4].isdigit() and "-" in x + y
        return x == y or (dates and (x.startswith(y) or y.startswith(x)))
    return bool(a == b)
