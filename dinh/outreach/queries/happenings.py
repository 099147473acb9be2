"""Everything that teams did between two moments, in a unit or by some people, and for which team each thing counts.

One query per kind. A commune of 10,000 people has some two thousand of them a month.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from dinh.directory import tree
from dinh.dossiers.models import Dossier, Status
from dinh.lib.dates import VIETNAM, local_date
from dinh.outreach.models import (
    Area,
    Assistance,
    Attendance,
    Difficulty,
    Duty,
    Member,
    Operation,
    Team,
    Visit,
    Workshop,
)
from dinh.outreach.rules import crediting
from dinh.outreach.rules.crediting import Span, Term
from dinh.outreach.rules.figures import Happening
from dinh.work.models import Assignment

DONE = (Operation.State.APPLIED, Operation.State.MERGED)
RESULTS: dict[int, str] = {
    Status.FINISHED: "accepted",
    Status.RETURNED: "accepted",
    Status.NOT_ACCEPTED: "refused",
    Status.STOPPED: "refused",
    Status.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True)
class Period:
    """Whole days in Viet Nam: the first, and the last that still belongs to it."""

    from_on: date
    until_on: date

    @property
    def since(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.from_on, time(), VIETNAM)

    @property
    def until(self) -> datetime:
        """The first moment that no longer belongs to it."""
        return datetime.combine(self.until_on + timedelta(days=1), time(), VIETNAM)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until_on - self.from_on).days + 1

    @property
    def before(self) -> Period:
        """The month before; for other periods the same number of days before."""
        last = self.from_on - timedelta(days=1)
        return (
            month_of(last)
            if self == month_of(self.from_on)
            else Period(last - timedelta(days=self.days - 1), last)
        )


def month_of(day: date) -> Period:
    """Return the month in which a day lies."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def terms_in(unit: UUID, period: Period) -> list[Term]:
    """Return the terms in teams of a unit and below it that were in force at some time of a period. Two queries."""
    units = tree.subtree_then(unit, period.until_on)
    areas: dict[UUID, list[tuple[UUID, Span]]] = {}
    for team, village, since, until in Area.objects.filter(team__unit__in=units).values_list(
        "team", "village", "from_on", "until_on"
    ):
        areas.setdefault(team, []).append((village, Span(since, until)))
    rows = Member.objects.filter(
        Q(until_on=None) | Q(until_on__gt=period.from_on), team__unit__in=units, from_on__lte=period.until_on
    )
    return [
        Term(account, team, kind, Span(since, until), tuple(areas.get(team, ())))
        for account, team, kind, since, until in rows.values_list(
            "account", "team", "team__kind", "from_on", "until_on"
        )
    ]


def happenings(unit: UUID, period: Period) -> list[Happening]:
    """Return all that was done in a unit and below it in a period. Eleven queries."""
    within = _in_units(tree.subtree_then(unit, period.until_on))
    return [one for kind, read in READERS.items() for one in read(period, within[kind])]


def of_accounts(accounts: Collection[UUID], period: Period, kinds: Collection[str]) -> list[Happening]:
    """Return what some people did in a period, wherever it was. One query a kind, two for filings."""
    within = _of_people(accounts)
    return [
        one
        for kind, read in READERS.items()
        if kind in kinds or (kind == "help" and "filing" in kinds)
        for one in read(period, within[kind])
    ]


def by_team(
    unit: UUID, period: Period, rows: list[Happening] | None = None
) -> dict[UUID | None, list[Happening]]:
    """Return what was done, by the team for which it counts; under None what no member of a team did."""
    terms = crediting.terms_by_account(terms_in(unit, period))
    found: dict[UUID | None, list[Happening]] = {}
    for one in happenings(unit, period) if rows is None else rows:
        team = crediting.team_of(terms.get(one.account, ()), one.village, local_date(one.at))
        found.setdefault(team, []).append(one)
    return found


def of_team(team: Team, period: Period) -> list[Happening]:
    """Return what counts for one team: counted over its commune, so that a report and the panel agree."""
    return by_team(commune_of(team.unit_id, period.until_on), period).get(team.pk, [])


def commune_of(unit: UUID, on: date) -> UUID:
    """Return the commune of a village, or the unit itself."""
    naming = tree.naming(unit, on)
    if naming is not None and naming.level == "village" and naming.parent:
        return naming.parent
    return unit


def _in_units(units: Collection[UUID]) -> dict[str, Q]:
    """Return for each kind what belongs to units; what has no village counts where its household belongs."""
    here = Q(village__in=units) | Q(village=None, household__unit__in=units)
    return {
        "visit": here,
        "help": here | Q(village=None, person__unit__in=units),
        "result": here,
        "difficulty": here,
        "gathering": Q(unit__in=units),
        "attendance": Q(workshop__unit__in=units),
        "coverage": Q(village__in=units),
        "duty": Q(unit__in=units),
        "task": Q(village__in=units) | Q(village=None, unit__in=units),
    }


def _of_people(accounts: Collection[UUID]) -> dict[str, Q]:
    """Return for each kind what some people did."""
    theirs = Q(account__in=accounts)
    return {
        "visit": theirs,
        "help": theirs,
        "result": theirs,
        "difficulty": theirs,
        "gathering": Q(lead__in=accounts),
        "attendance": Q(workshop__lead__in=accounts),
        "coverage": theirs,
        "duty": Q(member__account__in=accounts),
        "task": Q(done_by__in=accounts),
    }


def _then(period: Period, column: str = "at") -> Q:
    return Q(**{f"{column}__gte": period.since, f"{column}__lt": period.until})


def _visits(period: Period, within: Q) -> Iterator[Happening]:
    rows = Visit.objects.filter(within, _then(period))
    for pk, account, village, at, house, outcome, minutes in rows.values_list(
        "pk", "account", "village", "at", "household", "outcome", "minutes"
    ):
        yield Happening("visit", pk, account, village, at, house, None, outcome, minutes=minutes or 0)


def _assistances(period: Period, within: Q) -> Iterator[Happening]:
    rows = list(
        Assistance.objects.filter(within, _then(period))
        .values_list("pk", "account", "village", "at", "household", "person", "kind", "outcome", "procedure", "dossier")
        .distinct()
    )  # fmt: skip
    wanted = [row[9] for row in rows if row[9]]
    states = dict(Dossier.objects.filter(pk__in=wanted).values_list("pk", "status"))
    for pk, account, village, at, house, person, kind, outcome, procedure, dossier in rows:
        if kind != "filing":
            yield Happening("help", pk, account, village, at, house, person, kind, outcome)
            continue
        ended = RESULTS.get(states.get(dossier, 0), "open") if dossier else "open"
        yield Happening("filing", pk, account, village, at, house, person, procedure, ended)


def _results(period: Period, within: Q) -> Iterator[Happening]:
    rows = Assistance.objects.filter(within, _then(period, "brought_at"))
    for pk, account, village, at, house, person, kind in rows.values_list(
        "pk", "account", "village", "brought_at", "household", "person", "kind"
    ):
        if at is not None:
            yield Happening("result", pk, account, village, at, house, person, kind)


def _difficulties(period: Period, within: Q) -> Iterator[Happening]:
    rows = Difficulty.objects.filter(within, _then(period))
    for pk, account, village, at, house, kind, told, state in rows.values_list(
        "pk", "account", "village", "at", "household", "kind", "told_at", "card__state"
    ):
        outcome = "told" if told else "answered" if state in {"answered", "closed"} else "open"
        yield Happening("difficulty", pk, account, village, at, house, None, kind, outcome)


def _gatherings(period: Period, within: Q) -> Iterator[Happening]:
    rows = Workshop.objects.filter(within, _then(period, "starts_at"), state=Workshop.State.HELD)
    for pk, lead, unit, at, ends, kind, present in rows.values_list(
        "pk", "lead", "unit", "starts_at", "ends_at", "kind", "present"
    ):
        minutes = int((ends - at).total_seconds() // 60)
        yield Happening("gathering", pk, lead, unit, at, what=kind, amount=present, minutes=max(minutes, 0))


def _attendances(period: Period, within: Q) -> Iterator[Happening]:
    rows = Attendance.objects.filter(
        within, _then(period, "workshop__starts_at"), workshop__state=Workshop.State.HELD
    )
    for pk, lead, unit, at, person, way, before, after in rows.values_list(
        "pk", "workshop__lead", "workshop__unit", "workshop__starts_at", "person", "way", "before", "after"
    ):
        gained = sum(1 for skill, step in after.items() if step > before.get(skill, 0))
        yield Happening("attendance", pk, lead, unit, at, None, person, way, amount=gained)


def _coverage(period: Period, within: Q) -> Iterator[Happening]:
    rows = Operation.objects.filter(within, _then(period, "captured_at"), kind="coverage", state__in=DONE)
    for pk, account, village, at, house in rows.values_list(
        "pk", "account", "village", "captured_at", "entity"
    ):
        yield Happening("coverage", pk, account, village, at, house or pk)


def _duties(period: Period, within: Q) -> Iterator[Happening]:
    rows = Duty.objects.filter(within, on__gte=period.from_on, on__lte=period.until_on, state=Duty.State.DONE)
    for pk, account, unit, on, starts, ends, helped, place in rows.values_list(
        "pk", "member__account", "unit", "on", "starts", "ends", "helped", "place"
    ):
        at = datetime.combine(on, starts, VIETNAM)
        minutes = int((datetime.combine(on, ends, VIETNAM) - at).total_seconds() // 60)
        yield Happening("duty", pk, account, unit, at, what=place, amount=helped, minutes=max(minutes, 0))


def _tasks(period: Period, within: Q) -> Iterator[Happening]:
    rows = Assignment.objects.filter(
        within,
        _then(period, "done_at"),
        state__in=[Assignment.State.DONE, Assignment.State.SKIPPED],
    )
    for pk, account, village, at, house, rule, state in rows.values_list(
        "pk", "done_by", "village", "done_at", "household", "rule", "state"
    ):
        if account is not None and at is not None:  # a task that the node settled by itself is nobody's work
            yield Happening("task", pk, account, village, at, house, None, rule, state)


Reader = Callable[[Period, Q], Iterator[Happening]]
READERS: dict[str, Reader] = {
    "visit": _visits, "help": _assistances, "result": _results, "difficulty": _difficulties, "gathering": _gatherings,
    "attendance": _attendances, "coverage": _coverage, "duty": _duties, "task": _tasks,
}  # fmt: skip
