"""Files by content, under `$DINH_HOME/blobs/ab/<sha256>`.

A file is written beside its place, flushed to the disk and then renamed: either
all of it is there under its name, or nothing. What it is, is found from its bytes.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import Fault, Invalid, NotFound, Refused
from dinh.lib.sizes import show_size
from dinh.papers import rules
from dinh.papers.models import Blob

NOT_WHAT_IT_SAYS = _(
    "This file is not a PDF, a JPEG or a PNG, or its name says something else. Scan or photograph the paper again."
)
TOO_LARGE = _("This file is too large. Send a file of at most %(size)s, for example a smaller photo.")
DISK_FULL = _(
    "The file could not be kept: our machine has no room left. Nothing else was lost. Please try later."
)
GONE = _("This file is not here.")


def keep(
    data: bytes | Iterable[bytes],
    at: datetime,
    *,
    filename: str = "",
    most: int = 0,
    kinds: Callable[[bytes], str | None] = rules.media_type,
) -> Blob:
    """Store a file and return its row; the same content is stored once.

    data      all bytes, or pieces that are read until the limit is passed and no further
    filename  when given, its extension must agree with the bytes
    most      bytes it may have; 0 for settings.DINH_MAX_UPLOAD_BYTES
    kinds     tells from the first bytes what it is; others than papers are kept where a caller asks for them

    Raises Invalid ("papers.too_large" beyond that,
    "papers.not_what_it_says" for what `kinds` does not know: unless PDF, JPEG or PNG), Refused ("papers.disk_full").
    """
    pieces = iter((data,) if isinstance(data, bytes) else data)
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".incoming-")
        with os.fdopen(handle, "wb") as file:
            sha256, size, kind = _copy(pieces, file, filename, most or settings.DINH_MAX_UPLOAD_BYTES, kinds)
            file.flush()
            os.fsync(file.fileno())
        with _not_while(fcntl.LOCK_SH):
            _put_in_place(Path(name), path_of(sha256))
            defaults = {"size_bytes": size, "media_type": kind, "created_at": at}
            blob, _created = Blob.objects.get_or_create(sha256=sha256, defaults=defaults)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise Refused("papers.disk_full", DISK_FULL) from error
    finally:
        if "name" in locals():
            Path(name).unlink(missing_ok=True)
    return blob


def forget(sha256: str) -> None:
    """Throw away a file that no row names any more, at the end of the transaction; one that is named stays."""
    try:
        with transaction.atomic():
            Blob.objects.filter(pk=sha256).delete()
    except (ProtectedError, IntegrityError):
        return
    transaction.on_commit(lambda: _remove(sha256))


def _remove(sha256: str) -> None:
    with _not_while(fcntl.LOCK_EX):
        if not Blob.objects.filter(pk=sha256).exists():
            path_of(sha256).unlink(missing_ok=True)


@contextmanager
def _not_while(kind: int) -> Iterator[None]:
    """Hold the lock of the folder: no file goes between being put in its place and being named by its row."""
    lock = os.open(_folder(), os.O_RDONLY)
    try:
        fcntl.flock(lock, kind)
        yield
    finally:
        os.close(lock)


def path_of(sha256: str) -> Path:
    """Return where the file with this digest lies."""
    return _folder() / sha256[:2] / sha256


def open_blob(sha256: str) -> BinaryIO:
    """Return the file, open for reading. Raises NotFound."""
    try:
        return path_of(sha256).open("rb")
    except FileNotFoundError as error:
        raise NotFound("papers.no_blob", GONE, blob=sha256) from error


def _folder() -> Path:
    return Path(settings.DINH_HOME) / "blobs"


def _copy(
    pieces: Iterator[bytes], file: BinaryIO, filename: str, most: int, kinds: Callable[[bytes], str | None]
) -> tuple[str, int, str]:
    digest, size, head, kind = hashlib.sha256(), 0, b"", None
    for piece in pieces:
        size += len(piece)
        if size > most:
            message = TOO_LARGE % {"size": show_size(most, get_language() or "vi")}
            raise _refuse("papers.too_large", message)
        if kind is None:
            head += piece[: rules.HEAD_BYTES]
            kind = kinds(head)
            if kind is None and len(head) >= rules.HEAD_BYTES:
                break
        digest.update(piece)
        file.write(piece)
    if kind is None or not rules.name_agrees(filename, kind):
        raise _refuse("papers.not_what_it_says", NOT_WHAT_IT_SAYS)
    return digest.hexdigest(), size, kind


def _refuse(code: str, message: object) -> Invalid:
    return Invalid(code, [Fault("file", code, message)], message)


def _put_in_place(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True, mode=0o700)
    source.replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)  # the name, too, must survive a power cut
    finally:
        os.close(directory)
