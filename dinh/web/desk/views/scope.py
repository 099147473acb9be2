"""Over which units somebody acts, as choices for a form."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from dinh.directory import policy, tree
from dinh.directory import queries as directory
from dinh.directory.models import Account, Office, Unit
from dinh.lib.names import fold


def units_of(account: Account, permission: str) -> list[UUID]:
    """Return the topmost units over which the account has the permission."""
    return sorted({reach.unit for reach in policy.scope(account, permission, timezone.localdate()).reaches})


def unit_choices(account: Account, permission: str) -> list[tuple[str, str]]:
    """Return (id, title) of these units and of their communes, for a select; a province lists its communes."""
    on = timezone.localdate()
    scope = policy.scope(account, permission, on)
    ids = set().union(*(reach.offices_of for reach in scope.reaches)) if scope.reaches else set()
    titles = ((str(pk), directory.unit_title(pk, on, with_parents=False)) for pk in tree.standing(ids, on))
    return sorted(((pk, title) for pk, title in titles if title), key=lambda pair: fold(pair[1]))


def offices_of(account: Account, permission: str) -> list[Office]:
    """Return the offices of the units over which the account has the permission, by name."""
    on = timezone.localdate()
    scope = policy.scope(account, permission, on)
    offices = Office.objects.filter(directory.in_force(on)).select_related("unit")
    return list(scope.filter(offices, "unit", None).order_by("name"))


def unit_named(pk: str) -> Unit:
    """Return a unit chosen in a form."""
    return Unit.objects.get(pk=pk)
