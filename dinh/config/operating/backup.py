"""`dinh backup`: one encrypted file with the database, the papers, `heads.log` and, apart, the keys."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

import dinh
from dinh.config.operating import cut_off, database, recovery, sealed_parts
from dinh.journal import heads

DATA, KEYS = "data", "keys"
FORMAT = 1
Tell = Callable[[str, int, int], None]


def make(destination: Path, at: datetime, tell: Tell = lambda what, done, total: None) -> Path:
    """Write a backup and return its file; the node may run meanwhile.

    destination  a file, or a folder in which the file is named by node and time
    tell         progress: (what, done, total)

    The file appears under its name only when it is whole. Raises Refused when
    there is no recovery key.
    """
    cut_off.refuse_half_restored()
    public = recovery.public()
    name = f"dinh-{settings.DINH_NODE}-{at:%Y%m%d-%H%M%S}.dinhbak"
    target = destination / name if destination.is_dir() else destination
    draft = target.with_name(f".{target.name}.incoming")
    with cut_off.working_folder("backup") as folder:
        for left in target.parent.glob(f".dinh-{settings.DINH_NODE}-*.dinhbak.incoming"):
            left.unlink()  # of a backup that was killed
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                _write(file, public, at, folder, tell)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    return target


def _write(file: BinaryIO, public: EllipticCurvePublicKey, at: datetime, folder: Path, tell: Tell) -> None:
    keys, bound = sealed_parts.begin(file, public, about(at), (DATA, KEYS))
    with _part(file, keys[DATA], bound) as archive:
        _add_data(archive, folder, tell)
    with _part(file, keys[KEYS], bound) as archive:
        _add_tree(archive, Path(settings.DINH_HOME) / "keys", "keys", tell)
    sealed_parts.fsync(file)


def about(at: datetime) -> dict[str, Any]:
    """Return what a backup says of itself in the clear: nothing of any person."""
    return {
        "format": FORMAT,
        "release": dinh.__version__,
        "node": settings.DINH_NODE,
        "engine": connection.vendor,
        "made_at": at.isoformat(),
        "migrations": sorted(
            f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
        ),
    }


@contextmanager
def _part(file: BinaryIO, key: bytes, bound: bytes) -> Iterator[tarfile.TarFile]:
    writer = sealed_parts.PartWriter(file, key, bound)
    with tarfile.open(fileobj=writer, mode="w|", bufsize=sealed_parts.CHUNK) as archive:
        yield archive
    writer.close()


def _add_data(archive: tarfile.TarFile, folder: Path, tell: Tell) -> None:
    # heads.log before the database: of the two, the log may be the older one, because a
    # sealer completes it. Papers after: every paper that the copy names is there by then.
    if heads.path().exists():
        with heads.path().open("rb") as log:
            member = tarfile.TarInfo("heads.log")
            member.size, member.mode = os.fstat(log.fileno()).st_size, 0o600  # what is added later stays out
            archive.addfile(member, log)
    tell("database", 0, 1)
    copy = folder / database.file_name()
    database.copy_to(copy)
    archive.add(copy, arcname=copy.name)
    tell("database", 1, 1)
    _add_tree(archive, Path(settings.DINH_HOME) / "blobs", "blobs", tell)
    told = Path(settings.DINH_HOME) / "demo.json"
    if told.exists():
        archive.add(told, arcname="demo.json")


def _add_tree(archive: tarfile.TarFile, root: Path, name: str, tell: Tell) -> None:
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))
    for count, path in enumerate(files, start=1):
        with suppress(FileNotFoundError):  # thrown away with its draft meanwhile
            archive.add(path, arcname=f"{name}/{path.relative_to(root)}", recursive=False)
        tell("papers" if name == "blobs" else name, count, len(files))
