"""Tasks of the journal, run by the worker."""

from __future__ import annotations

from uuid import UUID

from django_tasks import TaskContext, task

from dinh.journal import handlers


@task(takes_context=True)
def run_handler(context: TaskContext, handler: str, entry_id: str) -> bool:
    """Run one handler on one sealed entry, and enqueue the next try when it fails."""
    return handlers.run_or_retry(handler, UUID(entry_id), context.task_result.task.queue_name)
