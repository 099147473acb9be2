"""Hours that members gave, counted from their visits, duties and gatherings. Nobody is ranked by them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Count, Sum

from dinh.lib.dates import VIETNAM
from dinh.outreach.models import Duty, Visit, Workshop


@dataclass
class Hours:
    """Minutes of one account in a period, by what they were given to; visits whose length nobody noted count none."""

    visits: int = 0
    duties: int = 0
    gatherings: int = 0
    houses: int = 0  # visits made
    helped: int = 0  # people helped on duty

    @property
    def minutes(self) -> int:
        """All of them."""
        return self.visits + self.duties + self.gatherings

    @property
    def words(self) -> str:
        """Hours and minutes, "12:30"."""
        return f"{self.minutes // 60}:{self.minutes % 60:02d}"


def of(accounts: Collection[UUID], from_on: date, until_on: date) -> dict[UUID, Hours]:
    """Return the hours of accounts between two days, both counted. Three queries whatever their number."""
    found = {account: Hours() for account in accounts}
    span = (datetime.combine(from_on, time.min, VIETNAM), datetime.combine(until_on, time.max, VIETNAM))
    visits = Visit.objects.filter(account__in=accounts, at__range=span).values_list("account")
    for account, minutes, count in visits.annotate(minutes=Sum("minutes"), n=Count("pk")):
        found[account].visits, found[account].houses = minutes or 0, count
    for account, minutes, helped in _duties(accounts, from_on, until_on):
        found[account].duties += minutes
        found[account].helped += helped
    held = Workshop.objects.filter(lead__in=accounts, state=Workshop.State.HELD, starts_at__range=span)
    for account, starts_at, ends_at in held.values_list("lead", "starts_at", "ends_at"):
        found[account].gatherings += max(0, round((ends_at - starts_at).total_seconds() / 60))
    return found


def _duties(accounts: Collection[UUID], from_on: date, until_on: date) -> Iterator[tuple[UUID, int, int]]:
    rows = Duty.objects.filter(
        member__account__in=accounts, state=Duty.State.DONE, on__range=(from_on, until_on)
    )
    for account, starts, ends, helped in rows.values_list("member__account", "starts", "ends", "helped"):
        yield account, (ends.hour - starts.hour) * 60 + ends.minute - starts.minute, helped
