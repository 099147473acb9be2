"""Counting with DuckDB: the rows of a view are handed over once, or read from Parquet, and counted by columns.

The conditions are the same, compiled for DuckDB; what comes out is compared with the cells and only what differs is
written. Memory is limited, and what is beyond it is set aside in a folder that is gone afterwards.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
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
ENGINE = Engine("duckdb")
KINDS = {
    "id": "UUID", "text": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP",
}  # fmt: skip
CELLS = {"dims": "VARCHAR", "month": "INTEGER", "place": "INTEGER", "value": "BIGINT"}
BETWEEN, NOTHING, PORTION = "\x1f", "\\N", 20_000


class Duck:
    """A DuckDB of its own, for as long as it is needed."""

    def __enter__(self) -> Duck:
        import duckdb

        settings.DINH_HOME.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=".figures-", dir=settings.DINH_HOME))
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

    def take_view(self, view: str) -> None:
        """Take the rows of a published view."""
        columns = {column.name: KINDS[column.type] for column in published.get(view).columns}
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
    line = f" || '{BETWEEN}' || ".join(f"coalesce({name}, '{NOTHING}')" for name in columns)
    count = 0
    with path.open("w", encoding="utf-8") as file:
        cursor.execute(f"SELECT {line} || '\n' FROM ({query}) AS found")
        while rows := cursor.fetchmany(PORTION):
            count += len(rows)
            file.writelines(text for (text,) in rows)
    return count


@dataclass
class InDuck:
    """The rows of one view, all of them, as DuckDB counts them: as `cells.InDatabase`."""

    view: str
    scope: Scope
    duck: Duck

    def __enter__(self) -> InDuck:
        self.duck.take_view(self.view)
        return self

    def __exit__(self, *error: object) -> None:
        self.duck.run(f"DROP TABLE IF EXISTS {self.view}")

    def begins(self, measures: Sequence[Measure]) -> dict[UUID, int]:
        """Return the first month in which each commune has a row."""
        return self.duck.begins(self.view, measures, self.scope)

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
                self.duck.run("CREATE OR REPLACE TEMP TABLE kept AS FROM fresh LIMIT 0")
            else:
                self.duck.take("kept", CELLS, _kept(series, scope))
            changed = 0
            for changes in self._portions():
                changed += put(cursor, series, changes)
        return changed

    def _portions(self) -> Iterable[list[Cell]]:
        found = self.duck.database.execute(
            "SELECT dims, month, place, fresh.value FROM fresh FULL JOIN kept USING (dims, month, place) "
            "WHERE fresh.value IS DISTINCT FROM kept.value ORDER BY dims, month, place"
        )
        while rows := found.fetchmany(PORTION):
            yield rows


def _kept(series: int, scope: Scope) -> str:
    return (
        f"SELECT dims, month, place, value FROM indicators_cell WHERE series = {series} "
        f"AND month BETWEEN {scope.first} AND {scope.last}"
    )


def export(view: str, folder: Path) -> Path:
    """Write the rows of a view, with those columns by which it is counted, as Parquet; return the file."""
    path = folder / f"{view}.parquet"
    with Duck() as duck:
        duck.take_view(view)
        duck.run(f"COPY {view} TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    return path
