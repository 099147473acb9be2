"""Questions by two dimensions at once at the size of a province: 148 communes, 1,349 villages, 400,000 people.

    DINH_HOME=/tmp/crossing python bench/crossing.py          SQLite; PostgreSQL with DATABASE_URL
    python bench/crossing.py --people 100000

Makes a database of its own in DINH_HOME (or the empty one of DATABASE_URL) with one row for each person, counts the
cells, asks, and prints each beside a plain way to the same number: SQL over the same rows, without places, months
apart, completeness or hiding. Milliseconds of wall time, the middle of five, and of this process's own processor.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")

TODAY = date(2026, 12, 31)
AT = datetime(2026, 12, 31, 3, tzinfo=UTC)
COLUMNS = (
    ("id", "id"), ("unit", "id"), ("village", "id"), ("sex", "text"), ("birth", "text"), ("since", "date"),
    ("until", "date"), ("literate", "boolean"),
)  # fmt: skip
TIMES = 5


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=400_000)
    arguments.add_argument(
        "--again", action="store_true", help="ask of the rows and cells that are there already"
    )
    given = arguments.parse_args()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from figures import _places

    call_command("migrate", verbosity=0)
    units = _places()
    _catalogue()
    if not given.again:
        from dinh.indicators.engine import recount

        _fill(connection, units, given.people)
        began = time.process_time()
        recount.rebuild(AT, views=["facts_people"])
        print(
            f"{given.people:,} people; cells counted in {time.process_time() - began:.1f} s of own processor"
        )
    print(connection.vendor)
    _ask(connection, units)
    return 0


def _fill(connection: Any, units: dict[str, list[Any]], people: int) -> None:
    """Make the rows that the view would have."""
    kinds = {"id": "char(32)", "text": "text", "date": "text", "boolean": "integer"}
    if connection.vendor == "postgresql":
        kinds = {"id": "uuid", "text": "text", "date": "date", "boolean": "boolean"}
    columns = ", ".join(f"{name} {kinds[kind]}" for name, kind in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS facts_people")
        cursor.execute(f"CREATE TABLE facts_people ({columns})")
        if connection.vendor == "postgresql":
            with cursor.cursor.copy("COPY facts_people FROM STDIN") as copy:
                for row in _people(units, people):
                    copy.write_row(row)
        else:
            marks = ",".join("?" * len(COLUMNS))
            connection.connection.executemany(
                f"INSERT INTO facts_people VALUES ({marks})",  # noqa: S608
                _people(units, people),
            )
            connection.connection.commit()
        cursor.execute("CREATE INDEX facts_people_unit ON facts_people (unit)")
        cursor.execute("ANALYZE")


def _people(units: dict[str, list[Any]], people: int) -> Iterator[tuple[Any, ...]]:
    """Yield people: most have always been there, some came or went within two years."""
    dice = random.Random(148)
    communes = [one.pk.hex for one in units["commune"]]
    villages = [one.pk.hex for one in units["village"]]
    for number in range(people):
        village = dice.randrange(len(villages))
        birth = f"{dice.randint(1935, 2024)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        moved = dice.random()
        since = f"{dice.choice((2025, 2026))}-{dice.randint(1, 12):02}-10" if moved < 0.06 else "2024-01-01"
        until = "2026-10-05" if moved > 0.98 else None
        yield (
            UUID(int=number).hex, communes[village % len(communes)], villages[village], dice.choice("12"), birth, since, until,
            dice.random() < 0.9,
        )  # fmt: skip


def _catalogue() -> None:
    """Let the catalogue hold how many people there are, come, and can read."""
    from dinh.catalogue import store
    from dinh.catalogue.contents import Catalogue
    from dinh.catalogue.shapes.base import Text
    from dinh.catalogue.shapes.figures import Indicator, Measure
    from dinh.database import published
    from dinh.database.published import Column, View

    columns = tuple(Column(name, kind, name) for name, kind in COLUMNS)  # type: ignore[arg-type]
    published._views["facts_people"] = View(
        "facts_people", "", "bench", "figures.read", (), columns, lambda vendor: ""
    )
    word = Text(vi="x", fr="x", en="x")
    common: dict[str, Any] = {
        "title": word, "sentence": word, "unit": word, "valid_from": date(2024, 1, 1), "source": "bench",
        "version": "1", "owner": "peoples_committee",
    }  # fmt: skip
    counted: dict[str, Any] = {"view": "facts_people", "dimensions": ("sex", "age_band"), **common}
    stock: dict[str, Any] = {"kind": "stock", "since": "since", "until": "until", "roll_time": "last"}
    measures = {
        one.id: one for one in (
            Measure(id="people", **stock, **counted), Measure(id="readers", count_if="literate", **stock, **counted),
            Measure(id="came", kind="flow", on="since", **counted),
        )
    }  # fmt: skip
    rate = Indicator(id="read_rate", group="x", kind="ratio", numerator="readers", denominator="people", factor=100, **common)  # fmt: skip
    real = store.get()
    kept = {kind: getattr(real, kind) for kind in store.SHAPES if kind not in {"measures", "indicators"}}
    made = Catalogue(**kept, measures=measures, indicators={rate.id: rate})
    store.get = lambda: made


def _ask(connection: Any, units: dict[str, list[Any]]) -> None:
    from unittest.mock import Mock

    from dinh.indicators.asking import cube
    from dinh.indicators.asking.question import Question
    from dinh.indicators.asking.things import thing
    from dinh.indicators.queries import rows

    communes = tuple(one.pk for one in units["commune"])

    def ask(
        key: str, *, first: int, each: str, open_: bool = True, of: tuple[UUID, ...] = communes
    ) -> Callable[[], int]:
        one = thing(key)
        if one is None:
            raise SystemExit(f"no figure {key}")
        above = units["province"][0].pk if of == communes else of[0]
        question = Question(
            (one,), above, of, of, first, 202612, each, "sex", None, True, TODAY, "age_band",
        )  # fmt: skip

        def answer() -> int:
            rows.may_open = lambda *args: open_
            return len(cube.answer(question, Mock()).cells)

        return answer

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    for name, way, plain in (
        ("how many people, now", ask("m.people", first=202612, each="sum"), _plain(connection, "1")),
        ("the same, few hidden", ask("m.people", first=202612, each="sum", open_=False), None),
        ("who can read, of all, now", ask("read_rate", first=202612, each="sum"), _plain(connection, "literate")),
        ("how many people, each of 12 months", ask("m.people", first=202601, each="month"), None),
        ("who can read, of all, each of 12 months", ask("read_rate", first=202601, each="month"), None),
        ("how many people, each of 4 quarters", ask("m.people", first=202601, each="quarter"), None),
        ("who came, one month", ask("m.came", first=202612, each="sum"), None),
        ("who came, each of 12 months", ask("m.came", first=202601, each="month"), None),
        ("one commune: how many people, 12 months", ask("m.people", first=202601, each="month", of=communes[:1]), None),
    ):  # fmt: skip
        _tell(name, way, plain)


def _plain(connection: Any, counted: str) -> Callable[[], int]:
    """Return the count of now by commune, sex and ten years of age, as somebody would who needs nothing else."""
    number = "count(*)" if counted == "1" else "sum(CASE WHEN literate THEN 1.0 ELSE 0 END) / count(*)"

    def read() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT unit, sex, substr(birth, 1, 3), {number} FROM facts_people "  # noqa: S608
                "WHERE since <= '2026-12-31' AND (until IS NULL OR until > '2026-12-31') GROUP BY 1, 2, 3"
            )
            return len(cursor.fetchall())

    return read


def _tell(name: str, way: Callable[[], int], plain: Callable[[], int] | None) -> None:
    found = way()
    wall, own = _took(way)
    beside = f"   {_took(plain)[0]:6.0f} ms by SQL over the rows" if plain else ""
    print(f"{name:44}{wall:7.0f} ms  own {own:6.0f}  {found:7,} values{beside}", flush=True)


def _took(what: Callable[[], int]) -> tuple[float, float]:
    walls, owns = [], []
    for _time in range(TIMES):
        wall, own = time.perf_counter(), time.process_time()
        what()
        walls.append(1000 * (time.perf_counter() - wall))
        owns.append(1000 * (time.process_time() - own))
    return statistics.median(walls), statistics.median(owns)


if __name__ == "__main__":
    raise SystemExit(main())
