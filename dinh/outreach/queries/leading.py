"""Who leads which team, and who supervises it: asked by panels, reports, gatherings, badges."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.outreach.models import Member, Team
from dinh.outreach.queries.scope import in_term, open_on

LEAD, SUPERVISE, MANAGE = "outreach.lead", "outreach.supervise", "outreach.manage"
LEADERS = (Member.Role.LEADER, Member.Role.DEPUTY)


def led_by(account: Account, on: date) -> list[Team]:
    """Return the open teams that somebody leads, alone or as deputy, by name."""
    if not policy.may(account, LEAD, on=on):
        return []
    terms = Member.objects.filter(in_term(on), account=account, role__in=LEADERS)
    found = Team.objects.filter(open_on(on), pk__in=terms.values("team")).select_related("unit")
    return list(found.order_by("name", "pk"))


def leads(account: Account, team: Team, on: date) -> bool:
    """Return whether somebody leads this team."""
    return any(one.pk == team.pk for one in led_by(account, on))


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
