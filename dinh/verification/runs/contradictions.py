"""What registers declare as impossible at once, found by set queries and kept as findings of kind "contradiction"."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Contradiction, Register
from dinh.lib.dates import age_on
from dinh.population.models import Person
from dinh.verification.models import Finding, Match
from dinh.verification.runs import gains, reconciling
from dinh.verification.runs.speaking import (
    Row,
    alike,
    every,
    of_the_same,
    others,
    out_of_years,
    perhaps_spoken_of,
    rows,
    spoken_of,
)
from dinh.verification.runs.submitted import tells_of_the_past
from dinh.verification.runs.wanted import Wanted

PORTION = 1_000

Found = Iterator[tuple[Row, UUID | None]]


def reconcile(
    shape: Register, unit: UUID, *, on: date, at: datetime, only: Sequence[Contradiction] | None = None
) -> int:
    """Bring the contradictions of a register in a unit up to date; return how many there are, decided ones too.

    only  of those that the register declares these alone; the others stay as they are
    """
    declared = shape.contradictions if only is None else only
    here = Finding.objects.filter(register=shape.id, unit=unit, kind=Finding.Kind.CONTRADICTION)
    if only is not None:
        here = here.filter(code__in=[one.id for one in only])
    present = {(record, code): pk for record, code, pk in here.values_list("record", "code", "pk")}
    count = 0
    seen: set[UUID] = set()
    for portion in _portions(_wanted(shape, unit, on, declared)):
        wanted = {(id, one.code) for id, some in portion.items() for one in some}
        mine = [present[key] for key in wanted if key in present]
        seen |= set(mine)
        with transaction.atomic():
            # Read under lock: an officer may decide one of them at this moment.
            found = [*Finding.objects.select_for_update().filter(pk__in=mine)]
            reconciling.write(reconciling.plan(portion, found, shape.id, unit, at))
        count += sum(len(some) for some in portion.values())
    gone = [pk for pk in present.values() if pk not in seen]
    for start in range(0, len(gone), PORTION):
        some = Finding.objects.filter(pk__in=gone[start : start + PORTION], state=Finding.State.OPEN)
        some.update(state=Finding.State.GONE)
    return count


def reconcile_others(register: str, unit: UUID, *, on: date, at: datetime) -> int:
    """Bring up to date what other registers declare against this one, whose rows in a unit changed; return how many."""
    count = 0
    for shape in store.get().registers.values():
        only = [one for one in shape.contradictions if one.other == register and shape.id != register]
        for place in _touched(shape.id, register, unit, only) if only else ():
            count += reconcile(shape, place, on=on, at=at, only=only)
    return count


def _touched(
    declaring: str, register: str, unit: UUID, declared: Sequence[Contradiction]
) -> Collection[UUID]:
    """Return where rows of a declaring register, verified before, may contradict those of another in a unit, or did."""
    mine = Match.objects.filter(register=declaring).order_by()
    if all(one.kind != "not_in" for one in declared):  # who left the other register is not to be seen in it
        mine = mine.filter(
            Exists(Match.objects.filter(register=register, unit=unit, person=OuterRef("person")))
        )
    did = Finding.objects.filter(
        register=declaring,
        kind=Finding.Kind.CONTRADICTION,
        code__in=[one.id for one in declared],
        other__unit=unit,
    )
    units = [
        *mine.values_list("unit", flat=True).distinct(),
        *did.order_by().values_list("unit", flat=True).distinct(),
    ]
    return dict.fromkeys(units)


def find(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    """Yield the rows that contradict, each with the record it contradicts, where there is one."""
    yield from _KINDS[declared.kind](shape, declared, unit, on)


def _wanted(
    shape: Register, unit: UUID, on: date, asked: Sequence[Contradiction]
) -> Iterator[tuple[UUID, Wanted]]:
    for declared in asked:
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
    for row in rows(
        shape, declared, unit, on, Q(person__in=Person.objects.filter(status=Person.Status.DEAD))
    ):
        if row.dead:
            yield row, None


def _twice(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    """Rows after the first one about their person; with `field`, those that say something else in it than the first."""
    first: dict[UUID, Row] = {}
    everywhere = rows(shape, declared, None, on, of_the_same(shape.id))
    for row in sorted(everywhere, key=lambda one: one.record):
        if row.person is None:
            continue
        # The earlier row may be another commune's; each has its own findings.
        earlier = first.setdefault(row.person, row)
        if earlier is row or row.unit != unit:
            continue
        if declared.field and alike(earlier.data.get(declared.field), row.data.get(declared.field)):
            continue
        yield row, earlier.record


def _also_in(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    theirs = others(shape, declared, unit, on)
    for row in rows(shape, declared, unit, on, perhaps_spoken_of(declared)):
        if row.person in theirs:
            yield row, theirs[row.person].record


def _not_in(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    needs = bool(declared.other_where or declared.role)  # else the database alone says who is not in it
    theirs = others(shape, declared, unit, on) if needs else {}
    condition = None if needs else ~spoken_of(declared, on)
    for row in rows(shape, declared, unit, on, condition):
        if row.person is not None and row.person not in theirs:
            yield row, None


def _differs(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    theirs = others(shape, declared, unit, on)
    for row in rows(shape, declared, unit, on, perhaps_spoken_of(declared)):
        other = theirs.get(row.person) if row.person else None
        if other is None:
            continue
        here, there = row.data.get(declared.field), other.data.get(declared.other_field or declared.field)
        if here not in (None, "") and there not in (None, "") and not alike(here, there):
            yield row, other.record


def _age(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    past = tells_of_the_past(shape)
    for row in rows(shape, declared, unit, on, None if past else out_of_years(declared, on)):
        age = age_on(row.birth, row.valid_from or on if past else on) if row.birth else None
        if age is None:
            continue
        young = declared.minimum_age is not None and age < declared.minimum_age
        old = declared.maximum_age is not None and age > declared.maximum_age
        if young or old:
            yield row, None


def _expired(shape: Register, declared: Contradiction, unit: UUID, on: date) -> Found:
    """Rows whose date is past; also of rows about nobody."""
    for row in every(shape, declared, unit, on):
        until = str(row.data.get(declared.field) or "")
        if until and until < on.isoformat()[: len(until)]:
            yield row, None


_KINDS: dict[str, Callable[[Register, Contradiction, UUID, date], Found]] = {
    "deceased": _deceased, "twice": _twice, "also_in": _also_in, "not_in": _not_in, "differs": _differs, "age": _age,
    "expired": _expired,
}  # fmt: skip
