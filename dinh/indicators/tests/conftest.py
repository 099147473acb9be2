"""Two communes of three villages, and a pasture for their sheep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from dinh.directory.models import Level, Unit
from dinh.indicators.engine import definitions
from dinh.indicators.queries import places
from dinh.indicators.tests import sheep


@dataclass
class Land:
    """The places of the tests: a province, communes a (villages x, y) and b (village z)."""

    province: Unit
    a: Unit
    b: Unit
    x: Unit
    y: Unit
    z: Unit


@pytest.fixture
def land(db: None, monkeypatch: Any) -> Iterator[Land]:
    """Places, and an empty table of sheep."""
    definitions.forget()
    places.forget()
    province = sheep.unit(Level.PROVINCE, "P1")
    a, b = (sheep.unit(Level.COMMUNE, code, province) for code in ("A", "B"))
    x, y = (sheep.unit(Level.VILLAGE, code, a) for code in ("X", "Y"))
    z = sheep.unit(Level.VILLAGE, "Z", b)
    with sheep.pasture(monkeypatch):
        yield Land(province, a, b, x, y, z)
    definitions.forget()
