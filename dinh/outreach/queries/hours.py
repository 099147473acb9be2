"""Hours that members gave, counted from their visits, duties and gatherings. Nobody is ranked by them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dinh.outreach.queries.happenings import Period, of_accounts
from dinh.outreach.rules.figures import FIGURES

KINDS = FIGURES["hours"].kinds


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
    for one in of_accounts(accounts, Period(from_on, until_on), KINDS):
        hours = found[one.account]
        if one.kind == "visit":
            hours.visits, hours.houses = hours.visits + one.minutes, hours.houses + 1
        elif one.kind == "duty":
            hours.duties, hours.helped = hours.duties + one.minutes, hours.helped + one.amount
        else:
            hours.gatherings += one.minutes
    return found
