"""Rows of the house's database handed over to DuckDB: written into a pipe while DuckDB reads it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from itertools import takewhile
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

if TYPE_CHECKING:
    from psycopg import Copy
    from psycopg.pq.abc import PGconn

BETWEEN, NOTHING, PORTION = "\x1f", "\\N", 20_000
# Of what libpq gives for a row: 0 where it has none yet, OVER after the last.
SIZE, BYTES = itemgetter(0), itemgetter(1)
OVER = (-1, b"")
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
            _pour(copy, cursor.cursor.connection.pgconn, file)
        return None
    form = BETWEEN.join("%s" for _name in columns)
    values = ", ".join(f"coalesce({name}, '{NOTHING}')" for name in columns)
    count = 0
    cursor.execute(f"SELECT printf('{form}\n', {values}) FROM ({query}) AS found")
    while rows := cursor.fetchmany(PORTION):
        count += len(rows)
        file.write("".join(text for (text,) in rows).encode())
    return count


def _pour(copy: Copy, connected: PGconn, file: IO[bytes]) -> None:
    """Write what PostgreSQL sends. psycopg waits anew for each row; for those that arrived already libpq is asked at once.

    Rows come by the million, so nothing of ours is done for a single one: these loops are Python's own.
    """
    from psycopg.errors import error_from_result
    from psycopg.pq import ExecStatus

    arrived = iter(partial(connected.get_copy_data, 1), OVER)
    while first := copy.read():
        file.write(first)
        file.writelines(map(BYTES, takewhile(SIZE, arrived)))
        more = next(arrived, None)
        if more is None:  # the end, or a fault
            while result := connected.get_result():
                if result.status != ExecStatus.COMMAND_OK:
                    raise error_from_result(result)
            return
        file.write(more[1])  # a row, or nothing
