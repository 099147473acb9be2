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
    "dinh.config.demo",
    "dinh.catalogue.commands",
    "dinh.directory.commands",
    "dinh.journal.commands",
    "dinh.population.commands",
    "dinh.registers.commands",
    "dinh.verification.commands",
    "dinh.outreach.commands",
    "dinh.indicators.commands",
    "dinh.config.operate",
)


def parser() -> argparse.ArgumentParser:
    """Return the parser with every part's commands."""
    import dinh

    root = argparse.ArgumentParser(
        prog="dinh",
        description="The digital house of a commune.",
        epilog="Data live in DINH_HOME (default: ./var). `dinh COMMAND --help` tells more.",
    )
    root.add_argument("--version", action="version", version=f"dinh {dinh.__version__}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for part in PARTS:
        importlib.import_module(part).add_commands(commands)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 when it did what it says, 1 when it refused, 2 for wrong words."""
    os.umask(0o077)  # what the node writes is for its own account alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError

    try:
        django.setup()
        arguments = parser().parse_args(argv)
        return int(arguments.run(arguments) or 0)
    except Invalid as refused:
        for fault in refused.faults:
            sys.stderr.write(f"{fault.path}: {fault.message}\n")
        return 1
    except DinhError as error:
        sys.stderr.write(f"{error.message or error} [{error.code}]\n")
        return 1
    except ImproperlyConfigured as wrong:
        sys.stderr.write(f"{wrong} [settings]\n")
        return 1
    except OperationalError as away:
        sys.stderr.write(f"The database refused: {str(away).strip()}. See `dinh doctor`. [database]\n")
        return 1
    except OSError as error:
        if error.filename is None:  # not a file that somebody named or lacks: a fault of ours
            raise
        sys.stderr.write(
            f"{error.filename}: {error.strerror}. See DINH_HOME and who may write there. [disk]\n"
        )
        return 1
    except KeyboardInterrupt:
        return 130
