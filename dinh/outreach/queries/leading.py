"""Who leads which team, and who supervises it: asked by panels, reports, gatherings, badges."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.outreach.models import Team
from dinh.outreach.policy import LEAD, MANAGE, SUPERVISE, led_by

__all__ = [
    "LEAD",
    "MANAGE",
    "SUPERVISE",
    "communes_of",
    "led_by",
    "leads",
    "may_look",
    "require_look",
    "supervises",
]


def leads(account: Account, team: Team, on: date) -> bool:
    """Return whether somebody leads this team."""
    return led_by(account, on).filter(pk=team.pk).exists()


def supervises(account: Account, unit: UUID, on: date) -> bool:
    """Return whether somebody supervises the teams of a unit."""
    return policy.may(account, SUPERVISE, unit=unit, on=on)


def may_look(account: Account, team: Team | None, unit: UUID, on: date) -> bool:
    """Return whether somebody may read the panel and the reports of a team, or of a unit when `team` is None."""
    return supervises(account, unit, on) or (team is not None and leads(account, team, on))


def require_look(account: Account, team: Team | None, unit: UUID, on: date) -> None:
    """Refuse who may not read them. Raises NotPermitted."""
    if not may_look(account, team, unit, on):
        raise policy.refusal(SUPERVISE if team is None else LEAD, account, unit=unit)


def communes_of(account: Account, permission: str, on: date) -> list[UUID]:
    """Return the communes (or provinces) over which somebody has a permission, in order of id."""
    scope = policy.scope(account, permission, on)
    return sorted(set().union(*(reach.offices_of for reach in scope.reaches)) if scope.reaches else set())
