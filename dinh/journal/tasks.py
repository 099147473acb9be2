"""Tasks of the journal, run by the worker: the handlers of a sealed entry, again and again until they succeed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django_tasks import TaskContext, task

from dinh.journal import handlers
from dinh.journal.models import HandlerFailure
from dinh.lib.errors import DinhError

log = logging.getLogger("dinh.journal")


def dispatch(entries: Iterable[tuple[UUID, str]]) -> int:
    """Enqueue the handlers of sealed entries (id, kind), in the caller's transaction; return how many."""
    known = handlers.all_handlers()
    count = 0
    for entry_id, kind in entries:
        for handler in known:
            if handler.wants(kind):
                run_handler.using(queue_name=handler.queue).enqueue(handler.task, str(entry_id))
                count += 1
    return count


@task(takes_context=True)
def run_handler(context: TaskContext, handler: str, entry_id: str) -> bool:
    """Run one handler on one sealed entry, and enqueue the next try when it fails."""
    return run_or_retry(handler, UUID(entry_id), context.task_result.task.queue_name)


def run_or_retry(handler: str, entry_id: UUID, queue: str = "default") -> bool:
    """Call the handler; when it fails, keep the failure and enqueue the next try. Return success.

    The first retry comes after 5 seconds, each next one after twice as long, at
    most an hour apart, without end: what is sealed is handled, however late.
    """
    try:
        handlers.run(handler, entry_id)
    except Exception as error:
        log.exception("journal.handler_failed", extra={"handler": handler, "entry": str(entry_id)})
        _keep(handler, entry_id, error, queue, timezone.now())
        return False
    HandlerFailure.objects.filter(handler=handler, entry=entry_id).delete()
    return True


def _keep(handler: str, entry_id: UUID, error: Exception, queue: str, at: datetime) -> None:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    said = f"{name} {error.code}" if isinstance(error, DinhError) else name
    failure, _ = HandlerFailure.objects.get_or_create(
        handler=handler, entry=entry_id, defaults={"tries": 0, "since": at, "next_at": at}
    )
    failure.tries += 1
    failure.error = said[:200]
    failure.next_at = at + handlers.wait_after(failure.tries)
    failure.save()
    run_handler.using(queue_name=queue, run_after=failure.next_at).enqueue(handler, str(entry_id))
