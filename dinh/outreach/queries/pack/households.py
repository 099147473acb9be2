"""Households and people as a telephone carries them: the fewest fields, under short names.

Never the number of a person, nor a digest of one: the database gives its last four digits. Nobody's parents, nobody's
telephone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Right

from dinh.outreach.models import HouseProfile, PersonProfile
from dinh.population.models import ElectronicId, Household, Person

MOST = 5_000  # households in one telephone
CHUNK = 500
LADDERS = ("electronic_id", "service_account", "health_record", "insurance_app", "bank_account")
HOUSE = ("has_device", "mobile", "broadband", "power", "skilled_id", "needs", "refused_on", "last_visit")
Row = dict[str, Any]


def in_villages(villages: Iterable[UUID]) -> QuerySet[Household]:
    """Return the households that live in these villages."""
    return Household.objects.filter(village__in=list(villages), closed_on__isnull=True)


def of_these(ids: Sequence[UUID], villages: Sequence[UUID]) -> set[UUID]:
    """Return which of some households live in these villages. One query."""
    mine = in_villages(villages)
    if len(ids) <= CHUNK:
        mine = mine.filter(pk__in=list(ids))
    there = set(mine.values_list("pk", flat=True)) if ids else set()
    return there.intersection(ids)


def rows(wanted: Sequence[UUID] | None, villages: Sequence[UUID]) -> list[Row]:
    """Return households with their people.

    wanted    some of the households; None: all of the villages
    villages  outside which nothing is told

    Five queries, for every 500 of `wanted`.
    """
    if wanted is None:
        return _rows(in_villages(villages), villages)
    return [
        row
        for start in range(0, len(wanted), CHUNK)
        for row in _rows(in_villages(villages).filter(pk__in=wanted[start : start + CHUNK]), villages)
    ]


def _rows(households: QuerySet[Household], villages: Sequence[UUID]) -> list[Row]:
    found = list(
        households.order_by("code").values_list("pk", "version", "village_id", "code", "address", "head_id")[
            :MOST
        ]
    )
    some = [pk for pk, *_rest in found] if len(found) <= CHUNK else None
    people = _people(some, villages, {head for *_rest, head in found})
    facts = _facts(some, villages)
    return [
        {
            "i": str(pk), "v": version, "f": str(village), "c": code, "a": address, "n": walking_order(code),
            "p": people.get(pk, []), "o": facts.get(pk, {}),
        }
        for pk, version, village, code, address, _head in found
    ]  # fmt: skip


def walking_order(code: str) -> int:
    """Return a house's place in the walk: codes are given along the lanes, "02746-00123" is the 123rd."""
    digits = code.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def people_of(
    households: QuerySet[Household] | Sequence[UUID] | None, villages: Sequence[UUID]
) -> QuerySet[Person]:
    """Return who lives in households of these villages."""
    alive = Person.objects.filter(status=Person.Status.ALIVE)
    if households is None:
        return alive.filter(household__village__in=list(villages), household__closed_on__isnull=True)
    return alive.filter(household__in=households)


def _people(
    some: Sequence[UUID] | None, villages: Sequence[UUID], heads: set[UUID | None]
) -> dict[UUID, list[Row]]:
    mine = people_of(some, villages)
    levels = dict(ElectronicId.objects.filter(person__in=mine.values("pk")).values_list("person_id", "level"))
    ladders = _ladders(mine)
    made: dict[UUID, list[Row]] = defaultdict(list)
    told = mine.annotate(last=Coalesce(Right(F("number"), 4), Value("")))
    columns = ("pk", "version", "full_name", "birth", "sex", "relation", "last", "household_id")
    for pk, version, name, birth, sex, relation, last, household in told.order_by(
        "relation", "birth", "pk"
    ).values_list(*columns):
        known = {**ladders.get(pk, {})}
        if (level := max(levels.get(pk, 0), known.get("electronic_id", 0))) > 0:
            known["electronic_id"] = level
        row: Row = {
            "i": str(pk),
            "v": version,
            "n": name,
            "b": birth,
            "s": sex,
            "r": relation,
            "l": last,
            "k": known,
        }
        if pk in heads:
            row["h"] = True
        made[household].append(row)
    return made


def _ladders(people: QuerySet[Person]) -> dict[UUID, Row]:
    """Return what is known of people beyond their identity; what is nothing is left out."""
    columns = ("person_id", *LADDERS, "skills", "has_device", "needs", "version")
    return {
        pk: {
            **{name: rung for name, rung in zip(LADDERS, known[: len(LADDERS)], strict=True) if rung},
            **_more(*known[len(LADDERS) :]),
        }
        for pk, *known in PersonProfile.objects.filter(person__in=people.values("pk")).values_list(*columns)
    }


def _more(skills: Any, has_device: bool | None, needs: Any, version: int) -> Row:
    found: Row = {"v": version}
    if skills:
        found["skills"] = skills
    if has_device is not None:
        found["has_device"] = has_device
    if needs:
        found["needs"] = needs
    return found


def _facts(some: Sequence[UUID] | None, villages: Sequence[UUID]) -> dict[UUID, Row]:
    profiles = HouseProfile.objects.filter(household__village__in=list(villages))
    if some is not None:
        profiles = profiles.filter(pk__in=some)
    return {pk: _house(*known) for pk, *known in profiles.values_list("pk", *HOUSE, "version")}


def _house(*known: Any) -> Row:
    found = dict(zip(HOUSE, known[:-1], strict=True))
    told: Row = {"v": known[-1]}
    for name, value in found.items():
        if value is None or value == "" or value == []:
            continue
        short = name.removesuffix("_id")
        told[short] = value.isoformat()[:10] if name in {"refused_on", "last_visit"} else value
    if "skilled" in told:
        told["skilled"] = str(told["skilled"])
    return told
