"""What the pages of the board cost on a real node, cold and kept, beside a plain SQL count of the same number.

    python bench/board.py HOME [--times 20] [--province]     HOME: of a demonstration that is not running (`make run`)

The home is copied; a node is started on the copy and everything is asked for over HTTP, as the chair of the commune.
Cold: all was counted again a moment ago, so nothing that was kept holds. With --province the cells of the demonstration
are first laid over 148 communes and 1,349 villages below a province, and its leader asks. Milliseconds of wall time,
p50 and p95 of one client, and of the processors of the web processes, by request. Linux only; everybody is invented.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import processes
from browser import Browser
from node import Node

HERE = Path(__file__).resolve().parent
PAGES = {
    "home": "/vi/board/",
    "home, the year so far": "/vi/board/?span=year",
    "a figure, units and parts": "/vi/board/figure/eid_2_rate/",
    "a group": "/vi/board/group/service/",
    "the score of Decision 766": "/vi/board/score/",
    "difficulties as shades": "/vi/board/difficulties/",
    "for everybody": "/vi/board/open/{code}/",
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home", type=Path)
    arguments.add_argument("--times", type=int, default=20)
    arguments.add_argument("--province", action="store_true", help="148 communes, 1,349 villages")
    given = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="board-"))
    node = Node(folder / "home")
    try:
        _copy(given.home, node.home)
        known = seed(node, "province" if given.province else "commune")
        node.start()
        time.sleep(5)
        _measure(node, known, given.times)
    finally:
        node.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _copy(home: Path, to: Path) -> None:
    """Copy a home, its database as one that is written to may be copied."""
    shutil.copytree(
        home, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("dinh.sqlite3*", "*.lock", "static")
    )
    source = sqlite3.connect(f"file:{home}/dinh.sqlite3?mode=ro", uri=True)
    target = sqlite3.connect(to / "dinh.sqlite3")
    source.backup(target)
    source.close()
    target.close()


def seed(node: Node, *arguments: str) -> Any:
    """Run `seed_board.py` in the node's environment and return what it answers."""
    environment = {**node.environment, "DINH_CATALOGUE_PATHS": ""}
    node.environment = environment
    done = subprocess.run(
        [sys.executable, str(HERE / "seed_board.py"), *arguments],
        env=environment, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def _measure(node: Node, known: dict[str, Any], times: int) -> None:
    browser = Browser(node.port, {known["cookie"]: known["session"]})
    print(
        f"{known['unit']}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; ms wall p50 / p95, ms CPU"
    )
    print(f"{'page':32}{'cold':>22}{'kept':>22}{'KB':>8}")
    for title, path in PAGES.items():
        address = path.format(code=known["code"])
        if not address or browser.get(address).status != 200:  # a province has no page for everybody
            continue
        cold = [_asked(node, browser, address, chill=True) for _time in range(max(3, times // 4))]
        kept = [_asked(node, browser, address) for _time in range(times)]
        print(f"{title:32}{_told(cold):>22}{_told(kept):>22}{len(browser.get(address).body) / 1024:8.0f}")
    plain = seed(node, "plain", str(times))
    print(f"plain SQL: {plain['what']}: {plain['ms_p50']:.1f} / {plain['ms_p95']:.1f} ms, {plain['found']:,}")


def _asked(node: Node, browser: Browser, address: str, *, chill: bool = False) -> tuple[float, float]:
    """Ask for a page; return (wall, CPU of the web processes) in milliseconds."""
    if chill:
        _chill(node)
    before = processes.cpu_ms(node.web_pids())
    answer = browser.get(address)
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} {address}")
    return answer.seconds * 1000, processes.cpu_ms(node.web_pids()) - before


def _chill(node: Node) -> None:
    """Write that everything was counted just now, and forget what was kept: who reads as of a day's end reads anew, too."""
    with sqlite3.connect(node.home / "dinh.sqlite3", timeout=90) as database:
        at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        database.execute("UPDATE indicators_source SET counted_at = ?", [at])
        database.execute("DELETE FROM cache")
    database.close()


def _told(found: list[tuple[float, float]]) -> str:
    walls = sorted(wall for wall, _cpu in found)
    p95 = walls[min(len(walls) - 1, round(0.95 * (len(walls) - 1)))]
    return f"{statistics.median(walls):.0f} / {p95:.0f}, {statistics.median(cpu for _wall, cpu in found):.0f}"


if __name__ == "__main__":
    raise SystemExit(main())
