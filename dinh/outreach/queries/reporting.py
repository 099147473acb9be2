"""What a report says before anybody wrote a word: counted from what was done, compared with goals and the month before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from dinh.directory import tree
from dinh.directory.models import Account
from dinh.lib.dates import local_date
from dinh.outreach.models import FieldReport, Member, Team, Workshop
from dinh.outreach.queries.happenings import Period, by_team, commune_of, month_of
from dinh.outreach.queries.leading import SUPERVISE, communes_of, led_by
from dinh.outreach.queries.scope import in_term
from dinh.outreach.queries.supervision import goals_of, teams_in, walking
from dinh.outreach.rules import figures
from dinh.outreach.rules.figures import Happening
from dinh.work.models import IssueCard, Plan

ANSWERS_AT_MOST = 8  # of one report: the longest stand in the portal


def composed(unit: UUID, team: Team | None, period: Period) -> dict[str, Any]:
    """Return the figures of a report: of one team, or of a commune with a line for each team.

    Keys: counts, before (same keys, the period before), goals (measure -> goal), helps, difficulties, gatherings
    (code -> how many), workshops (title, day, present), answers (title, answer), members, teams (of a commune).
    Some twenty-five queries.
    """
    commune = commune_of(unit, period.until_on)
    now, before = by_team(commune, period), by_team(commune, period.before)
    mine, then = _own(now, team), _own(before, team)
    found: dict[str, Any] = {
        "counts": figures.count(mine),
        "before": figures.count(then),
        "goals": _goals(commune, team, period),
        "helps": figures.by_what(mine, "help"),
        "filings": figures.by_what(mine, "filing"),
        "difficulties": figures.by_what(mine, "difficulty"),
        "gatherings": figures.by_what(mine, "gathering"),
        "workshops": _workshops(mine),
        "answers": _answers(commune, team, period),
        "members": _members([team] if team else teams_in(commune, period.until_on), period),
    }
    if team is None:
        every = teams_in(commune, period.until_on)
        go = owing(every, period)
        found["teams"] = [
            {"team": str(one.pk), "name": one.name, "counts": figures.count(now.get(one.pk, []))}
            for one in every
            if one in go or now.get(one.pk)
        ]
        found["outside"] = figures.count(now.get(None, []))
    return found


def reports_for(account: Account, on: date, period: Period) -> list[FieldReport]:
    """Return the reports of a period that somebody may read: of teams they lead, of units they supervise. Newest first."""
    units = communes_of(account, SUPERVISE, on)
    teams = [one.pk for one in led_by(account, on)]
    found = FieldReport.objects.filter(
        Q(unit__in=units) | Q(team__in=teams), from_on=period.from_on, until_on=period.until_on
    ).select_related("team", "unit")
    return list(found.order_by("team__name", "-edition", "pk"))


def owing(teams: Collection[Team], period: Period) -> list[Team]:
    """Return which of these teams owe a report of a period: those that go to houses. A committee owes none."""
    go = walking(teams, period.until_on)
    return [one for one in teams if one.pk in go]


def of_period(unit: UUID, team: Team | None, period: Period) -> FieldReport | None:
    """Return the newest edition of a report, or None."""
    same = FieldReport.objects.filter(unit=unit, team=team, from_on=period.from_on, until_on=period.until_on)
    return same.order_by("-edition").first()


def missing(unit: UUID, period: Period) -> list[Team]:
    """Return the teams of a commune that owe a report of a period and have not sent it."""
    sent = FieldReport.objects.filter(
        unit__in=tree.with_inherited(unit),
        from_on=period.from_on,
        until_on=period.until_on,
        state=FieldReport.State.SENT,
        team__isnull=False,
    )
    have = set(sent.values_list("team", flat=True))
    return [one for one in owing(teams_in(unit, period.until_on), period) if one.pk not in have]


def periods(at: datetime, amount: int = 12) -> list[Period]:
    """Return the month under way and those before it, newest first."""
    found = [month_of(local_date(at))]
    while len(found) < amount:
        found.append(found[-1].before)
    return found


def _own(done: dict[UUID | None, list[Happening]], team: Team | None) -> list[Happening]:
    if team is not None:
        return done.get(team.pk, [])
    return [one for rows in done.values() for one in rows]


def _goals(unit: UUID, team: Team | None, period: Period) -> dict[str, int]:
    if team is not None:
        return goals_of([team], period).get(team.pk, {})
    rows = Plan.objects.filter(unit=unit, account=None, month=month_of(period.from_on).from_on)
    return dict(rows.values_list("measure", "goal"))


def _workshops(rows: Iterable[Happening]) -> list[dict[str, Any]]:
    ids = [one.id for one in rows if one.kind == "gathering"]
    found = Workshop.objects.filter(pk__in=ids).order_by("starts_at")
    return [
        {
            "title": one.title,
            "kind": one.kind,
            "on": local_date(one.starts_at).isoformat(),
            "present": one.present,
        }
        for one in found
    ]


def _answers(commune: UUID, team: Team | None, period: Period) -> list[dict[str, Any]]:
    cards = IssueCard.objects.filter(
        unit__in=tree.with_inherited(commune), answered_at__gte=period.since, answered_at__lt=period.until
    ).order_by("-answered_at")
    if team is not None:
        villages = tree.subtree_then(team.unit_id, period.until_on)
        cards = cards.filter(difficulties__village__in=villages).distinct()
    return [{"title": one.title, "answer": one.answer} for one in cards[:ANSWERS_AT_MOST]]


def _members(teams: Iterable[Team], period: Period) -> int:
    members = Member.objects.filter(in_term(period.until_on), team__in=[one.pk for one in teams])
    return members.values("account").distinct().count()
