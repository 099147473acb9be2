"""Who is to be helped with what in the half-year, and what stood in whose way: as many as the scenario says.

The shares that were found and those that are to be reached tell how many records, accounts and applications are set
up together; other help and the difficulties are counted in the scenario.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dinh.config.demo.outreach.houses import House, Resident
from dinh.outreach.rules.facts import EVIDENCE

LADDERS: Mapping[str, tuple[str, int]] = EVIDENCE
# Kind of help that lifts a share of the scenario, the ladder, and the age from which it is counted.
LIFTED = (("health_record", "health_record", 0), ("bank", "bank_account", 15))
NEAR = ("network", "power")  # difficulties of the villages with weak network


@dataclass(frozen=True)
class Help:
    """One wish of one house."""

    kind: str
    person: Resident | None


@dataclass
class Wishes:
    """What waits at each house, each from a week of the half-year on; `week` is the one that is lived."""

    help: dict[UUID, list[tuple[int, Help]]] = field(default_factory=dict)
    difficulties: dict[UUID, list[tuple[int, str]]] = field(default_factory=dict)
    week: int = 0

    def take(self, house: UUID, most: int) -> list[Help]:
        """Take up to `most` wishes of a house."""
        due = [pair for pair in self.help.get(house, []) if pair[0] <= self.week][:most]
        for pair in due:
            self.help[house].remove(pair)
        return [wish for _week, wish in due]

    def put_back(self, house: UUID, wish: Help) -> None:
        """Leave a wish for another time."""
        self.help[house].append((self.week + 1, wish))

    def difficulties_of(self, house: UUID) -> list[str]:
        """Take what stands in the way of a house: one at a time."""
        due = [pair for pair in self.difficulties.get(house, []) if pair[0] <= self.week][:1]
        for pair in due:
            self.difficulties[house].remove(pair)
        return [kind for _week, kind in due]

    def waits(self, house: UUID) -> bool:
        """Return whether a house waits by now for help, or has something to say."""
        due = (*self.help.get(house, ()), *self.difficulties.get(house, ()))
        return any(pair[0] <= self.week for pair in due)


def wishes(
    houses: Mapping[int, Sequence[House]], values: Mapping[str, Any], weeks: int, rng: random.Random
) -> Wishes:
    """Spread help and difficulties over the houses that let somebody in, and over the weeks."""
    found = Wishes()
    last = max(1, weeks - 3)  # what comes up in the very last weeks is not met any more
    open_ = [house for group in houses.values() for house in group if house.mood in {"open", "absent"}]
    for kind, ladder, age in LIFTED:
        for house, one in _lifted(open_, houses, ladder, age, values["reach"][ladder], rng):
            found.help.setdefault(house.id, []).append((rng.randrange(weeks // 2), Help(kind, one)))
    for kind, count in values["helps"].items():
        for house in rng.choices(open_, k=count):
            wish = Help(kind, _one_for(kind, house, rng))
            found.help.setdefault(house.id, []).append((rng.randrange(last), wish))
    weak = [house for house in open_ if house.village in values["weak_network"]]
    for kind, count in values["difficulties"].items():
        for number in range(count):
            # Two thirds of what is said of network and power is said where there is little of it.
            among = weak if kind in NEAR and weak and number % 3 else open_
            found.difficulties.setdefault(rng.choice(among).id, []).append((rng.randrange(last), kind))
    return found


def _lifted(
    open_: Iterable[House],
    houses: Mapping[int, Sequence[House]],
    ladder: str,
    age: int,
    share: float,
    rng: random.Random,
) -> list[tuple[House, Resident]]:
    """Choose who is lifted, so that so large a share of all people from an age on stands on the ladder."""
    everyone = [one for group in houses.values() for house in group for one in house.people if one.age >= age]
    # Only what was told at an open door is known to anybody.
    known = [(house, one) for house in open_ for one in house.people if one.age >= age]
    have = sum(bool(one.has.get(ladder)) for _house, one in known)
    lacking = [pair for pair in known if not pair[1].has.get(ladder)]
    wanted = min(len(lacking), max(0, round(share * len(everyone)) - have))
    return rng.sample(lacking, wanted)


def _one_for(kind: str, house: House, rng: random.Random) -> Resident | None:
    """Return whom a kind of help is for: who is not yet on its ladder, or whoever asks."""
    if kind in LADDERS:
        ladder, rung = LADDERS[kind]
        lacking = [one for one in house.adults if one.has.get(ladder, 0) < rung]
        return rng.choice(lacking or house.adults)
    return rng.choice(house.adults)
