"""A real node in a home of its own: `dinh init`, `dinh run`, and what its processes cost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import processes

HERE = Path(__file__).resolve().parent
READY_SECONDS = 120


class Node:
    """One node on one database, stopped by `stop`."""

    def __init__(self, home: Path, database: str = "") -> None:
        self.home = home
        home.mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.environment = {
            **os.environ,
            "DINH_HOME": str(home),
            "DINH_DEMO": "1",
            "DINH_UNITS": "02746",
            "DINH_CATALOGUE_PATHS": str(HERE / "catalogue"),
            "PORT": str(self.port),
            "DINH_LOG_LEVEL": "WARNING",
            "DATABASE_URL": database,
            "PYTHONPATH": str(HERE.parent),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Set the home up: tables, catalogue, places, offices."""
        self._dinh("init")

    def seed(self, *arguments: str) -> Any:
        """Run `seed.py` in the node's environment and return what it answers."""
        command = [sys.executable, str(HERE / "seed.py"), *arguments]
        done = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    def start(self) -> float:
        """Start the node and return the seconds until it answered."""
        began = time.monotonic()
        log = (self.home / "node.log").open("wb")
        command = [sys.executable, "-m", "dinh", "run", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, env=self.environment, stdout=log, stderr=log, cwd=HERE.parent
        )
        while time.monotonic() - began < READY_SECONDS:
            if self.process.poll() is not None:
                break
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=1) as answer:
                    if answer.status == 200:
                        return time.monotonic() - began
            except (URLError, OSError):
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"the node did not start: {(self.home / 'node.log').read_text()[-3000:]}")

    def stop(self) -> None:
        """Stop the node as an operator would."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def pids(self) -> list[int]:
        """Return every process of the node."""
        return processes.tree(self._parent())

    def web_pids(self) -> list[int]:
        """Return the processes that answer requests: the child that has children, and those."""
        for child in processes.children_of(self._parent()):
            if processes.children_of(child):
                return processes.tree(child)
        raise RuntimeError("the node has no web processes")

    def _parent(self) -> int:
        if self.process is None:
            raise RuntimeError("the node was not started")
        return self.process.pid

    def _dinh(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "dinh", *arguments]
        subprocess.run(command, env=self.environment, check=True, stderr=subprocess.DEVNULL, cwd=HERE.parent)
