"""The people of a commune with what registers say of them: number, name, birth, family, village, address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from dinh.directory.models import Unit
from dinh.lib.dates import age_on
from dinh.population.models import Person


@dataclass(frozen=True)
class Neighbour:
    """One person of the population, with the family as ids."""

    id: UUID
    number: str
    full_name: str
    birth: str
    sex: str
    ethnicity: str
    birth_place: str
    household: str
    relation: str
    poverty: str
    village: UUID | None
    address: str
    alive: bool
    mother: UUID | None = None
    father: UUID | None = None
    family: dict[UUID, Neighbour] = field(default_factory=dict, compare=False, repr=False)

    def age(self, on: date) -> int:
        """Return the age in completed years."""
        return age_on(self.birth, on) or 0

    @property
    def born(self) -> date:
        """Return the day of birth; the first of what is known of it."""
        return date.fromisoformat((self.birth + "-01-01")[:10])

    def head(self) -> Neighbour | None:
        """Return the head of the household."""
        return next(
            (one for one in self.family.values() if one.household == self.household and one.relation == "00"),
            None,
        )

    def parent(self, role: str) -> Neighbour | None:
        """Return the mother or father, where known here."""
        id = getattr(self, role)
        return self.family.get(id) if id else None


def neighbours(unit: Unit) -> list[Neighbour]:
    """Return everybody who has permanent residence in a commune, in order of their ids. One query."""
    columns = (
        "id", "number", "full_name", "birth", "sex", "ethnicity", "birth_place", "household__code", "relation",
        "household__poverty", "household__village", "household__address", "status", "mother", "father",
    )  # fmt: skip
    found: list[Neighbour] = []
    homes: dict[str, dict[UUID, Neighbour]] = {}
    for row in Person.objects.filter(unit=unit).order_by("id").values_list(*columns):
        code = row[7] or ""
        family = homes.setdefault(code or str(row[0]), {})
        one = Neighbour(
            id=row[0], number=row[1] or "", full_name=row[2], birth=row[3], sex=row[4], ethnicity=row[5], birth_place=row[6],
            household=code, relation=row[8], poverty=row[9] or "", village=row[10], address=row[11] or "",
            alive=row[12] == Person.Status.ALIVE, mother=row[13], father=row[14], family=family,
        )  # fmt: skip
        family[one.id] = one
        found.append(one)
    return found
