"""A peopled commune, and browsers signed in as its people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from dinh.directory.tests.cast import Cast
from dinh.dossiers.tests.world import World, settled
from dinh.web.components.context import forget_house

BACKEND = "dinh.directory.signed_in.Backend"


@pytest.fixture
def world(cast: Cast) -> World:
    """The cast with the people of Ún Tà."""
    return settled(cast)


@pytest.fixture(autouse=True)
def fresh_house() -> Iterator[None]:
    """The foot of the page is read again: each test has a commune of its own."""
    forget_house()
    yield
    forget_house()


@pytest.fixture
def phuc(world: World) -> Client:
    """Mr Phúc, signed in."""
    return signed_in(world.cast.citizen)


def signed_in(account: object) -> Client:
    """Return a browser in which this account is signed in."""
    client = Client()
    client.force_login(account, backend=BACKEND)  # type: ignore[arg-type]
    return client
