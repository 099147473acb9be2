"""The `dinh` command: each package brings its own part in `commands.py`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from dinh.lib.errors import DinhError, Invalid

PARTS = (
    "dinh.config.run",
    "dinh.catalogue.commands",
    "dinh.journal.commands",
    "dinh.directory.commands",
    "dinh.config.operate",
    "dinh.config.demo",
)


def parser() -> argparse.ArgumentParser:
    """Return the parser with every part's commands."""
    root = argparse.ArgumentParser(prog="dinh", description="The digital house of a commune.")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for part in PARTS:
        importlib.import_module(part).add_commands(commands)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 when it did what it says, 1 when it refused, 2 for wrong words."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")
    import django

    django.setup()
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments) or 0)
    except Invalid as refused:
        for fault in refused.faults:
            print(f"{fault.path}: {fault.message}", file=sys.stderr)  # noqa: T201
        return 1
    except DinhError as error:
        print(f"{error.message or error} [{error.code}]", file=sys.stderr)  # noqa: T201
        return 1
