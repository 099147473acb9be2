"""Homes of leaders are read again in the background after something was counted, so that nobody meets a cold page.

Done by the worker by the clock, between its tasks: one home after another, until a task is ready or the time is over.
Only homes of who signed in these days; what nobody opens is read by whoever opens it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dinh.catalogue import store
from dinh.directory.models import Account, Delegation, Grant
from dinh.directory.queries import in_force
from dinh.indicators.queries import closing, hiding
from dinh.lib.dates import local_date
from dinh.web.board import asking, homes, reading
from dinh.web.board.asking import Asked

SINCE = timedelta(days=7)  # who has not signed in for so long waits a second
MOST = 100  # accounts, those who signed in last
SECONDS = 5.0  # of one turn

_done = ""  # as what the homes were read: then there is nothing to do until something changes


def warm() -> int:
    """Read the homes that are not kept as they stand now; return how many were looked at. Four short queries when nothing changed."""
    global _done
    now = timezone.now()
    stands = f"{local_date(now)}|{reading.watermark()}"
    if stands == _done:
        return 0
    until, count = time.monotonic() + SECONDS, 0
    for asked, account in wanted(now):
        if time.monotonic() > until or DBTaskResult.objects.ready().exists():
            return count  # what was read stays read; the next turn goes on
        for opened in dict.fromkeys((homes.at_newest(asked), homes.present(asked))):
            homes.seen(opened, reading.watermark(opened), account)
        count += 1
    _done = stands
    return count


def wanted(now: datetime) -> Iterator[tuple[Asked, Account]]:
    """Yield the homes of who may read the board and signed in these days, the last who signed in first.

    Each once, and once more for a reader from whom other numbers are hidden.
    """
    on, seen = local_date(now), set[tuple[Asked, frozenset[str]]]()
    roles = [id for id, role in store.get().roles.items() if homes.READ in role.permissions]
    granted = Grant.objects.filter(in_force(on), role__in=roles)
    lent = Delegation.objects.filter(
        grant__in=granted, valid_from__lte=on, valid_to__gte=on, revoked_at__isnull=True
    )
    accounts = Account.objects.filter(
        Q(pk__in=granted.values("account")) | Q(pk__in=lent.values("to")),
        is_active=True,
        kind=Account.Kind.STAFF,
        last_login__gte=now - SINCE,
    )
    for account in accounts.order_by("-last_login")[:MOST]:
        unit = homes.unit_of(account, on)
        asked = asking.of({}, unit, on, closing.close_for(account, unit, on))
        home = asked, hiding.hidden_from(account, store.get().indicators.values(), unit, on)
        if home not in seen:
            seen.add(home)
            yield asked, account
