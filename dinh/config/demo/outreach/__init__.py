"""The teams' half-year of the demonstration: set up, weeks of visits, months with reports, and what lies open today.

1. `crew` sets the teams up and gives each member a telephone; `houses` draws how every house truly is.
2. Week by week `weeks` sends members to doors, by the tasks that the rules make; `visits` writes down what they find,
   `phones` seals it and hands it over in the evening, as the field app does. `oddities` lets things go wrong.
3. `gatherings`, `duties` and `months` do what comes round; a member leaves in the fourth month.
4. `filings` are requests of the last days, among them Mrs Lý's pension.

Counts stand in the scenario (`values.outreach`); everything is written by the actions that people use.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import override

from dinh.config.demo import history
from dinh.config.demo.books import Tell
from dinh.config.demo.outreach import (
    crew,
    duties,
    filings,
    gatherings,
    helping,
    houses,
    months,
    oddities,
    weeks,
)
from dinh.config.demo.outreach.phones import Network
from dinh.config.demo.outreach.spans import at, next_month, span
from dinh.config.demo.outreach.weeks import Field
from dinh.directory import queries as places
from dinh.directory.models import Unit
from dinh.dossiers.models import Dossier
from dinh.outreach.actions.handover import hand_over
from dinh.outreach.actions.tasks import make_assignments
from dinh.population.models import Person

STAGE = "half a year of the teams"


def build(town: history.Town, values: Mapping[str, Any], seed: int, now: datetime, tell: Tell) -> Field:
    """Let the teams work up to `now`; return what they share, for tests.

    values  of the scenario
    """
    wanted: dict[str, Any] = {**values["outreach"], "ethnicities": values["population"]["ethnicities"]}
    when = span(now, wanted["months"], values["population_from"])
    rng = random.Random(seed)  # noqa: S311 - synthetic work
    tell(STAGE, 0, len(when.weeks) + 1)
    team = crew.Crew(
        town.unit, town.staff["hoa"], _villages(town.unit, values["population"]["villages"], when.first)
    )
    with transaction.atomic(), override("vi"):
        crew.gather(town.staff, team, wanted, when, rng)
    found = houses.look(town.unit, team.villages, wanted, when.first, rng)
    wishes = helping.wishes(found, wanted, len(when.weeks), rng)
    by_id = {one.id: one for group in found.values() for one in group}
    field = Field(team, when, wanted, rng, Network(), found, wishes, town.staff, by_id)
    with override("vi"):
        for number, monday in enumerate(when.weeks):
            with transaction.atomic():
                _week(field, number, monday)
            tell(STAGE, number + 1, len(when.weeks) + 1)
        _today(field)
    tell(STAGE, len(when.weeks) + 1, len(when.weeks) + 1)
    return field


def lay_desk(field: Field, town: history.Town, ly: Person, tell: Tell) -> list[Dossier]:
    """File the requests of the last days at houses; return their dossiers. The notices of these are sent."""
    count = sum(field.values["filings"].values())
    tell("requests filed at houses", 0, count)
    with transaction.atomic(), override("vi"):
        filed = filings.file_all(field, town, ly)
        make_assignments(field.crew.unit, field.span.today, field.span.now)
    tell("requests filed at houses", count, count)
    return filed


def _villages(unit: Unit, names: list[str], on: date) -> dict[int, Unit]:
    """Return the villages in the order of the scenario."""
    found = {one.name: one.unit for one in places.villages_of(unit, on)}
    return {number: found[name] for number, name in enumerate(names)}


def _week(field: Field, number: int, monday: date) -> None:
    """Live one week: what was sent arrives, what the month asks for is done, tasks are made, then people walk."""
    field.network.until(at(monday, 4, 30))
    _month(field, number, monday)
    if number % field.values["tasks_every"] == 0:
        make_assignments(field.crew.unit, monday, at(monday, 5))
    weeks.live_week(field, number, monday)
    gatherings.live_week(field, number, monday)
    duties.live_week(field, number, monday)
    if number:
        months.tell(field, monday)
        oddities.live_week(field, number, monday)


def _month(field: Field, number: int, monday: date) -> None:
    """Do what comes round once a month, in the first week that begins after it is due."""
    since = monday - timedelta(days=7)
    for month in field.span.months:
        if since < month <= monday:
            months.goals(field, month)
        if since < month + timedelta(days=6) <= monday and month != field.span.first:
            months.reports(field, _before(field, month))
    if number and number % 4 == 2:
        months.group(field, monday - timedelta(days=1))
    if number and number % 2:
        months.answer(field, monday - timedelta(days=1))
    if number == 1:
        duties.set_up_kiosks(field)
    if number == field.values["handover"]["week"]:
        _leave(field, monday)


def _before(field: Field, month: date) -> date:
    return max(one for one in field.span.months if one < month)


def _leave(field: Field, monday: date) -> None:
    """A member moves away: what was theirs goes to others of the team in one act."""
    village = field.values["handover"]["village"]
    group = field.crew.members[village]
    member, others = group[-1], group[1:-1]
    hand_over(member=member, to=others, by=field.crew.officer, at=at(monday, 8, 30), on=monday)
    group.remove(member)


def _today(field: Field) -> None:
    """Bring the last week to the moment of building: what still arrives, reports of a month just over, what lies open."""
    now = field.span.now
    with transaction.atomic():
        _late_reports(field)
        months.group(field, field.span.today - timedelta(days=2))  # questions that a visitor may answer
        oddities.clashes(field, field.span.today)
        oddities.waiting(field, field.span.today)
        field.network.until(now)
        months.give_thanks(field)


def _late_reports(field: Field) -> None:
    """Compose the reports of the last month when no week began since they were due."""
    month = field.span.finished[-1] if field.span.finished else None
    if month and not any(next_month(month) + timedelta(days=6) <= one for one in field.span.weeks):
        months.reports(field, month)
