"""Counting with DuckDB: the rows of a view are handed over once, or read from Parquet, and counted by columns.

The conditions are the same, compiled for DuckDB; what comes out is compared with the cells and only what differs is
written. Memory is limited, and what is beyond it is set aside in a folder that is gone afterwards.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from dinh.catalogue.shapes.figures import Measure
from dinh.database import published
from dinh.indicators.engine import counting
from dinh.indicators.engine.cells import Cell, empty, number, put, series_of
from dinh.indicators.engine.counting import Scope, select
from dinh.indicators.engine.words import Engine
from dinh.lib.errors import Broken

if TYPE_CHECKING:  # the web does not load it
    import duckdb

MEMORY = "512MB"
FOLDER = ".figures-"
LEFT_SECONDS = 6 * 3600
ENGINE = Engine("duckdb")
KINDS = {
    "id": "UUID", "text": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP",
}  # fmt: skip
BETWEEN, NOTHING, PORTION = "\x1f", "\\N", 20_000


class Duck:
    """A DuckDB of its own, for as long as it is needed."""

    def __enter__(self) -> Duck:
        import duckdb

        settings.DINH_HOME.mkdir(parents=True, exist_ok=True)
        for left in settings.DINH_HOME.glob(f"{FOLDER}*"):  # of a process that was killed
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
        self.folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=settings.DINH_HOME))
        self.database: duckdb.DuckDBPyConnection = duckdb.connect(str(self.folder / "figures.duckdb"))
        self.run(f"SET memory_limit = '{MEMORY}'; SET preserve_insertion_order = false")
        self.run(f"SET temp_directory = '{self.folder}'; SET enable_progress_bar = false")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.database.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, text: str) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        return self.database.execute(text).fetchall()

    def take(self, table: str, columns: dict[str, str], query: str) -> None:
        """Make a table of the rows that a query of the house's database gives, by way of a file.

        columns  name -> type of DuckDB
        """
        path = self.folder / "rows.csv"
        with connection.cursor() as cursor:
            written = spill(cursor, list(columns), query, path)
        named = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        quote = "" if connection.vendor == "sqlite" else '"'
        self.run(
            f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM read_csv('{path}', header = false, delim = '{BETWEEN}', "
            f"quote = '{quote}', escape = '{quote}', nullstr = '{NOTHING}', auto_detect = false, columns = {{{named}}})"
        )
        path.unlink()
        if written is not None and self.run(f"SELECT count(*) FROM {table}")[0][0] != written:
            raise Broken("indicators.not_handed_over", table=table)  # a text with a line break in it

    def take_view(self, view: str, measures: Sequence[Measure] | None = None) -> None:
        """Take the rows of a published view, with all columns or those that some measures need."""
        needed = None if measures is None else counting.needed(view, measures)
        columns = {
            column.name: KINDS[column.type] for column in published.get(view).columns
            if needed is None or column.name in needed
        }  # fmt: skip
        self.take(view, columns, f"SELECT {', '.join(columns)} FROM {view} WHERE unit IS NOT NULL")

    def take_places(self) -> None:
        """Take the numbers of places."""
        kinds = {"id": "INTEGER", "commune": "UUID", "unit": "UUID"}
        self.take("indicators_place", kinds, "SELECT id, commune, unit FROM indicators_place")

    def begins(self, view: str, measures: Sequence[Measure], scope: Scope) -> dict[UUID, int]:
        """Return the first month in which each commune has a row."""
        return {unit: int(month) for unit, month in self.run(counting.begins(view, measures, scope, ENGINE))}

    def places(self, view: str) -> list[tuple[UUID, UUID]]:
        """Return (commune, village or commune) of the rows."""
        return self.run(f"SELECT DISTINCT unit, coalesce(village, unit) FROM {view}")

    def count(self, measure: Measure, scope: Scope) -> None:
        """Count one measure into the table `fresh`."""
        self.run(f"CREATE OR REPLACE TEMP TABLE fresh AS {select(measure, scope, ENGINE)}")


def spill(cursor: CursorWrapper, columns: Sequence[str], query: str, path: Path) -> int | None:
    """Write the rows of a query into a file; return how many, where the database does not mark ends of lines itself."""
    if connection.vendor == "postgresql":
        form = f"(FORMAT csv, DELIMITER E'{BETWEEN}', NULL '{NOTHING}')"
        with path.open("wb") as file, cursor.cursor.copy(f"COPY ({query}) TO STDOUT {form}") as copy:
            file.writelines(copy)
        return None
    form = BETWEEN.join("%s" for _name in columns)
    values = ", ".join(f"coalesce({name}, '{NOTHING}')" for name in columns)
    count = 0
    with path.open("w", encoding="utf-8") as file:
        cursor.execute(f"SELECT printf('{form}\n', {values}) FROM ({query}) AS found")
        while rows := cursor.fetchmany(PORTION):
            count += len(rows)
            file.writelines(text for (text,) in rows)
    return count


@dataclass
class InDuck:
    """The rows of one view, all of them, as DuckDB counts them: as `cells.InDatabase`."""

    view: str
    measures: Sequence[Measure]
    scope: Scope
    duck: Duck

    def __enter__(self) -> InDuck:
        self.duck.take_view(self.view, self.measures)
        return self

    def __exit__(self, *error: object) -> None:
        self.duck.run(f"DROP TABLE IF EXISTS {self.view}")

    def begins(self) -> dict[UUID, int]:
        """Return the first month in which each commune has a row."""
        return self.duck.begins(self.view, self.measures, self.scope)

    def places(self) -> None:
        """Number the places that rows name and nobody numbered yet."""
        number(self.duck.places(self.view))
        self.duck.take_places()

    def write(self, measure: Measure, scope: Scope) -> int:
        """Count one measure and write its cells; return how many were written or taken away."""
        self.duck.count(measure, scope)
        series = series_of(measure.id)
        with transaction.atomic(), connection.cursor() as cursor:
            if empty(cursor, series):
                return self._fill(cursor, series)
            return put(cursor, series, self._changes(cursor, series, scope), scope.today)

    def _fill(self, cursor: CursorWrapper, series: int) -> int:
        """Write all cells of a measure that has none, in their order."""
        found = self.duck.database.execute(
            f"SELECT {series}, dims, month, place, value FROM fresh ORDER BY dims, month, place"
        )
        count = 0
        while rows := found.fetchmany(PORTION):
            self._insert(cursor, rows)
            count += len(rows)
        return count

    def _insert(self, cursor: CursorWrapper, rows: Sequence[tuple[Any, ...]]) -> None:
        columns = "indicators_cell (series, dims, month, place, value)"
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {columns} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {columns} VALUES (%s, %s, %s, %s, %s)", rows)

    def _changes(self, cursor: CursorWrapper, series: int, scope: Scope) -> list[Cell]:
        """Return what differs: the places of a month are compared as one text, and looked into where it is another."""
        cursor.execute(_texts(f"({_kept(series, scope)}) AS cell", connection.vendor))
        kept = {(dims, int(month)): text for dims, month, text in cursor.fetchall()}
        fresh = {(dims, month): text for dims, month, text in self.duck.run(_texts("fresh", ENGINE.vendor))}
        changes: list[Cell] = []
        for key in kept.keys() | fresh.keys():
            if kept.get(key) != fresh.get(key):
                before, now = _values(kept.get(key)), _values(fresh.get(key))
                changes += [(*key, place, None) for place in before.keys() - now.keys()]
                changes += [(*key, place, one) for place, one in now.items() if before.get(place) != one]
        return changes


def _kept(series: int, scope: Scope) -> str:
    return (
        f"SELECT dims, month, place, value FROM indicators_cell WHERE series = {series} "
        f"AND month BETWEEN {scope.first} AND {scope.last} ORDER BY dims, month, place"
    )


def _texts(cells: str, vendor: str) -> str:
    """Return the SELECT of the places of each part and month with their values, in order, as one text."""
    pair = "place || ':' || value"
    together = (
        f"group_concat({pair}, ',')" if vendor == "sqlite" else f"string_agg({pair}, ',' ORDER BY place)"
    )
    return f"SELECT dims, month, {together} FROM {cells} GROUP BY dims, month"


def _values(text: str | None) -> dict[int, int]:
    pairs = (pair.split(":") for pair in text.split(",")) if text else ()
    return {int(place): int(value) for place, value in pairs}


def export(view: str, folder: Path) -> Path:
    """Write the rows of a view, with those columns by which it is counted, as Parquet; return the file."""
    path = folder / f"{view}.parquet"
    with Duck() as duck:
        duck.take_view(view)
        duck.run(f"COPY {view} TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    return path
