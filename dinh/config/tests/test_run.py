"""A node of real processes: killed in every part, it comes back, loses nothing and leaves no orphan."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dinh.config.tests.nodes import Node, free_port, until

pytestmark = pytest.mark.long

WRITE = """
from dinh.journal.tests.acts import make
for _ in range(20): print(make().pk)
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    home: Path = tmp_path_factory.mktemp("node") / "home"
    home.mkdir()
    node = Node(home, free_port())
    node.command("init")
    node.start()
    yield node
    node.stop()
    assert until(lambda: not node.processes()), node.processes()


def test_a_second_start_takes_less_than_five_seconds_and_stops_cleanly(node: Node) -> None:
    took = []
    for _ in range(3):  # the best of three: other work on the machine is not ours
        assert node.stop() == 0
        assert until(lambda: not node.processes(), 5)
        took.append(node.start())

    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # who else waits for these processors
    assert min(took) < 5 * crowd


@pytest.mark.parametrize("name", ["web", "sealer", "worker", "long"])
def test_a_killed_child_is_started_again(node: Node, name: str) -> None:
    killed = node.children()[name]

    os.kill(killed, signal.SIGKILL)

    assert until(lambda: node.children()[name] != killed)
    assert until(node.answers)


def test_what_is_written_is_sealed_although_the_sealer_is_killed_all_the_time(node: Node) -> None:
    for _ in range(4):
        node.python(WRITE)
        os.kill(node.children()["sealer"], signal.SIGKILL)
        before = node.children()["sealer"]
        until(lambda before=before: node.children()["sealer"] != before, 20)

    unsealed = "from dinh.journal.models import Unsealed; print(Unsealed.objects.count())"
    assert until(lambda: node.python(unsealed).strip() == "0")
    assert "The journal holds" in node.command("journal", "verify").stdout


def test_a_killed_parent_leaves_no_orphan_and_the_next_one_starts_at_once(node: Node) -> None:
    others = node.processes() - {node.process.pid if node.process else 0}
    assert len(others) >= 4

    node.kill()

    assert until(lambda: not node.processes()), node.log()
    node.start()


def test_a_second_node_in_the_same_home_is_refused(node: Node) -> None:
    done = Node(node.home, free_port()).command("run", check=False)

    assert done.returncode == 1
    assert "running" in done.stderr
    assert node.answers()


def test_a_taken_port_is_named(node: Node, tmp_path: Path) -> None:
    done = Node(tmp_path, node.port).command("run", check=False)

    assert done.returncode == 1
    assert f"Port {node.port}" in done.stderr


def test_a_task_that_its_worker_was_killed_in_is_done_by_the_next(node: Node) -> None:
    node.python("""
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from dinh.config import worker
from dinh.journal.tests.acts import make
from dinh.journal.tasks import run_handler
row = run_handler.enqueue("dinh.journal.fold:fold_nothing", str(make().pk)).db_result
DBTaskResult.objects.filter(pk=row.pk).update(status="RUNNING", worker_ids=[worker._host() + ":1"])
""")
    killed = node.children()["worker"]
    os.kill(killed, signal.SIGKILL)

    running = "from django_tasks_db.models import DBTaskResult as R; print(R.objects.filter(status='RUNNING').count())"
    assert until(lambda: node.children()["worker"] != killed)
    assert until(lambda: node.python(running).strip() == "0")
    assert "worker.took_up_again" in node.log()


def test_an_idle_node_is_small(node: Node) -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("needs Linux")
    for _ in range(20):
        node.get("/vi/")

    def pss(pids: set[int]) -> float:
        lines = [line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

    everything = node.processes()
    children = node.children()
    web = {pid for pid in everything if children["web"] in {pid, parent_of(pid)}}
    assert len(web) == 3
    assert pss(web) <= 220
    assert pss(everything) <= 350


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test_web_processes_hold_nothing_that_only_the_worker_needs(node: Node) -> None:
    loaded = node.python("""
import sys
from dinh.config import serving
serving.preload()
import dinh.registers.tasks, dinh.verification.tasks  # what a page enqueues
heavy = {"typst", "pyhanko", "openpyxl", "vietnamadminunits", "duckdb", "shapely", "numpy"}
print(sorted(heavy & set(sys.modules)))
""")
    assert loaded.strip() == "[]"


def test_a_writer_killed_at_any_moment_loses_nothing_that_it_confirmed(node: Node) -> None:
    confirmed: set[str] = set()
    for round_number in range(6):
        code = "from dinh.journal.tests.acts import make\nwhile True: print(make().pk, flush=True)"
        head = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'dinh.config.settings'; django.setup()\n"
        writer = subprocess.Popen(
            [sys.executable, "-c", head + code], env=node.environment, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        confirmed.add(writer.stdout.readline().strip())
        time.sleep(0.05 + 0.07 * round_number)
        writer.kill()
        confirmed |= {line.strip() for line in writer.stdout if len(line.strip()) == 36}
        writer.wait()

    kept = set(
        node.python("""
from dinh.journal.models import Entry
for pk in Entry.objects.filter(kind="things.made").values_list("subject", flat=True): print(pk)
""").split()
    )
    assert len(confirmed) > 20
    assert confirmed <= kept
    assert "The journal holds" in node.command("journal", "verify").stdout
