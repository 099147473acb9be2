"""Who may see and run which team: the rights of `directory.policy`, and the term as leader of one's own team."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.lib.errors import NotFound
from dinh.outreach.models import Member, Team
from dinh.outreach.queries.scope import in_term, open_on

LEAD, MANAGE, SUPERVISE = "outreach.lead", "outreach.manage", "outreach.supervise"
ANSWER = "work.answer"
LEADS = (Member.Role.LEADER, Member.Role.DEPUTY)


def led_by(account: Account, on: date) -> QuerySet[Team]:
    """Return the open teams that the account leads, or leads in the leader's stead, on a day, by name."""
    if not policy.may(account, LEAD, on=on):
        return Team.objects.none()
    terms = Member.objects.filter(in_term(on), account=account, role__in=LEADS)
    found = Team.objects.filter(open_on(on), pk__in=terms.values("team"))
    return found.select_related("unit").order_by("name", "pk")


def seen_teams(account: Account, on: date) -> QuerySet[Team]:
    """Return every team that the account may look at: of the units it manages or supervises, and those it leads."""
    found = Q(pk__in=led_by(account, on).order_by().values("pk"))
    for permission in (MANAGE, SUPERVISE):
        reach = policy.scope(account, permission, on)
        if reach:
            found |= Q(pk__in=reach.filter(Team.objects.all(), "unit", None, villages=True).values("pk"))
    return Team.objects.filter(found)


def seen_team(account: Account, pk: UUID, on: date) -> Team:
    """Return one team that the account may look at. Raises NotFound: for others it is not there."""
    team = seen_teams(account, on).select_related("unit", "above").filter(pk=pk).first()
    if team is None:
        raise NotFound("outreach.no_such_team", team=pk)
    return team


def may_run(account: Account, team: Team, on: date) -> bool:
    """Return whether the account may change the team's daily work: its leader, and who manages teams there."""
    if policy.may(account, MANAGE, unit=team.unit_id, on=on):
        return True
    return led_by(account, on).filter(pk=team.pk).exists()


def require_run(by: Account | None, team: Team, on: date) -> None:
    """Raise NotPermitted when `may_run` says no; None is the node itself."""
    if by is not None and not may_run(by, team, on):
        raise policy.refusal(LEAD, by, team=team.pk)


def require_manage(by: Account | None, unit: UUID, on: date) -> None:
    """Raise NotPermitted for who does not manage the teams of a unit; None is the node itself."""
    if by is not None:
        policy.require(by, MANAGE, unit=unit, on=on)


def led_villages(account: Account, on: date) -> frozenset[UUID]:
    """Return every village whose work the account leads, manages, supervises or answers for."""
    found: set[UUID] = set()
    for permission in (LEAD, MANAGE, SUPERVISE, ANSWER):
        found |= policy.scope(account, permission, on).units
    return frozenset(found)
