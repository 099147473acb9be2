"""Copies of real homes, made while people write, brought back elsewhere."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dinh.config.tests.nodes import Node, free_port, fresh_database

pytestmark = pytest.mark.long

WRITE = """
from dinh.journal import sealer
from dinh.journal.tests.acts import make
for _ in range({count}): print(make().pk, flush=True)
sealer.seal_once()
"""
COUNT = "from dinh.journal.models import Entry; print(Entry.objects.filter(kind='things.made').count())"
ENGINES = ["sqlite", *(["postgresql"] if os.environ.get("DATABASE_URL") else [])]


class Places:
    """Homes of one node on one engine, each with a database of its own."""

    def __init__(self, root: Path, engine: str, stack: ExitStack) -> None:
        self.root, self.engine, self.stack = root, engine, stack

    def home(self, name: str) -> Node:
        extra = (
            {"DATABASE_URL": self.stack.enter_context(fresh_database())}
            if self.engine == "postgresql"
            else {}
        )
        (self.root / name).mkdir()
        return Node(self.root / name, free_port(), extra)


@pytest.fixture(scope="module", params=ENGINES)
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with ExitStack() as stack:
        yield Places(tmp_path_factory.mktemp(request.param), request.param, stack)


@pytest.fixture(scope="module")
def node(places: Places) -> Node:
    node = places.home("node")
    node.command("init")
    node.python(WRITE.format(count=30))
    (node.home / "blobs" / "ab").mkdir(parents=True)
    (node.home / "blobs" / "ab" / "abcd").write_bytes(b"%PDF-1.7 paper")
    node.command("backup", "--new-recovery-key", str(places.root / "recovery.pem"))
    return node


@pytest.fixture(scope="module")
def copy(node: Node, places: Places) -> Path:
    """A backup made while a writer writes."""
    folder = places.root / "copies"
    folder.mkdir()
    writer = subprocess.Popen(
        [sys.executable, "-c", "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'dinh.config.settings'\n"
         "django.setup()\n" + WRITE.format(count=300)],
        env=node.environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert writer.stdout is not None
    for _ in range(20):
        writer.stdout.readline()
    node.command("backup", str(folder))
    writer.communicate()
    assert writer.returncode == 0
    return next(folder.iterdir())


def restore(
    node: Node, places: Places, copy: Path, *more: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    return node.command(
        "restore", str(copy), "--recovery-key", str(places.root / "recovery.pem"), *more, check=check
    )


def test_a_backup_needs_a_recovery_key_first(places: Places) -> None:
    done = places.home("without").command("backup", str(places.root), check=False)

    assert done.returncode == 1
    assert "--new-recovery-key" in done.stderr


def test_a_recovery_key_is_never_written_over(node: Node, places: Places) -> None:
    done = node.command("backup", "--new-recovery-key", str(places.root / "recovery.pem"), check=False)

    assert done.returncode == 1
    assert (places.root / "recovery.pem").stat().st_mode & 0o777 == 0o600


def test_a_copy_made_while_people_write_is_restored_elsewhere_and_proved(copy: Path, places: Places) -> None:
    assert copy.stat().st_mode & 0o777 == 0o600
    other = places.home("elsewhere")

    said = restore(other, places, copy).stdout

    assert "epoch 2 is open" in said
    assert 50 <= int(other.python(COUNT)) <= 330
    assert (other.home / "blobs" / "ab" / "abcd").read_bytes() == b"%PDF-1.7 paper"
    assert all(path.stat().st_mode & 0o077 == 0 for path in (other.home / "keys").rglob("*"))
    other.python(WRITE.format(count=3))
    assert "The journal holds" in other.command("journal", "verify").stdout
    assert not list(other.home.glob("restore-*"))


def test_a_home_with_a_node_is_not_written_over_unless_told(node: Node, copy: Path, places: Places) -> None:
    before = int(node.python(COUNT))

    done = restore(node, places, copy, check=False)

    assert done.returncode == 1
    assert "--replace" in done.stderr
    assert int(node.python(COUNT)) == before == 330


def test_replacing_puts_aside_what_was_there_and_tells_what_was_lost(
    node: Node, copy: Path, places: Places
) -> None:
    node.python(WRITE.format(count=5))

    said = restore(node, places, copy, "--replace").stdout

    assert "before_restore_" in said
    assert int(node.python(COUNT)) < 335
    assert "not in the restored backup" in node.command("journal", "verify").stdout
    if places.engine == "sqlite":
        aside = next(node.home.glob("before_restore_*")) / "dinh.sqlite3"
        with sqlite3.connect(aside) as old:
            made = old.execute("SELECT count(*) FROM journal_entry WHERE kind = 'things.made'").fetchone()
        assert made == (335,)


@pytest.mark.parametrize("damage", ["cut", "bit", "other"])
def test_a_damaged_backup_touches_nothing(copy: Path, places: Places, damage: str) -> None:
    raw = copy.read_bytes()
    harmed = {
        "cut": raw[:-10],
        "bit": raw[: len(raw) // 2] + b"\x00" * 9 + raw[len(raw) // 2 + 9 :],
        "other": b"PK",
    }
    bad = places.root / f"{damage}.dinhbak"
    bad.write_bytes(harmed[damage])
    other = places.home(f"after-{damage}")

    done = restore(other, places, bad, check=False)

    assert done.returncode == 1
    assert "not a whole backup" in done.stderr
    assert not (other.home / "blobs").exists()
    assert not (other.home / "dinh.sqlite3").exists() or places.engine == "postgresql"


def test_another_nodes_backup_is_refused(copy: Path, places: Places) -> None:
    other = places.home("other-node")
    other.extra["DINH_NODE"] = "xa-khac"

    done = restore(other, places, copy, check=False)

    assert done.returncode == 1
    assert "DINH_NODE=test" in done.stderr


def test_a_newer_schema_is_refused_with_the_release_to_install(copy: Path, places: Places) -> None:
    private = places.root / "recovery.pem"
    code = f"""
import pathlib
from dinh.config.operating import backup, recovery, sealed_parts
from django.utils import timezone
about = backup.about(timezone.now()) | {{"release": "9.0", "migrations": ["journal.0042_later"]}}
with open({str(places.root / "newer.dinhbak")!r}, "wb") as file:
    sealed_parts.begin(file, recovery.private(pathlib.Path({str(private)!r})).public_key(), about, ("data", "keys"))
"""
    other = places.home("newer")
    other.python(code)

    done = restore(other, places, places.root / "newer.dinhbak", check=False)

    assert done.returncode == 1
    assert "dinh 9.0" in done.stderr


def test_an_upgrade_that_fails_leaves_everything_as_it_was(node: Node) -> None:
    before = node.python(COUNT)

    said = node.python("""
from django.utils import timezone
from django.db import connection
from dinh.config import setting_up
from dinh.config.operating.upgrade import upgrade

def half(tell):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE journal_access" if connection.vendor == "sqlite" else "DROP TABLE journal_access CASCADE")
        cursor.execute("CREATE TABLE later (id integer)")
    raise OSError("disk full")

setting_up._migrate = half
(setting_up._stamp_path()).unlink()
try:
    upgrade(timezone.now())
except Exception as error:
    print(error.code, error.message)
""")

    assert "upgrade.rolled_back" in said
    assert "as they were before" in said
    assert node.python(COUNT) == before
    assert "The journal holds" in node.command("journal", "verify").stdout
    assert "Upgraded" in node.command("upgrade").stdout
    tables = node.python("from django.db import connection; print(connection.introspection.table_names())")
    assert "later" not in tables
    assert "journal_access'" in tables


def test_an_upgrade_of_a_journal_that_does_not_hold_is_not_begun(node: Node) -> None:
    harm = """
from dinh.journal import guards
from dinh.journal.models import Entry
with guards.lifted():
    Entry.objects.filter(kind={old!r}).update(kind={new!r})
"""
    node.python(harm.format(old="things.made", new="things.forged"))
    try:
        done = node.command("upgrade", check=False)
    finally:
        node.python(harm.format(old="things.forged", new="things.made"))

    assert done.returncode == 1
    assert "Nothing was changed" in done.stderr
    assert "The journal holds" in node.command("journal", "verify").stdout
