"""A home of its own for each test, so that keys and heads.log belong to one database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.DINH_HOME = tmp_path
    settings.DINH_HANDLERS = "dinh.journal.tests.acts:NO_HANDLERS"
    return tmp_path
