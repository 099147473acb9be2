"""A telephone before a small node, and the same before the real one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dinh.web.conftest import chromium, several_threads
from dinh.web.field.tests.browser.node import Node
from dinh.web.field.tests.browser.phone import Phone

__all__ = ["chromium", "node", "phone", "several_threads"]


@pytest.fixture
def node() -> Iterator[Node]:
    """Run a small node with twelve houses."""
    one = Node()
    yield one
    one.close()


@pytest.fixture
def phone(chromium: Any, node: Node) -> Iterator[Phone]:
    """Return a telephone with nothing on it."""
    one = Phone(chromium, node.url)
    yield one
    one.close()
