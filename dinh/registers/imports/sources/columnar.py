"""Parquet, read by DuckDB in portions: memory does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.registers.imports.sources.base import Cell, Line, Source, is_empty, refuse

PORTION = 5_000
MEMORY = "512MB"
MAGIC = b"PAR1"

CUT_OFF = _(
    "This Parquet file is cut off: its end is missing. Copy it again; it should have more than %(size)s bytes."
)
UNREADABLE = _("This Parquet file cannot be read (%(error)s). Write it again from where it came.")


class ParquetFile(Source):
    """A Parquet file; its columns have names of their own."""

    form = "parquet"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        _refuse_cut_off(path)
        with _connection() as connection:
            described = _run(connection, "describe select * from read_parquet($1)", path).fetchall()
            self.total = int(_run(connection, "select count(*) from read_parquet($1)", path).fetchall()[0][0])
        self.titles = [str(row[0]) for row in described]
        self._read = 0

    def lines(self) -> Iterator[Line]:
        """Yield the rows; the first has the number 1."""
        import duckdb

        with _connection() as connection:
            found = _run(connection, "select * from read_parquet($1)", self.path)
            while True:
                try:
                    rows = found.fetchmany(PORTION)
                except duckdb.Error as error:
                    raise _unreadable(error) from error
                if not rows:
                    return
                for row in rows:
                    self._read += 1
                    cells = [_cell(value) for value in row]
                    if not all(map(is_empty, cells)):
                        yield self._read, cells

    def share_read(self) -> float:
        """Return the share of rows read."""
        return self._read / max(1, self.total)


def _connection() -> Any:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"set memory_limit = '{MEMORY}'; set threads = 1; set preserve_insertion_order = true")
    return connection


def _run(connection: Any, sql: str, path: Path) -> Any:
    import duckdb

    try:
        return connection.execute(sql, [str(path)])
    except duckdb.Error as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> Exception:
    return refuse("imports.unreadable", UNREADABLE % {"error": type(error).__name__})


def _refuse_cut_off(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(-4, 2)
        if file.read() != MAGIC:
            size = path.stat().st_size
            raise refuse("imports.cut_off", CUT_OFF % {"size": size}, params={"size": size})


def _cell(value: Any) -> Cell:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | bytearray) or (isinstance(value, float) and isnan(value)):
        return None  # programs write NaN for no number
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value  # type: ignore[no-any-return]
