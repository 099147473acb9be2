"""A home of its own for each test, so that keys and heads.log belong to one database; a sealed journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dinh.journal import guards, sealer
from dinh.journal.access import opened
from dinh.journal.tests.acts import AT, OFFICER, make, rename
from dinh.lib.ids import uuid7


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.DINH_HOME = tmp_path
    settings.DINH_HANDLERS = "dinh.journal.tests.acts:NO_HANDLERS"
    return tmp_path


@pytest.fixture
def sealed(home: Path) -> None:
    """Three seals of three entries each, positions 1 to 9, then two seals of two access rows; no triggers."""
    for _ in range(3):
        thing = make()
        rename(thing, "một")
        rename(thing, "hai")
        sealer.seal_once()
    for _ in range(2):
        for _ in range(2):
            opened(subject_type="dossier", subject=uuid7(), by=OFFICER, at=AT, purpose="test")
        sealer.seal_once()
    guards.remove()
