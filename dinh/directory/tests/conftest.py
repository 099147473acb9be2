"""Fixtures of this package's tests alone."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from dinh.directory.tests.country import loaded, places
from dinh.directory.tests.invented_roles import roles

__all__ = ["browser", "fresh_cache", "loaded", "places", "roles"]


@pytest.fixture
def fresh_cache(db: None) -> None:
    """Codes used in one test are unused in the next."""
    cache.clear()


@pytest.fixture
def browser(fresh_cache: None) -> Client:
    """A browser that nobody has signed in with."""
    return Client()
