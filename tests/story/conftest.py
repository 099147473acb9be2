"""A browser for the stories, and what makes one test's house fresh."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dinh.web.components.context import forget_house
from dinh.web.conftest import chromium, several_threads
from tests.house import House, build
from tests.rights import Actor
from tests.story.browsing import Person

__all__ = ["chromium", "fresh_house", "house", "seats", "several_threads"]


@pytest.fixture(autouse=True)
def fresh_house() -> Iterator[None]:
    """The foot of the page is read again: each test has a commune of its own."""
    forget_house()
    yield
    forget_house()


@pytest.fixture
def house() -> House:
    """Two communes with one of everything."""
    return build()


@pytest.fixture
def seats(chromium: Any, live_server: Any) -> Iterator[Any]:
    """Return a function that gives each person one browser; the strict policy steps aside for axe alone."""
    taken: dict[tuple[str, int, bool], Person] = {}

    def seat(actor: Actor, width: int, script: bool = True) -> Person:
        key = (actor.name, width, script)
        if key not in taken:
            taken[key] = Person(
                chromium, live_server.url, width, account=actor.account, lax=script, script=script
            )
        return taken[key]

    yield seat
    for one in taken.values():
        one.context.close()
