"""A browser for the stories, and what makes one test's house fresh."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from dinh.web.components.context import forget_house
from tests.house import House, build
from tests.rights import Actor
from tests.story.browsing import ARGUMENTS, CHROMIUM, Person


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all; each person has a context of their own."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if not os.path.exists(CHROMIUM):
        pytest.skip("no Chromium on this machine")
    # Playwright keeps an event loop in this thread; the database is used here on purpose.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


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
