"""A home of its own for the files and keys of each test, and a short way to ask for a paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.papers import actions
from dinh.papers.models import Paper
from dinh.papers.tests.samples import sample

RequestPaper = Callable[..., Paper]


@pytest.fixture
def home(tmp_path: Path, settings: LazySettings) -> Path:
    """An empty DINH_HOME."""
    settings.DINH_HOME = tmp_path
    return tmp_path


@pytest.fixture
def request_paper(cast: Cast, home: Path) -> RequestPaper:
    """Ask for a paper of one template with its sample data; any argument by keyword."""

    def ask(like: str = "birth_extract_copy", **more: Any) -> Paper:
        given: dict[str, Any] = {
            **sample(like), "subject": cast.un_ta, "subject_type": "dossier", "unit": cast.cocsan,
            "by": cast.leader, "at": MONDAY_MORNING,
        }  # fmt: skip
        return actions.request_paper(**given | more)

    return ask
