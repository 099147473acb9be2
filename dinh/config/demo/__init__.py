"""`dinh demo NAME`: build a demonstration commune from a scenario of the catalogue.

A build that was cut off leaves a mark; the next one begins again from nothing, so that
half a commune is never served.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from dinh.lib.errors import Refused

BUILDING = "demo.building"


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `dinh demo`."""
    demo = subparsers.add_parser(
        "demo",
        help="build a demonstration commune: synthetic people, real places and procedures",
        epilog="Example: DINH_DEMO=1 DINH_HOME=/tmp/demo dinh demo coc_san, then `dinh run` with the same two.",
    )
    demo.add_argument("name", help="a scenario of the catalogue, e.g. coc_san")
    demo.add_argument(
        "--once", action="store_true", help="do nothing when the home already has a demonstration"
    )
    demo.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from dinh.config.lock import only_one

    if not settings.DINH_DEMO:
        raise Refused("demo.not_allowed", "A demonstration is built only where DINH_DEMO=1.")
    lock = only_one()
    try:
        return _build_once(arguments)
    finally:
        os.close(lock)


def _build_once(arguments: argparse.Namespace) -> int:
    from dinh.config.demo import build

    home = Path(settings.DINH_HOME)
    if (home / build.DONE).exists():
        if arguments.once:
            return 0
        raise Refused("demo.exists", f"{home} has a demonstration already; name another home with DINH_HOME.")
    if (home / BUILDING).exists():
        _forget(home)
    _refuse_real_data()
    _build(arguments.name, home)
    return 0


def _build(name: str, home: Path) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    from dinh.catalogue import store
    from dinh.config.demo import build
    from dinh.config.run import prepare

    if name not in store.get().scenarios:
        known = ", ".join(sorted(store.get().scenarios))
        raise Refused("demo.unknown", f"There is no scenario {name!r}; there are: {known}.")
    home.mkdir(parents=True, exist_ok=True)
    prepare()
    (home / BUILDING).touch()
    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        told = build.build(name, timezone.now(), tell)
    build.write_told(told)
    (home / BUILDING).unlink()


def _refuse_real_data() -> None:
    """Stop before a home that has people is filled with synthetic ones."""
    tables = connection.introspection.table_names()
    if "population_person" in tables:
        from dinh.population.models import Person

        if Person.objects.exists():
            raise Refused("demo.home_in_use", "This home has people already; name another with DINH_HOME.")


def _forget(home: Path) -> None:
    """Remove what a build that was cut off left behind."""
    connection.close()
    if connection.vendor != "sqlite":
        raise Refused(
            "demo.half_built", "the last build was cut off: give an empty database, and remove demo.building"
        )
    for name in ("dinh.sqlite3", "dinh.sqlite3-wal", "dinh.sqlite3-shm", "init.json", "heads.log", BUILDING):
        (home / name).unlink(missing_ok=True)
    shutil.rmtree(home / "blobs", ignore_errors=True)
