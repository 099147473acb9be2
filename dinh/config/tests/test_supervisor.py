from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from dinh.config.setting_up import PACKAGE
from dinh.config.tests.nodes import until

SCRIPT = """
import os, signal, sys, time
from dinh.config.supervisor import Child, RECYCLED, Supervisor
def lives():
    print("lives", os.getpid(), flush=True)
    signal.pause()
def fails():
    print("fails", os.getpid(), flush=True)
    sys.exit(1)
def recycles():
    print("recycles", os.getpid(), flush=True)
    time.sleep(0.05)
    raise SystemExit(RECYCLED)
sys.exit(Supervisor([Child(f.__name__, f) for f in (lives, fails, recycles) if f.__name__ in sys.argv]).run())
"""


def supervise(tmp_path: Path, *names: str) -> tuple[subprocess.Popen[bytes], Path]:
    said = tmp_path / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, *names], stdout=out, stderr=subprocess.DEVNULL, env={"PYTHONPATH": str(PACKAGE.parent)}
        )  # fmt: skip
    return process, said


def lives(said: Path, name: str) -> list[int]:
    return [int(line.split()[1]) for line in said.read_text().splitlines() if line.startswith(name)]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_child_that_fails_is_started_again_with_growing_waits(tmp_path: Path) -> None:
    process, said = supervise(tmp_path, "fails")

    # At once, after half a second, after one: the fourth life would need two more.
    assert until(lambda: len(lives(said, "fails")) == 4, 5)
    assert not until(lambda: len(lives(said, "fails")) > 4, 1)
    process.terminate()
    assert process.wait(5) == 0


def test_a_child_that_asks_to_be_made_anew_is_started_without_waiting(tmp_path: Path) -> None:
    process, said = supervise(tmp_path, "recycles")

    assert until(lambda: len(lives(said, "recycles")) > 8, 4)
    process.terminate()
    assert process.wait(5) == 0


def test_children_end_with_a_killed_parent(tmp_path: Path) -> None:
    process, said = supervise(tmp_path, "lives")
    assert until(lambda: bool(lives(said, "lives")))
    [child] = lives(said, "lives")
    assert is_alive(child)

    process.send_signal(signal.SIGKILL)
    process.wait()

    assert until(lambda: not is_alive(child), 3)


def test_an_interrupted_parent_ends_its_children_first(tmp_path: Path) -> None:
    process, said = supervise(tmp_path, "lives")
    assert until(lambda: bool(lives(said, "lives")))
    [child] = lives(said, "lives")

    process.send_signal(signal.SIGINT)

    assert process.wait(5) == 0
    assert not is_alive(child)
