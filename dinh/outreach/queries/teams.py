"""Reads of teams: one line a team for a list, set based, and who stands above and below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max

from dinh.directory import tree
from dinh.outreach.models import Area, Device, Member, Team
from dinh.outreach.queries.scope import in_term
from dinh.work.models import Assignment


@dataclass
class TeamLine:
    """One team as a list shows it on a day."""

    team: Team
    unit: str  # "thôn Ún Tà"
    leader: str = ""
    members: int = 0
    villages: list[str] = field(default_factory=list)
    open: int = 0  # tasks to do in its villages
    late: int = 0
    last_contact: datetime | None = None  # of any telephone of its members


def lines(teams: Iterable[Team], on: date) -> list[TeamLine]:
    """Return a line for each team, in the order given. Five queries whatever their number."""
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
    counts = open_by_village({village for _team, village in areas}, on)
    for team, village in areas:
        line = found[team]
        line.villages.append(tree.title(village, on, with_parents=False))
        line.open += counts[village][0]
        line.late += counts[village][1]
    for line in found.values():
        line.villages.sort()
    return list(found.values())


def open_by_village(villages: Collection[UUID], on: date) -> dict[UUID, tuple[int, int]]:
    """Return for each village how many tasks can be done on a day, and how many of them are late."""
    found: dict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    ready = Assignment.objects.filter(state=Assignment.State.READY, opens_on__lte=on, village__in=villages)
    rows = ready.values_list("village", "due_on").annotate(n=Count("pk"))
    for village, due, n in rows:
        opened, late = found[village]
        found[village] = (opened + n, late + (n if due < on else 0))
    return found


def _contacts(accounts: Collection[UUID]) -> dict[UUID, datetime]:
    rows = Device.objects.filter(account__in=accounts, revoked_at__isnull=True)
    return dict(rows.values_list("account").annotate(last=Max("last_contact")))
