"""Everything that teams did in a unit between two moments, and for which team each thing counts.

One query per kind. A commune of 10,000 people has some two thousand of them a month.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    units = tree.subtree(unit, period.until_on)
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
    places = _Places(unit, period)
    readers = (
        _visits, _assistances, _results, _difficulties, _gatherings, _attendances, _coverage, _duties, _tasks,
    )  # fmt: skip
    return [one for read in readers for one in read(places)]


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


class _Places:
    """A unit with all below it, and a period: the condition that every query of this module shares."""

    def __init__(self, unit: UUID, period: Period) -> None:
        self.units = tree.subtree(unit, period.until_on)
        self.since, self.until = period.since, period.until
        self.period = period

    def here(self, household: str = "household") -> Q:
        """In one of the villages; what has no village counts where the household belongs."""
        return Q(village__in=self.units) | Q(village=None, **{f"{household}__unit__in": self.units})

    def then(self, column: str = "at") -> Q:
        return Q(**{f"{column}__gte": self.since, f"{column}__lt": self.until})


def _visits(places: _Places) -> Iterator[Happening]:
    rows = Visit.objects.filter(places.here(), places.then())
    for pk, account, village, at, house, outcome, minutes in rows.values_list(
        "pk", "account", "village", "at", "household", "outcome", "minutes"
    ):
        yield Happening("visit", pk, account, village, at, house, None, outcome, minutes=minutes or 0)


def _assistances(places: _Places) -> Iterator[Happening]:
    rows = list(
        Assistance.objects.filter(places.here() | Q(village=None, person__unit__in=places.units), places.then())
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


def _results(places: _Places) -> Iterator[Happening]:
    rows = Assistance.objects.filter(places.here(), places.then("brought_at"))
    for pk, account, village, at, house, person, kind in rows.values_list(
        "pk", "account", "village", "brought_at", "household", "person", "kind"
    ):
        if at is not None:
            yield Happening("result", pk, account, village, at, house, person, kind)


def _difficulties(places: _Places) -> Iterator[Happening]:
    rows = Difficulty.objects.filter(places.here(), places.then())
    for pk, account, village, at, house, kind, told, state in rows.values_list(
        "pk", "account", "village", "at", "household", "kind", "told_at", "card__state"
    ):
        outcome = "told" if told else "answered" if state in {"answered", "closed"} else "open"
        yield Happening("difficulty", pk, account, village, at, house, None, kind, outcome)


def _gatherings(places: _Places) -> Iterator[Happening]:
    rows = Workshop.objects.filter(places.then("starts_at"), unit__in=places.units, state=Workshop.State.HELD)
    for pk, lead, unit, at, ends, kind, present in rows.values_list(
        "pk", "lead", "unit", "starts_at", "ends_at", "kind", "present"
    ):
        minutes = int((ends - at).total_seconds() // 60)
        yield Happening("gathering", pk, lead, unit, at, what=kind, amount=present, minutes=max(minutes, 0))


def _attendances(places: _Places) -> Iterator[Happening]:
    rows = Attendance.objects.filter(
        places.then("workshop__starts_at"),
        workshop__unit__in=places.units,
        workshop__state=Workshop.State.HELD,
    )
    for pk, lead, unit, at, person, way, before, after in rows.values_list(
        "pk", "workshop__lead", "workshop__unit", "workshop__starts_at", "person", "way", "before", "after"
    ):
        gained = sum(1 for skill, step in after.items() if step > before.get(skill, 0))
        yield Happening("attendance", pk, lead, unit, at, None, person, way, amount=gained)


def _coverage(places: _Places) -> Iterator[Happening]:
    rows = Operation.objects.filter(
        places.then("captured_at"), village__in=places.units, kind="coverage", state__in=DONE
    )
    for pk, account, village, at, house in rows.values_list(
        "pk", "account", "village", "captured_at", "entity"
    ):
        yield Happening("coverage", pk, account, village, at, house or pk)


def _duties(places: _Places) -> Iterator[Happening]:
    period = places.period
    rows = Duty.objects.filter(
        on__gte=period.from_on, on__lte=period.until_on, unit__in=places.units, state=Duty.State.DONE
    )
    for pk, account, unit, on, starts, ends, helped, place in rows.values_list(
        "pk", "member__account", "unit", "on", "starts", "ends", "helped", "place"
    ):
        at = datetime.combine(on, starts, VIETNAM)
        minutes = int((datetime.combine(on, ends, VIETNAM) - at).total_seconds() // 60)
        yield Happening("duty", pk, account, unit, at, what=place, amount=helped, minutes=max(minutes, 0))


def _tasks(places: _Places) -> Iterator[Happening]:
    rows = Assignment.objects.filter(
        Q(village__in=places.units) | Q(village=None, unit__in=places.units),
        places.then("done_at"),
        state__in=[Assignment.State.DONE, Assignment.State.SKIPPED],
    )
    for pk, account, village, at, house, rule, state in rows.values_list(
        "pk", "done_by", "village", "done_at", "household", "rule", "state"
    ):
        if account is not None and at is not None:  # a task that the node settled by itself is nobody's work
            yield Happening("task", pk, account, village, at, house, None, rule, state)
