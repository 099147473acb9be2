"""The epoch of a scope: raised, inside the write that changes it, for whose villages are no longer the same."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from dinh.outreach.models import Area, Member, ScopeEpoch


def bump_epoch(account_ids: Iterable[UUID]) -> None:
    """Raise the epoch of these accounts by one. Call it inside the action that changed their villages.

    It writes no entry of its own: the number is counted from the entries of those actions.
    """
    wanted = sorted(set(account_ids))
    ScopeEpoch.objects.bulk_create(
        [ScopeEpoch(account_id=account) for account in wanted], ignore_conflicts=True, batch_size=400
    )
    ScopeEpoch.objects.filter(account__in=wanted).update(epoch=F("epoch") + 1)


def renew_epochs() -> None:
    """Raise the epochs of those whose terms or areas begin or end today. For the worker, each day; again does no harm."""
    on = timezone.localdate()
    terms = Member.objects.filter(Q(from_on=on) | Q(until_on=on)).values_list("account", flat=True)
    areas = Area.objects.filter(Q(from_on=on) | Q(until_on=on)).values("team")
    touched = Member.objects.filter(team__in=areas).values_list("account", flat=True)
    bump_epoch({*terms, *touched})
