"""`make bench`: what the real node costs, in one run, on SQLite and on a PostgreSQL of its own.

    python bench/run.py [--engines sqlite,postgresql] [--quick] [--json FILE] [--million 1000000]

A node is started in a temporary home (`dinh init`, `dinh run`), people sign in over HTTP, and everything
is asked for over HTTP. Milliseconds are medians of the wall time of one client; CPU milliseconds are of
the web processes and of the database's, divided by the requests. Nothing of the node is switched off:
each read leaves its access row, each act its journal entry. Linux only; everybody in it is invented.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent))

import processes
import report
from browser import Browser, form_of
from cluster import Cluster, binaries
from lives import PROCEDURE, Sessions, crowd
from node import Node
from seed_answers import FIFTEEN


class Bench:
    """The measures of one engine."""

    def __init__(self, node: Node, cluster: Cluster | None, quick: bool) -> None:
        self.node = node
        self.cluster = cluster
        self.times = 20 if quick else 100
        self.quick = quick
        self.found: dict[str, Any] = {}

    def run(self, million: int) -> dict[str, Any]:
        """Measure everything and return it."""
        self._say("setting up")
        began = time.monotonic()
        self.node.prepare()
        people = self.node.seed("people", "40")
        filing = self.node.seed("drafts", PROCEDURE, str(self.times + 5))
        saving = self.node.seed("drafts", "bench_form", str(self.times + 5))
        self.node.seed("rows", "3500", "3500")
        self.found["set_up_s"] = round(time.monotonic() - began, 1)
        self.found["start_s"] = round(self.node.start(), 1)
        time.sleep(3 if self.quick else 15)
        self.found["memory_idle_mb"] = self._memory()
        sessions = Sessions.open(self.node.port, people)
        self._measure_pages(sessions, filing, saving)
        self.found["memory_after_mb"] = self._memory()
        self._measure_crowds(sessions)
        self.found["memory_after_crowd_mb"] = self._memory()
        self._quiet()
        self.found["plain_sql"] = self.node.seed("plain", str(20 if self.quick else 100))
        if self.cluster is not None and million:
            self._say(f"{million:,} dossiers")
            self.node.seed("rows_more", str(million), "3500")
            self._list(sessions, f"list 100 of {million:,}", "/vi/desk/?view=all")
        return self.found

    def _measure_pages(self, sessions: Sessions, filing: list[str], saving: list[str]) -> None:
        officer, citizen = sessions.reception.again(), sessions.citizens[0].again()
        self._list(sessions, "list 100 of 3,500", "/vi/desk/?view=all")
        page = officer.get("/vi/desk/?view=all")
        numbers = list(dict.fromkeys(report.numbers_of(page.body)))[: self.times]
        self._measure(
            "read a dossier (desk)",
            [lambda n=n: officer.get(f"/vi/desk/dossier/{quote(n)}/") for n in numbers],
        )
        forms = [form_of(citizen.get(f"/vi/draft/{code}/page/fifteen/"), "/page/") for code in saving]
        paths = [f"/vi/draft/{code}/page/fifteen/" for code in saving]
        self._measure(
            "read a dossier (API)",
            [lambda n=n: officer.get(f"/api/dossiers/{quote(n)}") for n in numbers],
        )
        self._measure(
            "save a 15-field page (POST to redirect)",
            [
                lambda f=f, p=p: citizen.post(f.action or p, f.filled(FIFTEEN), follow=False)
                for f, p in zip(forms, paths, strict=True)
            ],
            expected=302,
        )
        forms = [form_of(citizen.get(f"/vi/draft/{code}/check/"), "/check/") for code in filing]
        paths = [f"/vi/draft/{code}/check/" for code in filing]
        filed: list[str] = []

        def send(form: Any, path: str) -> Any:
            answer = citizen.post(form.action or path, form.filled({"true": "on"}), follow=False)
            filed.append(answer.location)
            return answer

        self._measure(
            "file (POST to redirect)",
            [lambda f=f, p=p: send(f, p) for f, p in zip(forms, paths, strict=True)],
            expected=302,
        )
        own = [path.replace("/filed/", "/dossier/") for path in filed[: self.times]]
        self._measure("read a dossier (portal)", [lambda p=p: citizen.get(p) for p in own])

    def _list(self, sessions: Sessions, name: str, path: str) -> None:
        officer = sessions.reception.again()
        self._measure(name, [lambda: officer.get(path) for _ in range(max(20, self.times // 2))])

    def _measure(self, name: str, asks: list[Callable[[], Any]], expected: int = 200) -> None:
        """Ask one after another; keep the median, the 99th percentile and the CPU time of one."""
        self._say(name)
        warming, measured = asks[:5], asks[5:]
        for ask in warming:
            ask()
        self._quiet()
        before = self._cpu()
        answers = [ask() for ask in measured]
        used = {key: (value - before[key]) / len(measured) for key, value in self._cpu().items()}
        wrong = [answer for answer in answers if answer.status != expected]
        if wrong:
            raise RuntimeError(f"{name}: {wrong[0].status} {wrong[0].path} {wrong[0].body[:500]}")
        times = sorted(1000 * answer.seconds for answer in answers)
        self.found[name] = {
            "requests": len(times),
            "median_ms": round(statistics.median(times), 1),
            "p99_ms": round(times[min(len(times) - 1, int(len(times) * 0.99))], 1),
            "cpu_ms": round(sum(used.values()), 1),
            "cpu_web_ms": round(used["web"], 1),
            "cpu_database_ms": round(used["database"], 1),
            "page_kb": round(len(answers[0].body.encode()) / 1024, 1),
        }

    def _measure_crowds(self, sessions: Sessions) -> None:
        spans = ((1, 0.0, 15), (8, 0.0, 25), (32, 1.0, 45), (32, 0.0, 25))
        found = []
        for clients, think, seconds in spans:
            self._say(f"whole lives, {clients} clients" + (f", {think:g} s of thought" if think else ""))
            self._quiet()
            before = self._cpu()
            crowded = crowd(sessions, clients, think, seconds / 3 if self.quick else seconds)
            used = sum(value - before[key] for key, value in self._cpu().items())
            told = crowded.as_dict()
            told["cpu_ms_per_request"] = round(used / max(1, told["requests"]), 1)
            found.append(told)
        self.found["lives"] = found

    def _cpu(self) -> dict[str, float]:
        database = processes.cpu_ms(self.cluster.pids()) if self.cluster else 0.0
        return {"web": processes.cpu_ms(self.node.web_pids()), "database": database}

    def _memory(self) -> dict[str, float]:
        web = self.node.web_pids()
        return {
            "web": round(processes.pss_mb(web), 1),
            "node": round(processes.pss_mb(self.node.pids()), 1),
            "database": round(processes.pss_mb(self.cluster.pids()), 1) if self.cluster else 0.0,
        }

    def _quiet(self, seconds: float = 120) -> None:
        """Wait until worker and sealer have done what is behind them."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            before = processes.cpu_ms(self.node.pids())
            time.sleep(1)
            if processes.cpu_ms(self.node.pids()) - before < 60:
                return

    def _say(self, what: str) -> None:
        engine = "PostgreSQL" if self.cluster else "SQLite"
        print(f"  {engine}: {what} …", file=sys.stderr, flush=True)


def measure(engine: str, work: Path, quick: bool, million: int) -> dict[str, Any]:
    """Measure one engine in a folder of its own."""
    if engine == "sqlite":
        return _with_node(Node(work / "sqlite"), None, quick, 0)
    with Cluster(work / "pg") as cluster:
        return _with_node(Node(work / "postgresql", cluster.create("dinh_bench")), cluster, quick, million)


def _with_node(node: Node, cluster: Cluster | None, quick: bool, million: int) -> dict[str, Any]:
    try:
        return Bench(node, cluster, quick).run(million)
    finally:
        node.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--quick", action="store_true", help="fewer requests: to see that it works")
    parser.add_argument(
        "--million", type=int, default=1_000_000, help="dossiers of the large list; 0 leaves it out"
    )
    parser.add_argument("--json", type=Path, help="write the figures there as well")
    arguments = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="dinh-bench-"))
    work.chmod(0o711)
    found: dict[str, Any] = {"machine": report.machine(), "load_before": round(os.getloadavg()[0], 2)}
    try:
        for engine in arguments.engines.split(","):
            if engine == "postgresql" and binaries() is None:
                print("PostgreSQL is not installed: its half is left out.", file=sys.stderr)
                continue
            found[engine] = measure(engine, work, arguments.quick, arguments.million)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(report.table(found))
    print(json.dumps(found, ensure_ascii=False))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, ensure_ascii=False, indent=1))
    return 0


__all__ = ["Bench", "Browser", "main"]

if __name__ == "__main__":
    sys.exit(main())
