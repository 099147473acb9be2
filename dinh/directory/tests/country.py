"""The whole national list in the test's database, for the modules that need it (some seconds each)."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import DEFAULT_DB_ALIAS
from pytest_django import DjangoDbBlocker

from dinh.catalogue import store
from dinh.catalogue.shapes.others import Places
from dinh.directory import setup
from dinh.directory.models import Unit, UnitChange, UnitLink, UnitVersion


class _Empty:
    places: dict[str, Places] = {}


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[float]:
    """The whole list, without the decrees; the seconds of processor that it took."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "get", lambda: _Empty)
        Unit.objects.all().delete()
        began = time.process_time()
        setup.load_places()
        yield time.process_time() - began
        # One statement a table: `delete()` would first read each row and what might hang on it, ten seconds long.
        for model in (UnitLink, UnitChange, UnitVersion, Unit):
            model.objects.all()._raw_delete(DEFAULT_DB_ALIAS)


@pytest.fixture
def places(loaded: float, db: None) -> None:
    """Every test of such a module sees the list; what it changes is undone."""
