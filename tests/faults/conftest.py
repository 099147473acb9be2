"""A peopled commune and Mr Phúc signed in, for tests of what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client

from dinh.directory.tests.cast import Cast
from dinh.dossiers.tests.world import World, settled
from dinh.web.components.context import forget_house
from dinh.web.portal.tests.conftest import signed_in

LANGUAGES = ("vi", "fr", "en")


@pytest.fixture
def world(cast: Cast) -> World:
    """The cast with the people of Ún Tà."""
    return settled(cast)


@pytest.fixture
def phuc(world: World) -> Client:
    """Mr Phúc, signed in."""
    return signed_in(world.cast.citizen)


@pytest.fixture(autouse=True)
def fresh_house() -> Iterator[None]:
    forget_house()
    yield
    forget_house()


def words(html: str) -> str:
    """Return what a page says, without its marks."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
