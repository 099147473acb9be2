"""Writing cells: what was counted is compared with what stands there, and only what differs is written.

The rows of a view are read once for all its measures, into a table of this connection; where there are very many, they
are counted by DuckDB (`duck`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Min

from dinh.catalogue.models import Published
from dinh.catalogue.shapes.figures import Measure
from dinh.indicators.engine import counting
from dinh.indicators.engine.counting import Engine, Scope, select
from dinh.indicators.engine.sources import needed
from dinh.indicators.models import Place, Run, Series
from dinh.indicators.rules.months import day_number, month_of

MANY_ROWS = 100_000  # of a view; so many are not written a second time
HELD = "figures_rows"
AT_ONCE = 500  # cells of one statement
MANY_PARTS = 200  # cells of one dimension of a measure; fewer are held without a look whether it is new
KEY = "fresh.dims = cell.dims AND fresh.month = cell.month AND fresh.place = cell.place"
Cell = tuple[str, int, int, int | None]  # dims, month, place, value; None: it is to be taken away
Work = tuple[Measure, Scope]


@dataclass
class InDatabase:
    """The rows of one view, of some communes or all, as this database counts them.

    Each measure is a transaction of its own: pages that write never wait longer than for one measure.
    """

    view: str
    measures: Sequence[Measure]
    scope: Scope  # its communes; months are those of each measure
    engine: Engine
    table: str = ""

    def __enter__(self) -> InDatabase:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {HELD}")
            self.table = self.view
            if self.scope.communes is not None or not many(self.view):
                self.table = HELD
                some = (
                    f" AND unit IN ({', '.join(map(self.engine.id, self.scope.communes))})"
                    if self.scope.communes is not None
                    else ""
                )
                names = ", ".join(needed(self.view, self.measures))
                _execute(
                    cursor,
                    f"CREATE TEMP TABLE {HELD} AS SELECT {names} FROM {self.view} WHERE unit IS NOT NULL{some}",
                )
        return self

    def __exit__(self, *error: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {HELD}")

    def begins(self) -> dict[UUID, int]:
        """Return the first month in which each commune has a row."""
        with connection.cursor() as cursor:
            cursor.execute(counting.begins(self.view, self.measures, self.scope, self.engine, self.table))
            return {id_of(unit): int(month) for unit, month in cursor.fetchall()}

    def places(self) -> None:
        """Number the places that rows name and nobody numbered yet."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT unit, village FROM {self.table} WHERE unit IS NOT NULL GROUP BY unit, village"
            )
            number((id_of(unit), id_of(village or unit)) for unit, village in cursor.fetchall())

    def write(self, work: Iterable[Work]) -> int:
        """Count measures and write their cells; return how many were written or taken away."""
        return sum(self._write(measure, scope) for measure, scope in work)

    def _write(self, measure: Measure, scope: Scope) -> int:
        series = series_of(measure.id)
        found = select(measure, scope, self.engine, self.table)
        with transaction.atomic(), connection.cursor() as cursor:
            new = is_new(measure)
            if new and empty(cursor, series):  # nothing to compare with: straight into the cells
                return _execute(
                    cursor,
                    "INSERT INTO indicators_cell (series, dims, month, place, value) "
                    f"SELECT {series}, dims, month, place, value FROM ({found}) AS found ORDER BY dims, month, place",
                )
            some = scope.communes is not None
            changes = _few(cursor, series, scope, found) if some else _all(cursor, series, scope, found)
            return put(cursor, series, changes, scope, held=not new)


def many(view: str) -> bool:
    """Return whether a view has so many rows that they are not read in one piece."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {view} LIMIT {MANY_ROWS + 1}) AS found")
        return int(cursor.fetchone()[0]) > MANY_ROWS


def is_new(measure: Measure) -> bool:
    """Return whether a measure was never part of a full counting: then nothing of it stood at any close.

    One that stood at zero, and has no cell for that, is not new.
    """
    last = Run.objects.exclude(kind=Run.Kind.TOUCHED).order_by("-started_at").first()
    if last is None:
        return True
    versions = Published.objects.filter(kind="measure", item=measure.id)
    first = versions.aggregate(first=Min("published_at"))["first"]
    return first is not None and first > last.started_at


def empty(cursor: CursorWrapper, series: int) -> bool:
    """Return whether a measure has no cells yet."""
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM indicators_cell WHERE series = {series})")
    return not cursor.fetchone()[0]


def number(pairs: Iterable[tuple[UUID, UUID]]) -> None:
    """Number places, (commune, village or commune), and their communes, where nobody numbered them yet."""
    wanted = {pair for commune, place in pairs for pair in ((commune, place), (commune, commune))}
    wanted -= set(Place.objects.values_list("commune", "unit"))
    rows = [Place(commune=commune, unit=unit) for commune, unit in sorted(wanted)]
    Place.objects.bulk_create(rows, ignore_conflicts=True)


def hold(cursor: CursorWrapper, series: int, keys: Iterable[tuple[str, int, int]], today: date) -> None:
    """Keep what cells (dims, month, place) hold before they change, at the first change of a day: see `queries.closing`.

    Not those of a month that begins today: at no close before had it begun.
    """
    yesterday = month_of(today - timedelta(days=1))
    kept = [key for key in keys if key[1] <= yesterday]
    for start in range(0, len(kept), AT_ONCE):
        some = kept[start : start + AT_ONCE]
        cursor.execute(
            f"WITH change (dims, month, place) AS (VALUES {', '.join(['(%s, %s, %s)'] * len(some))}) "
            "INSERT INTO indicators_cellbefore (series, dims, month, place, day, value) "
            f"SELECT {series}, change.dims, change.month, change.place, {day_number(today)}, cell.value "
            f"FROM change LEFT JOIN indicators_cell AS cell ON cell.series = {series} AND cell.dims = change.dims "
            "AND cell.month = change.month AND cell.place = change.place WHERE 1 = 1 ON CONFLICT DO NOTHING",
            [one for key in some for one in key],
        )


def put(
    cursor: CursorWrapper, series: int, changes: Sequence[Cell], scope: Scope, *, held: bool = True
) -> int:
    """Write the cells that differ; return how many.

    held  what they held before is kept; not of a measure that is counted for the first time
    """
    if changes and held:
        hold(cursor, series, _known_before(cursor, series, changes, scope), scope.today)
    key = [(series, dims, month, place) for dims, month, place, value in changes if value is None]
    if key:
        cursor.executemany(
            "DELETE FROM indicators_cell WHERE series = %s AND dims = %s AND month = %s AND place = %s", key
        )
    rows = [(series, *change) for change in changes if change[3] is not None]
    if rows:
        cursor.executemany(
            "INSERT INTO indicators_cell (series, dims, month, place, value) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (series, dims, month, place) DO UPDATE SET value = excluded.value",
            rows,
        )
    return len(changes)


def _known_before(
    cursor: CursorWrapper, series: int, changes: Sequence[Cell], scope: Scope
) -> Iterator[tuple[str, int, int]]:
    """Yield the keys of what changes, but where a dimension is new: a place has a whole and not even an unknown part."""
    count = Counter(dims.partition("=")[0] for dims, _month, _place, _value in changes)
    undivided = {by: _undivided(cursor, series, by, scope) for by in count if by and count[by] > MANY_PARTS}
    for dims, month, place, _value in changes:
        if place not in undivided.get(dims.partition("=")[0], ()):
            yield dims, month, place


def _undivided(cursor: CursorWrapper, series: int, by: str, scope: Scope) -> set[int]:
    """Return the places that have cells of a measure, and none of a dimension."""
    cells = f"SELECT place FROM indicators_cell WHERE series = {series}"
    months = f"month BETWEEN {scope.first} AND {scope.last}"
    cursor.execute(
        f"{cells} AND dims = '' AND {months} EXCEPT {cells} AND dims >= '{by}=' AND dims < '{by}>' AND {months}"
    )
    return {place for (place,) in cursor.fetchall()}


def series_of(measure: str) -> int:
    """Return the number by which cells name a measure; a new one is made at first use."""
    return Series.objects.get_or_create(measure=measure)[0].pk


def _few(cursor: CursorWrapper, series: int, scope: Scope, found: str) -> list[Cell]:
    """Return what differs in some communes: both sides are few."""
    _execute(cursor, found)
    fresh = {(dims, int(month), int(place)): int(value) for dims, month, place, value in cursor.fetchall()}
    places = Place.objects.filter(commune__in=scope.communes or ()).values_list("pk", flat=True)
    there = {
        (dims, month, place): value
        for dims, month, place, value in _standing(cursor, series, scope, list(places))
    }
    gone: list[Cell] = [(*key, None) for key in there.keys() - fresh.keys()]
    return gone + [(*key, value) for key, value in fresh.items() if there.get(key) != value]


def _standing(
    cursor: CursorWrapper, series: int, scope: Scope, places: list[int]
) -> list[tuple[str, int, int, int]]:
    """Return the cells of some places: each that there can be is looked up, instead of passing by all others."""
    if not places:
        return []
    months = ", ".join(f"({month})" for month, _day in scope.months())
    # The columns of VALUES have other names in each database; a CTE names them.
    cursor.execute(
        "WITH RECURSIVE parts(dims) AS ("
        f"SELECT min(dims) FROM indicators_cell WHERE series = {series} UNION ALL "
        f"SELECT (SELECT min(dims) FROM indicators_cell WHERE series = {series} AND dims > parts.dims) "
        f"FROM parts WHERE parts.dims IS NOT NULL), months(month) AS (VALUES {months}) "
        f"SELECT cell.dims, cell.month, cell.place, cell.value FROM parts CROSS JOIN months CROSS JOIN indicators_cell AS cell "
        f"WHERE cell.series = {series} AND cell.dims = parts.dims AND cell.month = months.month "
        f"AND cell.place IN ({', '.join(map(str, places))})"
    )
    rows: list[tuple[str, int, int, int]] = cursor.fetchall()
    return rows


def _all(cursor: CursorWrapper, series: int, scope: Scope, found: str) -> list[Cell]:
    """Return what differs anywhere; what is gone is looked for only where the numbers of cells do not agree."""
    fresh = f"WITH fresh AS MATERIALIZED ({found})"
    cells = f"indicators_cell AS cell WHERE cell.series = {series} AND cell.month BETWEEN {scope.first} AND {scope.last}"
    _execute(
        cursor,
        f"{fresh} SELECT fresh.dims, fresh.month, fresh.place, fresh.value, cell.value IS NULL "
        f"FROM fresh LEFT JOIN indicators_cell AS cell ON cell.series = {series} AND {KEY} "
        "WHERE cell.value IS NULL OR cell.value <> fresh.value "
        "UNION ALL SELECT '', 0, 0, count(*), NULL FROM fresh",
    )
    *changed, (_dims, _month, _place, counted, _new) = sorted(
        cursor.fetchall(), key=lambda row: row[4] is None
    )
    cursor.execute(f"SELECT count(*) FROM {cells}")
    changes: list[Cell] = [(dims, month, place, int(value)) for dims, month, place, value, _new in changed]
    if int(cursor.fetchone()[0]) + sum(bool(row[4]) for row in changed) == int(counted):
        return changes
    _execute(
        cursor,
        f"{fresh} SELECT cell.dims, cell.month, cell.place FROM {cells} "
        f"AND (cell.dims, cell.month, cell.place) NOT IN (SELECT dims, month, place FROM fresh)",
    )
    return [*((dims, month, place, None) for dims, month, place in cursor.fetchall()), *changes]


def id_of(value: UUID | str) -> UUID:
    """Return an id as the database gives it as what it is."""
    return value if isinstance(value, UUID) else UUID(value)


def _execute(cursor: CursorWrapper, text: str) -> int:
    cursor.execute(text)  # no placeholders: percent signs stand for themselves
    return max(0, int(cursor.rowcount))
