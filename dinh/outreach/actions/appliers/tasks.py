"""Tasks told by telephones: done, or not done with the reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dinh.directory.models import Account
from dinh.outreach.actions.appliers import Applied, applies
from dinh.outreach.actions.tasks import settle_told
from dinh.outreach.rules.kinds import Op
from dinh.outreach.rules.reasons import Unacceptable
from dinh.work.models import Assignment


@applies("task.done")
def done(op: Op, *, member: Account, at: datetime) -> Applied:
    """A task was done. One that others settled, or that is no longer of use, stays done at the earliest time."""
    return _settle(op, member, "")


@applies("task.skip")
def skip(op: Op, *, member: Account, at: datetime) -> Applied:
    """A task was not done. A reason that its rule does not know is refused with the field marked."""
    return _settle(op, member, op.body.reason)


def _settle(op: Op, member: Account, reason: str) -> Applied:
    task = _task(op.body.assignment)
    changed = settle_told(task=task, by=member, at=op.at, source=op.id, reason=reason)
    return Applied(
        code="" if changed else "already_done",
        answer={"task": {"state": task.state, "opens_on": task.opens_on.isoformat(), "reason": task.reason}},
        versions={task.pk: task.version},
    )


def _task(pk: UUID) -> Assignment:
    task = Assignment.objects.select_for_update().filter(pk=pk).first()
    if task is None:
        raise Unacceptable("task_unknown")
    return task
