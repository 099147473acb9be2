"""How each house truly is, before anybody comes: what the teams find there is drawn once and then stays.

Shares are those of the scenario: what is not yet so is what the teams help with.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from dinh.directory.models import Unit
from dinh.population.models import Household, Person
from dinh.work.rules.tasks import walking_key

SKILLS = ("public_services", "shopping", "payment", "protection", "local_platforms")
NEEDS = ("sees_badly", "hears_badly", "moves_badly", "reads_not")


@dataclass
class Resident:
    """One person of a house: `has` are rungs as they are, `told` as a telephone has said them."""

    id: UUID
    name: str
    birth: str
    sex: str
    age: int
    head: bool
    other_language: bool
    has: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)


@dataclass
class House:
    """One house with what will be found there."""

    id: UUID
    village: int
    people: list[Resident]
    mood: str  # "open", "absent" at the first visit, "refuses", "moved"
    has_device: bool
    mobile: str
    broadband: bool
    power: str
    met: bool = False
    closed: bool = False  # nobody goes there again: refused, or moved away

    @property
    def adults(self) -> list[Resident]:
        """Who may be met and asked, the head first."""
        return (
            sorted((one for one in self.people if one.age >= 16), key=lambda one: not one.head) or self.people
        )


def look(
    unit: Unit, villages: Mapping[int, Unit], values: Mapping[str, Any], on: date, rng: random.Random
) -> dict[int, list[House]]:
    """Return the houses of each village in walking order."""
    numbers = {village.pk: number for number, village in villages.items()}
    rows = Household.objects.filter(unit=unit, closed_on__isnull=True, village__in=numbers)
    members: dict[UUID, list[Person]] = {}
    for person in (
        Person.objects.filter(household__in=rows, died_on="")
        .select_related("electronic_id")
        .order_by("birth", "number")
    ):
        if person.household_id is not None:
            members.setdefault(person.household_id, []).append(person)
    found: dict[int, list[House]] = {number: [] for number in villages}
    for row in sorted(
        rows, key=lambda one: (numbers[one.village_id or unit.pk], walking_key(one.address, one.code))
    ):
        if row.pk in members:
            number = numbers[row.village_id or unit.pk]
            found[number].append(_house(row, number, members[row.pk], values, on, rng))
    return found


def _house(
    row: Household,
    village: int,
    people: list[Person],
    values: Mapping[str, Any],
    on: date,
    rng: random.Random,
) -> House:
    weak = village in values["weak_network"]
    moods = values["moods"]
    residents = [_resident(one, one.pk == row.head_id, values, on, rng) for one in people]
    return House(
        id=row.pk, village=village, people=residents,
        mood=rng.choices(list(moods), list(moods.values()))[0], has_device=rng.random() < values["shares"]["device"],
        mobile=rng.choices(("none", "weak", "good", "fast"), (3, 6, 1, 0) if weak else (0, 1, 6, 3))[0],
        broadband=rng.random() < values["shares"]["broadband"] * (0.4 if weak else 1.1),
        power=rng.choices(("unsteady", "steady", "own"), (4, 5, 1) if weak else (1, 30, 0))[0],
    )  # fmt: skip


def _resident(
    person: Person, head: bool, values: Mapping[str, Any], on: date, rng: random.Random
) -> Resident:
    age = on.year - (person.birth_year or on.year)
    shares = values["shares"]
    level = getattr(getattr(person, "electronic_id", None), "level", 0) or 0
    has = {"health_record": int(rng.random() < shares["health_record"])}
    if age >= 15:
        has["bank_account"] = (1 + (rng.random() < 0.5)) * int(rng.random() < shares["bank_account"])
        has["insurance_app"] = int(rng.random() < shares["insurance_app"] * (1.0 if age < 60 else 0.4))
        has["service_account"] = int(rng.random() < shares["service_account"] * (1.0 if age < 60 else 0.4))
        has["electronic_id"] = level
        has[f"skills.{rng.choice(SKILLS)}"] = rng.choices((0, 1, 2), (2, 4, 4) if age < 45 else (6, 3, 1))[0]
    speaks_other = person.ethnicity not in {"01", ""} and age >= 55
    return Resident(person.pk, person.full_name, person.birth, person.sex, age, head, speaks_other, has)
