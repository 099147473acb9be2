"""What a backup or a restore leaves when the machine goes off meanwhile, and what is done about it."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from dinh.lib.errors import Refused


def restore_mark() -> Path:
    """Return the file that stands in the home while a restore puts things in their places."""
    return Path(settings.DINH_HOME) / "restore.unfinished"


def refuse_half_restored() -> None:
    """Raise Refused where a restore was cut off: database, papers and keys may be of two nodes."""
    if restore_mark().exists():
        raise Refused(
            "restore.cut_off",
            f"A restore into {settings.DINH_HOME} was cut off. Give the same `dinh restore` again; what was here "
            f"before it is in {settings.DINH_HOME}/before_restore_…, or as a schema of that name in PostgreSQL.",
        )


@contextmanager
def working_folder(what: str) -> Iterator[Path]:
    """Give a folder in the home that goes afterwards; one that a killed command left goes first.

    Raises Refused when another command does the same in this home.
    """
    home = Path(settings.DINH_HOME)
    with (home / f"{what}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(
                f"{what}.already_running", f"Another `dinh {what}` is at work in {home}. Wait for it."
            ) from None
        forget(what)
        with tempfile.TemporaryDirectory(dir=home, prefix=_prefix(what)) as folder:
            yield Path(folder)


def forget(what: str) -> None:
    """Remove the folders of commands that were killed: they hold a copy of the database in the clear."""
    for left in leftovers(what):
        shutil.rmtree(left)


def leftovers(what: str) -> list[Path]:
    """Return the folders in which such a command works or was killed."""
    return sorted(Path(settings.DINH_HOME).glob(f"{_prefix(what)}*"))


def _prefix(what: str) -> str:
    return f".working-{what}-"


def write(path: Path, text: str) -> None:
    """Write a mark, safe on the disk when this returns."""
    draft = path.with_suffix(".draft")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
