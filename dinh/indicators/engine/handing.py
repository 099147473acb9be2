"""Rows of the house's database handed over to DuckDB: written into a pipe while DuckDB reads it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

if TYPE_CHECKING:
    from psycopg import Copy
    from psycopg.abc import Buffer
    from psycopg.pq.abc import PGconn

BETWEEN, NOTHING, PORTION = "\x1f", "\\N", 20_000
HELD_BYTES = 1 << 20  # that a pipe holds


@contextmanager
def reader_of(path: Path, read: Future[Any]) -> Iterator[IO[bytes]]:
    """Open a pipe to write into, once somebody reads it. Raises what kept the reader from it."""
    while True:
        try:
            pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
            break
        except OSError:  # nobody reads it yet
            if read.done():
                read.result()
                raise
            time.sleep(0.001)
    os.set_blocking(pipe, True)
    if hasattr(fcntl, "F_SETPIPE_SZ"):  # of Linux: fewer turns between who writes and who reads
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, HELD_BYTES)
    try:
        with os.fdopen(pipe, "wb", buffering=HELD_BYTES) as file:
            yield file
    except BrokenPipeError:
        read.result()
        raise


def spill(cursor: CursorWrapper, columns: Sequence[str], query: str, file: IO[bytes]) -> int | None:
    """Write the rows of a query into a file; return how many, where the database does not mark ends of lines itself."""
    if connection.vendor == "postgresql":
        form = f"(FORMAT csv, DELIMITER E'{BETWEEN}', NULL '{NOTHING}')"
        with cursor.cursor.copy(f"COPY ({query}) TO STDOUT {form}") as copy:
            file.writelines(_lines(copy, cursor.cursor.connection.pgconn))
        return None
    form = BETWEEN.join("%s" for _name in columns)
    values = ", ".join(f"coalesce({name}, '{NOTHING}')" for name in columns)
    count = 0
    cursor.execute(f"SELECT printf('{form}\n', {values}) FROM ({query}) AS found")
    while rows := cursor.fetchmany(PORTION):
        count += len(rows)
        file.write("".join(text for (text,) in rows).encode())
    return count


def _lines(copy: Copy, connected: PGconn) -> Iterator[Buffer]:
    """Give what PostgreSQL sends. psycopg waits anew for each row; for those that arrived already libpq is asked at once."""
    from psycopg.errors import error_from_result
    from psycopg.pq import ExecStatus

    while first := copy.read():
        yield first
        while True:
            size, more = connected.get_copy_data(1)
            if size <= 0:
                break
            yield more
        if size < 0:  # the end, or a fault
            while result := connected.get_result():
                if result.status != ExecStatus.COMMAND_OK:
                    raise error_from_result(result)
            return
