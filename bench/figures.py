"""Figures at the size of a province: 148 communes, 1,349 villages, 60 measures, 36 months, 2.9 million cells.

    DINH_HOME=/tmp/figures python bench/figures.py            SQLite; PostgreSQL with DATABASE_URL
    python bench/figures.py --quick                           a tenth of the months

Makes a database of its own in DINH_HOME (or the empty one of DATABASE_URL), counts everything, reads, and prints each
beside the same number got by plain SQL and by DuckDB over the same rows.
"""

from __future__ import annotations

import argparse
import os
import random
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
    _rebuild(connection, rows)
    _read(units, months)
    _elsewhere(connection, rows, months)
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


def _rebuild(connection: Any, rows: list[Any]) -> None:
    from django.db import transaction

    from dinh.indicators.engine import recount
    from dinh.indicators.models import Cell

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
        cursor.execute("DELETE FROM indicators_cell")
        cursor.execute("ANALYZE")
    for name in ("full rebuild, nothing there", "full rebuild, everything there"):
        cpu, began = time.process_time(), time.perf_counter()
        run = recount.rebuild(AT, views=["facts_bench"])
        _tell(
            name,
            time.perf_counter() - began,
            f"{run.changed:,} cells written, own CPU {time.process_time() - cpu:.1f} s",
        )
    print(f"cells: {Cell.objects.count():,}")


def _read(units: dict[str, list[Any]], months: int) -> None:
    from dinh.directory.lines import On
    from dinh.indicators.queries.figures import figure

    communes = [one.pk for one in units["commune"]]
    first = 202601 if months >= 12 else 202612 - months + 1
    numbers = iter(range(10_000))

    def stored(**options: Any) -> Callable[[], object]:
        return lambda: figure(
            f"r{next(numbers) % MEASURES:02}", communes, first, 202612, today=TODAY, **options
        )

    figure("r00", communes, first, 202612, today=TODAY)
    for name, ask in (
        ("one indicator, 148 communes, 12 months together", stored()),
        ("one indicator, 148 communes, each of 12 months", stored(each_month=True)),
        ("the same in the boundaries of one day", stored(boundaries=On(date(2025, 7, 1)))),
        ("ad hoc: 1,349 villages, 12 months together", lambda: figure(f"r{next(numbers) % MEASURES:02}", [one.pk for one in units["village"]], first, 202612, today=TODAY)),
        ("ad hoc: all 60 indicators of the province, one month", lambda: [figure(f"r{n:02}", [units["province"][0].pk], 202612, 202612, today=TODAY) for n in range(MEASURES)]),
    ):  # fmt: skip
        ask()
        times = []
        for _number in range(20):
            began = time.perf_counter()
            ask()
            times.append(time.perf_counter() - began)
        _tell(name, sorted(times)[18], f"p95 of 20; median {1000 * statistics.median(times):.0f} ms")


def _elsewhere(connection: Any, rows: list[Any], months: int) -> None:
    """Get the same by plain SQL over the rows, and with DuckDB over the same rows as a table."""
    import duckdb

    text = (
        "SELECT unit, sum(CASE WHEN kind = 'k00' THEN number END) * 100.0 / sum(number) FROM facts_bench "
        "WHERE kind IN ('k00', 'k01') AND on_day BETWEEN '2026-01-01' AND '2026-12-31' GROUP BY unit"
    )
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(text)
        cursor.fetchall()
        _tell("plain SQL over the rows: one indicator, 148 communes", time.perf_counter() - began, "")
    database = duckdb.connect()
    database.execute(
        "CREATE TABLE facts_bench (id VARCHAR, unit VARCHAR, village VARCHAR, on_day DATE, kind VARCHAR, number BIGINT)"
    )
    path = Path(os.environ.get("DINH_HOME", "var")) / "bench-figures.csv"
    with path.open("w") as file:
        file.writelines(",".join(map(str, row)) + "\n" for row in rows)
    database.execute(f"COPY facts_bench FROM '{path}'")
    path.unlink()
    began = time.perf_counter()
    count = database.execute(
        "CREATE TABLE cell AS SELECT kind, extract(year FROM on_day) * 100 + extract(month FROM on_day) AS month, "
        "unit, village, sum(number) AS value FROM facts_bench GROUP BY ALL"
    ).fetchone()
    _tell(
        "DuckDB: every cell from the same rows",
        time.perf_counter() - began,
        f"{count[0] if count else 0:,} cells",
    )
    began = time.perf_counter()
    database.execute(text).fetchall()
    _tell("DuckDB over the rows: one indicator, 148 communes", time.perf_counter() - began, "")


def _tell(name: str, seconds: float, more: str) -> None:
    shown = f"{seconds:9.2f} s " if seconds >= 1 else f"{1000 * seconds:9.1f} ms"
    print(f"{name:58}{shown}   {more}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
