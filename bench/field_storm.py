"""A Sunday evening: every member of every team comes back into the network and sends what they did.

    python bench/field_storm.py [--engine sqlite|postgresql] [--members 11300] [--operations 20] [--scale 30]
                                [--clients 4] [--closed] [--json FILE]

A node is started in a temporary home; members join teams, enrol telephones and are given houses by the same actions
that people use. Each client is a process of its own that plays many telephones: each has its key, seals and signs
every operation before the clock starts, and sends over HTTP at a moment of its own within the hour. The hour is
scaled in time: with `--scale 30`, a thirtieth of the members send within two minutes, so that the rate is the same.
Of a hundred requests three lose their answer and are sent again, two are sent twice, and in five the second batch
overtakes the first. `--closed` leaves the hour away: each client sends as fast as it is answered.

What is told: operations an hour, p50, p95 and p99 of a request as the telephone sees it, CPU milliseconds of the
node for one operation, how many operations the phones have that the database has not (lost), how many stand there
twice, and whether the visits and help counted by SQL are those that were sent.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import multiprocessing
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import processes
from cluster import Cluster
from node import Node

HOUR = 3600.0
BATCH = 20
LOST, TWICE, OVERTAKES = 0.03, 0.02, 0.05  # of requests


@dataclass(frozen=True)
class Letter:
    """One request of one telephone, ready to be sent."""

    at: float  # seconds after the start
    authorization: str
    body: bytes
    operations: int
    fault: str  # "", "lost", "twice"


def letters_of(devices: list[dict[str, Any]], window: float, seed: int) -> list[Letter]:
    """Return what these telephones send, in the order of their moments."""
    rng = random.Random(seed)
    letters: list[Letter] = []
    for device in devices:
        at = rng.uniform(0, window)
        batches = [device["envelopes"][n : n + BATCH] for n in range(0, len(device["envelopes"]), BATCH)]
        if len(batches) > 1 and rng.random() < OVERTAKES:
            batches[0], batches[1] = batches[1], batches[0]
        for batch in batches:
            fault = rng.choices(("lost", "twice", ""), (LOST, TWICE, 1 - LOST - TWICE))[0]
            body = gzip.compress(json.dumps({"ops": batch}).encode(), 6)
            letters.append(Letter(at, device["authorization"], body, len(batch), fault))
            at += rng.uniform(0.05, 0.5)
    return sorted(letters, key=lambda one: one.at)


def play(port: int, devices: Path, share: tuple[int, int], window: float, started: Any, found: Any) -> None:
    """Be one client process: read its share of the telephones, wait for the start, send, tell what happened."""
    mine = [json.loads(line) for n, line in enumerate(devices.open()) if n % share[1] == share[0]]
    letters = letters_of(mine, window, share[0])
    del mine
    started.wait()
    begin, took, bad, states = time.monotonic(), [], 0, {}
    for letter in letters:
        wait = begin + letter.at - time.monotonic()
        if window and wait > 0:
            time.sleep(wait)
        for turn in range(1 + (letter.fault != "")):
            asked = time.monotonic()
            status, answer = _send(port, letter, read=not (letter.fault == "lost" and turn == 0))
            if status == 0:
                continue  # the answer was lost on its way: the telephone sends again
            took.append(time.monotonic() - asked)
            bad += status != 200
            for one in answer.get("results", ()):
                states[one["state"]] = states.get(one["state"], 0) + 1
    found.put({"took": took, "bad": bad, "states": states, "seconds": time.monotonic() - begin})


def _send(port: int, letter: Letter, *, read: bool) -> tuple[int, dict[str, Any]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request(
            "POST", "/field/api/1/ops", letter.body,
            {"Authorization": letter.authorization, "Content-Type": "application/json",
             "Content-Encoding": "gzip", "Accept-Encoding": "gzip", "Dinh-App": "1"},
        )  # fmt: skip
        if not read:
            return 0, {}
        answer = line.getresponse()
        body = answer.read()
    finally:
        line.close()
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return answer.status, json.loads(body)


def _on(node: Node, arguments: argparse.Namespace, cluster: Cluster | None) -> dict[str, Any]:
    try:
        return storm(node, arguments, cluster)
    finally:
        node.stop()


def storm(node: Node, arguments: argparse.Namespace, cluster: Cluster | None) -> dict[str, Any]:
    """Seed the node, let the clients loose on it, and compare what they sent with what it has."""
    members = max(1, round(arguments.members / arguments.scale))
    window = 0.0 if arguments.closed else HOUR / arguments.scale
    phones = node.home / "phones.ndjson"
    node.prepare()
    sent = _seed(node, "phones", str(members), str(arguments.operations), str(phones))
    node.start()
    time.sleep(3)
    started, found = multiprocessing.Event(), multiprocessing.Queue()
    clients = [
        multiprocessing.Process(
            target=play, args=(node.port, phones, (n, arguments.clients), window, started, found)
        )
        for n in range(arguments.clients)
    ]
    for client in clients:
        client.start()
    time.sleep(2 + members / 200)  # they read their telephones
    before = _cpu(node, cluster)
    began = time.monotonic()
    started.set()
    told = [found.get() for _ in clients]
    seconds = time.monotonic() - began
    cpu = _cpu(node, cluster) - before
    for client in clients:
        client.join()
    counted = _seed(node, "count")
    return _summary(sent, counted, told, seconds, cpu)


def _cpu(node: Node, cluster: Cluster | None) -> float:
    return processes.cpu_ms(node.pids() + (cluster.pids() if cluster else []))


def _seed(node: Node, *arguments: str) -> Any:
    command = [sys.executable, str(Path(__file__).with_name("seed_field.py")), *arguments]
    done = subprocess.run(command, env=node.environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def _summary(
    sent: dict[str, Any], counted: dict[str, Any], told: list[dict[str, Any]], seconds: float, cpu: float
) -> dict[str, Any]:
    took = sorted(one for client in told for one in client["took"])
    points = statistics.quantiles(took, n=100) if len(took) > 1 else took * 99
    states: dict[str, int] = {}
    for client in told:
        for state, count in client["states"].items():
            states[state] = states.get(state, 0) + count
    return {
        "operations": sent["operations"],
        "seconds": round(seconds, 1),
        "operations_an_hour": round(sent["operations"] / seconds * HOUR),
        "requests": len(took),
        "p50_ms": round(points[49] * 1000),
        "p95_ms": round(points[94] * 1000),
        "p99_ms": round(points[98] * 1000),
        "cpu_ms_an_operation": round(cpu / sent["operations"], 2),
        "not_answered_with_200": sum(client["bad"] for client in told),
        "states": states,
        "lost": sent["operations"] - counted["operations"],
        "twice": counted["twice"],
        "visits_sent_and_counted": [sent["visits"], counted["visits"]],
        "help_sent_and_counted": [sent["help"], counted["help"]],
    }


def main() -> None:
    """Measure one engine and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--members", type=int, default=11_300)
    parser.add_argument("--operations", type=int, default=20)
    parser.add_argument("--scale", type=float, default=30)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--closed", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="dinh-storm-"))
    folder.chmod(0o711)
    try:
        if arguments.engine == "sqlite":
            answer = _on(Node(folder / "node"), arguments, None)
        else:
            with Cluster(folder / "postgresql") as cluster:
                answer = _on(Node(folder / "node", cluster.create("dinh_storm")), arguments, cluster)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(answer, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
