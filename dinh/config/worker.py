"""The worker: runs the node's tasks of all queues, one after the other, and what is due by the clock.

What may take minutes (queue "long": imports of registers, verifications, reading of scans) has a worker of its
own, so that no paper waits for it.

It differs from the worker of django-tasks in four points: it looks without taking
SQLite's write lock; at its start it takes up again what a killed worker left; it
runs the node's periodic work; and when a heavy task (rendering, signing) is over
and nothing comes for a while, it ends to be forked afresh, small again.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import socket
import time
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from dinh.config.periodic import Periodic
from dinh.config.supervisor import RECYCLED

log = logging.getLogger("dinh.worker")
LOOK_EVERY = 0.4
LONG = "long"
MOST_CLAIMS = 5  # a task that killed so many workers is not tried again
GROWN_BY_BYTES = 60 * 1024 * 1024
IDLE_SECONDS = 45.0


class NodeWorker(Worker):
    """Runs tasks until told to end: those that take minutes, or all others and what is due by the clock."""

    def __init__(self, *, long: bool = False) -> None:
        self.long = long  # the queue of what takes minutes, and no other
        super().__init__(
            queue_names=["*"], interval=LOOK_EVERY, batch=False, backend_name="default", startup_delay=False,
            max_tasks=None, worker_id=f"{_host()}:{os.getpid()}"[:64], excluded_queue_names=[],
        )  # fmt: skip
        self.size_at_start = size_bytes()
        self.busy_at = time.monotonic()
        self.periodic = Periodic()

    def run(self) -> None:
        """Take task after task; between them, what the clock asks for."""
        while self.running:
            close_old_connections()
            try:
                task = self._claim()
            except DatabaseError:
                # The database restarts: the tasks are in it, and wait.
                log.exception("worker.database_away")
                connection.close()
                time.sleep(2)
                continue
            if task is not None:
                self.run_task(task)
                self.busy_at = time.monotonic()
                continue
            if not self.long:
                self.periodic.run_due()
            self._recycle()
            if self.running:
                time.sleep(self.interval)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """End after the task under way; at once when there is none."""
        self.running = False
        if not self.running_task:
            raise SystemExit(0)

    def _claim(self) -> DBTaskResult[..., Any] | None:
        ready = of_queues(DBTaskResult.objects.ready(), long=self.long)
        if not ready.exists():
            return None
        with transaction.atomic():
            task: DBTaskResult[..., Any] | None = ready.get_locked()
            if task is not None:
                task.claim(self.worker_id)
        return task

    def _recycle(self) -> None:
        idle = time.monotonic() - self.busy_at > IDLE_SECONDS
        if idle and size_bytes() - self.size_at_start > GROWN_BY_BYTES:
            log.info("worker.recycled")
            raise SystemExit(RECYCLED)


def work(*, long: bool = False) -> None:
    """Run a worker of this node; a second one of its kind in the same home waits for the first to end."""
    os.nice(10 if long else 5)  # pages go before papers, papers before what takes minutes
    with (Path(settings.DINH_HOME) / ("long.lock" if long else "worker.lock")).open("a") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        take_up_again(long=long)
        worker = NodeWorker(long=long)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.shutdown)
        worker.run()


def of_queues(tasks: Any, *, long: bool) -> Any:  # a query set of their own kind
    """Return of some tasks those of the long queue, or those of all others."""
    return tasks.filter(queue_name=LONG) if long else tasks.exclude(queue_name=LONG)


def take_up_again(*, long: bool = False) -> int:
    """Make ready the tasks that a killed worker of this machine left running; return how many."""
    count = 0
    for task in of_queues(DBTaskResult.objects.filter(status="RUNNING"), long=long):
        if not str((task.worker_ids or [""])[-1]).startswith(f"{_host()}:"):
            continue
        if len(task.worker_ids) >= MOST_CLAIMS:
            task.set_failed(RuntimeError("the worker ended while it ran, several times"))
            continue
        count += DBTaskResult.objects.filter(pk=task.pk, status="RUNNING").update(status="READY")
    if count:
        log.warning("worker.took_up_again", extra={"tasks": count})
    return count


def size_bytes() -> int:
    """Return the resident size of this process."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:  # not Linux: never recycled
        return 0
    return pages * os.sysconf("SC_PAGESIZE")


def lag() -> timedelta:
    """Return how long the oldest ready task has been waiting for the worker; what takes minutes may wait."""
    oldest = of_queues(DBTaskResult.objects.ready(), long=False).order_by("enqueued_at").first()
    if oldest is None:
        return timedelta(0)
    now = timezone.now()
    since = oldest.run_after if oldest.enqueued_at < oldest.run_after <= now else oldest.enqueued_at
    waited: timedelta = now - since
    return waited


def _host() -> str:
    return socket.gethostname()[:40]
