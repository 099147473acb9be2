"""A real node of processes in a home of its own, for tests that kill parts of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from dinh.config.setting_up import PACKAGE


@dataclass
class Node:
    """A `dinh run` under the eyes of a test."""

    home: Path
    port: int
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        # Never the database of who runs the tests: a node of SQLite, unless `extra` names another.
        ours = ("DINH_", "DJANGO_", "PROMETHEUS_", "DATABASE_URL")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        return kept | {
            "DINH_HOME": str(self.home), "PORT": str(self.port), "PYTHONPATH": str(PACKAGE.parent),
            "DINH_DEMO": "1", "DINH_NODE": "test",
        } | self.extra  # fmt: skip

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `dinh WORDS` to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "dinh", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"dinh {words}: {done.stdout}{done.stderr}"
        return done

    def python(self, code: str) -> str:
        """Run code in a process of this home, with Django set up."""
        head = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'dinh.config.settings'; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", head + code],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, seconds: float = 60) -> float:
        """Start and wait until it answers; return the seconds that took."""
        began = time.monotonic()
        with (self.home.parent / f"{self.home.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dinh", "run"], env=self.environment, stdout=log, stderr=log
            )
        while not self.answers():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() - began < seconds, self.log()
            time.sleep(0.05)
        return time.monotonic() - began

    def answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except (URLError, OSError):
            return False

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        with urlopen(Request(self.address + path, headers=headers), timeout=5) as answer:  # noqa: S310
            return answer.status, answer.read().decode()

    def log(self) -> str:
        return (self.home.parent / f"{self.home.name}.log").read_text()

    def children(self) -> dict[str, int]:
        """Return the process ids of web, sealer and worker as last started."""
        found = {}
        for line in self.log().splitlines():
            if '"supervisor.started"' in line:
                told = json.loads(line)
                found[told["child"]] = told["pid_of_child"]
        return found

    def processes(self) -> set[int]:
        """Return the ids of all living processes of this home."""
        found = set()
        for entry in Path("/proc").iterdir():
            try:
                mine = (
                    entry.name.isdigit()
                    and f"DINH_HOME={self.home}\0".encode() in (entry / "environ").read_bytes()
                )
                if mine and (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                    found.add(int(entry.name))
            except OSError:
                continue
        return found

    def kill(self) -> None:
        """End the parent as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """End it as an administrator would; return its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: object, seconds: float = 15) -> bool:
    """Wait until it holds; return whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


@contextmanager
def fresh_database() -> Iterator[str]:
    """Give the address of a new, empty PostgreSQL database beside the one of DATABASE_URL; drop it afterwards."""
    with database_to_copy() as template:
        yield template.address


@dataclass
class Template:
    """A PostgreSQL database beside the one of DATABASE_URL, that can be had again as it was once."""

    server: Any
    base: str
    name: str

    @property
    def address(self) -> str:
        return f"{self.base}/{self.name}"

    def keep(self) -> None:
        """Remember it as it is now; it is gone until `renew`."""
        self.server.execute(f"ALTER DATABASE {self.name} RENAME TO {self.name}_kept")

    def renew(self) -> None:
        """Have it as it was remembered, under the same name."""
        self.drop()
        self.server.execute(f"CREATE DATABASE {self.name} TEMPLATE {self.name}_kept")

    def drop(self) -> None:
        self.server.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


@contextmanager
def database_to_copy() -> Iterator[Template]:
    """Make an empty database; drop it afterwards, with what was remembered of it."""
    import psycopg

    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    name = f"test_dinh_node_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        template = Template(server, base, name)
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield template
        finally:
            template.drop()
            server.execute(f"DROP DATABASE IF EXISTS {name}_kept WITH (FORCE)")
