"""The tasks of a day, in the order in which one walks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from dinh.catalogue import store
from dinh.directory import tree
from dinh.directory.models import Account
from dinh.population.models import Household, Person
from dinh.work.models import Assignment
from dinh.work.rules.tasks import ASKED, on_time_until, walking_key


@dataclass(frozen=True)
class Task:
    """One task as a list shows it."""

    row: Assignment
    title: str
    sentence: str
    address: str
    head: str  # of the household; "" where it is not known
    village: str
    person: str  # whom it is about; "" when it is about the house
    until: date  # last day on which it is on time
    late: bool
    due: bool  # its day has come, and it is not late yet

    @property
    def procedure(self) -> str:
        """The procedure that its rule prepares; "" for none."""
        rule = store.get().tasks.get(self.row.rule)
        return (rule.procedure or "") if rule else ""

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """The reasons for which it may be left undone."""
        rule = store.get().tasks.get(self.row.rule)
        titles = store.get().titles["skip_reasons"]
        return [(code, str(titles[code])) for code in (rule.skip_reasons if rule else titles)]


def open_in(villages: Collection[UUID], on: date, *, account: Account | None = None) -> QuerySet[Assignment]:
    """Return the tasks that can be done on a day in some villages; with an account: theirs, and nobody's in particular."""
    rows = Assignment.objects.filter(
        village__in=villages, state=Assignment.State.READY, opens_on__lte=on, expires_on__gte=on
    )
    return rows if account is None else rows.filter(Q(assignee=account) | Q(assignee__isnull=True))


def last_day(row: Assignment) -> date:
    """Return the last day on which a task is on time, by its rule; what a person asked for is due on its day."""
    return on_time_until(row.due_on, _grace(row.rule), row.expires_on)


def _grace(rule: str) -> int:
    found = store.get().tasks.get(rule)
    return found.grace if found is not None else 0


def late_on(on: date) -> Q:
    """Return the condition "open, and late on a day": the same for every list and count."""
    rules = store.get().tasks.values()
    late = Q(due_on__lt=on) & ~Q(rule__in=[rule.id for rule in rules if rule.grace])
    for rule in rules:
        if rule.grace:
            late |= Q(rule=rule.id, due_on__lt=on - timedelta(days=rule.grace))
    return late & Q(state=Assignment.State.READY)


def lines(rows: Iterable[Assignment], on: date, language: str = "vi") -> list[Task]:
    """Return tasks with their words and houses, in the order of their priority and then of the walk. Two queries."""
    found = list(rows)
    houses = {
        pk: (address, code, head or "")
        for pk, address, code, head in Household.objects.filter(
            pk__in={row.household for row in found if row.household is not None}
        ).values_list("pk", "address", "code", "head__full_name")
    }
    people = dict(
        Person.objects.filter(
            pk__in={row.subject for row in found if row.subject_type == "person"}
        ).values_list("pk", "full_name")
    )
    tree.warm({row.village_id for row in found})
    drawn = [(_order(row, houses), _line(row, houses, people, on, language)) for row in found]
    return [line for _key, line in sorted(drawn, key=lambda pair: pair[0])]


def _order(row: Assignment, houses: dict[UUID, tuple[str, str, str]]) -> tuple[object, ...]:
    address, code, _head = houses.get(row.household, ("", "", "")) if row.household else ("", "", "")
    return (row.priority, str(row.village_id or ""), walking_key(address, code), row.due_on, str(row.pk))


def _line(
    row: Assignment,
    houses: dict[UUID, tuple[str, str, str]],
    people: dict[UUID, str],
    on: date,
    language: str,
) -> Task:
    address, _code, head = houses.get(row.household, ("", "", "")) if row.household else ("", "", "")
    title, sentence = words_of(row, language)
    village = tree.title(row.village_id, on, with_parents=False) if row.village_id else ""
    until, open_ = last_day(row), row.state == Assignment.State.READY
    person = people.get(row.subject, "")
    return Task(
        row, title, sentence, address, head, village, person, until, open_ and until < on,
        open_ and row.due_on <= on <= until,
    )  # fmt: skip


def words_of(row: Assignment, language: str = "vi") -> tuple[str, str]:
    """Return title and sentence of a task in a language; what a person asked for is said as they wrote it."""
    rule = store.get().tasks.get(row.rule)
    if row.rule == ASKED or rule is None:
        said = str(row.words.get("said", ""))
        return said, said
    return rule.title.of(language), rule.sentence.of(language)
