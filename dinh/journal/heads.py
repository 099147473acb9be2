"""`heads.log`: the head of every seal, outside the database, and offered to a witness.

One JSON line per seal, in order, on disk before the sealer goes on; one signed
line per epoch. What was cut off the end of the database still stands here. A
witness (`DINH_WITNESS`: a file, or a folder on another medium) gets every line
too, so that neither can be cut alone.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypedDict

from django.conf import settings

from dinh.journal import keys
from dinh.journal.actions import canonical
from dinh.journal.models import Epoch, Seal, Stream

log = logging.getLogger("dinh.journal")
TAIL_BYTES = 64 * 1024


class Line(TypedDict, total=False):
    """A seal's head, or the opening of an epoch (then `opens` gives the last number of each stream)."""

    node: str
    epoch: int
    stream: str
    number: int
    last: int
    head: str
    key: str
    sig: str
    at: str
    opens: dict[str, int]
    reason: str


def path() -> Path:
    """Return where the log is: DINH_HEADS_LOG, or heads.log in the node's home."""
    given = getattr(settings, "DINH_HEADS_LOG", "") or os.environ.get("DINH_HEADS_LOG", "")
    return Path(given) if given else Path(settings.DINH_HOME) / "heads.log"


def witness() -> Path | None:
    """Return the second file that gets every line, None when no witness is set."""
    given = getattr(settings, "DINH_WITNESS", "") or os.environ.get("DINH_WITNESS", "")
    if not given:
        return None
    place = Path(given)
    return place / f"heads-{settings.DINH_NODE}.log" if place.is_dir() else place


def line_of(seal: Seal) -> Line:
    """Return the line of a seal."""
    return Line(
        node=seal.node,
        epoch=seal.epoch,
        stream=str(seal.stream),
        number=seal.number,
        last=seal.last_position,
        head=bytes(seal.head).hex(),
        key=seal.key_id,
        sig=bytes(seal.signature).hex(),
        at=seal.at.isoformat(),
    )


def epoch_line(epoch: Epoch, last_numbers: dict[str, int]) -> Line:
    """Return the signed line that opens an epoch after these seals."""
    line = Line(
        node=epoch.node,
        epoch=epoch.number,
        opens=last_numbers,
        reason=epoch.reason,
        at=epoch.opened_at.isoformat(),
    )
    line["key"], signature = keys.sign(canonical(line))
    line["sig"] = signature.hex()
    return line


def epoch_line_holds(line: Line) -> bool:
    """Return whether an epoch's line was signed by a key of this node."""
    signed = {name: value for name, value in line.items() if name not in {"key", "sig"}}
    return keys.verifies(line.get("key", ""), canonical(signed), bytes.fromhex(line.get("sig", "")))


def append(lines: Iterable[Line]) -> None:
    """Add lines to the log, safe on disk when this returns, then offer them to the witness.

    Raises OSError when the log cannot be written. A witness that cannot be
    written (a medium taken out) is logged and shown by `dinh doctor`.
    """
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    if not text:
        return
    _append(path(), text)
    second = witness()
    if second is not None:
        try:
            _append(second, text)
        except OSError:
            log.exception("journal.witness_unreachable")


def _append(target: Path, text: str) -> None:
    handle = os.open(target, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"  # a power cut in the middle of a line
        wanted = ("\n" + text if torn else text).encode()
        if os.write(handle, wanted) < len(wanted):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
        os.fsync(handle)
    finally:
        os.close(handle)


def read(target: Path | None = None, *, until: int | None = None) -> Iterator[Line]:
    """Yield the log's lines in order; a line torn by a power cut is passed over (it is written again).

    until  bytes after which to stop; the whole file when left out
    """
    target = target or path()
    if not target.exists():
        return
    seen = 0
    with target.open("rb") as file:
        for raw in file:
            seen += len(raw)
            if until is not None and seen > until:
                return
            if (line := _parse(raw)) is not None:
                yield line


def last_numbers() -> dict[str, int]:
    """Return the number of the last logged seal of each stream, 0 when there is none."""
    found = {str(stream): 0 for stream in Stream}
    if not path().exists():
        return found
    with path().open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL_BYTES))
        tail = file.read().splitlines()
    if not all(any(f'"stream":"{stream}"'.encode() in raw for raw in tail) for stream in found):
        tail = path().read_bytes().splitlines()
    for raw in tail:
        line = _parse(raw)
        if line is None or line.get("node") != settings.DINH_NODE:
            continue
        found |= line.get("opens", {})  # an epoch goes on from an earlier number
        if "head" in line:
            found[line["stream"]] = line["number"]
    return found


def _parse(raw: bytes) -> Line | None:
    try:
        line: Line = json.loads(raw)
    except ValueError:
        return None
    return line
