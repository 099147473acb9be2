"""Fixtures of the tests of dossiers."""

from __future__ import annotations

import pytest

from dinh.directory.tests.cast import Cast
from dinh.dossiers.tests.world import World, settled


@pytest.fixture
def world(cast: Cast) -> World:
    """The cast with the people of Ún Tà made known."""
    return settled(cast)
