"""For tests of every package: let happen now what sealer and worker would do in a moment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult, get_date_max

from dinh.journal import handlers, sealer
from dinh.journal.tasks import run_handler

MOST_ROUNDS = 1000


def settle() -> int:
    """Seal what is committed and run all tasks that are ready, until nothing is left; return how many ran.

    A handler or task that fails raises here, so that a test sees it. Tasks that
    are put off to a later time stay where they are, whatever the clock of the
    machine says: a test has a clock of its own.
    """
    ran = 0
    for _round in range(MOST_ROUNDS):
        sealed = sealer.seal_once(log_heads=False)
        task = at_once().first()
        if task is None:
            if not sealed:
                return ran
            continue
        _run(task)
        ran += 1
    raise RuntimeError("tasks keep enqueueing tasks")


def at_once() -> QuerySet[DBTaskResult[..., Any]]:
    """Return the tasks that wait for nothing but a worker."""
    return DBTaskResult.objects.ready().filter(run_after=get_date_max())


def _run(row: DBTaskResult[..., Any]) -> None:
    row.claim("settle")
    arguments, named = row.args_kwargs["args"], row.args_kwargs["kwargs"]
    try:
        if row.task_path == run_handler.module_path:
            handlers.run(arguments[0], UUID(arguments[1]))
            value = True
        elif row.task.takes_context:
            value = row.task.call(_context(row), *arguments, **named)
        else:
            value = row.task.call(*arguments, **named)
    except BaseException as error:
        row.set_failed(error)
        raise
    row.set_successful(value)


def _context(row: DBTaskResult[..., Any]) -> object:
    from django_tasks import TaskContext

    result: Any = row.task_result
    return TaskContext(task_result=result)
