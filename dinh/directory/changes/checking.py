"""What of a decision does not fit the units and the staff that there are: codes, levels, accounts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.decisions import Decision
from dinh.directory.models import Account, Level, UnitVersion
from dinh.lib.errors import Fault

# How the code of a unit of each level is written, and the level of the unit above.
FORMS: Mapping[str, re.Pattern[str]] = {
    Level.PROVINCE: re.compile("[0-9]{2}"),
    Level.COMMUNE: re.compile("[0-9]{5}"),
    Level.VILLAGE: re.compile("[0-9]{5}-[0-9]{2,}"),
}
ABOVE: Mapping[str, str] = {Level.COMMUNE: Level.PROVINCE, Level.VILLAGE: Level.COMMUNE}


def code_faults(wanted: Sequence[str], ending: Collection[UUID], on: date) -> Iterator[Fault]:
    """Give the new codes that two units would bear at once: two of this decision, or one that there is.

    A code may pass to a successor.
    """
    for code, times in Counter(wanted).items():
        if times > 1:
            yield Fault(code, "code_twice", _("Two units would have this code."))
    later = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    used = UnitVersion.objects.filter(later, code__in=wanted).exclude(unit__in=ending)
    for code in used.values_list("code", flat=True).distinct().order_by("code"):
        yield Fault(code, "code_used", _("Another unit bears this code, and goes on with it."))


def form_faults(code: str, level: str) -> Iterator[Fault]:
    """Give what is wrong with the new code of a unit of a level: by its form the level is known afterwards."""
    if not FORMS[level].fullmatch(code):
        message = _(
            "Write a code of the unit's level: two digits for a province, five for a commune; for a village those of"
            " its commune, a hyphen and its number."
        )
        yield Fault(code, "code_form", message)


def parent_faults(path: str, level: str, above: UnitVersion) -> Iterator[Fault]:
    """Give what is wrong with the unit below which one of a level is to lie; none is below itself or its own kind."""
    if ABOVE.get(level) != above.level:
        message = _(
            "It cannot lie below that unit: a commune lies below a province, a village below a commune."
        )
        yield Fault(path, "parent_level", message)


def account_faults(decision: Decision, ends: Collection[UUID], takers: Collection[UUID]) -> Iterator[Fault]:
    """Give what is wrong with the answers about accounts of one person: one of the two is to go on, and to be there."""
    here = Account.objects.filter(Q(unit__in=ends) | Q(unit__in=takers))
    staff = {
        one.username: one
        for one in here.filter(
            username__in=[name for one in decision.same_person for name in (one.keep, one.close)]
        )
    }
    for name, last in decision.goes_on.items():
        if last in decision.goes_on:
            message = _(
                "One of the accounts of a person goes on: %(account)s would be closed without another."
            )
            yield Fault("same_person", "nobody", message % {"account": name})
            continue
        closed, goes_on = staff.get(name), staff.get(last)
        if closed is None or closed.unit_id not in ends:
            message = _("The account %(account)s belongs to no unit that ends.")
            yield Fault("same_person", "elsewhere", message % {"account": name})
        if goes_on is None or not goes_on.is_active:
            message = _("The account %(account)s is not open, or belongs to none of these units.")
            yield Fault("same_person", "not_staff", message % {"account": last})
