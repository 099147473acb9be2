"""What the worker does by the clock. Each is idempotent, so that a restart may do it again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from django.core.management import call_command
from django.utils import timezone

log = logging.getLogger("dinh.worker")
DAY = 24 * 3600.0
TASKS_KEPT = timedelta(days=14)


@dataclass(frozen=True)
class Due:
    """A function without arguments (or a task of that name), and every how many seconds it is called."""

    path: str
    every: float


SCHEDULE = (
    Due("dinh.directory.tasks:take_effect", 20),
    Due("dinh.messages.tasks:sweep", 60),
    Due("dinh.dossiers.tasks:tidy_drafts", 3600),
    Due("dinh.outreach.tasks:release_held", 600),
    Due("dinh.outreach.actions.tasks:make_after_operations", 120),
    Due("dinh.outreach.actions.tasks:make_all", 3600),
    Due("dinh.outreach.actions.scope:renew_epochs", 3600),
    Due("dinh.outreach.tasks:sweep_files", DAY),
    Due("dinh.indicators.tasks:follow", 20),
    Due("dinh.indicators.tasks:prove", 600),
    Due("dinh.indicators.reports.scheduling:make_due", 600),
    Due("dinh.web.board.warming:warm", 20),
    Due("dinh.registers.tasks:tidy", DAY),
    Due("dinh.verification.tasks:tidy", DAY),
    Due("dinh.config.periodic:forget_old_reads", DAY),
    Due("dinh.config.periodic:forget_old_keys", DAY),
    Due("dinh.config.periodic:tidy_tasks_and_sessions", DAY),
)


class Periodic:
    """Remembers when each was last done in this process."""

    def __init__(self, schedule: tuple[Due, ...] = SCHEDULE, first_after: float = 10.0) -> None:
        begin = time.monotonic() + first_after
        self._next = dict.fromkeys(schedule, begin)

    def run_due(self) -> int:
        """Run what is due; one that fails is logged and comes again in its turn. Return how many ran."""
        ran = 0
        now = time.monotonic()
        for due, at in self._next.items():
            if at > now:
                continue
            self._next[due] = now + due.every
            ran += 1
            try:
                function(due.path)()
            except Exception:
                # Shown in the log with its traceback; the next turn tries again, other work goes on.
                log.exception("worker.periodic_failed", extra={"work": due.path})
        return ran


def function(path: str) -> Callable[[], object]:
    """Return what stands at "module:name"; of a task, its plain function."""
    module, _, name = path.partition(":")
    found = getattr(import_module(module), name)
    plain: Callable[[], object] = getattr(found, "func", found)
    return plain


def forget_old_reads() -> None:
    """Delete access rows past their 24 months."""
    from dinh.journal.access import forget_old

    forget_old(timezone.now())


def forget_old_keys() -> None:
    """Delete the keys by which a caller repeats a request, a week after they were used."""
    from dinh.journal.idempotency import forget_old

    forget_old(timezone.now())


def tidy_tasks_and_sessions() -> None:
    """Delete done tasks older than two weeks (failed ones stay to be looked at) and ended sessions."""
    from django_tasks_db.models import DBTaskResult

    old = timezone.now() - TASKS_KEPT
    DBTaskResult.objects.successful().filter(finished_at__lt=old).delete()
    call_command("clearsessions", verbosity=0)
