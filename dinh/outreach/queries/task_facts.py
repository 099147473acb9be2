"""What the rules of `catalogue/tasks/` may ask: facts and days of the subjects of a commune, read set by set.

Some fifteen queries whatever the size of the commune; only subjects near enough to a day of some rule are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Min, Q

from dinh.catalogue.shapes.task import TaskRule
from dinh.directory import tree
from dinh.dossiers.models import Dossier, Status
from dinh.lib.dates import VIETNAM, age_on, local_date
from dinh.outreach.models import (
    Area,
    Assistance,
    Difficulty,
    HouseProfile,
    Invitation,
    Visit,
    Workshop,
)
from dinh.outreach.queries.scope import in_term, open_on
from dinh.outreach.rules.task_making import Subject, reach
from dinh.population.models import Household, Person, Residence
from dinh.registers.models import Record
from dinh.work.rules.tasks import walking_key

PENSIONS = ("social_pensions",)
ENDED = (Status.NOT_ACCEPTED, Status.WITHDRAWN, Status.STOPPED, Status.FINISHED, Status.RETURNED)
FAILED = (Status.NOT_ACCEPTED, Status.WITHDRAWN, Status.STOPPED)
WAITS = (Status.SUPPLEMENT, Status.FINANCIAL)


@dataclass(frozen=True)
class Houses:
    """The living households of the villages that a team visits."""

    facts: Mapping[UUID, dict[str, Any]]
    days: Mapping[UUID, dict[str, date]]
    village: Mapping[UUID, UUID]
    order: Mapping[UUID, object]  # place in the walk


def houses(unit: UUID, on: date) -> Houses:
    """Return the households of a commune's served villages with what the teams know of them. Four queries."""
    served = _served(on)
    rows = Household.objects.filter(unit=unit, closed_on__isnull=True, village__in=served)
    facts: dict[UUID, dict[str, Any]] = {}
    days: dict[UUID, dict[str, date]] = {}
    village, order = {}, {}
    for pk, where, address, code, poverty in rows.values_list("pk", "village", "address", "code", "poverty"):
        facts[pk] = {"visited": False, "refused": False, "poverty": poverty}
        days[pk] = {"served_on": served[where]}
        village[pk], order[pk] = where, walking_key(address, code)
    profiles = HouseProfile.objects.filter(household__unit=unit)
    for pk, has_device, refused_on in profiles.values_list("household", "has_device", "refused_on"):
        if pk in facts:
            facts[pk].update(has_device=has_device, refused=refused_on is not None)
    met = Visit.objects.filter(household__unit=unit, outcome=Visit.Outcome.MET).order_by("at")
    for pk, at in met.values_list("household", "at"):
        if pk in facts:
            facts[pk]["visited"] = True
            days[pk]["last_visit_on"] = local_date(at)
    return Houses(facts, days, village, order)


def subjects(unit: UUID, rules: Sequence[TaskRule], found: Houses, on: date) -> dict[str, Iterable[Subject]]:
    """Return what the rules may apply to, by `applies_to`. At most one query for each, two for people."""
    near = _near(rules, on)
    return {
        "household": [
            Subject("household", pk, pk, found.village[pk], facts, found.days[pk])
            for pk, facts in found.facts.items()
        ],
        "person": list(_people(unit, rules, found, near, on)),
        "help": list(_help(unit, found, near)),
        "filing": list(_filings(unit, found, near)),
        "residence": list(_residences(unit, found, near)),
        "difficulty": list(_difficulties(unit, found, near)),
        "invitation": list(_invitations(unit, found, near)),
    }


Near = Callable[[str], "tuple[date, date] | None"]


def _near(rules: Sequence[TaskRule], on: date) -> Near:
    return lambda anchor: reach(rules, anchor, on)


def _served(on: date) -> dict[UUID, date]:
    areas = Area.objects.filter(in_term(on), open_on(on, "team__"))
    return dict(areas.values_list("village").annotate(since=Min("from_on")))


def _at(day: date, last: bool = False) -> datetime:
    return datetime.combine(day, time.max if last else time.min, VIETNAM)


def birthday(birth: str, age: int) -> date | None:
    """Return the day on which somebody reaches an age; a missing part of the birth counts as the first day.

    Born on 29 February, one is a year older on 1 March of a common year. None for an unknown birth.
    """
    if not birth:
        return None
    year, month, day = int(birth[:4]) + age, int(birth[5:7] or 1), int(birth[8:10] or 1)
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 3, 1)


def _people(unit: UUID, rules: Sequence[TaskRule], found: Houses, near: Near, on: date) -> Iterator[Subject]:
    turns = {rule.counted_from: rule.ages for rule in rules if rule.ages}
    years: set[int] = set()
    for anchor, ages in turns.items():
        if span := near(anchor):
            years |= {year - age for age in ages for year in range(span[0].year, span[1].year + 1)}
    if not years:
        return
    rows = Person.objects.filter(
        household__unit=unit, birth_year__in=sorted(years), status=Person.Status.ALIVE
    )
    pensions = _pensioners(unit, on)
    for pk, household, birth, sex in rows.values_list("pk", "household", "birth", "sex"):
        if household not in found.facts:
            continue
        days = {}
        for anchor, ages in turns.items():
            span = near(anchor)
            days_at = [day for age in ages if (day := birthday(birth, age)) is not None]
            hit = next((day for day in days_at if span and span[0] <= day <= span[1]), None)
            if hit is not None:
                days[anchor] = hit
        if days:
            facts = {
                **found.facts[household], "age": age_on(birth, on), "sex": sex, "pension": pk in pensions,
            }  # fmt: skip
            yield Subject("person", pk, household, found.village[household], facts, days, frozenset({pk}))


def _pensioners(unit: UUID, on: date) -> set[UUID]:
    rows = Record.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on),
        register__in=PENSIONS, unit__in=tree.with_inherited(unit), state=Record.State.VALID, person__isnull=False,
    )  # fmt: skip
    return {pk for pk in rows.values_list("person", flat=True) if pk is not None}


def asked(unit: UUID, procedures: Iterable[str]) -> dict[str, frozenset[UUID]]:
    """Return for each procedure who asked for it, or for whom it was asked: on its way or granted. One query."""
    rows = Dossier.objects.filter(unit__in=tree.with_inherited(unit), procedure__in=set(procedures)).exclude(
        status__in=FAILED
    )
    found: dict[str, set[UUID]] = defaultdict(set)
    for procedure, applicant, subject in rows.values_list("procedure", "applicant", "subject"):
        found[procedure].update(one for one in (subject or applicant,) if one is not None)
    return {procedure: frozenset(people) for procedure, people in found.items()}


def _help(unit: UUID, found: Houses, near: Near) -> Iterator[Subject]:
    span = near("helped_on")
    if span is None:
        return
    rows = Assistance.objects.filter(household__unit=unit, at__range=(_at(span[0]), _at(span[1], True)))
    for household, person, kind, outcome, at in rows.values_list(
        "household", "person", "kind", "outcome", "at"
    ):
        if household in found.facts:
            facts = {**found.facts[household], "kind": kind, "outcome": outcome}
            subject, about = (person, "person") if person else (household, "household")
            yield Subject(
                about, subject, household, found.village[household], facts, {"helped_on": local_date(at)}
            )


def _filings(unit: UUID, found: Houses, near: Near) -> Iterator[Subject]:
    spans = [span for span in map(near, ("filed_on", "ready_on", "waits_on")) if span]
    if not spans:
        return
    rows = Assistance.objects.filter(household__unit=unit, dossier__isnull=False)
    filings = {
        row[1]: row
        for row in rows.values_list("household", "dossier", "at", "brought_at", "consent")
        if not row[4].get("withdrawn_at")  # who withdrew their consent is not followed any further
    }
    dossiers = Dossier.objects.filter(unit__in=tree.with_inherited(unit), pk__in=rows.values("dossier"))
    for pk, status, waiting_since, finished_at, relation in dossiers.values_list(
        "pk", "status", "waiting_since", "finished_at", "result__collector_relation"
    ):
        if pk not in filings or filings[pk][0] not in found.facts:
            continue
        household, _dossier, at, brought_at, _consent = filings[pk]
        days = {"filed_on": local_date(at)}
        if status in WAITS:
            days["waits_on"] = local_date(waiting_since)
        # Handed over at the counter to somebody who fetched it for them: still to be carried home.
        ready = status == Status.FINISHED or (status == Status.RETURNED and relation == "authorised")
        if ready:
            days["ready_on"] = local_date(finished_at or waiting_since)
        facts = {
            **found.facts[household], "status": status, "finished": status in ENDED, "waits": status in WAITS,
            "ready": ready, "brought": brought_at is not None,
        }  # fmt: skip
        yield Subject("dossier", pk, household, found.village[household], facts, days)


def _residences(unit: UUID, found: Houses, near: Near) -> Iterator[Subject]:
    span = near("until_on")
    if span is None:
        return
    rows = Residence.objects.filter(
        unit=unit, kind=Residence.Kind.TEMPORARY, ended_on__isnull=True, until_on__range=span,
        person__status=Person.Status.ALIVE,
    )  # fmt: skip
    for person, household, lives, until in rows.values_list(
        "person", "household", "person__household", "until_on"
    ):
        house = household if household in found.facts else lives
        if house in found.facts:
            days = {"until_on": until} if until is not None else {}
            facts, mine = found.facts[house], frozenset({person})
            yield Subject("person", person, house, found.village[house], facts, days, mine)


def _difficulties(unit: UUID, found: Houses, near: Near) -> Iterator[Subject]:
    if not near("answered_on") and not near("noted_on"):
        return
    rows = Difficulty.objects.filter(household__unit=unit, told_at__isnull=True)
    for pk, household, kind, urgency, at, answered_at in rows.values_list(
        "pk", "household", "kind", "urgency", "at", "card__answered_at"
    ):
        if household not in found.facts:
            continue
        days = {"noted_on": local_date(at)}
        if answered_at is not None:
            days["answered_on"] = local_date(answered_at)
        facts = {
            **found.facts[household], "kind": kind, "urgency": urgency, "answered": answered_at is not None, "told": False,
        }  # fmt: skip
        yield Subject("difficulty", pk, household, found.village[household], facts, days)


def _invitations(unit: UUID, found: Houses, near: Near) -> Iterator[Subject]:
    span = near("held_on")
    if span is None:
        return
    rows = Invitation.objects.filter(
        person__household__unit=unit, workshop__state=Workshop.State.PLANNED,
        workshop__starts_at__range=(_at(span[0]), _at(span[1], True)),
    )  # fmt: skip
    for person, household, reached, starts_at in rows.values_list(
        "person", "person__household", "reached", "workshop__starts_at"
    ):
        if household in found.facts:
            facts = {**found.facts[household], "reached": reached}
            days = {"held_on": local_date(starts_at)}
            yield Subject("person", person, household, found.village[household], facts, days)
