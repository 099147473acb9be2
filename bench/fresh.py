"""From an act to the figure that it changes: seconds until the board shows it, on a running node with a province's rows.

    python bench/fresh.py                               five minutes on SQLite, an act every two seconds
    python bench/fresh.py --engine postgresql --seconds 30

A node is started in a temporary home (web, worker, sealer). Real acts are done beside it: requests filed, people who move
in. A leader's browser asks for two figures of the commune again and again; an act is fresh when the figure has come to
the number of acts committed until then. Every other change of these figures would make the waits look shorter: one that
falls, or shows more than was done, ends the measurement. Beside it stands how long the same number takes by plain SQL over
the rows, which waits for nobody and reads them anew each time. Linux only; everybody in it is invented.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import processes
from browser import Browser
from cluster import Cluster
from lives import sign_in_staff
from node import HERE, Node

VALUE = re.compile(r'class="tile-value big">\s*<b>([^<]*)</b>')
FIGURES = ("dossiers_filed_count", "residents_count")
ASKED_SECONDS = 60.0
PAUSE = 0.5


@dataclass
class Followed:
    """One figure: when acts were committed, and when the board first showed so many more."""

    id: str
    stood: int = 0
    acts: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)  # milliseconds of the board's page

    def look(self, value: int, at: float) -> None:
        """Take down which acts a value read at a moment shows. Raises Disturbed when it fell."""
        more = value - self.stood - len(self.seen)
        if more < 0:
            raise Disturbed(f"{self.id} fell to {value}: it showed {self.stood + len(self.seen)} before")
        self.seen += [at] * more

    @property
    def waits(self) -> list[float]:
        """Seconds of each act that was shown. Raises Disturbed when more was shown than done, or before it was done."""
        found = [seen - acted for acted, seen in zip(self.acts, self.seen, strict=False)]
        if len(self.seen) > len(self.acts) or min(found, default=0.0) < 0:
            raise Disturbed(
                f"{self.id}: {len(self.seen)} more was shown, of {len(self.acts)} acts, or too early"
            )
        return found


class Disturbed(SystemExit):
    """Something else than the acts changed a figure: no wait can be told."""


def main() -> int:
    """Start a node, let things happen, tell how long figures took."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--seconds", type=int, default=300)
    asked.add_argument("--every", type=float, default=2.0, help="seconds from one act to the next")
    asked.add_argument("--people", type=int, default=400_000)
    asked.add_argument("--dossiers", type=int, default=200_000)
    wanted = asked.parse_args()
    work = Path(tempfile.mkdtemp(prefix="dinh-fresh-"))
    work.chmod(0o711)
    try:
        if wanted.engine == "sqlite":
            return _measure(Node(work / "home"), wanted)
        with Cluster(work / "pg") as cluster:
            return _measure(Node(work / "home", cluster.create("dinh_fresh")), wanted)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _measure(node: Node, wanted: argparse.Namespace) -> int:
    node.prepare()
    people = node.seed("people", "1")
    made = json.loads(_seeding(node, "province", wanted.people, wanted.dossiers).communicate()[0])
    print(
        f"{wanted.engine}: {made['rows']}, {made['communes']} communes, all counted in {made['rebuild_s']} s",
        flush=True,
    )
    node.start()
    try:
        leader = sign_in_staff(node.port, "son", people["password"], people["staff"]["son"])
        followed = {id: Followed(id) for id in FIGURES}
        _until_quiet(leader)
        for one in followed.values():
            one.stood = _value(leader, one.id)
        _act_and_look(node, leader, followed, wanted)
        _until_quiet(leader)  # what another cause added hides the last act until now
        for one in followed.values():
            one.look(_value(leader, one.id), time.time())
        plain = {id: json.loads(_seeding(node, "plain", id, 21).communicate()[0])["ms"] for id in FIGURES}
    finally:
        node.stop()
    return _tell(followed, plain)


def _act_and_look(
    node: Node, leader: Browser, followed: dict[str, Followed], wanted: argparse.Namespace
) -> None:
    before, began = processes.spent_ms(node.pids()), time.monotonic()
    acting = _seeding(node, "act", wanted.seconds, wanted.every)
    assert acting.stdin is not None and acting.stdout is not None  # noqa: S101  both are pipes
    acting.stdout.readline()  # its drafts are made
    acting.stdin.write(b"\n")
    acting.stdin.flush()
    told = threading.Thread(target=_listen, args=(acting.stdout, followed), daemon=True)
    told.start()
    until = 0.0
    try:
        while told.is_alive() or (_missing(followed) and time.monotonic() < until):
            for one in followed.values():
                asked = time.perf_counter()
                one.look(_value(leader, one.id), time.time())
                one.reads.append(1000 * (time.perf_counter() - asked))
            if told.is_alive():
                until = time.monotonic() + 2 * ASKED_SECONDS
            time.sleep(PAUSE)
    finally:
        acting.kill()
    used = (processes.spent_ms(node.pids()) - before) / 1000
    print(f"the node used {used:.0f} s of the processor in {time.monotonic() - began:.0f} s", flush=True)


def _listen(lines: Any, followed: dict[str, Followed]) -> None:
    for line in lines:
        act = json.loads(line)
        followed[act["what"]].acts.append(act["at"])


def _missing(followed: dict[str, Followed]) -> bool:
    return any(len(one.seen) < len(one.acts) for one in followed.values())


def _value(leader: Browser, figure: str) -> int:
    page = leader.get(f"/vi/board/figure/{figure}/?month={time.strftime('%Y-%m')}")
    found = VALUE.search(page.body)
    if page.status != 200 or found is None:
        raise RuntimeError(f"{figure}: {page.status} {page.path} shows no figure")
    digits = re.sub(r"\D", "", found[1])
    return int(digits or 0)


def _until_quiet(leader: Browser) -> None:
    """Wait until what was touched while the province was made is counted: the figures stand still for a turn of the worker."""
    last, since, until = [-1] * len(FIGURES), time.monotonic(), time.monotonic() + 240
    while time.monotonic() - since < 45 and time.monotonic() < until:
        now = [_value(leader, id) for id in FIGURES]
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(2)


def _seeding(node: Node, *arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(HERE / "seed_fresh.py"), *map(str, arguments)]
    return subprocess.Popen(command, env=node.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _tell(followed: dict[str, Followed], plain: dict[str, float]) -> int:
    worst = 0.0
    for one in followed.values():
        waits = sorted(one.waits)
        if not waits:
            raise SystemExit(f"{one.id}: no act was shown")
        worst = max(worst, waits[-1])
        late = len(one.acts) - len(one.seen)
        print(
            f"{one.id:28} {len(waits):4} acts: p50 {statistics.median(waits):5.1f} s, p95 {waits[int(len(waits) * 0.95)]:5.1f} s, "
            f"most {waits[-1]:5.1f} s (at most {ASKED_SECONDS:.0f} s)" + (f"; {late} not shown" if late > 0 else ""),
            flush=True,
        )  # fmt: skip
        read = statistics.median(one.reads)
        print(
            f"    the page of the board {read:.0f} ms, the number alone by SQL over the rows {plain[one.id]:.1f} ms"
        )
    return 0 if worst <= ASKED_SECONDS and not _missing(followed) else 1


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    sys.exit(main())
