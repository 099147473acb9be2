"""What the figures have against a change of places: a month that is final keeps the boundaries it was locked in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dinh.directory import tree
from dinh.directory.changes.plans import Plan
from dinh.directory.changes.touched import Conflict, conflicts
from dinh.indicators.models import Period
from dinh.indicators.rules.months import month_of


@conflicts("indicators")
def locked_months(plan: Plan) -> list[Conflict]:
    """A commune that is merged, divided or gives a village away has figures locked from the month of that day on."""
    moved = [one for one in plan.kept if one.parent != one.version.parent_id]
    if not plan.ends and not moved:
        return []
    locked = Period.objects.filter(
        unit__in=plan.before, month__gte=month_of(plan.on), state=Period.State.LOCKED
    )
    message = _("Figures of %(month)s are locked for %(unit)s. Choose a later day.")
    return [
        Conflict(
            "locked_month",
            message
            % {"month": f"{one.month % 100:02d}/{one.month // 100}", "unit": tree.title(one.unit, plan.on)},
            (str(one.unit), str(one.month)),
        )
        for one in locked.order_by("month", "unit")
    ]
