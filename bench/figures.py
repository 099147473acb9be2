"""Figures at the size of a province: 148 communes, 1,349 villages, 60 measures, 36 months, 2.9 million cells.

    DINH_HOME=/tmp/figures python bench/figures.py            SQLite; PostgreSQL with DATABASE_URL
    python bench/figures.py --quick                           a tenth of the months

Makes a database of its own in DINH_HOME (or the empty one of DATABASE_URL), counts everything, reads, and prints each
beside a plain way to the same number: SQL over the same rows by hand, without places, completeness or comparison.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")

COMMUNES, VILLAGES, MEASURES, MONTHS = 148, 1349, 60, 36
SPACE = UUID(int=766)
TODAY = date(2026, 12, 31)
AT = datetime(2026, 12, 31, 3, tzinfo=UTC)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="a tenth of the months")
    quick = arguments.parse_args().quick
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    months = MONTHS // 10 if quick else MONTHS
    units = _places()
    rows = _rows(units, months)
    _catalogue()
    print(f"{connection.vendor}: {len(rows):,} rows, each of them a cell")
    _rebuild(connection, rows, units, months)
    _read(connection, units, months)
    return 0


def _places() -> dict[str, list[Any]]:
    from dinh.directory.models import Level, Unit, UnitVersion

    made: dict[str, list[Any]] = {"province": [], "commune": [], "village": []}
    versions = []

    def unit(level: str, name: str, parent: Any) -> Any:
        one = Unit(id=uuid5(SPACE, name), level=level, opened_on=date(2020, 1, 1))
        made[level].append(one)
        versions.append(UnitVersion(
            unit=one, level=level, code=name, name=name, type=level, parent=parent, valid_from=date(2020, 1, 1), search_key=name,
        ))  # fmt: skip
        return one

    province = unit("province", "B", None)
    communes = [unit("commune", f"B{number}", province) for number in range(COMMUNES)]
    for number in range(VILLAGES):
        unit("village", f"BV{number}", communes[number % COMMUNES])
    if not Unit.objects.filter(pk=province.pk).exists():
        for level in (Level.PROVINCE, Level.COMMUNE, Level.VILLAGE):
            Unit.objects.bulk_create(made[level], batch_size=500)
        UnitVersion.objects.bulk_create(versions, batch_size=500)
    return made


def _rows(units: dict[str, list[Any]], months: int) -> list[tuple[str, str, str, str, str, int]]:
    """Return one row for each measure, village and month: (id, unit, village, on, kind, number)."""
    # Rows of one kind lie together, as in a table of their own.
    dice = random.Random(766)
    communes = [one.pk for one in units["commune"]]
    days = [date(2024 + month // 12, month % 12 + 1, 15) for month in range(MONTHS - months, MONTHS)]
    return [
        (UUID(int=dice.getrandbits(128)).hex, communes[number % COMMUNES].hex, village.pk.hex, day.isoformat(), f"k{kind:02}", dice.randrange(1, 100))
        for kind in range(MEASURES) for day in days for number, village in enumerate(units["village"])
    ]  # fmt: skip


def _catalogue() -> None:
    """Let the catalogue hold 60 measures over one view, and ratios of them."""
    from dinh.catalogue import store
    from dinh.catalogue.contents import Catalogue
    from dinh.catalogue.shapes.base import Text
    from dinh.catalogue.shapes.figures import Indicator, Measure
    from dinh.database import published
    from dinh.database.published import Column, View

    names = (
        ("id", "id"),
        ("unit", "id"),
        ("village", "id"),
        ("on_day", "date"),
        ("kind", "text"),
        ("number", "integer"),
    )
    columns = tuple(Column(name, kind, name) for name, kind in names)  # type: ignore[arg-type]
    published._views["facts_bench"] = View(
        "facts_bench", "", "bench", "figures.read", (), columns, lambda vendor: ""
    )
    word = Text(vi="x", fr="x", en="x")
    common: dict[str, Any] = {
        "title": word, "sentence": word, "unit": word, "valid_from": date(2024, 1, 1), "source": "bench",
        "version": "1", "owner": "peoples_committee",
    }  # fmt: skip
    measures = {
        f"m{number:02}": Measure(
            id=f"m{number:02}", view="facts_bench", kind="flow", on="on_day", aggregate="sum", column="number",
            count_if=f"kind == 'k{number:02}'", **common,
        ) for number in range(MEASURES)
    }  # fmt: skip
    indicators = {
        f"r{number:02}": Indicator(
            id=f"r{number:02}", group="x", kind="ratio", numerator=f"m{number:02}", factor=100,
            denominator=f"m{number:02} + m{(number + 1) % MEASURES:02}", **common,
        ) for number in range(MEASURES)
    }  # fmt: skip
    real = store.get()
    kept = {kind: getattr(real, kind) for kind in store.SHAPES if kind not in {"measures", "indicators"}}
    made = Catalogue(**kept, measures=measures, indicators=indicators)
    store.get = lambda: made


def _rebuild(connection: Any, rows: list[Any], units: dict[str, list[Any]], months: int) -> None:
    from django.db import transaction
    from django.db.models import Count, Sum

    from dinh.indicators.engine import recount
    from dinh.indicators.models import Cell, Run

    runs: list[Run] = []

    kinds = "id char(32), unit char(32), village char(32), on_day text, kind text, number bigint"
    if connection.vendor == "postgresql":
        kinds = "id uuid, unit uuid, village uuid, on_day date, kind text, number bigint"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS facts_bench")
        cursor.execute(f"CREATE TABLE facts_bench ({kinds})")
        if connection.vendor == "postgresql":
            with cursor.cursor.copy("COPY facts_bench FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            connection.connection.executemany("INSERT INTO facts_bench VALUES (?,?,?,?,?,?)", rows)
        cursor.execute("CREATE INDEX facts_bench_kind ON facts_bench (kind, on_day)")
        cursor.execute("CREATE INDEX facts_bench_unit ON facts_bench (unit)")
        cursor.execute("DELETE FROM indicators_cell")
    rows.clear()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plain = _took(lambda: _plain_cells(connection))
    for name in ("full rebuild, nothing there", "full rebuild, everything there"):
        cpu = time.process_time()
        seconds = _took(lambda: runs.append(recount.rebuild(AT, views=["facts_bench"])))
        _tell(name, seconds, plain, "SQL into a bare table")
        print(
            f"    {runs[-1].changed:,} cells written, own CPU {time.process_time() - cpu:.1f} s, {_memory()}"
        )
    cells = Cell.objects.aggregate(cells=Count("*"), sum=Sum("value"))
    print(f"cells: {cells['cells']:,}")
    _touched(units)
    _duckdb(cells, months)


def _plain_cells(connection: Any) -> None:
    """Get every cell in one statement, as somebody would who needs nothing but these numbers."""
    month = (
        "CAST(substr(on_day, 1, 4) || substr(on_day, 6, 2) AS INTEGER)" if connection.vendor == "sqlite"
        else "extract(year FROM on_day) * 100 + extract(month FROM on_day)"
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(
            f"CREATE TABLE bare AS SELECT kind, {month} AS month, unit, village, sum(number) AS value "
            "FROM facts_bench GROUP BY kind, month, unit, village"
        )
        cursor.execute("DROP TABLE bare")


def _touched(units: dict[str, list[Any]]) -> None:
    """Count one commune again, and all of them, as after entries."""
    from dinh.indicators.engine import recount
    from dinh.indicators.models import Source

    for name, communes in (("one commune", units["commune"][:1]), ("20 communes", units["commune"][:20])):
        Source.objects.filter(view="facts_bench", commune__in=[one.pk for one in communes]).update(
            touched_at=AT
        )
        _tell(
            f"recount after entries: {name}, 60 measures, 36 months",
            _took(lambda: recount.recount_touched(AT)),
        )


def _duckdb(cells: dict[str, int], months: int) -> None:
    """Count every cell with DuckDB from a Parquet export, and see that it is the same."""
    from dinh.indicators.engine import definitions, duck, recount
    from dinh.indicators.engine.counting import Scope

    folder = Path(os.environ.get("DINH_HOME", "var"))
    _tell("export of the view as Parquet", _took(lambda: duck.export("facts_bench", folder)))
    with duck.Duck() as engine:
        engine.run(f"CREATE VIEW facts_bench AS FROM '{folder}/facts_bench.parquet'")
        engine.take_places()
        engine.run("CREATE TABLE counted (value BIGINT)")

        def rebuild() -> None:
            for measure in recount.measures_of("facts_bench"):
                first = definitions.windows_of_measure(measure.id)[0].first
                engine.count(measure, Scope(first, 202612, TODAY))
                engine.run("INSERT INTO counted SELECT value FROM fresh")

        seconds = _took(rebuild)
        count, total = engine.run("SELECT count(*), sum(value) FROM counted")[0]
        if (count, total) != (cells["cells"], cells["sum"]):
            raise SystemExit(f"DuckDB counted {count:,} cells with the sum {total:,}, not {cells}")
        plain = _took(lambda: engine.run(
            "CREATE TABLE bare AS SELECT kind, extract(year FROM on_day) * 100 + extract(month FROM on_day) AS month, "
            "unit, village, sum(number) AS value FROM facts_bench GROUP BY ALL"
        ))  # fmt: skip
    _tell("full rebuild by DuckDB over Parquet", seconds, plain, "one GROUP BY in DuckDB")
    print(f"    {count:,} cells, the same sum; {_memory()}")


def _read(connection: Any, units: dict[str, list[Any]], months: int) -> None:
    from dinh.directory.lines import On
    from dinh.indicators.queries.figures import figure

    communes = [one.pk for one in units["commune"]]
    first = 202601 if months >= 12 else 202612 - months + 1
    numbers = iter(range(10_000))

    def stored(**options: Any) -> Callable[[], object]:
        return lambda: figure(
            f"r{next(numbers) % MEASURES:02}", communes, first, 202612, today=TODAY, **options
        )

    def plain(by: str, kinds: int = 2, since: str = "2026-01-01") -> Callable[[], object]:
        names = ", ".join(f"'k{number:02}'" for number in range(kinds))
        return lambda: _rows_of(
            connection,
            f"SELECT {by}, sum(CASE WHEN kind = 'k00' THEN number END) * 100.0 / sum(number) FROM facts_bench "
            f"WHERE kind IN ({names}) AND on_day BETWEEN '{since}' AND '2026-12-31' GROUP BY {by}",
        )

    figure("r00", communes, first, 202612, today=TODAY)
    for name, ask, other in (
        ("one indicator, 148 communes, 12 months together", stored(), plain("unit")),
        ("one indicator, 148 communes, each of 12 months", stored(each_month=True), plain("unit, on_day")),
        ("the same in the boundaries of one day", stored(boundaries=On(date(2025, 7, 1))), plain("unit")),
        ("ad hoc: 1,349 villages, 12 months together", lambda: figure(f"r{next(numbers) % MEASURES:02}", [one.pk for one in units["village"]], first, 202612, today=TODAY), plain("village")),
        ("ad hoc: all 60 indicators of the province, one month", lambda: [figure(f"r{n:02}", [units["province"][0].pk], 202612, 202612, today=TODAY) for n in range(MEASURES)], plain("kind", MEASURES, "2026-12-01")),
    ):  # fmt: skip
        ask()
        times, others = ([_took(way) for _number in range(20)] for way in (ask, other))
        _tell(name, sorted(times)[18], sorted(others)[18], "SQL over the rows")
        print(f"    p95 of 20; median {1000 * statistics.median(times):.0f} ms")


def _rows_of(connection: Any, text: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(text)
        found: list[Any] = cursor.fetchall()
    return found


def _took(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def _memory() -> str:
    return f"most memory so far {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"


def _tell(name: str, seconds: float, plain: float | None = None, way: str = "") -> None:
    def shown(one: float) -> str:
        return f"{one:8.2f} s " if one >= 1 else f"{1000 * one:8.1f} ms"

    more = f"   {shown(plain)} by {way}: {seconds / plain:.2f} times" if plain else ""
    print(f"{name:58}{shown(seconds)}{more}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
