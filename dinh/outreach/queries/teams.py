"""Reads of teams: one line a team for a list, set based, and who stands above and below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import BooleanField, Case, Count, Max, Q, Value, When

from dinh.directory import tree
from dinh.outreach.models import Area, Device, Member, Team
from dinh.outreach.queries.scope import in_term, open_on
from dinh.work.models import Assignment
from dinh.work.queries.tasks import late_on


@dataclass
class TeamLine:
    """One team as a list shows it on a day."""

    team: Team
    unit: str  # "thôn Ún Tà"
    leader: str = ""
    members: int = 0
    villages: list[str] = field(default_factory=list)
    open: int = 0  # tasks that are its own to do
    late: int = 0
    last_contact: datetime | None = None  # of any telephone of its members


def lines(teams: Iterable[Team], on: date) -> list[TeamLine]:
    """Return a line for each team, in the order given. Six queries whatever their number."""
    found = {team.pk: TeamLine(team, tree.title(team.unit_id, on, with_parents=False)) for team in teams}
    terms = list(
        Member.objects.filter(in_term(on), team__in=found).values_list(
            "team", "account", "role", "account__full_name"
        )
    )
    contact = _contacts({account for _team, account, _role, _name in terms})
    for team, account, role, name in terms:
        line = found[team]
        line.members += 1
        if role == Member.Role.LEADER:
            line.leader = f"{line.leader}, {name}" if line.leader else name
        seen = contact.get(account)
        if seen and (line.last_contact is None or seen > line.last_contact):
            line.last_contact = seen
    areas = list(Area.objects.filter(in_term(on), team__in=found).values_list("team", "village"))
    tree.warm(village for _team, village in areas)
    for team, village in areas:
        found[team].villages.append(tree.title(village, on, with_parents=False))
    _tasks(found, areas, {(team, account) for team, account, _role, _name in terms}, on)
    for line in found.values():
        line.villages.sort()
    return list(found.values())


def _tasks(
    found: dict[UUID, TeamLine],
    areas: Collection[tuple[UUID, UUID]],
    terms: Collection[tuple[UUID, UUID]],
    on: date,
) -> None:
    """Count each task for one team: its assignee's, else the village's own team, else who goes there beside."""
    places, members = places_of_tasks(areas, on), defaultdict(set)
    for team, member in terms:
        members[member].add(team)
    for village, account, late, n in open_by_village({village for _team, village in areas}, on):
        own = places.get(village, set())
        theirs = (members[account] if account else set()) & {
            team for team, place in areas if place == village
        }
        for team in (theirs & own or theirs or own) & found.keys():
            found[team].open += n
            found[team].late += n if late else 0


def places_of_tasks(areas: Collection[tuple[UUID, UUID]], on: date) -> dict[UUID, set[UUID]]:
    """Return the teams whose the tasks of each village are: its village team, where it has one; else all that go there.

    areas  (team, village) pairs of the villages that are wanted
    """
    villages = {village for _team, village in areas}
    rows = Area.objects.filter(in_term(on), open_on(on, "team__"), village__in=villages)
    every: dict[UUID, set[UUID]] = defaultdict(set)
    own: dict[UUID, set[UUID]] = defaultdict(set)
    for village, team, kind in rows.values_list("village", "team", "team__kind"):
        every[village].add(team)
        if kind == Team.Kind.VILLAGE:
            own[village].add(team)
    return {village: own[village] or teams for village, teams in every.items()}


def tasks_of(team: Team, on: date) -> Q:
    """Return the condition for the tasks that are counted for a team: given to its members, and its villages' own."""
    areas = list(Area.objects.filter(in_term(on), team=team).values_list("team", "village"))
    villages = {village for _team, village in areas}
    own = {village for village, teams in places_of_tasks(areas, on).items() if team.pk in teams}
    here = Member.objects.filter(
        in_term(on), team__in=Area.objects.filter(in_term(on), village__in=villages).values("team")
    )
    mine = set(here.filter(team=team).values_list("account", flat=True))
    others = set(here.values_list("account", flat=True)) - mine
    of_others = Q(assignee__isnull=False, assignee__in=others)
    return Q(village__in=villages, assignee__in=mine) | (Q(village__in=own) & ~of_others)


def open_by_village(villages: Collection[UUID], on: date) -> list[tuple[UUID, UUID | None, bool, int]]:
    """Return (village, assignee, late, how many) of the tasks that can be done on a day."""
    ready = Assignment.objects.filter(
        state=Assignment.State.READY, opens_on__lte=on, expires_on__gte=on, village__in=villages
    )
    late = Case(When(late_on(on), then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = ready.annotate(late=late).values_list("village", "assignee", "late").annotate(n=Count("pk"))
    return [(village, assignee, late, n) for village, assignee, late, n in rows if village is not None]


def _contacts(accounts: Collection[UUID]) -> dict[UUID, datetime]:
    rows = Device.objects.filter(account__in=accounts, revoked_at__isnull=True)
    return dict(rows.values_list("account").annotate(last=Max("last_contact")))
