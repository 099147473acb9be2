"""`dinh backup`, `restore`, `upgrade` and `doctor`: the operator's words; the work is in `operating/`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from dinh.lib.errors import Refused

if TYPE_CHECKING:
    from rich.console import Console


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the four commands."""
    backup = subparsers.add_parser(
        "backup", help="write an encrypted copy of everything, while the node runs"
    )
    backup.add_argument(
        "destination", nargs="?", type=Path, metavar="DEST", help="a file, or a folder to put it in"
    )
    backup.add_argument(
        "--new-recovery-key", type=Path, metavar="FILE",
        help="make the key that reads backups; FILE is its only copy: keep it away from this machine",
    )  # fmt: skip
    backup.set_defaults(run=_backup)

    restore = subparsers.add_parser("restore", help="bring a backup back into this home, in a new epoch")
    restore.add_argument("source", type=Path, metavar="SRC", help="the backup's file")
    restore.add_argument(
        "--recovery-key", type=Path, required=True, metavar="FILE", help="the private recovery key"
    )
    restore.add_argument("--replace", action="store_true", help="put aside what this home has")
    restore.set_defaults(run=_restore)

    upgrade = subparsers.add_parser("upgrade", help="bring the data to this release; undone when it fails")
    upgrade.set_defaults(run=_upgrade)

    doctor = subparsers.add_parser("doctor", help="examine the node; exit 1 when something is wrong")
    doctor.add_argument("--json", action="store_true", help="answer for machines")
    doctor.set_defaults(run=_doctor)


def _backup(arguments: argparse.Namespace) -> int:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from dinh.config.operating import backup, recovery

    if arguments.new_recovery_key is None and arguments.destination is None:
        raise Refused("backup.no_destination", "Say where to: `dinh backup DEST`.")
    if arguments.new_recovery_key is not None:
        name = recovery.make(arguments.new_recovery_key)
        sys.stdout.write(
            f"The recovery key {name} is in {arguments.new_recovery_key}. Move it to a medium that is kept apart "
            "(and a second one): whoever loses it has lost every backup.\n"
        )
    if arguments.destination is None:
        return 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=_console(), transient=True) as bars:
        tasks = {name: bars.add_task(name, total=None) for name in ("database", "papers", "keys")}
        made = backup.make(
            arguments.destination,
            timezone.now(),
            lambda what, done, total: bars.update(tasks[what], completed=done, total=total),
        )
    sys.stdout.write(f"{made} ({made.stat().st_size / 1024**2:.1f} MB)\n")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from dinh.config.operating.restore import restore
    from dinh.journal.commands import sentence

    with _node_at_rest(), _telling() as tell:
        restored = restore(
            arguments.source, arguments.recovery_key, timezone.now(), replace=arguments.replace, tell=tell
        )
    report = restored.report
    sys.stdout.write(
        f"Restored the backup of {restored.made_at}: {report.entries:,} entries, epoch {restored.epoch} is open.\n"
    )
    if restored.aside:
        sys.stdout.write(f"What was here is in {restored.aside}; remove it when you do not need it.\n")
    for fault in report.faults:
        sys.stdout.write(f"BROKEN {sentence(fault)}\n")
    return 0 if report.ok else 1


def _upgrade(arguments: argparse.Namespace) -> int:
    with _node_at_rest():
        code = run_upgrade()
    sys.stdout.write("Start the node with `dinh run`.\n")
    return code


def run_upgrade() -> int:
    """Bring the data to this release and say what was done; the caller holds the home's lock."""
    from dinh.config.operating.upgrade import upgrade

    with _telling() as tell:
        done = upgrade(timezone.now(), tell)
    sys.stdout.write(f"Upgraded: {', '.join(done) or 'there was nothing to do'}.\n")
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from dinh.config.operating.doctor import examine

    findings = examine(timezone.now())
    well = all(finding.state != "fault" for finding in findings)
    if arguments.json:
        told = {"ok": well, "findings": [dataclasses.asdict(finding) for finding in findings]}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return 0 if well else 1
    signs = {"ok": "ok     ", "warning": "WARNING", "fault": "FAULT  "}
    for finding in findings:
        sys.stdout.write(f"{signs[finding.state]}  {finding.about:<10}  {finding.sentence}\n")
    return 0 if well else 1


@contextmanager
def _node_at_rest() -> Iterator[None]:
    """Hold the home's lock, so that no node runs or starts meanwhile. Raises Refused when one runs."""
    from dinh.config.lock import only_one

    lock = only_one()
    try:
        yield
    finally:
        os.close(lock)


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    with _console().status("") as status:
        yield lambda what: status.update(f"{what[:1].upper()}{what[1:]}…")


def _console() -> Console:
    from rich.console import Console

    return Console(stderr=True)
