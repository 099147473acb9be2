"""Small help with DuckDB: connect within a memory limit, load rows from Python, quote names."""

from __future__ import annotations

import csv
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

# The web compares two records by the rules of this package and must not load DuckDB for it.
if TYPE_CHECKING:
    import duckdb

    Connection = duckdb.DuckDBPyConnection
else:
    Connection = object


def connect(work: Path, threads: int, memory_bytes: int) -> Connection:
    """Return a connection whose spill stays in `work` and whose memory stays below the limit.

    DuckDB's own limit leaves out the process, its code and what allocators keep, so it gets less.
    """
    import duckdb

    con = duckdb.connect(str(work / "work.duckdb"))
    spare = max(200 << 20, memory_bytes // 6)
    con.execute(f"SET memory_limit='{max(memory_bytes - spare, 256 << 20) >> 20}MiB'")
    con.execute(f"SET threads={max(1, threads)}")
    con.execute(f"SET temp_directory={literal(str(work / 'spill'))}")
    con.execute("SET preserve_insertion_order=false")
    con.execute("SET enable_progress_bar=false")
    return con


def literal(text: str) -> str:
    """Return the text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """Return a column or table name quoted."""
    return '"' + identifier.replace('"', '""') + '"'


def load(
    con: Connection, work: Path, table: str, columns: dict[str, str], rows: Iterable[Sequence[object]]
) -> None:
    """Create `table` with the rows; through a file, which is ten times faster than parameters."""
    if hasattr(con, "load"):  # Spark
        con.load(table, columns, rows)
        return
    take(con, table, columns, spill(work, table, rows))


def spill(work: Path, table: str, rows: Iterable[Sequence[object]]) -> Path:
    """Write rows to a file for `take`."""
    path = work / f"{table}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
        writer.writerows(["\\N" if value is None else value for value in row] for row in rows)
    return path


def take(con: Connection, table: str, columns: dict[str, str], path: Path) -> None:
    """Create `table` with the rows of a file that `spill` wrote, which is gone afterwards."""
    types = ", ".join(f"{literal(key)}: {literal(kind)}" for key, kind in columns.items())
    con.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM read_csv({literal(str(path))}, header=false,"
        f" delim=',', quote='\"', escape='\"', nullstr='\\N', auto_detect=false, columns={{{types}}})"
    )
    os.unlink(path)


# Asks for Python's work on words, which `spill`s what it finds, and is sent the file.
Reading = Generator[Callable[[], Path], Path, None]


def together(*readings: Reading) -> None:
    """Run readings side by side: while Python reads the words of one, the database works for another.

    One thread does all of Python's work, so readings need no locks among themselves.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        waiting = deque((reading, beside.submit(next(reading))) for reading in readings)
        while waiting:
            reading, done = waiting.popleft()
            try:
                waiting.append((reading, beside.submit(reading.send(done.result()))))
            except StopIteration:
                continue


def scalar(con: Connection, query: str) -> int:
    """Return the one number that a query gives."""
    rows = con.execute(query).fetchall()
    return int(rows[0][0] or 0) if rows else 0


def kind(con: Connection, table: str, of: str) -> str:
    """Return the type of a column."""
    described = con.execute(f"DESCRIBE {table}").fetchall()
    return next(str(row[1]) for row in described if row[0] == of)
