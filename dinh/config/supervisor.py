"""Keeps the processes of a node alive: forks them from one preloaded parent, restarts what dies.

Children die with their parent (`prctl`), so that a killed parent leaves no
orphan; what a killed child was doing is in the database, and is done again.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

log = logging.getLogger("dinh.supervisor")
PR_SET_PDEATHSIG = 1
WATCHED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
CALM_SECONDS = 60.0  # a child that lived this long died of something new
LONGEST_WAIT = 30.0
GRACE_SECONDS = 25.0
RECYCLED = 75  # a child ends with this code to be started afresh at once


@dataclass
class Child:
    """One process: a name, what it runs, and how its last lives went."""

    name: str
    work: Callable[[], object]
    pid: int = 0
    started: float = 0.0
    start_at: float = 0.0  # when it may be started again
    failures: int = 0


class Supervisor:
    """Starts children, restarts them with growing waits, and ends them all together."""

    def __init__(self, children: Sequence[Child], tick: Callable[[], None] = lambda: None) -> None:
        self.children = list(children)
        self.tick = tick
        self.stopping = False

    def run(self) -> int:
        """Work until SIGTERM or SIGINT; return the exit code."""
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        freeze()
        try:
            while not self.stopping:
                self._start_due()
                self.tick()
                self._wait()
                self._reap()
        finally:
            self._end()
        return 0

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if not child.pid and now >= child.start_at:
                child.started = now
                child.pid = fork(child.work)
                log.info("supervisor.started", extra={"child": child.name, "pid_of_child": child.pid})

    def _wait(self) -> None:
        now = time.monotonic()
        due = [child.start_at - now for child in self.children if not child.pid]
        received = signal.sigtimedwait(WATCHED, max(0.0, min([1.0, *due])))
        if received is not None and received.si_signo in {signal.SIGTERM, signal.SIGINT}:
            self.stopping = True

    def _reap(self) -> None:
        for pid, status in _ended():
            child = next((c for c in self.children if c.pid == pid), None)
            if child is None:
                continue
            code = os.waitstatus_to_exitcode(status)
            lived = time.monotonic() - child.started
            child.pid = 0
            if code == RECYCLED:
                child.failures, child.start_at = 0, 0.0
                continue
            child.failures = 1 if lived > CALM_SECONDS else child.failures + 1
            wait = 0.0 if child.failures == 1 else min(0.5 * 2 ** (child.failures - 2), LONGEST_WAIT)
            child.start_at = time.monotonic() + wait
            if not self.stopping:
                log.error(
                    "supervisor.child_ended",
                    extra={"child": child.name, "code": code, "again_in_seconds": wait},
                )

    def _end(self) -> None:
        """Ask all to end, wait, and kill what does not."""
        until = time.monotonic() + GRACE_SECONDS
        self._signal(signal.SIGTERM)
        while any(child.pid for child in self.children) and time.monotonic() < until:
            signal.sigtimedwait(WATCHED, 0.2)
            self._reap()
        self._signal(signal.SIGKILL)
        self._reap()

    def _signal(self, number: signal.Signals) -> None:
        for child in self.children:
            if child.pid:
                os.kill(child.pid, number)


def _ended() -> list[tuple[int, int]]:
    ended: list[tuple[int, int]] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if not pid:
            return ended
        ended.append((pid, status))


def freeze() -> None:
    """Keep what is loaded out of the collector's sight, so that children go on sharing its memory."""
    gc.collect()
    gc.freeze()


def fork(work: Callable[[], object]) -> int:
    """Run `work` in a new process that ends with this one; return its id."""
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        for number in WATCHED:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        die_with_parent(parent)
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        log.exception("supervisor.child_failed")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def die_with_parent(parent: int) -> None:
    """Have the system end this process when its parent ends, however that comes about (Linux)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call
        os._exit(1)
