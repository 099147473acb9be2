from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.utils import translation

from dinh.verification.engine.run import Job, verify
from dinh.verification.engine.tests.town import Town

Answer = dict[str, dict[str, Any]]
Prove = Callable[..., Answer]


def read(path: Path) -> Answer:
    """Return an answer as {rid: row}."""
    cursor = duckdb.execute(f"SELECT * FROM '{path}'")
    names = [column[0] for column in cursor.description or []]
    return {str(row[0]): dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What the tests read of messages is English."""
    with translation.override("en"):
        yield


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Job]:
    """Return the job of a town's files, with changes."""

    def make(**changes: Any) -> Job:
        files: dict[str, Any] = {
            "register": "person_extract",
            "file": tmp_path / "register.csv",
            "against": tmp_path / "population.csv",
            "communes": tmp_path / "communes.csv",
            "out": tmp_path / "out.parquet",
            "memory": 1 << 30,
        }
        return Job(**(files | changes))

    return make


@pytest.fixture
def prove(tmp_path: Path, job: Callable[..., Job]) -> Prove:
    """Write a town, verify its register and return the answer."""

    def run(town: Town, **changes: Any) -> Answer:
        town.write(tmp_path)
        asked = job(**changes)
        verify(asked)
        return read(asked.out)

    return run
