"""One sealer per node, and one that counts figures: an advisory lock on PostgreSQL, a file lock in the node's home on SQLite.

Both are let go by the system when their holder dies.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection


@contextmanager
def alone(seconds: float, what: str = "sealer") -> Iterator[bool]:
    """Hold the node's lock of one kind of work; gives False when another still held it after `seconds`."""
    take, release = _on_postgresql(what) if connection.vendor == "postgresql" else _on_disk(what)
    until = time.monotonic() + seconds
    while not (held := take()) and time.monotonic() < until:
        time.sleep(0.02)
    try:
        yield held
    finally:
        release(held)


def _on_postgresql(what: str) -> tuple[Callable[[], bool], Callable[[bool], None]]:
    digest = hashlib.sha256(f"dinh {what} {settings.DINH_NODE}".encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)

    def take() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            return bool(cursor.fetchone()[0])

    def release(held: bool) -> None:
        if not held:
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
        except DatabaseError:
            # The line broke, or the transaction around a test did; closing it lets the lock go.
            if not connection.in_atomic_block:
                connection.close()

    return take, release


def _on_disk(what: str) -> tuple[Callable[[], bool], Callable[[bool], None]]:
    path = Path(settings.DINH_HOME) / f"{what}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take() -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(held: bool) -> None:
        os.close(handle)

    return take, release
