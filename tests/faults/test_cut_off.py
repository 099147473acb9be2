"""`kill -9` of the commands themselves: what was half done is finished or begun again, and nothing is left lying about."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dinh.config.tests.nodes import Node, free_port, fresh_database, until

pytestmark = pytest.mark.long
WRITE = """
from dinh.journal import sealer
from dinh.journal.tests.acts import make
for _ in range(40): make()
sealer.seal_once()
"""
COUNT = "from dinh.journal.models import Entry; print(Entry.objects.filter(kind='things.made').count())"
SMALL = Path(__file__).resolve().parent.parent / "upgrade" / "catalogue"
FOUND = """
from dinh.directory.models import Level, Unit
from dinh.dossiers.models import Dossier
from dinh.population.models import Person
print(Unit.objects.filter(level=Level.PROVINCE).count() > 30, Person.objects.count(), Dossier.objects.count())
"""


def killed(node: Node, words: list[str], when: Callable[[], bool], seconds: float = 90) -> bool:
    """Run a command and kill it once something holds; return whether it was still running then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dinh", *words], env=node.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    until(lambda: process.poll() is not None or when(), seconds)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Node]:
    """An empty home, with an empty database of its own on PostgreSQL."""
    with ExitStack() as stack:
        extra = (
            {"DATABASE_URL": stack.enter_context(fresh_database())} if os.environ.get("DATABASE_URL") else {}
        )
        home = tmp_path / "elsewhere"
        home.mkdir()
        yield Node(home, free_port(), extra)


def test_a_killed_backup_leaves_no_half_file_and_the_next_one_clears_up(
    node: Node, elsewhere: Node, tmp_path: Path
) -> None:
    node.python(WRITE)
    (node.home / "blobs" / "ab").mkdir(parents=True)
    for number in range(40):
        (node.home / "blobs" / "ab" / f"ab{number:02}").write_bytes(random.randbytes(1024 * 1024))
    node.command("backup", "--new-recovery-key", str(tmp_path / "key.pem"))
    copies = tmp_path / "copies"
    copies.mkdir()

    def working() -> bool:
        return any(node.home.glob(".working-backup-*/*")) or any(copies.glob(".*.incoming"))

    for wait in (0.0, 0.05, 0.15):
        was = killed(node, ["backup", str(copies)], lambda wait=wait: working() and not time.sleep(wait))
        assert not was or not list(copies.glob("*.dinhbak"))
        for whole in copies.glob("*.dinhbak"):
            whole.unlink()
    node.command("backup", str(copies))

    assert not list(node.home.glob(".working-*"))
    [copy] = copies.iterdir()
    elsewhere.command("restore", str(copy), "--recovery-key", str(tmp_path / "key.pem"))
    assert elsewhere.python(COUNT).strip() == "40"


def test_a_killed_restore_is_refused_a_start_and_finished_by_the_same_command(
    node: Node, elsewhere: Node, tmp_path: Path
) -> None:
    node.python(WRITE)
    key = tmp_path / "key.pem"
    node.command("backup", "--new-recovery-key", str(key))
    node.command("backup", str(tmp_path / "copy.dinhbak"))
    words = ["restore", str(tmp_path / "copy.dinhbak"), "--recovery-key", str(key)]
    mark = elsewhere.home / "restore.unfinished"

    for wait in (0.0, 0.3, 2.0):
        if (
            not killed(elsewhere, words, lambda wait=wait: mark.exists() and not time.sleep(wait))
            or not mark.exists()
        ):
            continue
        for refused in (["run"], ["upgrade"], ["init"]):
            done = elsewhere.command(*refused, check=False)
            assert (done.returncode, "was cut off" in done.stderr) == (1, True), (refused, done.stderr)
    elsewhere.command(*words, *([] if mark.exists() else ["--replace"]))

    assert not mark.exists() and not list(elsewhere.home.glob(".working-*"))
    assert elsewhere.python(COUNT).strip() == "40"
    assert "The journal holds" in elsewhere.command("journal", "verify").stdout


def test_a_killed_set_up_is_gone_on_with(elsewhere: Node) -> None:
    for _ in range(4):
        killed(elsewhere, ["init"], after(random.uniform(1.0, 5.0)))

    elsewhere.command("init")

    assert elsewhere.python(FOUND).startswith("True")
    found = elsewhere.command("doctor", check=False).stdout.splitlines()
    assert [line for line in found if "FAULT" in line and "sealer" not in line] == []  # no node runs


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="on PostgreSQL a new database is asked for")
def test_a_killed_demonstration_is_begun_again_and_whole(elsewhere: Node) -> None:
    elsewhere.extra["DINH_CATALOGUE_PATHS"] = str(SMALL)
    building = elsewhere.home / "demo.building"

    for wait in (0.5, 4.0):
        assert killed(
            elsewhere,
            ["demo", "frozen", "--once"],
            lambda wait=wait: building.exists() and not time.sleep(wait),
        )
        assert building.exists()
        assert not (elsewhere.home / "demo.json").exists()
    elsewhere.command("demo", "frozen", "--once")

    _provinces, people, dossiers = elsewhere.python(FOUND).split()
    assert (int(people) >= 520, int(dossiers)) == (True, 16 + 48)
    assert not building.exists()
    assert "The journal holds" in elsewhere.command("journal", "verify").stdout
