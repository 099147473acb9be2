"""Short ways to enter a birth and to write files of pupils."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.population.models import Person
from dinh.registers import actions
from dinh.registers.imports import loading
from dinh.registers.models import Record
from dinh.registers.tests.files import TITLES, csv_file

EnterBirth = Callable[..., Record]
BIRTH = {"full_name": "Vàng Văn Phúc", "sex": "1", "birth": "1951-03-12", "birth_place": "Cốc San"}


@pytest.fixture
def enter_birth(cast: Cast) -> EnterBirth:
    """Enter a birth in Cốc San's book; any argument of `enter` by keyword."""

    def enter(**more: Any) -> Record:
        given: dict[str, Any] = {
            "register": "births", "unit": cast.cocsan, "data": BIRTH, "registered_on": date(2026, 11, 23),
            "person_name": "Vàng Văn Phúc", "provenance": "import", "by": cast.examiner, "at": MONDAY_MORNING,
        }  # fmt: skip
        return actions.enter(**given | more)

    return enter


@pytest.fixture
def phuc(cast: Cast) -> Person:
    """Mr Phúc as the population knows him."""
    return Person.objects.create(
        id=cast.citizen.person,
        full_name="Vàng Văn Phúc",
        name_key="vang van phuc",
        name_words="phuc van vang",
    )


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "BATCH", 2)


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of pupils under a name of its own."""
    made = iter(range(100))
    return lambda *rows: csv_file(tmp_path, (TITLES, *rows), f"pupils-{next(made)}.csv")
