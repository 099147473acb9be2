"""Goals of a month for a unit, or for one person in it."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory.models import Account, Unit
from dinh.directory.writing import change, created, refuse_if
from dinh.journal.actions import action
from dinh.lib.errors import Fault
from dinh.work.models import Plan

MOST = 100_000


@action
def set_goal(
    *,
    unit: Unit,
    measure: str,
    month: date,
    goal: int,
    by: Account,
    at: datetime,
    account: Account | None = None,
) -> Plan:
    """Set how much of a measure a unit, or one person in it, means to do in a month; set again, it replaces.

    measure  key of list `field_measures`
    month    any day of it

    Who may is asked above. Raises Invalid for an unknown measure or a goal out of range.
    """
    faults = []
    if measure not in store.get().titles["field_measures"]:
        faults.append(Fault("measure", "unknown", _("Choose from the list.")))
    if not 0 <= goal <= MOST:
        faults.append(Fault("goal", "out_of_range", _("Write a number from 0 to 100,000.")))
    refuse_if(faults, "work.goal_invalid")
    first = month.replace(day=1)
    Unit.objects.select_for_update().get(
        pk=unit.pk
    )  # of two who set it at once, the second finds the first's
    found = (
        Plan.objects.select_for_update()
        .filter(unit=unit, account=account, measure=measure, month=first)
        .first()
    )
    if found is None:
        plan = Plan(unit=unit, account=account, measure=measure, month=first, goal=goal, set_by=by)
        plan.save(force_insert=True)
        created(plan, "work.goal_set", by=by, at=at, unit=unit.pk)
        return plan
    if found.goal != goal:
        change(found, "work.goal_set", by=by, at=at, unit=unit.pk, goal=goal, set_by_id=by.pk)
    return found
