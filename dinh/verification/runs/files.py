"""Where what a verification reads and writes stands: under the node's home, whole files only, for as long as they are needed.

    verification/population.parquet          everybody, with the engine's key file beside it
    verification/communes.csv                former and present communes
    verification/REGISTER-UNIT/current.json  which answer the tables hold
    verification/REGISTER-UNIT/SUBMISSION/   what was given, register.parquet, out.parquet (.json, .state), loaded.parquet

Everything here can be made again from the database: it is not part of a backup.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import Refused
from dinh.verification.models import Submission

KEPT = 2  # answers of a register in a unit
FILES_KEPT = timedelta(days=7)  # answers of files that were handed in
LEFT_AFTER = timedelta(days=1)
ROOM = 256 << 20  # bytes that stay free for the rest of the node
ENDINGS = frozenset({".csv", ".txt", ".parquet"})

NO_ROOM = _(
    "The disk is too full for this verification: it needs %(needed)s MB beside the node's data, and %(free)s MB are free. "
    "Free some space and start it again; nothing was changed."
)
ENDING = _("Hand in the file as CSV (UTF-8) or Parquet.")


class NoRoom(Refused):
    """The disk is too small; with more of it, the same verification succeeds."""

    status = 507


def root() -> Path:
    """Return the folder of all verifications, made when it is not there."""
    return _made(Path(settings.DINH_HOME) / "verification")


def population() -> Path:
    """Return where the population stands for the engine."""
    return root() / "population.parquet"


def communes() -> Path:
    """Return where former and present communes stand for the engine."""
    return root() / "communes.csv"


def folder_of(register: str, unit: UUID) -> Path:
    """Return the folder of a register in a unit."""
    return _made(root() / f"{register}-{unit.hex}")


def folder(row: Submission) -> Path:
    """Return the folder of one verification."""
    return _made(folder_of(row.register, row.unit_id) / str(row.pk))


def answer(row: Submission) -> Path:
    """Return where the engine's answer of a verification stands, or will."""
    return folder_of(row.register, row.unit_id) / str(row.pk) / "out.parquet"


def keep_given(row: Submission, path: Path) -> Path:
    """Copy a file that was handed in to where the worker finds it. Raises Refused for another format, NoRoom."""
    ending = Path(row.filename or path.name).suffix.lower()
    if ending not in ENDINGS:
        raise Refused("verification.ending", ENDING, filename=ending)
    require_room(path.stat().st_size)
    target = folder(row) / f"given{ending}"
    draft = target.with_suffix(".part")
    shutil.copyfile(path, draft)
    os.replace(draft, target)
    return target


def given(row: Submission) -> Path | None:
    """Return the file that was handed in; None when it is not there any more."""
    return next(iter(sorted(folder(row).glob("given.*"))), None)


def require_room(needed: int) -> None:
    """Raise NoRoom unless so many bytes, and some for the rest of the node, are free."""
    free = shutil.disk_usage(root()).free
    if free < needed + ROOM:
        sizes = {"needed": (needed + ROOM) >> 20, "free": free >> 20}
        raise NoRoom("verification.no_room", NO_ROOM % sizes, **sizes)


def current(register: str, unit: UUID) -> UUID | None:
    """Return the verification whose answer the tables hold in full; None when that is not known."""
    path = folder_of(register, unit) / "current.json"
    try:
        return UUID(json.loads(path.read_text())["submission"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def set_current(register: str, unit: UUID, submission: UUID | None) -> None:
    """Keep whose answer the tables hold; None while they are being changed."""
    path = folder_of(register, unit) / "current.json"
    if submission is None:
        path.unlink(missing_ok=True)
        return
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps({"submission": str(submission)}))
    os.replace(draft, path)


def digest(path: Path) -> str:
    """Return the SHA-256 digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def clear(register: str, unit: UUID, at: datetime) -> None:
    """Remove what older verifications left: of records all but the last two answers, of failed ones everything.

    A file that was handed in and its answer are the agency's: they stay for some days, then they go.
    """
    own = folder_of(register, unit)
    ids = {one.name for one in own.iterdir() if one.is_dir() and not one.name.startswith(".")}
    mine = Submission.objects.filter(register=register, unit=unit)
    done = mine.filter(state=Submission.State.DONE)
    records = done.filter(source=Submission.Source.RECORDS).order_by("-finished_at", "-pk")[:KEPT]
    handed_in = done.filter(source=Submission.Source.FILE, finished_at__gt=at - FILES_KEPT)
    kept = {one.pk for one in (*mine.filter(state__in=("waiting", "running")), *records, *handed_in)}
    known = {str(pk) for pk in mine.values_list("pk", flat=True)}
    for name in ids - {str(pk) for pk in kept}:
        # A file that is being handed in at this moment lies here before its submission is there to be read.
        if name in known or _left_alone(own / name, at):
            shutil.rmtree(own / name, ignore_errors=True)


def clear_all(at: datetime) -> None:
    """Remove what older verifications left, of all registers, and what was in the making when somebody was killed."""
    for register, unit in Submission.objects.order_by().values_list("register", "unit").distinct():
        clear(register, unit, at)
    for path in root().iterdir():
        if path.name.startswith((".", "tmp")) and _left_alone(path, at):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _left_alone(path: Path, at: datetime) -> bool:
    """Tell whether nothing was written to a file, or put into a folder, for a day."""
    return path.stat().st_mtime < (at - LEFT_AFTER).timestamp()


def _made(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
