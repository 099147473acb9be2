"""Finding a person of one's villages by their card, or by name and year."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from dinh.lib.names import fold
from dinh.population.models import Person

MOST = 20
Found = list[tuple[UUID, UUID]]  # person, household


def by_number(number: str, villages: Sequence[UUID]) -> tuple[Found, bool]:
    """Return who has a number in these villages, and whether the node knows the number at all. Two queries at most."""
    mine = Person.objects.filter(Q(number=number) if len(number) == 12 else Q(old_number=number))
    here = _pairs(mine, villages)
    return here, bool(here) or mine.exists()


def by_name(name: str, birth_year: int | None, villages: Sequence[UUID]) -> Found:
    """Return who has all these words in their name, in these villages, at most MOST. One query."""
    mine = Person.objects.filter(status=Person.Status.ALIVE)
    for word in fold(name).split()[:8]:
        mine = mine.filter(name_key__contains=word)
    if birth_year is not None:
        mine = mine.filter(birth_year=birth_year)
    return _pairs(mine, villages)


def _pairs(people: QuerySet[Person], villages: Sequence[UUID]) -> Found:
    near = people.filter(household__village__in=list(villages), household__closed_on__isnull=True)
    return [(p, h) for p, h in near.order_by("name_key", "pk").values_list("pk", "household_id")[:MOST] if h]
