"""`dinh init` and `dinh run`: set a home up, and keep its web, worker and sealer running."""

from __future__ import annotations

import argparse
import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.conf import settings

from dinh.config.lock import only_one
from dinh.lib.errors import Refused

READY_SECONDS = 30.0


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `dinh init` and `dinh run`."""
    init = subparsers.add_parser(
        "init", help="prepare the home: tables, catalogue, places, translations, static files"
    )
    init.set_defaults(run=lambda arguments: prepare())

    run = subparsers.add_parser(
        "run",
        help="run the node: web, worker and sealer, restarted when they die",
        description="Run the node until Ctrl-C or SIGTERM. A home of an earlier release is upgraded first "
        "(see `dinh upgrade`).",
        epilog="Example: DINH_HOME=/var/lib/dinh dinh run --port 8080",
    )
    run.add_argument(
        "--host",
        default=os.environ.get("DINH_LISTEN", "127.0.0.1"),
        help="address to listen on (default: DINH_LISTEN or 127.0.0.1)",
    )
    run.add_argument(
        "--port",
        type=_port,
        default=os.environ.get("PORT", "8000"),
        help="port to listen on (default: PORT or 8000)",
    )
    run.add_argument(
        "--demo", metavar="NAME", help="build this demonstration first when the home has none, e.g. coc_san"
    )
    run.set_defaults(run=_run)


def _port(given: str) -> int:
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise argparse.ArgumentTypeError(f"{given!r} is no port: give a number from 1 to 65535")
    return int(given)


def prepare() -> int:
    """Bring the home to the state this release needs, with progress; return the exit code."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    from dinh.config import operate
    from dinh.config.operating import cut_off
    from dinh.config.setting_up import Step, needs_upgrade, set_up

    cut_off.refuse_half_restored()
    if needs_upgrade():
        return operate.run_upgrade()
    console = Console(stderr=True)
    bars = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
    )
    current: list[TaskID] = []

    def begin(step: Step) -> Callable[[str, int, int], None]:
        bars.start()
        for task in current:
            bars.update(task, total=1, completed=1)
        task = bars.add_task(step.title, total=None)
        current.append(task)
        return lambda what, done, total: bars.update(task, completed=done, total=total)

    try:
        done = set_up(begin)
    finally:
        if current:
            bars.stop()
    if done:
        console.print(f"The home {settings.DINH_HOME} is ready ({', '.join(done)}).", highlight=False)
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from dinh.config import metrics, serving
    from dinh.config.supervisor import Child, Supervisor

    lock = only_one()
    listener = _bind(arguments.host, arguments.port)
    if arguments.demo and not (Path(settings.DINH_HOME) / "demo.json").exists():
        os.close(lock)  # the builder holds it
        built = _build(arguments.demo)
        if built:
            return built
        lock = only_one()
    metrics.prepare()
    prepare()
    application = serving.preload()
    listener.listen(512)
    welcome = _Welcome(arguments.host, arguments.port)
    children = [
        Child("web", lambda: serving.serve(listener, application)),
        Child("sealer", _seal),
        Child("worker", _work),
        Child("long", lambda: _work(long=True)),
    ]
    try:
        return Supervisor(children, tick=welcome.tick).run()
    finally:
        listener.close()
        metrics.clear()
        os.close(lock)
        if welcome.said:
            sys.stdout.write(f"Stopped. The data are in {settings.DINH_HOME}.\n")


def _build(name: str) -> int:
    """Build a demonstration in a process of its own: what it loads is not for the web processes to carry."""
    command = [sys.executable, "-m", "dinh", "demo", name, "--once"]
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 - our own program
    except KeyboardInterrupt:  # the builder heard it too, and has ended
        return 130


def _bind(host: str, port: int) -> Any:
    from dinh.config import serving

    until = time.monotonic() + 5  # a node that was just killed lets the port go in a moment
    while True:
        try:
            return serving.bind(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                message = f"Cannot listen on {host}, port {port}: {error.strerror}."
                raise Refused("run.cannot_listen", message) from None
            if time.monotonic() > until:
                message = (
                    f"Port {port} on {host} is taken. Stop what uses it, or choose another: PORT={port + 1}."
                )
                raise Refused("run.port_taken", message) from None
            time.sleep(0.1)


def _seal() -> None:
    from dinh.journal import sealer

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sealer.run(stop)


def _work(*, long: bool = False) -> None:
    from dinh.config.worker import work

    work(long=long)


class _Welcome:
    """Says once, when the node answers, where it is and who may sign in."""

    def __init__(self, host: str, port: int) -> None:
        self.address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        within = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host)  # noqa: S104 - every address; ask ourselves
        self.asked = f"http://{within}:{port}" if within else self.address
        self.until = time.monotonic() + READY_SECONDS
        self.said = False

    def tick(self) -> None:
        if self.said or time.monotonic() > self.until:
            return
        name = settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost")
        request = Request(f"{self.asked}/healthz", headers={"Host": name})  # noqa: S310 - our own address
        try:
            with urlopen(request, timeout=0.5) as answer:  # noqa: S310
                self.said = answer.status == 200
        except (URLError, OSError):
            return
        if self.said:
            sys.stdout.write(welcome(self.address, Path(settings.DINH_HOME) / "demo.json"))
            sys.stdout.flush()


def welcome(address: str, demo: Path) -> str:
    """Return what is printed when the node is ready: the address, and for a demonstration who may sign in."""
    lines = [f"dinh is ready: {address}/vi/  (Ctrl-C stops it; the data are in {settings.DINH_HOME})"]
    if demo.exists():
        told = json.loads(demo.read_text())
        lines.append("")
        lines.append(str(told.get("title", "Demonstration: all people and dossiers are synthetic.")))
        for person in told.get("accounts", []):
            lines.append("  " + "  ".join(str(value) for value in person.values()))
        lines += [str(line) for line in told.get("notes", [])]
    return "\n".join(lines) + "\n"
