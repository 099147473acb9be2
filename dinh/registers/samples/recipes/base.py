"""What recipes share: the town, addresses, days, numbers that are recognisably nobody's."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from dinh.directory import queries as directory
from dinh.directory.models import Unit
from dinh.registers.samples.people import Neighbour

Values = dict[str, Any]
DEFAULT_CENTRE = (103.90, 22.43)


@dataclass(frozen=True)
class Town:
    """The commune whose registers are drawn.

    code, name  of the commune: "02746", "Cốc San"
    full_name   with its kind: "xã Cốc San"
    villages    unit id -> name
    centre      longitude, latitude
    """

    code: str
    name: str
    full_name: str
    villages: dict[UUID, str]
    centre: tuple[float, float]
    on: date
    places: dict[UUID, int]  # person -> place in the list: where a household's land lies

    def village(self, person: Neighbour) -> str:
        """Return the name of the person's village."""
        return self.villages.get(person.village, "") if person.village else ""

    def residence(self, person: Neighbour) -> str:
        """Return the address of permanent residence as lists write it."""
        return ", ".join(filter(None, (person.address, self.full_name)))

    def school(self, level: str) -> str:
        """Return the commune's school of a level."""
        kinds = {
            "preschool": "Mầm non",
            "primary": "Tiểu học",
            "lower_secondary": "THCS",
            "upper_secondary": "THPT",
        }
        return f"Trường {kinds[level]} {self.name}"


Recipe = Callable[[Neighbour, Town, random.Random], Iterable[Values]]


def town_of(unit: Unit, people: Sequence[Neighbour], on: date) -> Town:
    """Return the town of a commune on a day."""
    version = directory.version_on(unit, on)
    centre = DEFAULT_CENTRE
    if version.longitude and version.latitude:
        centre = (version.longitude, version.latitude)
    return Town(
        code=version.code, name=version.name, full_name=f"{version.full_name[:1].lower()}{version.full_name[1:]}",
        villages={one.unit_id: one.name for one in directory.villages_of(unit, on)}, centre=centre, on=on,
        places={person.id: place for place, person in enumerate(people)},
    )  # fmt: skip


def identity(person: Neighbour, town: Town) -> Values:
    """Return what every list of persons says."""
    return {
        "full_name": person.full_name, "number": person.number or None, "birth": person.birth, "sex": person.sex,
        "ethnicity": person.ethnicity, "residence": town.residence(person), "commune": town.name,
        "village": town.village(person),
    }  # fmt: skip


def day_between(first: date, last: date, rng: random.Random) -> date:
    """Return a day between two, both included."""
    return first + timedelta(days=rng.randint(0, max(0, (last - first).days)))


def serial(person: Neighbour, town: Town, prefix: str, width: int) -> str:
    """Return a number of the demonstration: unique for each person, recognisable by its 99."""
    return f"{prefix}99{town.places.get(person.id, 0) + 1:0{width}d}"


def phone(rng: random.Random) -> str:
    """Return a telephone number that is not given out: 000 after the operator's digits."""
    return f"0{rng.choice(('91', '98', '35'))}000{rng.randint(0, 9999):04d}"
