"""A peopled commune and Mr Phúc signed in, for tests of what goes wrong."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from dinh.config.tests.nodes import Node, free_port
from dinh.directory.tests.cast import Cast
from dinh.dossiers.tests.world import World, settled
from dinh.web.components.context import forget_house
from dinh.web.portal.tests.conftest import signed_in

LANGUAGES = ("vi", "fr", "en")


@pytest.fixture(scope="session")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that `dinh init` has made, beside the place where the tests put their copies."""
    folder = tmp_path_factory.mktemp("faults")
    node = Node(folder / "home", free_port())
    node.home.mkdir()
    node.command("init")
    node.home.rename(folder / "made")
    return folder


@pytest.fixture
def home(_made_once: Path) -> Path:
    """A home that was just made; always at the same place, so that nothing has to be made again."""
    copy = _made_once / "home"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(_made_once / "made", copy)
    (_made_once / "home.log").unlink(missing_ok=True)
    return copy


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
