"""The panel of teams: what they meant to do, what they did, who is active, what deserves a look."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Sum

from dinh.directory import queries as directory
from dinh.directory import tree
from dinh.lib.dates import local_date
from dinh.outreach.models import Area, Assistance, Conflict, Device, Member, Operation, SlipBook, Team, Visit
from dinh.outreach.queries.happenings import Period, by_team, commune_of, month_of
from dinh.outreach.queries.scope import in_term, open_on
from dinh.outreach.rules import figures, oddness
from dinh.outreach.rules.figures import Happening
from dinh.work.models import Plan
from dinh.work.rules.pace import expected_by

INACTIVE = timedelta(days=30)
GOAL = "visits"  # the measure whose pace the panel shows


@dataclass
class Line:
    """One team, or what nobody's team did (`team` None), in a period."""

    team: Team | None
    title: str
    village: str = ""
    goal: int | None = None
    expected: int | None = None
    figures: dict[str, int] = field(default_factory=dict)
    members: int = 0
    active: int = 0
    leader: str = ""
    last_contact: datetime | None = None
    unsent: int = 0
    failures: int = 0
    held: int = 0
    review: int = 0
    forced: int = 0
    conflicts: int = 0
    odd: int = 0
    checked: int = 0
    agreed: int = 0

    @property
    def behind(self) -> bool:
        """Whether less was done than the goal asks by now."""
        return self.expected is not None and self.figures.get(GOAL, 0) < self.expected

    @property
    def quality(self) -> int | None:
        """How many of a hundred visits show no odd pattern; None without visits."""
        visits = self.figures.get("doors", 0)
        return round(100 * (visits - self.odd) / visits) if visits else None


@dataclass(frozen=True)
class Panel:
    """All teams of a unit in a period, and their sum; `goal` is the commune's own, where all its teams are shown."""

    unit: UUID
    period: Period
    lines: list[Line]
    total: dict[str, int]
    goal: int | None = None
    expected: int | None = None

    @property
    def behind(self) -> bool:
        """Whether all together did less than the commune's goal asks by now."""
        return self.expected is not None and self.total.get(GOAL, 0) < self.expected


def teams_in(unit: UUID, on: date) -> list[Team]:
    """Return the open teams of a unit and below it: the commune's first, then by name."""
    found = Team.objects.filter(open_on(on), unit__in=tree.subtree_then(unit, on)).select_related("unit")
    order = {"steering": 0, "commune": 1, "young": 2, "village": 3}
    return sorted(found, key=lambda one: (order[one.kind], one.name, one.pk))


def panel(unit: UUID, period: Period, *, at: datetime, teams: Collection[UUID] | None = None) -> Panel:
    """Return the panel of a commune.

    teams  only these (a leader's own); then the total is theirs

    Some twenty queries, whatever the number of teams.
    """
    commune = commune_of(unit, period.until_on)
    done = by_team(commune, period)
    shown = [one for one in teams_in(commune, period.until_on) if teams is None or one.pk in teams]
    goals = goals_of(shown, period)
    lines = [_line(team, done.get(team.pk, []), period, goals, at) for team in shown]
    if teams is None and done.get(None):
        lines.append(Line(None, "", figures=figures.count(done[None])))
    _members(lines, period, at)
    _machines(lines, period)
    _oddities(lines, commune, period, done)
    wanted = [one for key, rows in done.items() for one in rows if teams is None or key in teams]
    goal = _goal_of(commune, period) if teams is None else None
    expected = expected_by(goal, period.from_on, local_date(at)) if goal is not None else None
    return Panel(commune, period, lines, figures.count(wanted), goal, expected)


def walking(teams: Collection[Team], on: date) -> set[UUID]:
    """Return which of these teams go to houses: those with villages. A committee meets, and owes no report."""
    areas = Area.objects.filter(in_term(on), team__in=[one.pk for one in teams])
    return set(areas.values_list("team", flat=True))


def goals_of(teams: Collection[Team], period: Period) -> dict[UUID, dict[str, int]]:
    """Return the goals of teams for the month in which a period begins: team -> measure -> goal. Two queries.

    A village team's are those of the villages it visits. The commune's goals are those of all its teams together, and
    no single team's.
    """
    units: dict[UUID, set[UUID]] = {}
    of_villages = [one.pk for one in teams if one.kind == Team.Kind.VILLAGE]
    areas = Area.objects.filter(in_term(period.until_on), team__in=of_villages).values_list("team", "village")
    for team, village in areas:
        units.setdefault(team, set()).add(village)
    rows = Plan.objects.filter(
        unit__in=set().union(*units.values()), account=None, month=month_of(period.from_on).from_on
    ).values_list("unit", "measure", "goal")
    found: dict[UUID, dict[str, int]] = {}
    for unit, measure, goal in rows:
        for team in (key for key, places in units.items() if unit in places):
            mine = found.setdefault(team, {})
            mine[measure] = mine.get(measure, 0) + goal
    return found


def _goal_of(commune: UUID, period: Period) -> int | None:
    month = month_of(period.from_on).from_on
    rows = Plan.objects.filter(unit=commune, account=None, month=month, measure=GOAL)
    return rows.values_list("goal", flat=True).first()


def rows_of(
    unit: UUID, period: Period, figure: str, teams: Collection[UUID | None] | None = None
) -> list[Happening]:
    """Return what stands behind a number of the panel, oldest first.

    teams  ids of teams, None among them for what nobody's team did; not given: the whole commune
    """
    done = by_team(commune_of(unit, period.until_on), period)
    rows = [one for key, found in done.items() if teams is None or key in teams for one in found]
    return sorted(figures.FIGURES[figure].rows(rows), key=lambda one: (one.at, one.id))


def odd_visits(visits: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """Return the patterns of those of these visits that show one. Three queries."""
    rows = list(Visit.objects.filter(pk__in=list(visits)))
    helps: dict[UUID, list[str]] = {}
    for visit, kind in Assistance.objects.filter(visit__in=[one.pk for one in rows]).values_list(
        "visit", "kind"
    ):
        if visit is not None:
            helps.setdefault(visit, []).append(kind)
    books: dict[UUID, list[tuple[int, int]]] = {}
    for account, first, last in SlipBook.objects.filter(
        account__in={one.account_id for one in rows}
    ).values_list("account", "first", "last"):
        books.setdefault(account, []).append((first, last))
    seen = (
        oddness.Seen(
            one.pk, one.account_id, one.household_id, one.at, one.outcome == Visit.Outcome.MET,
            (str(one.minutes), one.note, *sorted(helps.get(one.pk, []))), one.slip,
        )
        for one in rows
    )  # fmt: skip
    return oddness.odd(seen, books)


def last_seen(accounts: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when each account last did something: a visit, an operation of its phone, or a contact of it."""
    wanted = list(accounts)
    found: dict[UUID, datetime] = {}
    for rows in (
        Visit.objects.filter(account__in=wanted).values_list("account").annotate(Max("at")),
        Operation.objects.filter(account__in=wanted).values_list("account").annotate(Max("captured_at")),
    ):
        for account, at in rows:
            found[account] = max(at, found.get(account, at))
    return found


def _line(
    team: Team, rows: list[Happening], period: Period, goals: dict[UUID, dict[str, int]], at: datetime
) -> Line:
    village = directory.unit_title(team.unit_id, period.until_on, with_parents=False)
    line = Line(team, team.name, village, figures=figures.count(rows))
    line.goal = goals.get(team.pk, {}).get(GOAL)
    if line.goal is not None:
        line.expected = expected_by(line.goal, period.from_on, local_date(at))
    return line


def _members(lines: list[Line], period: Period, at: datetime) -> None:
    teams = {line.team.pk: line for line in lines if line.team}
    on = min(period.until_on, local_date(at))
    rows = list(Member.objects.filter(in_term(on), team__in=teams).select_related("account"))
    seen = last_seen({one.account_id for one in rows})
    for member in rows:
        line = teams[member.team_id]
        line.members += 1
        line.active += bool((last := seen.get(member.account_id)) and last >= at - INACTIVE)
        if member.role == Member.Role.LEADER:
            line.leader = member.account.full_name
    accounts: dict[UUID, list[Line]] = {}
    for member in rows:
        accounts.setdefault(member.account_id, []).append(teams[member.team_id])
    phones = Device.objects.filter(account__in=accounts, revoked_at=None).values_list("account")
    for account, last, unsent, failures in phones.annotate(
        Max("last_contact"), Sum("unsent"), Sum("sync_failures")
    ):
        for line in accounts[account]:
            line.last_contact = max(last, line.last_contact or last)
            line.unsent += unsent
            line.failures += failures


def _machines(lines: list[Line], period: Period) -> None:
    """Operations that wait, need an officer or were forced, and open conflicts, by the members' accounts."""
    teams = {line.team.pk: line for line in lines if line.team}
    of: dict[UUID, list[Line]] = {}
    for account, team in Member.objects.filter(in_term(period.until_on), team__in=teams).values_list(
        "account", "team"
    ):
        of.setdefault(account, []).append(teams[team])
    mine = Operation.objects.filter(account__in=of)
    for column, rows in {
        "held": mine.filter(state=Operation.State.WAITING),
        "review": mine.filter(state=Operation.State.REVIEW),
        "forced": mine.filter(forced=True, captured_at__gte=period.since, captured_at__lt=period.until),
    }.items():
        for account, amount in rows.values_list("account").annotate(Count("pk")):
            for line in of[account]:
                setattr(line, column, getattr(line, column) + amount)
    clashes = Conflict.objects.filter(state="open", operation__account__in=of)
    for account, amount in clashes.values_list("operation__account").annotate(Count("pk")):
        for line in of[account]:
            line.conflicts += amount


def _oddities(
    lines: list[Line], unit: UUID, period: Period, done: dict[UUID | None, list[Happening]]
) -> None:
    visits = {one.id: key for key, rows in done.items() for one in rows if one.kind == "visit"}
    patterns = odd_visits(visits)
    by = {line.team.pk if line.team else None: line for line in lines}
    for pk in patterns:
        if (line := by.get(visits[pk])) is not None:
            line.odd += 1
    checks = Visit.objects.filter(checks__in=list(visits), agrees__isnull=False)
    for checked, agrees in checks.values_list("checks", "agrees"):
        if checked is not None and (line := by.get(visits[checked])) is not None:
            line.checked += 1
            line.agreed += bool(agrees)
