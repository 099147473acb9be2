"""Every database that a release froze comes to the release at hand by the real `dinh upgrade`, and back when it fails."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from dinh.config.tests.nodes import Node, free_port, fresh_database
from tests.upgrade import laying
from tests.upgrade.freeze import NODE, digests

ENGINE = "postgresql" if os.environ.get("DATABASE_URL") else "sqlite"
READ = "import json; from tests.upgrade import reading; print(json.dumps(reading.everything()))"


@pytest.fixture(params=laying.releases())
def node(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Node]:
    """A home as a release left it, on the engine of this run."""
    with ExitStack() as stack:
        extra = {"DINH_NODE": NODE}
        if ENGINE == "postgresql":
            extra["DATABASE_URL"] = stack.enter_context(fresh_database())
        (tmp_path / "home").mkdir()
        node = Node(tmp_path / "home", free_port(), extra)
        laying.lay_out(request.param, node)
        yield node


@pytest.fixture
def facts(request: pytest.FixtureRequest, node: Node) -> dict[str, dict[str, int]]:
    return laying.facts(request.node.callspec.params["node"])


def content(node: Node) -> str:
    """Return a digest of everything in the database: every table, row, index and trigger, as its own program tells."""
    if ENGINE == "postgresql":
        command = ["pg_dump", "--schema=public", "--no-owner", node.extra["DATABASE_URL"]]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        lines = [_plain(line) for line in said.splitlines() if "restrict " not in line[:12]]
    else:
        with closing(sqlite3.connect(node.home / "dinh.sqlite3")) as database:
            lines = list(database.iterdump())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _plain(line: str) -> str:
    """Return a line of a dump; a condition of an index is told with other casts when it was restored once."""
    if not line.startswith("CREATE UNIQUE INDEX"):
        return line
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", line)


def files(node: Node) -> dict[str, str]:
    """Return the digest of every paper, key and log of a home."""
    kept = [node.home / "heads.log", *(node.home / "keys").rglob("*"), *(node.home / "blobs").rglob("*")]
    made_anew = "django.secret"  # not among what a release freezes
    found = (path for path in kept if path.is_file() and path.name != made_anew)
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


@pytest.mark.long
def test_a_frozen_database_is_upgraded_with_every_row_and_proved(
    node: Node, facts: dict[str, dict[str, int]]
) -> None:
    said = node.command("upgrade").stdout

    assert "migrate" in said
    assert "The journal holds" in node.command("journal", "verify").stdout
    now = json.loads(node.python(READ).splitlines()[-1])
    rows, answered = now["rows"], now["pages"]
    fewer = {
        table: (count, rows.get(table))
        for table, count in facts["rows"].items()
        if rows.get(table, 0) < count
    }
    assert fewer == {}
    assert now["requests"] == facts["dossiers"]
    assert now["differing_from_their_entries"] == {}
    assert now["names_out_of_place"] == 0
    assert {page: code for page, code in answered.items() if code != 200} == {}
    assert len(answered) > 1.5 * sum(facts["dossiers"].values())
    assert "migrations are not applied" not in node.command("doctor", check=False).stdout
    assert not (node.home / "before-upgrade" / "unfinished.json").exists()


@pytest.mark.long
def test_a_node_of_an_earlier_release_is_upgraded_when_it_is_started(node: Node) -> None:
    node.start(120)
    try:
        assert node.get("/healthz")[0] == 200
    finally:
        node.stop()

    assert list((node.home / "before-upgrade").iterdir())  # by the careful way, with a copy
    assert "The journal holds" in node.command("journal", "verify").stdout


@pytest.mark.long
def test_a_migration_that_fails_leaves_everything_as_it_was_to_the_byte(node: Node) -> None:
    before, papers = content(node), files(node)
    node.extra["DJANGO_SETTINGS_MODULE"] = "tests.upgrade.next_release"

    done = node.command("upgrade", check=False)

    assert done.returncode == 1
    assert "as they were before" in done.stderr
    assert (content(node), files(node)) == (before, papers)


@pytest.mark.long
def test_an_upgrade_that_was_cut_off_is_finished_by_the_next(node: Node) -> None:
    before = content(node)
    node.extra["DJANGO_SETTINGS_MODULE"] = "tests.upgrade.next_release"
    node.extra["DINH_TEST_POWER_CUT"] = "1"
    assert node.command("upgrade", check=False).returncode == -9
    assert content(node) != before  # one of two migrations is done
    [copy] = (node.home / "before-upgrade").glob("*database*")

    del node.extra["DINH_TEST_POWER_CUT"]
    assert node.command("upgrade", check=False).returncode == 1  # the second migration fails
    assert content(node) == before  # all the way back, not to where the cut was
    assert copy.exists()
    del node.extra["DJANGO_SETTINGS_MODULE"]
    node.command("upgrade")

    assert "The journal holds" in node.command("journal", "verify").stdout


@pytest.mark.parametrize("release", laying.releases())
def test_the_migrations_of_a_release_are_never_changed(release: str) -> None:
    frozen, now = laying.facts(release)["migrations"], digests()

    assert {name: now.get(name) for name in frozen} == frozen, "write a new migration instead"
