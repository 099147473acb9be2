"""Tasks: kept in step with what the rules want, settled, asked for, given to somebody else.

Who may settle or ask about a house is decided above, where the villages of a member are known (`outreach.actions.tasks`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account, Unit
from dinh.directory.writing import change, created
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.work.models import Assignment
from dinh.work.rules.tasks import ASKED, Wanted, again_on, assignment_id
from dinh.work.writing import record_all

State = Assignment.State
BATCH = 500
ALREADY = _("This task is settled already.")


@dataclass(frozen=True)
class Settled:
    """What settled an open task by itself: a meeting, help, a request that was filed."""

    at: datetime
    by: UUID | None
    source: UUID | None


@dataclass(frozen=True)
class Kept:
    """How many tasks were made, settled, found useless, or expired."""

    made: int = 0
    done: int = 0
    cancelled: int = 0
    expired: int = 0


@action
def keep_in_step(
    *,
    unit: Unit,
    wanted: Iterable[Wanted],
    settled: Mapping[UUID, Settled],
    most_open: Mapping[str, int],
    order: Mapping[UUID, object],
    on: date,
    at: datetime,
) -> Kept:
    """Bring the tasks of a commune in step with what its rules want on a day. A second call changes nothing.

    wanted     every task that the rules want, open on that day or not yet expired
    settled    open tasks that something settled, by id
    most_open  rule -> tasks that may be open at once in one village
    order      household -> its place in the walk through its village, to choose which come first

    What a person asked for is only settled or expires. Four queries and one write for each kind of change.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)  # two workers make them one after the other
    by_id = {one.id: one for one in wanted}
    open_ = list(Assignment.objects.filter(unit=unit, state=State.READY))
    done = [task for task in open_ if task.pk in settled]
    left = [task for task in open_ if task.pk not in settled]
    expired = [task for task in left if task.expires_on < on]
    useless = [t for t in left if t.expires_on >= on and t.rule != ASKED and t.pk not in by_id]
    for task in done:
        how = settled[task.pk]
        task.done_at, task.done_by_id, task.source = how.at, how.by, how.source
    _close(done, State.DONE, at)
    _close(expired, State.EXPIRED, at)
    _close(useless, State.CANCELLED, at)
    gone = {task.pk for task in (*done, *expired, *useless)}
    made = _make(unit, by_id, [task for task in open_ if task.pk not in gone], most_open, order, on, at)
    return Kept(made, len(done), len(useless), len(expired))


def _close(tasks: Sequence[Assignment], state: str, at: datetime) -> None:
    columns = ["state", "done_at", "done_by_id", "source"] if state == State.DONE else ["state"]
    for task in tasks:
        task.state = state
        task.version += 1
    fields = [column.removesuffix("_id") for column in columns]
    Assignment.objects.bulk_update(tasks, [*fields, "version"], batch_size=BATCH)
    record_all(tasks, f"work.{state}", columns, at=at, by=None)


def _make(
    unit: Unit,
    by_id: Mapping[UUID, Wanted],
    open_: Sequence[Assignment],
    most_open: Mapping[str, int],
    order: Mapping[UUID, object],
    on: date,
    at: datetime,
) -> int:
    """Make what is missing. Where only so many may be open, first what can still be done on time."""
    rules = {one.rule for one in by_id.values()}
    known = set(Assignment.objects.filter(unit=unit, rule__in=rules).values_list("pk", flat=True))
    counts = Counter((task.rule, task.village_id) for task in open_)
    missing = [one for id, one in by_id.items() if id not in known]
    missing.sort(key=lambda one: (one.until < on, one.due_on, _place(order, one.household), one.id))
    chosen = []
    for one in missing:
        most = most_open.get(one.rule, 0)
        if most and counts[one.rule, one.village] >= most:
            continue
        counts[one.rule, one.village] += 1
        chosen.append(_row(unit, one))
    Assignment.objects.bulk_create(chosen, batch_size=BATCH)
    columns = [f.attname for f in Assignment._meta.concrete_fields if f.attname not in {"id", "version"}]
    record_all(chosen, "work.made", columns, at=at, by=None)
    return len(chosen)


def _place(order: Mapping[UUID, object], household: UUID | None) -> tuple[bool, object]:
    found = order.get(household) if household is not None else None
    return (found is None, found if found is not None else 0)


def _row(unit: Unit, one: Wanted) -> Assignment:
    return Assignment(
        id=one.id, rule=one.rule, rule_version=one.rule_version, subject_type=one.subject_type, subject=one.subject,
        household=one.household, unit=unit, village_id=one.village, priority=one.priority, opens_on=one.opens_on,
        due_on=one.due_on, expires_on=one.expires_on,
    )  # fmt: skip


@action
def settle(
    *, task: Assignment, by: Account, at: datetime, source: UUID | None = None, reason: str = ""
) -> bool:
    """Settle a task: done, or not done for a reason of list `skip_reasons`; return whether it changed anything.

    at      when it was done, which may be long before it is told: telephones come late and in any order
    source  the operation or dossier that settled it

    Whatever the order of arrival, the same stands in the end: done before not done, of two the earlier one, and a
    reason that may pass ("absent") lists an open task again some days later, while it is of use then.
    """
    if not reason:
        if task.state == State.DONE and task.done_at is not None and task.done_at <= at:
            return False
        _settled(task, State.DONE, "", by, at, source)
        return True
    again = again_on(reason, local_date(at))
    if again is not None and again <= task.expires_on and task.state == State.READY:
        if (again, reason) <= (task.opens_on, task.reason):
            return False
        change(task, "work.put_off", by=by, at=at, unit=task.unit_id, reason=reason, opens_on=again)
        return True
    if again is not None and again <= task.expires_on:
        return False
    if task.state == State.SKIPPED and task.done_at is not None and task.done_at > at:
        _settled(task, State.SKIPPED, reason, by, at, source)
        return True
    if task.state != State.READY:
        return False
    _settled(task, State.SKIPPED, reason, by, at, source)
    return True


def _settled(
    task: Assignment, state: str, reason: str, by: Account, at: datetime, source: UUID | None
) -> None:
    columns: dict[str, Any] = {
        "state": str(state),
        "reason": reason,
        "done_at": at,
        "done_by_id": by.pk,
        "source": source,
    }
    change(task, f"work.{state}", by=by, at=at, unit=task.unit_id, **columns)


@action
def ask_for(
    *,
    unit: Unit,
    village: UUID | None,
    household: UUID | None,
    subject_type: str,
    subject: UUID,
    sentence: str,
    due_on: date,
    by: Account,
    at: datetime,
    assignee: Account | None = None,
    priority: int = 3,
) -> Assignment:
    """Ask somebody for a task, or the team of a village. The same thing asked twice for one day is one task.

    sentence  what is to be done, without names or numbers of people

    Raises Invalid for an empty or overlong sentence, a day that is past; Refused when it was asked already.
    """
    said, on, faults = " ".join(sentence.split()), local_date(at), []
    if not said:
        faults.append(Fault("sentence", "required", _("Write what is to be done.")))
    if len(said) > 300:
        faults.append(Fault("sentence", "too_long", _("This is too long.")))
    if due_on < on:
        faults.append(Fault("due_on", "past", _("Choose today or a later day.")))
    if faults:
        raise Invalid(
            "work.task_invalid", faults, _("Nothing was changed. Correct what is marked and try again.")
        )
    id = assignment_id(f"{ASKED}/{said}", subject, due_on)
    if Assignment.objects.filter(pk=id).exists():
        raise Refused("work.asked_already", _("This task was asked for already, for the same day."), task=id)
    task = Assignment(
        id=id, rule=ASKED, subject_type=subject_type, subject=subject, household=household, unit=unit,
        village_id=village, assignee=assignee, words={"said": said}, priority=priority, opens_on=on, due_on=due_on,
        expires_on=date.fromordinal(due_on.toordinal() + 60),
    )  # fmt: skip
    task.save(force_insert=True)
    created(task, "work.asked", by=by, at=at, unit=unit.pk)
    return task


@action
def reassign(*, task: Assignment, to: Account | None, by: Account | None, at: datetime) -> Assignment:
    """Give an open task to somebody, or to whoever of the team comes by. Raises Refused when it is not open."""
    if task.state != State.READY:
        raise Refused("work.already_done", ALREADY, task=task.pk)
    change(task, "work.reassigned", by=by, at=at, unit=task.unit_id, assignee_id=to.pk if to else None)
    return task
