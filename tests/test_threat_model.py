"""The threat model names a test for each defence; each of them exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "threat-model.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:tests|dinh)/[\w/]+\.py(?:::\w+)?)`", PAGE)))


def test_every_threat_names_a_test() -> None:
    table = PAGE[PAGE.index("## Threats and defences") : PAGE.index("## Known and open")]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]

    assert len(rows) > 25
    assert not [row for row in rows if not re.search(r"`(?:tests|dinh)/[\w/]+\.py", row)]


@pytest.mark.parametrize("named", NAMED)
def test_a_named_test_exists(named: str) -> None:
    path, _colons, function = named.partition("::")
    assert (ROOT / path).is_file(), path
    functions = {
        node.name
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    assert any(name.startswith("test_") for name in functions)
    assert not function or function in functions, named
