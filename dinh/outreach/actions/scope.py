"""The epoch of a scope: raised, inside the write that changes it, for whose villages are no longer the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from dinh.outreach.models import Area, Member, ScopeEpoch

CAUGHT_UP = timedelta(days=60)


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
    """Raise the epochs of those whose terms or areas began or ended by themselves since this was last done for them.

    For the worker, each hour; again does no harm. A node that was off for days catches up: no telephone keeps houses
    that are no longer its member's because nobody's machine ran on the day.
    """
    on = timezone.localdate()
    latest: dict[UUID, date] = {}
    terms = Member.objects.filter(_turned(on)).values_list("account", "from_on", "until_on")
    areas = Area.objects.filter(_turned(on), team__members__isnull=False)
    for account, *days in (*terms, *areas.values_list("team__members__account", "from_on", "until_on")):
        for day in days:
            if day is not None and latest.get(account, date.min) < day <= on:
                latest[account] = day
    counted = dict(ScopeEpoch.objects.filter(account__in=latest).values_list("account", "renewed_on"))
    touched = [account for account, day in latest.items() if (counted.get(account) or date.min) < day]
    with transaction.atomic():
        bump_epoch(touched)
        ScopeEpoch.objects.filter(account__in=touched).update(renewed_on=on)


def _turned(on: date) -> Q:
    """Return the condition "began or ended in the last two months": longer no telephone keeps its list of houses."""
    lately = (on - CAUGHT_UP, on)
    return Q(from_on__range=lately) | Q(until_on__range=lately)
