"""Files that telephones send ahead of the operation that names them: a drawn signature, a photo of a paper, a voice.

    $DINH_HOME/field/DEVICE/SHA256.part   what has arrived so far
    $DINH_HOME/field/DEVICE/SHA256.box    all of it, sealed as it came, until an operation refers to it

1. The name is SHA-256 of the plain file. The bytes are a box in one piece: key id (16 ASCII digits), ephemeral
   point (65), iv (12), sealed bytes; it belongs to "blob|sha256".
2. A piece goes where the last one ended; after a break the telephone is told how much is here.
3. When all is here it is opened once, to know that it is what its name says; then it stays sealed.

A telephone sends operations first and deletes its copy of a file once all of it is here. What no operation took over
goes after 90 days (`sweep`), of telephones that were taken off the list too, unless one that waits names it, or one
that was refused within those days and may come again mended.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import Refused
from dinh.outreach import sealing

HEAD = 16 + sealing.POINT + sealing.IV
NAME = re.compile(r"^[0-9a-f]{64}$")
KEPT = timedelta(days=90)  # without an operation that takes it over
PIECE_MOST = 1024 * 1024  # bytes of one request
HELD_MOST = 200 * 1024 * 1024  # bytes that one telephone may have here, waiting
TOO_LARGE = _("This file is too large. Take the photo again with fewer details.")
FULL = _("This telephone has sent too many files ahead. Send the work itself first.")
NOT_HERE = _("A part of this file is missing. It is sent again from where it ended.")


class OtherOffset(Refused):
    """A piece does not begin where the last one ended; `received` says where that is."""

    def __init__(self, received: int) -> None:
        super().__init__("outreach.other_offset", NOT_HERE)
        self.received = received


class TooLarge(Refused):
    """The file, or all files of the telephone together, are larger than what is kept."""

    status = 413


@dataclass(frozen=True)
class Kept:
    """How much of a file is here."""

    received: int
    complete: bool


def put(device: UUID, sha256: str, offset: int, piece: bytes, size: int) -> Kept:
    """Keep a piece of a file, from `offset` on; of a file that is here already, nothing.

    size  bytes of the whole box

    Raises OtherOffset, TooLarge, NotOpened ("outreach.sealed_wrong") when the last piece shows that it is not what
    its name says; then it begins anew.
    """
    if (box := _path(device, sha256, "box")).exists():
        return Kept(box.stat().st_size, complete=True)
    _check_size(device, size)
    part = _path(device, sha256, "part")
    part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as file:
        received = os.fstat(handle).st_size
        if offset != received:
            raise OtherOffset(received)
        if offset + len(piece) > size:
            raise TooLarge("outreach.too_large", TOO_LARGE)
        file.seek(offset)
        file.write(piece)
        file.flush()
        os.fsync(handle)
    if offset + len(piece) < size:
        return Kept(offset + len(piece), complete=False)
    return _finish(part, box, sha256, size)


def put_whole(device: UUID, sha256: str, box: bytes) -> Kept:
    """Keep a file that came in one piece, whatever part of it came before. Raises as `put`."""
    if not received(device, sha256).complete:
        _path(device, sha256, "part").unlink(missing_ok=True)
    return put(device, sha256, 0, box, len(box))


def received(device: UUID, sha256: str) -> Kept:
    """Return how much of a file is here."""
    for suffix in ("box", "part"):
        path = _path(device, sha256, suffix)
        if path.exists():
            return Kept(path.stat().st_size, complete=suffix == "box")
    return Kept(0, complete=False)


def find(device: UUID, sha256: str) -> bytes | None:
    """Return the plain file that a telephone sent ahead; None when it is not here, or not whole."""
    path = _path(device, sha256, "box")
    return _open(path.read_bytes(), sha256) if path.exists() else None


def forget(device: UUID, sha256: str) -> None:
    """Delete a file that an operation has taken over."""
    _path(device, sha256, "box").unlink(missing_ok=True)


def sweep(before: datetime, named: Callable[[UUID], Collection[str]]) -> int:
    """Delete files that arrived before a moment and that nothing waits for; return how many.

    named  gives the files of a telephone that some operation may still take over; asked only where something is old
    """
    gone = 0
    for place in (Path(settings.DINH_HOME) / "field").glob("*/"):
        old = [path for path in place.iterdir() if _arrived_before(path, before)]
        try:
            wanted = named(UUID(place.name)) if old else ()
        except ValueError:  # no folder of ours
            continue
        for path in old:
            if path.stem not in wanted:
                path.unlink(missing_ok=True)
                gone += 1
        with contextlib.suppress(OSError):  # something is there, or came in this moment
            place.rmdir()
    return gone


def _arrived_before(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:  # an operation took it over in this moment
        return False


def seal_file(plain: bytes, *, key_public: bytes, kid: str) -> tuple[str, bytes]:
    """Return name and sealed bytes of a file as a telephone makes them: for tests and the demonstration."""
    sha256 = hashlib.sha256(plain).hexdigest()
    box = sealing.seal_box(plain, aad=f"blob|{sha256}", key_public=key_public, kid=kid)
    parts = [sealing.unb64(box[name]) for name in ("epk", "iv", "ct")]
    return sha256, kid.encode() + b"".join(parts)


def folder(device: UUID) -> Path:
    """Return where the files of one telephone wait."""
    return Path(settings.DINH_HOME) / "field" / device.hex


def _path(device: UUID, sha256: str, suffix: str) -> Path:
    if not NAME.match(sha256):  # it becomes the name of a file
        raise sealing.NotOpened("outreach.sealed_wrong", sealing.SEALED_WRONG)
    return folder(device) / f"{sha256}.{suffix}"


def _check_size(device: UUID, size: int) -> None:
    if not HEAD + sealing.TAG <= size <= int(settings.DINH_MAX_UPLOAD_BYTES):
        raise TooLarge("outreach.too_large", TOO_LARGE)
    held = sum(path.stat().st_size for path in folder(device).glob("*"))
    if held + size > HELD_MOST:
        raise TooLarge("outreach.too_many", FULL)


def _finish(part: Path, box: Path, sha256: str, size: int) -> Kept:
    try:
        _open(part.read_bytes(), sha256)
        part.replace(box)
    except sealing.NotOpened:
        part.unlink(missing_ok=True)
        raise
    except FileNotFoundError:  # its last piece came twice at once; the other one put it in its place
        if not box.exists():
            raise OtherOffset(0) from None
    return Kept(size, complete=True)


def _open(content: bytes, sha256: str) -> bytes:
    kid = content[:16].decode("ascii", "replace")
    epk, iv, ct = content[16 : 16 + 65], content[16 + 65 : HEAD], content[HEAD:]
    plain = sealing.open_bytes(kid, epk, iv, ct, aad=f"blob|{sha256}")
    if hashlib.sha256(plain).hexdigest() != sha256:
        raise sealing.NotOpened("outreach.sealed_wrong", sealing.SEALED_WRONG)
    return plain
