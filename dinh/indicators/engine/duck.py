"""Counting with DuckDB: the rows of a view are handed over once, or read from Parquet, and counted by columns.

The conditions are the same, compiled for DuckDB; what comes out is compared with the cells and only what differs is
written. While the database gives rows, DuckDB reads them; while it writes the cells of one measure, DuckDB counts the
next. Memory is limited, and what is beyond it is set aside in a folder that is gone afterwards.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from dinh.catalogue.shapes.figures import Measure
from dinh.database import published
from dinh.indicators.engine import counting
from dinh.indicators.engine.cells import Cell, Work, empty, id_of, is_new, number, put, series_of
from dinh.indicators.engine.counting import Scope, select
from dinh.indicators.engine.handing import BETWEEN, NOTHING, reader_of, spill
from dinh.indicators.engine.sources import LOWEST, ask_places, needed
from dinh.indicators.engine.words import Engine
from dinh.indicators.models import Place
from dinh.lib.errors import Broken

if TYPE_CHECKING:  # the web does not load it
    import duckdb

T = TypeVar("T")
Sum = tuple[Any, ...]  # dims, month, how many cells, their sum, which
Counted = tuple[Measure, Scope, str, "Future[list[Sum]]"]
PRIME, MIXES = 2_147_483_647, (1_640_531_527, 1_103_515_245)
MEMORY = "512MB"
FOLDER = ".figures-"
LEFT_SECONDS = 6 * 3600
ENGINE = Engine("duckdb")
KINDS = {
    "id": "UUID", "text": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP",
}  # fmt: skip
ESCAPED = str.maketrans(
    {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}
)  # in the lines that PostgreSQL reads
HERE = "coalesce(facts.village, facts.unit)"
IS_PLACE = f"place.commune = facts.unit AND place.unit = {HERE}"
PORTION = 20_000
TOGETHER = 240  # cells of one statement of SQLite, which takes 999 values


class Duck:
    """A DuckDB of its own, for as long as it is needed."""

    def __enter__(self) -> Duck:
        import duckdb

        settings.DINH_HOME.mkdir(parents=True, exist_ok=True)
        for left in settings.DINH_HOME.glob(f"{FOLDER}*"):  # of a process that was killed
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
        self.folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=settings.DINH_HOME))
        self.database: duckdb.DuckDBPyConnection = duckdb.connect(":memory:")
        self.hand = ThreadPoolExecutor(1, "figures")
        self.run(f"SET memory_limit = '{MEMORY}'; SET preserve_insertion_order = false")
        self.run(f"SET temp_directory = '{self.folder}'; SET enable_progress_bar = false")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.hand.shutdown()
        self.database.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, text: str) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        return self.database.execute(text).fetchall()

    def soon(self, *texts: str) -> Future[list[tuple[Any, ...]]]:
        """Run statements beside what this thread does, after those asked for before; the rows are those of the last."""
        return self.hand.submit(lambda: [self.run(text) for text in texts][-1])

    def take(self, table: str, columns: dict[str, str], query: str) -> None:
        """Make a table of the rows that a query of the house's database gives, read while they are given.

        columns  name -> type of DuckDB
        """
        path = self.folder / "rows"
        os.mkfifo(path)
        named = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        quote = "" if connection.vendor == "sqlite" else '"'
        made = self.soon(
            f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM read_csv('{path}', header = false, delim = '{BETWEEN}', "
            f"quote = '{quote}', escape = '{quote}', nullstr = '{NOTHING}', auto_detect = false, columns = {{{named}}})"
        )
        with connection.cursor() as cursor, reader_of(path, made) as file:
            written = spill(cursor, list(columns), query, file)
        made.result()
        path.unlink()
        if written is not None and self.run(f"SELECT count(*) FROM {table}")[0][0] != written:
            raise Broken("indicators.not_handed_over", table=table)  # a text with a line break in it

    def take_view(self, view: str, measures: Sequence[Measure] | None = None) -> None:
        """Take the rows of a published view, with all columns or those that some measures need."""
        columns = _columns(view, measures)
        self.take(view, columns, f"SELECT {', '.join(columns)} FROM {view} WHERE unit IS NOT NULL")

    def take_numbered(self, view: str, measures: Sequence[Measure]) -> None:
        """Take the rows of a published view as some measures need them, with LOWEST instead of unit and village.

        One number is read in a third of the time of two ids. Places that nobody numbered yet are.
        """
        columns = {
            name: kind for name, kind in _columns(view, measures).items() if name not in {"unit", "village"}
        }
        named = ", ".join(f"facts.{name}" for name in columns)
        rows = (
            f"{view} AS facts LEFT JOIN indicators_place AS place ON {IS_PLACE} WHERE facts.unit IS NOT NULL"
        )
        unknown = not Place.objects.exists()
        while True:  # once more where a place is new
            if unknown:
                number(_pairs(f"SELECT DISTINCT facts.unit, {HERE} FROM {rows} AND place.id IS NULL"))
            self.take(view, {LOWEST: "INTEGER", **columns}, f"SELECT place.id, {named} FROM {rows}")
            ((unknown,),) = self.run(f"SELECT count(*) > count({LOWEST}) FROM {view}")
            if not unknown:
                return

    def take_places(self) -> None:
        """Take the numbers of places, and that of the commune as a whole for each."""
        kinds = {"id": "INTEGER", "commune": "UUID", "unit": "UUID", "whole": "INTEGER"}
        whole = "indicators_place AS whole ON whole.commune = place.commune AND whole.unit = place.commune"
        self.take(
            "indicators_place", kinds,
            f"SELECT place.id AS id, place.commune AS commune, place.unit AS unit, whole.id AS whole "
            f"FROM indicators_place AS place JOIN {whole}",
        )  # fmt: skip

    def begins(
        self, view: str, measures: Sequence[Measure], scope: Scope, *, numbered: bool = False
    ) -> dict[UUID, int]:
        """Return the first month in which each commune has a row."""
        rows = f"(SELECT commune AS unit, facts.* FROM {view} AS facts JOIN indicators_place AS place ON place.id = {LOWEST}) AS rows"
        found = counting.begins(view, measures, scope, ENGINE, rows if numbered else "")
        return {unit: int(month) for unit, month in self.run(found)}

    def places(self, view: str) -> list[tuple[UUID, UUID]]:
        """Return (commune, village or commune) of the rows."""
        return self.run(f"SELECT DISTINCT unit, coalesce(village, unit) FROM {view}")

    def count(self, measure: Measure, scope: Scope) -> None:
        """Count one measure into the table `fresh`."""
        self.run(f"CREATE OR REPLACE TEMP TABLE fresh AS {select(measure, scope, ENGINE)}")


@dataclass
class InDuck:
    """The rows of one view, all of them, as DuckDB counts them: as `cells.InDatabase`."""

    view: str
    measures: Sequence[Measure]
    scope: Scope
    duck: Duck
    numbered: bool = False  # their places were numbered while they were read

    def __enter__(self) -> InDuck:
        # To SQLite, which would look each place up by itself, the ids come cheaper.
        self.numbered = connection.vendor == "postgresql" and not ask_places(self.measures)
        if self.numbered:
            self.duck.take_numbered(self.view, self.measures)
            self.duck.take_places()
        else:
            self.duck.take_view(self.view, self.measures)
        return self

    def __exit__(self, *error: object) -> None:
        self.duck.soon(f"DROP TABLE IF EXISTS {self.view}").result()

    def begins(self) -> dict[UUID, int]:
        """Return the first month in which each commune has a row."""
        return self.duck.begins(self.view, self.measures, self.scope, numbered=self.numbered)

    def places(self) -> None:
        """Number the places that rows name and nobody numbered yet."""
        if not self.numbered:
            number(self.duck.places(self.view))
            self.duck.take_places()

    def write(self, work: Iterable[Work]) -> int:
        """Count measures and write their cells; return how many were written or taken away."""
        counted = (self._count(number, *one) for number, one in enumerate(work))
        return sum(self._write(*one) for one in _ahead(counted))

    def _count(self, number: int, measure: Measure, scope: Scope) -> Counted:
        """Let the cells of a measure be counted into a table of their own, and summed up."""
        table = f"fresh_{number}"
        made = f"CREATE OR REPLACE TABLE {table} AS {select(measure, scope, ENGINE, numbered=self.numbered)}"
        return measure, scope, table, self.duck.soon(made, _sums(table))

    def _write(self, measure: Measure, scope: Scope, table: str, counted: Future[list[Sum]]) -> int:
        series, sums = series_of(measure.id), counted.result()  # before anybody who writes waits for this
        with transaction.atomic(), connection.cursor() as cursor:
            new = is_new(measure)
            if new and empty(cursor, series):
                changed = self._fill(cursor, series, table)
            else:
                changes = self._changes(cursor, series, scope, table, sums)
                changed = put(cursor, series, changes, scope, held=not new)
        self.duck.soon(f"DROP TABLE {table}")
        return changed

    def _fill(self, cursor: CursorWrapper, series: int, table: str) -> int:
        """Write all cells of a measure that has none, in their order."""
        count = 0
        # A cursor of its own: DuckDB counts the next measure meanwhile.
        with self.duck.database.cursor() as cells:
            cells.execute(f"SELECT dims, month, place, value FROM {table} ORDER BY dims, month, place")
            while rows := cells.fetchmany(PORTION):
                count += len(rows)
                _insert(cursor, series, rows)
        return count

    def _changes(
        self, cursor: CursorWrapper, series: int, scope: Scope, table: str, sums: Sequence[Sum]
    ) -> list[Cell]:
        """Return what differs: each part of a month is compared by its sums, and looked into where they are others."""
        kept = f"indicators_cell WHERE series = {series} AND month BETWEEN {scope.first} AND {scope.last}"
        if connection.vendor == "postgresql":  # to start helpers takes longer than to sum up one measure
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(_sums(kept))
        there = {tuple(map(_plain, row)) for row in cursor.fetchall()}
        differ = {row[:2] for row in there ^ {tuple(map(_plain, row)) for row in sums}}
        changes: list[Cell] = []
        with self.duck.database.cursor() as cells:
            for month in sorted({month for _dims, month in differ}):
                cursor.execute(f"SELECT dims, place, value FROM {kept} AND month = {month}")
                before = _in_parts(cursor.fetchall(), month, differ)
                cells.execute(f"SELECT dims, place, value FROM {table} WHERE month = {month}")
                now = _in_parts(cells.fetchall(), month, differ)
                changes += [(dims, month, place, None) for dims, place in before.keys() - now.keys()]
                changes += [
                    (dims, month, place, one)
                    for (dims, place), one in now.items()
                    if before.get((dims, place)) != one
                ]
        return changes


def _columns(view: str, measures: Sequence[Measure] | None) -> dict[str, str]:
    """Return the columns of a view, all or those that some measures need, with their types of DuckDB."""
    wanted = None if measures is None else set(needed(view, measures))
    return {
        column.name: KINDS[column.type] for column in published.get(view).columns
        if wanted is None or column.name in wanted
    }  # fmt: skip


def _pairs(query: str) -> list[tuple[UUID, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [(id_of(commune), id_of(place)) for commune, place in cursor.fetchall()]


def _in_parts(
    rows: Iterable[tuple[str, int, int]], month: int, parts: Container[tuple[str, int]]
) -> dict[tuple[str, int], int]:
    return {(dims, place): value for dims, place, value in rows if (dims, month) in parts}


def _sums(cells: str) -> str:
    """Return the SELECT of each part and month with its cells summed up: how many, how much, and which at which place.

    The last is a sum of squares modulo a prime: two different sets agree in all three once in a thousand million.
    """
    mixed = f"(CAST(place AS BIGINT) * {MIXES[0]} + (value % {PRIME}) * {MIXES[1]}) % {PRIME}"
    return f"SELECT dims, month, count(*), sum(value), sum(({mixed}) * ({mixed}) % {PRIME}) FROM {cells} GROUP BY dims, month"


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else int(value)


def _insert(cursor: CursorWrapper, series: int, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = "indicators_cell (series, dims, month, place, value)"
    if connection.vendor == "sqlite":
        into, cell = f"INSERT INTO {columns} VALUES ", f"({series}, %s, %s, %s, %s)"
        whole = len(rows) - len(rows) % TOGETHER
        together = [list(chain(*rows[at : at + TOGETHER])) for at in range(0, whole, TOGETHER)]
        cursor.executemany(into + ", ".join([cell] * TOGETHER), together)
        cursor.executemany(into + cell, rows[whole:])
        return
    said = {dims: dims.translate(ESCAPED) for dims in {row[0] for row in rows}}
    lines = (f"{series}\t{said[dims]}\t{month}\t{place}\t{value}\n" for dims, month, place, value in rows)
    with cursor.cursor.copy(f"COPY {columns} FROM STDIN") as copy:
        copy.write("".join(lines))


def _ahead(work: Iterable[T]) -> Iterator[T]:
    """Give what is to be done one after another, having begun one more than is asked for."""
    before: list[T] = []
    for one in work:
        yield from before
        before = [one]
    yield from before


def export(view: str, folder: Path) -> Path:
    """Write the rows of a view, with those columns by which it is counted, as Parquet; return the file."""
    path = folder / f"{view}.parquet"
    with Duck() as duck:
        duck.take_view(view)
        duck.run(f"COPY {view} TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    return path
