"""Fixtures shared by the tests of every package; `dinh/conftest.py` and `tests/conftest.py` name them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from dinh.directory import names, tree
from dinh.directory.models import Unit
from dinh.directory.tests.cast import Cast, people

# A busy machine draws examples slowly; that says nothing of the code.
hypothesis.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("house")

ANSWERED_SECONDS = 5.0


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    """Each test begins knowing no place of the test before, and in Vietnamese."""
    tree.forget()
    names.forget()
    with translation.override("vi"):
        yield
    tree.forget()
    names.forget()


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> None:
    """Each test has a home of its own: keys, papers and `heads.log` belong to its database alone.

    Not in `tmp_path`, which a test may fill, list and compare.
    """
    settings.DINH_HOME = tmp_path_factory.mktemp("dinh-home")


@pytest.fixture(autouse=True)
def all_answered(request: pytest.FixtureRequest) -> Iterator[None]:
    """A browser that was closed may leave the server at work: the database is emptied when nobody reads it any more."""
    yield
    if "live_server" in request.fixturenames:
        until = time.monotonic() + ANSWERED_SECONDS
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:  # of a connection, until its browser closes it
                thread.join(max(0.0, until - time.monotonic()))


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody who lives and works in Cốc San, and officers of the next commune."""
    return people()


@pytest.fixture
def cocsan(cast: Cast) -> Unit:
    """The commune of the cast."""
    return cast.cocsan
