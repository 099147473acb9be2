"""What happens after an entry is sealed: handlers, each a task that is tried until it succeeds.

A handler is named in `settings.DINH_HANDLERS` (a dotted path to a tuple of
`Handler`; by default `dinh.config.handlers:HANDLERS`). It takes the sealed entry
and must be idempotent: a crash between its work and the mark that it is done
runs it again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from dinh.journal.models import Entry, HandlerFailure
from dinh.lib.errors import DinhError

log = logging.getLogger("dinh.journal")
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Handler:
    """What is called for which entries.

    kinds  kinds of entries; "dossiers.*" means every kind of that package
    task   "package.module:function", a function that takes the entry and is idempotent
    queue  the queue of its task: "papers" for what renders or signs, else "default"
    """

    kinds: tuple[str, ...]
    task: str
    queue: str = "default"

    def wants(self, kind: str) -> bool:
        """Return whether entries of this kind are handed to it."""
        return any(fnmatchcase(kind, pattern) for pattern in self.kinds)


def all_handlers() -> tuple[Handler, ...]:
    """Return the node's handlers in their order."""
    return _load(getattr(settings, "DINH_HANDLERS", "dinh.config.handlers:HANDLERS"))


def dispatch(entries: Iterable[tuple[UUID, str]]) -> int:
    """Enqueue the handlers of sealed entries (id, kind), in the caller's transaction; return how many."""
    from dinh.journal.tasks import run_handler

    handlers = all_handlers()
    count = 0
    for entry_id, kind in entries:
        for handler in handlers:
            if handler.wants(kind):
                run_handler.using(queue_name=handler.queue).enqueue(handler.task, str(entry_id))
                count += 1
    return count


def run(task: str, entry_id: UUID) -> None:
    """Call the handler with the entry; whatever it raises passes through."""
    _function(task)(Entry.objects.get(pk=entry_id))


def run_or_retry(task: str, entry_id: UUID, queue: str = "default") -> bool:
    """Call the handler; when it fails, keep the failure and enqueue the next try. Return success.

    The first retry comes after 5 seconds, each next one after twice as long, at
    most an hour apart, without end: what is sealed is handled, however late.
    """
    try:
        run(task, entry_id)
    except Exception as error:
        log.exception("journal.handler_failed", extra={"handler": task, "entry": str(entry_id)})
        _keep(task, entry_id, error, queue, timezone.now())
        return False
    HandlerFailure.objects.filter(handler=task, entry=entry_id).delete()
    return True


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after this many failed tries."""
    return min(timedelta(seconds=5 * 2 ** min(tries - 1, 20)), LONGEST_WAIT)


def _keep(task: str, entry_id: UUID, error: Exception, queue: str, at: datetime) -> None:
    from dinh.journal.tasks import run_handler

    name = f"{type(error).__module__}.{type(error).__qualname__}"
    said = f"{name} {error.code}" if isinstance(error, DinhError) else name
    failure, _ = HandlerFailure.objects.get_or_create(
        handler=task, entry=entry_id, defaults={"tries": 0, "since": at, "next_at": at}
    )
    failure.tries += 1
    failure.error = said[:200]
    failure.next_at = at + wait_after(failure.tries)
    failure.save()
    run_handler.using(queue_name=queue, run_after=failure.next_at).enqueue(task, str(entry_id))


@lru_cache(maxsize=8)
def _load(path: str) -> tuple[Handler, ...]:
    module, _, name = path.replace(":", ".").rpartition(".")
    handlers: tuple[Handler, ...] = getattr(import_module(module), name)
    return handlers


def _function(path: str) -> Callable[[Entry], object]:
    module, _, name = path.replace(":", ".").rpartition(".")
    function: Callable[[Entry], object] = getattr(import_module(module), name)
    # A handler may also be a task of its own package; then its plain function is called here.
    return getattr(function, "func", function)
