"""`python bench/identify.py DIR [--rows 2000]`: who is meant, one person at a time, against a whole population.

DIR holds population.parquet, register.parquet and truth.parquet as for `verification.py`. The people are loaded into
an empty database (DATABASE_URL, or SQLite in a temporary home), then rows of the register are typed in, one after
another: with everything the row states, and again without its number. Milliseconds are of `identify` alone.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

COLUMNS = (
    "id",
    "number",
    "old_number",
    "full_name",
    "name_key",
    "name_words",
    "sex",
    "birth",
    "birth_year",
    "status",
)
EMPTY = (
    "ethnicity",
    "religion",
    "birth_place",
    "home_place",
    "mother_name",
    "father_name",
    "died_on",
    "relation",
)
PEOPLE = "SELECT pid, cccd, cmnd, full_name, dob::VARCHAR, gender, status FROM '{}/population.parquet'"
ROWS = (
    "SELECT r.cccd, r.cmnd, r.full_name, r.dob::VARCHAR, r.gender, t.pid FROM '{0}/register.parquet' r"
    " JOIN '{0}/truth.parquet' t USING (rid) ORDER BY hash(rid) LIMIT {1}"
)
KINDS = ("number confirmed", "number given", "no number")


def main() -> None:
    """Load, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=2000)
    asked = parser.parse_args()
    home = tempfile.TemporaryDirectory(prefix="dinh-identify-", dir=os.environ.get("DINH_BENCH_TMP"))
    os.environ |= {"DJANGO_SETTINGS_MODULE": "dinh.config.settings", "DINH_HOME": home.name}
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import django

    django.setup()
    with home:
        _load(asked.folder)
        _measure(_rows(asked.folder, asked.rows))


def _load(folder: Path) -> None:
    from django.core.management import call_command
    from django.db import connection, transaction

    from dinh.population.models import Person

    call_command("migrate", verbosity=0)
    if Person.objects.exists():
        sys.exit("The database has people: give an empty one.")
    began = time.monotonic()
    columns = ", ".join((*COLUMNS, "nationality", "version", *EMPTY))
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            with cursor.copy(f"COPY population_person ({columns}) FROM STDIN") as copy:
                for row in _people(folder):
                    copy.write_row(row)
        connection.cursor().execute("ANALYZE population_person")
    else:
        marks = ", ".join(["%s"] * (len(COLUMNS) + 2 + len(EMPTY)))
        rows = _people(folder)
        with transaction.atomic(), connection.cursor() as cursor:
            while some := list(islice(rows, 20_000)):
                cursor.executemany(f"INSERT INTO population_person ({columns}) VALUES ({marks})", some)  # noqa: S608
    print(
        f"{connection.vendor}: {Person.objects.count():,} people loaded in {time.monotonic() - began:.0f} s"
    )


def _people(folder: Path) -> Iterator[tuple[Any, ...]]:
    import duckdb
    from django.db import connection

    from dinh.population.rules import normalized
    from dinh.verification.engine.values import read_sex

    native = connection.features.has_native_uuid_field
    cursor = duckdb.connect().execute(PEOPLE.format(folder))
    while some := cursor.fetchmany(20_000):
        for pid, number, old, name, birth, gender, status in some:
            said = {"full_name": name, "birth": birth or "", "number": number, "old_number": old}
            kept = normalized(said) | {
                "id": UUID(int=pid) if native else UUID(int=pid).hex,
                "sex": str(read_sex(gender or "")[0] or 9),
                "status": "dead" if status == "dead" else "alive",
            }
            yield (*(kept[column] for column in COLUMNS), "VNM", 1, *[""] * len(EMPTY))


def _rows(folder: Path, most: int) -> list[tuple[dict[str, str], int | None]]:
    import duckdb

    from dinh.verification.engine.values import MONTH, YEAR, read_day, read_sex

    found = []
    for number, old, name, birth, gender, pid in (
        duckdb.connect().execute(ROWS.format(folder, most)).fetchall()
    ):
        day = read_day(birth or "")
        iso = f"{day.ymd // 10000:04d}-{day.ymd // 100 % 100:02d}-{day.ymd % 100:02d}" if day.ymd else ""
        iso = iso[: {YEAR: 4, MONTH: 7}.get(day.form, 10)]
        said = {"number": number or old or "", "full_name": name or "", "birth": iso}
        found.append((said | {"sex": str(read_sex(gender or "")[0] or "")}, pid))
    return found


def _measure(rows: list[tuple[dict[str, str], int | None]]) -> None:
    from django.db import connection

    from dinh.verification.identify import identify

    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    told: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    identify(full_name="Nguyễn Văn An", birth="1980-05-06")  # what is read once in an hour
    for said, pid in rows:
        for given in (said, said | {"number": ""}):
            asked: list[str] = []
            with connection.execute_wrapper(
                lambda run, sql, *rest, kept=asked: kept.append(sql) or run(sql, *rest)
            ):
                began = time.perf_counter()
                found = identify(**given)
                milliseconds = 1000 * (time.perf_counter() - began)
            kind = KINDS[2] if not given["number"] else KINDS[0] if len(asked) == 1 else KINDS[1]
            took[kind].append(milliseconds)
            who = found.person.pk.int if found.person else None
            known = "of somebody here" if pid is not None else "of nobody here"
            told[kind][
                ("right" if who == pid else "wrong") if who is not None else f"{found.verdict} {known}"
            ] += 1
    for kind in KINDS:
        times = sorted(took[kind])
        p50, p95, p99 = (times[int(len(times) * share)] for share in (0.5, 0.95, 0.99))
        print(
            f"{kind:18}{len(times):6} times  p50 {p50:5.1f}  p95 {p95:5.1f}  p99 {p99:5.1f}  most {times[-1]:5.1f} ms  {dict(told[kind])}"
        )


if __name__ == "__main__":
    main()
