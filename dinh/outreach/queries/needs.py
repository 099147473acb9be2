"""Which team needs a leader's word, and why: the first thing a panel says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from dinh.directory.models import Account
from dinh.lib.dates import local_date
from dinh.outreach.models import Conflict, Device, Member, Team
from dinh.outreach.queries.scope import in_term
from dinh.outreach.queries.supervision import INACTIVE, Line, last_seen, walking
from dinh.outreach.queries.teams import lines as team_lines

MANY_CONFLICTS = 3
MANY_LATE = 5  # late tasks of a team; a few are late in any week
KEPT_TOO_LONG = timedelta(days=2)  # that a telephone keeps work without sending it


@dataclass(frozen=True)
class Concern:
    """Somebody, or a team, that needs a leader's word.

    kind  "no_leader", "inactive" (no sign for 30 days), "no_phone" (a member who was given none), "unsent" (a telephone
          that keeps its work), "conflicts" (more than three contradictions)
    """

    kind: str
    team: Team
    member: UUID | None = None
    account: Account | None = None
    since: datetime | None = None
    amount: int = 0


@dataclass
class Need:
    """One team with everything for which it needs a word, gravest first."""

    team: Team
    line: Line | None = None  # given when it is behind its goal
    late: int = 0
    concerns: list[Concern] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """How much there is: to put the gravest first."""
        no_leader = any(one.kind == "no_leader" for one in self.concerns)
        return 10 * no_leader + 5 * (self.line is not None) + len(self.concerns) + (self.late >= MANY_LATE)

    def of(self, kind: str) -> list[Concern]:
        """Return its concerns of one kind."""
        return [one for one in self.concerns if one.kind == kind]


def needs(shown: Collection[Line], *, at: datetime) -> list[Need]:
    """Return the teams of a panel that need a word, gravest first."""
    teams = [line.team for line in shown if line.team is not None]
    found = {team.pk: Need(team) for team in teams}
    for line in shown:
        if line.team is not None and line.behind:
            found[line.team.pk].line = line
    for one in team_lines(teams, local_date(at)):
        found[one.team.pk].late = one.late if one.late >= MANY_LATE else 0
    for concern in concerns(teams, at=at):
        found[concern.team.pk].concerns.append(concern)
    return sorted((one for one in found.values() if one.weight), key=lambda one: (-one.weight, one.team.name))


def concerns(teams: Collection[Team], *, at: datetime) -> list[Concern]:
    """Return what is amiss in teams and with their members.

    Only of members of teams that go to houses is a sign expected: a committee's carry no telephone.
    """
    on = local_date(at)
    go = walking(teams, on)
    members = list(
        Member.objects.filter(in_term(on), team__in=[one.pk for one in teams]).select_related(
            "account", "team"
        )
    )
    led = {one.team_id for one in members if one.role == Member.Role.LEADER}
    walkers = [one for one in members if one.team_id in go]
    accounts = {one.account_id for one in walkers}
    seen, phones = last_seen(accounts), _phones(accounts)
    conflicts = Counter(
        Conflict.objects.filter(state="open", operation__account__in=accounts).values_list(
            "operation__account", flat=True
        )
    )
    found = [Concern("no_leader", one) for one in teams if one.pk not in led]
    for member in walkers:
        found += _of_member(member, seen.get(member.account_id), phones, conflicts[member.account_id], at)
    return found


def _of_member(
    member: Member,
    seen: datetime | None,
    phones: Mapping[UUID, datetime | None],
    conflicts: int,
    at: datetime,
) -> list[Concern]:
    found = []
    joined = at - timedelta(days=(local_date(at) - member.from_on).days)
    if seen is None and member.account_id not in phones:
        found.append(Concern("no_phone", member.team, member.pk, member.account))
    elif (seen or joined) < at - INACTIVE:
        found.append(Concern("inactive", member.team, member.pk, member.account, seen))
    kept = phones.get(member.account_id)
    if kept is not None and kept < at - KEPT_TOO_LONG:
        found.append(Concern("unsent", member.team, member.pk, member.account, kept))
    if conflicts > MANY_CONFLICTS:
        found.append(Concern("conflicts", member.team, member.pk, member.account, None, conflicts))
    return found


def _phones(accounts: Collection[UUID]) -> dict[UUID, datetime | None]:
    """Return since when the telephones of accounts keep something unsent; who has none in use is not in it."""
    found: dict[UUID, datetime | None] = {}
    rows = Device.objects.filter(account__in=accounts, revoked_at=None)
    for account, unsent, oldest in rows.values_list("account", "unsent", "oldest_unsent"):
        kept = oldest if unsent else None
        known = found.get(account)
        found[account] = min(kept, known) if kept and known else kept or known
    return found
