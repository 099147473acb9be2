"""From rules and facts to the tasks that there should be, and which open ones something has settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from dinh.catalogue.expressions import evaluate, parse
from dinh.catalogue.shapes.task import TaskRule
from dinh.work.rules.tasks import Wanted, days_of, on_time_until

MADE_AHEAD = timedelta(days=3)  # so that a telephone that is away for some days has them


@dataclass(frozen=True, slots=True)
class Subject:
    """Something a rule may apply to: what is known of it, and its days."""

    type: str  # "household", "person", "dossier", "difficulty"
    id: UUID
    household: UUID | None
    village: UUID | None
    facts: Mapping[str, Any]
    days: Mapping[str, date]
    people: frozenset[UUID] = field(default_factory=frozenset)  # whose requests count for the fact "asked"


@dataclass(frozen=True, slots=True)
class Happening:
    """The last time that something happened to somebody or at a house."""

    on: date
    at: Any
    by: UUID | None
    source: UUID | None


def reach(rules: Iterable[TaskRule], anchor: str, on: date) -> tuple[date, date] | None:
    """Return the first and last day an anchor may fall on to make a task that is open on a day; None: no rule.

    anchor  `TaskRule.counted_from`
    """
    spans = [
        (rule.days + rule.expires_after, rule.days - rule.opens_before)
        for rule in rules
        if rule.counted_from == anchor
    ]
    if not spans:
        return None
    return on - timedelta(days=max(last for last, _first in spans)), on + MADE_AHEAD - timedelta(
        days=min(first for _last, first in spans)
    )


def wanted(
    rules: Iterable[TaskRule],
    subjects: Mapping[str, Iterable[Subject]],
    asked: Mapping[str, frozenset[UUID]],
    on: date,
) -> Iterator[Wanted]:
    """Yield the tasks that the rules want on a day.

    subjects  what each rule's `applies_to` may apply to
    asked     procedure -> people who asked for it, whose request is on its way or was granted

    The days are asked before the condition: most subjects are not near any.
    """
    for rule in rules:
        condition = parse(rule.condition) if rule.condition else None
        on_their_way = asked.get(rule.procedure or "", frozenset())
        for one in subjects.get(rule.applies_to, ()):
            anchor = one.days.get(rule.counted_from)
            if anchor is None:
                continue
            opens, due, expires = days_of(anchor, rule.days, rule.opens_before, rule.expires_after)
            if not opens <= on + MADE_AHEAD or expires < on:
                continue
            facts = {**one.facts, "asked": bool(one.people & on_their_way)} if rule.procedure else one.facts
            if condition is not None and evaluate(condition, facts, on) is not True:
                continue
            yield Wanted(
                rule.id, rule.version, one.type, one.id, one.household, one.village, rule.priority, due, opens, expires,
                on_time_until(due, rule.grace, expires),
            )  # fmt: skip


@dataclass(frozen=True)
class Happenings:
    """What happened lately, by what it settles and to whom or where."""

    visit: Mapping[UUID, Happening]  # household -> last meeting
    help: Mapping[UUID, Happening]  # person or household -> last help that was done
    filed: Mapping[tuple[str, UUID], Happening]  # procedure and person -> last request
    brought: Mapping[UUID, Happening]  # dossier -> when its result came home
    told: Mapping[UUID, Happening]  # difficulty -> when its answer was told
    supplemented: Mapping[UUID, Happening]  # dossier -> when it no longer waited for the citizen


def settling(
    rule: TaskRule, subject: UUID, household: UUID | None, opens_on: date, happened: Happenings
) -> Happening | None:
    """Return what settled an open task of a rule, from the day on which it opened; None: nothing yet."""
    for way in rule.resolved_by:
        found: Happening | None = None
        if way == "visit" and household is not None:
            found = happened.visit.get(household)
        elif way == "help":
            found = happened.help.get(subject)
        elif way == "filed" and rule.procedure:
            found = happened.filed.get((rule.procedure, subject))
        elif way == "filed":
            found = happened.supplemented.get(subject)
        elif way == "brought":
            found = happened.brought.get(subject)
        elif way == "told":
            found = happened.told.get(subject)
        if found is not None and found.on >= opens_on:
            return found
    return None
