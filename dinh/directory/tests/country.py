"""The whole national list in the test's database, for the modules that need it (some seconds each)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from dinh.catalogue import store
from dinh.catalogue.shapes.others import Places
from dinh.directory import names, setup


class _Empty:
    places: dict[str, Places] = {}


@dataclass(frozen=True)
class Country:
    """The list as it was loaded."""

    seconds: float  # of processor that loading took
    names: names.Names  # as a node that ran for a while keeps them


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Country]:
    """The whole list, without the decrees; nothing of it stays behind."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "get", lambda: _Empty)
        began = time.process_time()
        setup.load_places()
        seconds = time.process_time() - began
        connection.check_constraints()  # once, or PostgreSQL checks all these rows after each test
        yield Country(seconds, names.names())
        transaction.set_rollback(True)


@pytest.fixture
def places(loaded: Country, fresh_memory: None, db: None) -> None:
    """Every test of such a module sees the list, and names that were read before; what it changes is undone."""
    names._kept[:] = [loaded.names]
