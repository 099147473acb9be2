"""A short way to enter a birth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.population.models import Person
from dinh.registers import actions
from dinh.registers.models import Record

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
