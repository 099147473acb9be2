"""Qualities of units that end (mountain, border, special difficulty): a decree on places passes none of them on."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.catalogue.queries import list_title
from dinh.directory.changes.plans import Plan
from dinh.directory.changes.touched import Conflict, conflicts
from dinh.directory.models import UnitTrait
from dinh.directory.queries import in_force


@conflicts("directory.qualities")
def qualities_end(plan: Plan) -> list[Conflict]:
    """Tell which qualities end with their units: rights hang on them, and a decision of its own gives them anew. One query."""
    rows = UnitTrait.objects.filter(in_force(plan.on - timedelta(days=1)), unit__in=plan.ends)
    by_trait: dict[str, set[UUID]] = {}
    for trait, unit in rows.values_list("trait", "unit"):
        by_trait.setdefault(trait, set()).add(unit)
    if not by_trait:
        return []
    names = {one.unit_id: one.full_name for one in plan.formers}
    told = "; ".join(
        f"{list_title('unit_traits', trait)} ({', '.join(sorted(names[unit] for unit in units))})"
        for trait, units in sorted(by_trait.items())
    )
    message = _(
        "These qualities end with their units: %(qualities)s. The units that begin have none until they are given on the page of qualities."
    )
    return [Conflict("qualities", message % {"qualities": told}, tuple(sorted(by_trait)), blocks=False)]
