"""Teams for the tests of teams and handovers: who is asked, on which day, and how somebody joins."""

from __future__ import annotations

from datetime import date
from typing import Any

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING
from dinh.outreach.actions import teams
from dinh.outreach.models import Member, Team
from dinh.outreach.tests.enrolled import Field

AT = MONDAY_MORNING
ON = date(2026, 11, 23)


def roles(account: Account, on: date = ON) -> set[str]:
    """Return the roles that an account holds on a day, asked anew."""
    policy.forget(account)
    return set(policy.roles_of(account, on))


def join(field: Field, team: Team, account: Account, role: str = "member", **more: Any) -> Member:
    """Take an account into a team, as the officer of the commune."""
    return teams.join(team=team, account=account, role=role, by=field.officer, at=AT, **more)
