"""A peopled commune and Mr Phúc signed in, for tests of what goes wrong."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from dinh.config.tests.nodes import Node, Template, database_to_copy, free_port
from dinh.directory.tests.cast import Cast
from dinh.dossiers.tests.world import World, settled
from dinh.web.components.context import forget_house
from dinh.web.portal.tests.conftest import signed_in

LANGUAGES = ("vi", "fr", "en")


@dataclass(frozen=True)
class Made:
    """A home that `dinh init` has made, and its database when that is not in the home."""

    folder: Path
    database: Template | None = None

    @property
    def extra(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database.address} if self.database else {}


@pytest.fixture(scope="session")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Make it once, on the engine of this run."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("faults")
        template = stack.enter_context(database_to_copy()) if os.environ.get("DATABASE_URL") else None
        made = Made(folder, template)
        node = Node(folder / "home", free_port(), made.extra)
        node.home.mkdir()
        node.command("init")
        node.home.rename(folder / "made")
        if template:
            template.keep()
        yield made


@pytest.fixture
def home(_made_once: Made) -> Path:
    """A home that was just made; always at the same place, so that nothing has to be made again."""
    copy = _made_once.folder / "home"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(_made_once.folder / "made", copy)
    (_made_once.folder / "home.log").unlink(missing_ok=True)
    if _made_once.database:
        _made_once.database.renew()
    return copy


@pytest.fixture
def node(home: Path, _made_once: Made) -> Node:
    """A node that was just made, with its database as fresh."""
    return Node(home, free_port(), dict(_made_once.extra))


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
