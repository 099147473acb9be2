"""The reference pages say what shapes, catalogue and code say now."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


def docs_tool() -> ModuleType:
    """Return tools/docs.py as a module."""
    tools = str(ROOT / "tools")
    if tools not in sys.path:
        sys.path.insert(0, tools)
    spec = importlib.util.spec_from_file_location("docs", ROOT / "tools" / "docs.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(docs_tool().PAGES))
def test_a_page_is_what_would_be_written_now(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text("utf-8")

    assert written == docs_tool().PAGES[name](), "run `make docs`"


def test_no_page_is_left_over() -> None:
    pages = {file.name for file in (ROOT / "docs" / "reference").iterdir()}

    assert pages == set(docs_tool().PAGES)


def test_every_setting_is_described() -> None:
    docs = docs_tool()

    assert sorted(docs.settings_in_code()) == sorted(docs.SETTINGS)
