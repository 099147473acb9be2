"""Where an operation belongs: the village of its house, person, task or difficulty, and whether it was the member's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import UUIDField

from dinh.database.prepared import Prepared
from dinh.directory import queries as places
from dinh.directory import tree
from dinh.directory.models import Level
from dinh.lib.dates import local_date
from dinh.outreach.models import Area, Assistance, Difficulty, Workshop
from dinh.outreach.rules.kinds import Assistance as Help
from dinh.outreach.rules.kinds import Body, Filing, Plain
from dinh.population.models import Household, Person, Residence
from dinh.work.models import Assignment

# What an operation may be about, the nearest first.
SUBJECTS = ("assignment", "assistance", "dossier", "difficulty", "workshop", "household", "village")


@dataclass(frozen=True)
class Place:
    """A village and its commune.

    scoped  whether the village must be one of the member's: a gathering is for the villages of a whole commune too
    given   to whom a task or a gathering was given: theirs wherever it is
    """

    village: UUID | None
    unit: UUID | None
    scoped: bool = True
    given: UUID | None = None


@dataclass(frozen=True)
class Term:
    """From when until when (exclusive) a village was one of a member's."""

    village: UUID
    since: date
    until: date


@dataclass
class Known:
    """Houses and persons already looked up, so that a batch asks once."""

    households: dict[UUID, Place] = field(default_factory=dict)
    persons: dict[UUID, Place] = field(default_factory=dict)


def terms_of(account: UUID) -> tuple[Term, ...]:
    """Return when each village was one of the account's, through its terms in teams. One query."""
    rows = Area.objects.filter(team__members__account=account).values_list(
        "village", "from_on", "until_on", "team__members__from_on", "team__members__until_on",
        "team__opened_on", "team__closed_on",
    )  # fmt: skip
    found = []
    for village, from_on, until_on, joined, left, opened, closed in rows:
        until = min((one for one in (until_on, left, closed) if one is not None), default=date.max)
        since = max(from_on, joined, opened)
        if since < until:
            found.append(Term(village, since, until))
    return tuple(found)


def was_in_scope(terms: Iterable[Term], village: UUID, since: datetime, until: datetime) -> bool:
    """Say whether a village was the member's at some moment between two, it or one that it was made of.

    One query for a village that was not.
    """
    first, last = local_date(since), local_date(until)
    held = {term.village for term in terms if term.since <= last and first < term.until}
    if village in held:
        return True
    return bool(held) and any(link.predecessor_id in held for link in places.predecessors(village))


def was_near(terms: Iterable[Term], unit: UUID, since: datetime, until: datetime) -> bool:
    """Say whether a village, or a commune of such villages, was the member's at some moment between two."""
    first, last = local_date(since), local_date(until)
    held = {term.village for term in terms if term.since <= last and first < term.until}
    communes = (_village(one, last) for one in held)
    return unit in held or any(place.unit == unit for place in communes if place is not None)


def look_up(bodies: Iterable[tuple[Plain, Body]], known: Known) -> None:
    """Look up the houses and persons that some operations are about. Two queries, three for who has no household."""
    households: set[UUID] = set()
    persons: set[UUID] = set()
    for frame, body in bodies:
        name, key = subject_of(frame, body)
        if key is not None and name == "household":
            households.add(key)
        elif key is not None and name == "person":
            persons.add(key)
        persons.update(helped_by(body))
    known.households |= _households(households - known.households.keys())
    known.persons |= _persons(persons - known.persons.keys())


def helped_by(body: Body) -> tuple[UUID, ...]:
    """Return the persons whom an operation about a house does something for: they need not live in that house."""
    named: tuple[UUID | None, ...] = ()
    if isinstance(body, Filing):
        named = (body.person, body.about)
    elif isinstance(body, Help):
        named = (body.person,)
    return tuple(one for one in named if one is not None)


def subject_of(frame: Plain, body: Body) -> tuple[str, UUID | None]:
    """Return what an operation is about: the name of a table and an id."""
    for name in _subjects(type(body)):
        key = getattr(body, name)
        if key is not None:
            return name, key
    return (frame.entity.type, frame.entity.id) if frame.entity is not None else ("", None)


@cache
def _subjects(shape: type[Body]) -> tuple[str, ...]:
    return tuple(one for one in SUBJECTS if one in shape.model_fields)


def place_of(frame: Plain, body: Body, known: Known, on: date) -> Place | None:
    """Return where an operation belongs; None when what it is about is not known here.

    No query for a house or a person looked up before, one for anything else.
    """
    name, key = subject_of(frame, body)
    if key is None:
        return None
    if name == "household":
        return known.households.get(key)
    if name == "person":
        return known.persons.get(key)
    find = _FINDERS.get(name)
    return find(key, on) if find is not None else None


def _households(wanted: set[UUID]) -> dict[UUID, Place]:
    return {pk: Place(village, unit) for pk, village, unit in _household_rows(wanted=sorted(wanted))}


def _persons(wanted: set[UUID]) -> dict[UUID, Place]:
    found = {pk: Place(village, unit) for pk, village, unit in _person_rows(wanted=sorted(wanted))}
    apart = [pk for pk, place in found.items() if place.village is None]
    if apart:
        stays = (
            Residence.objects.filter(person__in=apart, ended_on=None)
            .exclude(village=None)
            .order_by("from_on", "pk")
        )
        for pk, village in stays.values_list("person", "village"):
            found[pk] = Place(village, found[pk].unit)
    return found


_household_rows = Prepared(
    lambda wanted: Household.objects.filter(pk__in=wanted).values_list("pk", "village", "unit"),
    wanted=[UUIDField()],
)
_person_rows = Prepared(
    lambda wanted: Person.objects.filter(pk__in=wanted).values_list("pk", "household__village", "unit"),
    wanted=[UUIDField()],
)


def _village(key: UUID, on: date) -> Place | None:
    naming = tree.naming(key, on)
    return Place(key, naming.parent) if naming is not None and naming.level == Level.VILLAGE else None


def _assignment(key: UUID, on: date) -> Place | None:
    row = Assignment.objects.filter(pk=key).values_list("village", "unit", "assignee").first()
    return Place(row[0], row[1], given=row[2]) if row else None


def _of_village(rows: Any, on: date) -> Place | None:
    row = rows.values_list("village", flat=True).first()
    return _village(row, on) if row else None


def _workshop(key: UUID, on: date) -> Place | None:
    row = Workshop.objects.filter(pk=key).values_list("unit", "lead").first()
    return Place(None, row[0], scoped=False, given=row[1]) if row else None


_FINDERS: Mapping[str, Callable[[UUID, date], Place | None]] = {
    "village": _village,
    "assignment": _assignment,
    "assistance": lambda key, on: _of_village(Assistance.objects.filter(pk=key), on),
    "dossier": lambda key, on: _of_village(Assistance.objects.filter(dossier=key), on),
    "difficulty": lambda key, on: _of_village(Difficulty.objects.filter(pk=key), on),
    "workshop": _workshop,
}
