"""How many people live in each village of a unit."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count

from dinh.population.models import Person


def living_by_village(unit: UUID) -> dict[UUID | None, int]:
    """Return the number of people alive by the village of their household; None: those bound to no village. One query."""
    rows = Person.objects.filter(unit=unit, status=Person.Status.ALIVE).order_by()
    return dict(rows.values_list("household__village").annotate(people=Count("pk")))
