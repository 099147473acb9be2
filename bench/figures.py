"""Figures at the size of a province: 148 communes, 1,349 villages, 60 measures, 36 months, 2.9 million cells.

    DINH_HOME=/tmp/figures python bench/figures.py            SQLite; PostgreSQL with DATABASE_URL
    python bench/figures.py --quick                           a tenth of the months

Makes a database of its own in DINH_HOME (or the empty one of DATABASE_URL), counts everything, reads, and prints each
beside a plain way to the same numbers: SQL over the same rows by hand, without places, completeness or comparison. It
ends where these are others, and with 1 where something took longer than it may.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import figures_reading

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")

COMMUNES, VILLAGES, MEASURES, MONTHS = 148, 1349, 60, 36
SPACE = UUID(int=766)
TODAY = date(2026, 12, 31)
AT = datetime(2026, 12, 31, 3, tzinfo=UTC)
REBUILD_SECONDS = {"sqlite": 15.0, "postgresql": 6.0, "duckdb": 2.0}


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
    kept = _rebuild(connection, rows, units, months)
    first = 202601 if months >= 12 else 202612 - months + 1
    return 0 if figures_reading.read(connection, units, first, MEASURES, _tell) and kept else 1


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
            denominator=f"m{number:02} + m{(number + 1) % MEASURES:02}", decimals=1, **common,
        ) for number in range(MEASURES)
    }  # fmt: skip
    real = store.get()
    kept = {kind: getattr(real, kind) for kind in store.SHAPES if kind not in {"measures", "indicators"}}
    made = Catalogue(**kept, measures=measures, indicators=indicators)
    store.get = lambda: made


def _rebuild(connection: Any, rows: list[Any], units: dict[str, list[Any]], months: int) -> bool:
    """Count everything anew, see that each cell is what SQL over the rows says, and say whether it did not take too long."""
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
    plain, kept = _took(lambda: _plain_cells(connection)), True
    for name in ("full rebuild, nothing there", "full rebuild, everything there"):
        cpu = time.process_time()
        seconds = _took(lambda: runs.append(recount.rebuild(AT, views=["facts_bench"])))
        _tell(name, seconds, plain, "SQL into a bare table")
        kept = kept and _in_time(seconds, connection.vendor)
        print(
            f"    {runs[-1].changed:,} cells written, own CPU {time.process_time() - cpu:.1f} s, {_memory()}"
        )
    cells = Cell.objects.aggregate(cells=Count("*"), sum=Sum("value"))
    print(f"cells: {cells['cells']:,}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(value) FROM bare")
        expected = cursor.fetchone()
        cursor.execute("DROP TABLE bare")
    if (cells["cells"], cells["sum"]) != tuple(map(int, expected)):
        raise SystemExit(f"{cells} counted; SQL over the rows says {expected}")
    _touched(units)
    return _duckdb(cells) and kept


def _in_time(seconds: float, by: str) -> bool:
    if seconds <= REBUILD_SECONDS[by]:
        return True
    print(f"    more than {REBUILD_SECONDS[by]:.0f} s")
    return False


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


def _duckdb(cells: dict[str, int]) -> bool:
    """Count every cell with DuckDB from a Parquet export, see that it is the same, and say whether it did not take too long."""
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
    return _in_time(seconds, "duckdb")


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
