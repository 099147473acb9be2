"""A full disk, a real one: a node whose home is a small file system that is filled to the last byte."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from dinh.config.tests.nodes import Node, free_port
from tests.faults.conftest import LANGUAGES, words
from tests.faults.nodes import Browser, filed, send_form, with_drafts

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="the disk of a node with SQLite"),
]
MOUNT = 'mount -t tmpfs -o size=160m tmpfs "$DINH_HOME" && cp -a "$SEED"/. "$DINH_HOME" && exec "$@"'
SAID = {"vi": "Không mất gì", "fr": "Rien n’est perdu", "en": "Nothing was lost"}


def can_mount() -> bool:
    """Whether this machine lets us make a small file system of our own."""
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@dataclass
class SmallNode(Node):
    """A node on a file system of its own, seen from here through its process."""

    def start(self, seconds: float = 60) -> float:
        began = time.monotonic()
        run = ["unshare", "-rm", "sh", "-c", MOUNT, "sh", sys.executable, "-m", "dinh", "run"]
        with (self.home.parent / f"{self.home.name}.log").open("ab") as log:
            self.process = subprocess.Popen(run, env=self.environment, stdout=log, stderr=log)
        while not self.answers():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() - began < seconds, self.log()
            time.sleep(0.05)
        return time.monotonic() - began

    @property
    def inside(self) -> Path:
        assert self.process is not None
        return Path(f"/proc/{self.process.pid}/root{self.home}")

    def fill(self) -> None:
        """Leave not one byte free."""
        with (self.inside / "ballast").open("ab", buffering=0) as file:
            for size in (1024 * 1024, 4096, 1):
                try:
                    while file.write(b"\0" * size):
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        (self.inside / "ballast").unlink()


@pytest.mark.skipif(not can_mount(), reason="needs unshare and the right to mount a tmpfs in it")
def test_a_full_disk_is_told_in_each_language_and_nothing_is_lost_or_done_twice(
    home: Path, tmp_path: Path
) -> None:
    codes = with_drafts(Node(home, free_port()), 2)
    seed = tmp_path / "seed"
    shutil.copytree(home, seed)
    node = SmallNode(home, free_port(), {"SEED": str(seed)})
    node.start()
    try:
        phuc = Browser(node)
        phuc.sign_in()
        before = phuc.send(codes[0])
        forms = {lang: send_form(phuc.ask(f"/{lang}/draft/{codes[1]}/check/")[1]) for lang in LANGUAGES}

        node.fill()
        for language in LANGUAGES:
            status, page, _where = phuc.ask(f"/{language}/draft/{codes[1]}/check/", forms[language])
            assert status == 503 and SAID[language] in words(page), (status, words(page))

        node.empty()
        after = phuc.insist(f"/vi/draft/{codes[1]}/check/", forms["vi"])[2].split("/")[-2]
        _copy(node, tmp_path / "copy")
    finally:
        node.stop()

    copy = Node(tmp_path / "copy", free_port())
    kept = filed(copy)
    assert kept["drafts"] == {codes[0]: before, codes[1]: after}
    assert sorted(kept["numbers"]) == sorted({before, after})
    copy.command("journal", "verify")


@pytest.mark.skipif(not can_mount(), reason="needs unshare and the right to mount a tmpfs in it")
def test_every_page_is_answered_on_a_full_disk(home: Path, tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    shutil.copytree(home, seed)
    node = SmallNode(home, free_port(), {"SEED": str(seed)})
    node.start()
    try:
        visitor = Browser(node)
        visitor.ask("/vi/")
        node.fill()
        for path in (
            "vi/",
            "fr/find/?q=a",
            "en/privacy/",
            "vi/helping/",
            "fr/real/",
            "vi/procedure/certified_copy/",
            "k/",
        ):
            for _again in range(4):
                assert visitor.ask(f"/{path}")[0] in {200, 503}, path
        assert "SIGBUS" not in node.log()
    finally:
        node.stop()


def _copy(node: SmallNode, target: Path) -> None:
    """Bring the home out of its file system, which ends with its node; all stand still meanwhile."""
    # Not by SQLite's own backup: it resolves the way in, and finds the home of this side.
    processes = node.processes()
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        shutil.copytree(node.inside, target, ignore=shutil.ignore_patterns("*.lock", "*-shm"))
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
