"""Spark gives what DuckDB gives, row by row. Skipped where pyspark or Java is not installed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from dinh.verification.engine import spark
from dinh.verification.engine.run import Job, verify
from dinh.verification.engine.tests.conftest import read
from dinh.verification.engine.tests.test_since import disturb_rows
from dinh.verification.engine.tests.town import build, write_csv

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(spark.missing()), reason=spark.missing())]


@pytest.mark.parametrize(
    ("rows", "people"),
    [(20_000, 100_000), (200_000, 1_000_000)],
)
def test_verdicts_are_those_of_duckdb(
    rows: int, people: int, tmp_path: Path, job: Callable[..., Job]
) -> None:
    chance = random.Random(3)
    town = build(people=people, rows=rows, seed=3)
    for _ in range(rows // 200):
        disturb_rows(town, chance)
    town.write(tmp_path)
    decided = [{"rid": str(n), "pid": str(n + n % 2), "same": str(n % 3 == 0)} for n in range(1, 20)]
    write_csv(tmp_path / "decided.csv", ("rid", "pid", "same"), decided)
    ask = {"decided": tmp_path / "decided.csv", "memory": 2 << 30}

    here = verify(job(out=tmp_path / "here.parquet", **ask))
    there = verify(job(out=tmp_path / "there.parquet", engine="spark", **ask))

    assert read(tmp_path / "there.parquet") == read(tmp_path / "here.parquet")
    assert there["weights"] == here["weights"]
    assert len(here["verdicts"]) >= 4
