"""Fixtures of the tests over the whole house."""

from __future__ import annotations

from typing import Any

import pytest

from dinh.directory.tests.fixtures import all_answered, cast, cocsan, fresh_memory, own_home

__all__ = ["all_answered", "cast", "cocsan", "fresh_memory", "home_of_the_house", "own_home"]


@pytest.fixture(autouse=True)
def home_of_the_house(own_home: None, request: pytest.FixtureRequest, settings: Any) -> None:
    """Tests that share one house (`tests.asking`) share its home."""
    if "house_home" in request.fixturenames:
        settings.DINH_HOME = request.getfixturevalue("house_home")
