"""Writing cells: what was counted is compared with what stands there, and only what differs is written."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from dinh.catalogue.shapes.figures import Measure
from dinh.indicators.engine.counting import Engine, Scope, select
from dinh.indicators.models import Series

LOCK = 7_231_405_118  # of PostgreSQL: two countings of one measure never cross
SAME = "fresh.dims = cell.dims AND fresh.month = cell.month AND fresh.place = cell.place"


@dataclass
class Writer:
    """Counts measures into a table of this connection, and writes the differences.

    Each measure is a transaction of its own: pages that write never wait longer than for one measure.
    """

    engine: Engine

    def __enter__(self) -> Writer:
        with connection.cursor() as cursor:
            self._drop(cursor)
            tail = " WITHOUT ROWID" if self.engine.vendor == "sqlite" else ""
            collation = "" if self.engine.vendor == "sqlite" else ' COLLATE "C"'
            cursor.execute(
                f"CREATE TEMP TABLE figures_fresh (dims varchar(80){collation} NOT NULL, month integer NOT NULL, "
                f"place integer NOT NULL, value bigint NOT NULL, PRIMARY KEY (dims, month, place)){tail}"
            )
        return self

    def __exit__(self, *error: object) -> None:
        with connection.cursor() as cursor:
            self._drop(cursor)

    def write(self, measure: Measure, scope: Scope) -> int:
        """Count one measure and write its cells; return how many were written or taken away."""
        number = series_of(measure.id)
        with transaction.atomic(), connection.cursor() as cursor:
            if self.engine.vendor == "postgresql":
                cursor.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            # SQLite takes the places in the outer loop, and counts again for each, unless it is told the order.
            join = "CROSS JOIN" if self.engine.vendor == "sqlite" else "JOIN"
            found = (
                f"FROM ({select(measure, scope, self.engine)}) AS found {join} indicators_place AS place "
                "ON place.commune = found.commune AND place.unit = found.place"
            )
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM indicators_cell WHERE series = {number})")
            if not cursor.fetchone()[0]:  # nothing to compare with: straight into the cells
                return _execute(
                    cursor,
                    "INSERT INTO indicators_cell (series, dims, month, place, value) "
                    f"SELECT {number}, found.dims, found.month, place.id, found.value {found} "
                    "ORDER BY found.dims, found.month, place.id",
                )
            cursor.execute("DELETE FROM figures_fresh")
            _execute(
                cursor,
                "INSERT INTO figures_fresh (dims, month, place, value) "
                f"SELECT found.dims, found.month, place.id, found.value {found}",
            )
            return self._take_away(cursor, number, scope) + self._put(cursor, number)

    def places(self, view: str, scope: Scope) -> None:
        """Number the places that the rows of a view name and nobody numbered yet."""
        some = ""
        if scope.communes is not None:
            some = f" AND unit IN ({', '.join(self.engine.id(one) for one in scope.communes)})"
        places = " UNION ".join(
            f"SELECT unit AS commune, {place} AS place FROM {view} WHERE unit IS NOT NULL{some}"
            for place in ("coalesce(village, unit)", "unit")
        )
        with transaction.atomic(), connection.cursor() as cursor:
            _execute(
                cursor,
                f"INSERT INTO indicators_place (commune, unit) SELECT found.commune, found.place "
                f"FROM ({places}) AS found WHERE NOT EXISTS (SELECT 1 FROM indicators_place AS known "
                f"WHERE known.commune = found.commune AND known.unit = found.place) "
                f"ORDER BY found.commune, found.place ON CONFLICT DO NOTHING",
            )

    def _take_away(self, cursor: CursorWrapper, number: int, scope: Scope) -> int:
        return _execute(
            cursor,
            f"DELETE FROM indicators_cell AS cell WHERE cell.series = {number} "
            f"AND cell.month BETWEEN {scope.first} AND {scope.last}{self._some(scope)} "
            f"AND NOT EXISTS (SELECT 1 FROM figures_fresh AS fresh WHERE {SAME})",
        )

    def _put(self, cursor: CursorWrapper, number: int) -> int:
        return _execute(
            cursor,
            "INSERT INTO indicators_cell AS cell (series, dims, month, place, value) "
            f"SELECT {number}, dims, month, place, value FROM figures_fresh WHERE TRUE "
            "ORDER BY dims, month, place ON CONFLICT (series, dims, month, place) "
            "DO UPDATE SET value = excluded.value WHERE cell.value <> excluded.value",
        )

    def _some(self, scope: Scope) -> str:
        if scope.communes is None:
            return ""
        ids = ", ".join(self.engine.id(commune) for commune in scope.communes)
        return f" AND cell.place IN (SELECT id FROM indicators_place WHERE commune IN ({ids}))"

    def _drop(self, cursor: CursorWrapper) -> None:
        cursor.execute("DROP TABLE IF EXISTS figures_fresh")


def series_of(measure: str) -> int:
    """Return the number by which cells name a measure; a new one is made at first use."""
    return Series.objects.get_or_create(measure=measure)[0].pk


def first_months(text: str) -> dict[UUID, int]:
    """Return the first month in which a view has rows, by commune; `text` is made by `counting.begins`."""
    with connection.cursor() as cursor:
        cursor.execute(text)
        return {
            unit if isinstance(unit, UUID) else UUID(unit): int(month) for unit, month in cursor.fetchall()
        }


def _execute(cursor: CursorWrapper, text: str) -> int:
    cursor.execute(text)  # no placeholders: percent signs stand for themselves
    return max(0, int(cursor.rowcount))
