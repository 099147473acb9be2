"""The processes that answer questions and pack rows (`child`): started, told their task, killed. One is kept ready.

To start a process and to load DuckDB takes longer than most questions. So while somebody asks, one child waits beside
this process: it has given up what it could do, holds nothing and knows nobody, and is used for one question alone.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("child.py")
SECONDS, PACKING_SECONDS = 10.0, 60.0
MEMORY = "384MB"
ADDRESS_SPACE = 3 * 1024**3  # DuckDB and its threads reserve much more than they use
THREADS = 2
MOST_BYTES = 24_000_000
READY_SECONDS = 300.0  # so long a child waits for the next question


class Child:
    """One process of `child`. `mode`: "ask" or "pack"."""

    def __init__(self, mode: str, memory: str = MEMORY, threads: int = THREADS) -> None:
        cpu = THREADS * SECONDS if mode == "ask" else PACKING_SECONDS
        limits = [str(ADDRESS_SPACE), f"{cpu:.0f}", memory, str(threads)]
        self.process = subprocess.Popen(  # noqa: S603  our own file, nothing of the question among its arguments
            [sys.executable, "-I", "-B", str(CHILD), mode, *limits], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8"}, cwd="/", close_fds=True, start_new_session=True,
        )  # fmt: skip

    @property
    def lives(self) -> bool:
        """Whether it still waits."""
        return self.process.poll() is None

    def tell(self, lines: Sequence[Any], seconds: float) -> dict[str, Any]:
        """Hand over what it is to do, a line of JSON each, and return its answer; afterwards it is dead.

        The answer is {"error": "time"}, {"error": "too_large"} or {"error": "broken"} where there is none.
        """
        late = threading.Event()

        def stop() -> None:
            late.set()
            self.kill()

        clock = threading.Timer(seconds, stop)
        clock.start()
        assert self.process.stdin is not None and self.process.stdout is not None  # noqa: S101  both are pipes
        try:
            with suppress(BrokenPipeError):
                self.process.stdin.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
                self.process.stdin.close()
            told = self.process.stdout.read(2 * MOST_BYTES)
        finally:
            clock.cancel()
            self.end()
        if len(told) == 2 * MOST_BYTES:
            return {"error": "too_large", "said": ""}
        try:
            answer: dict[str, Any] = json.loads(told)
        except ValueError:
            return {"error": "time" if late.is_set() else "broken", "said": ""}
        return answer

    def kill(self) -> None:
        """Kill it and whatever it may have started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it and leave nothing of it behind."""
        self.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


def ask(
    tables: Sequence[tuple[str, str]], question: dict[str, Any], seconds: float = SECONDS
) -> dict[str, Any]:
    """Return what a child answers to a question over some tables, (name, Parquet file)."""
    return (waiting.take() or Child("ask")).tell([tables, question], seconds)


def pack(task: dict[str, Any]) -> dict[str, Any]:
    """Return what a child says that turned rows into a Parquet file."""
    return Child("pack").tell([task], PACKING_SECONDS)


def get_ready() -> None:
    """See that a child waits for the next question; returns at once."""
    waiting.fill()


class Ready:
    """The child that waits, if one does."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.child: Child | None = None
        self.clock: threading.Timer | None = None
        # A child dies with the thread that started it: this one lives as long as the process.
        self.starter = ThreadPoolExecutor(1, "children")

    def fill(self) -> None:
        if self.child is None or not self.child.lives:
            self.starter.submit(self._start)

    def take(self) -> Child | None:
        """Return the child that waits and forget it; None where there is none."""
        with self.lock:
            found, self.child = self.child, None
            if self.clock is not None:
                self.clock.cancel()
        if found is not None and not found.lives:
            found.end()
            return None
        return found

    def _start(self) -> None:
        with self.lock:
            if self.child is not None and self.child.lives:
                return
            self.child = Child("ask")
            self.clock = threading.Timer(READY_SECONDS, self.let_go)
            self.clock.daemon = True
            self.clock.start()

    def let_go(self) -> None:
        """End the child that waits: nobody asks any more."""
        if child := self.take():
            child.end()


waiting = Ready()


def _begin_anew() -> None:
    global waiting
    waiting = Ready()  # what waits belongs to the process that forked


os.register_at_fork(after_in_child=_begin_anew)
