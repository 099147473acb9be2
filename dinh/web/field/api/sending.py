"""What telephones hand in: operations, files, and the work of a telephone that cannot reach the node itself."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dinh.outreach import carried, exported
from dinh.outreach.actions import devices, settling
from dinh.outreach.actions.handing_in import hand_in
from dinh.outreach.actions.intake import take_operations
from dinh.web.field.api.shapes import Ops
from dinh.web.field.api.wire import TOO_MUCH, Call, WireError, endpoint

NO_LENGTH = _("The app did not say how long the file is. Update the app.")
SEALED_PACKED = 8 * 1024 * 1024


@endpoint("POST", revoked=True)
def ops(call: Call) -> dict[str, Any]:
    """Take in a batch: each operation is answered alone, whatever became of the others."""
    batch = call.read(Ops).ops
    results = take_operations(device=call.known, envelopes=batch, at=call.at, carried_by=None)
    devices.touch(call.known, timezone.now())
    return {"results": results}


@endpoint("POST")
def sealed(call: Call) -> dict[str, Any]:
    """Take in a file that another telephone exported; this one only carries it."""
    given = call.read(exported.Exported, SEALED_PACKED, exported.MOST_BYTES)
    maker = exported.maker_of(given.device)
    carrier = None if maker.pk == call.known.pk else call.known
    done = hand_in(given=given, maker=maker, carried_by=carrier, at=call.at)
    return {"results": done.results, "left": done.left}


@endpoint("PUT", "GET", "HEAD", revoked=True)
def blob(call: Call, sha256: str) -> dict[str, Any]:
    """Keep a piece of a file, or say how much of it is here."""
    device = call.known
    if call.request.method != "PUT":
        return _told(carried.received(device.pk, sha256))
    size, offset = call.request.headers.get("Upload-Length", ""), call.request.GET.get("offset", "0")
    if not (_whole(size) and _whole(offset)):
        raise WireError(400, "not_understood", NO_LENGTH, "update_app")
    piece = call.request.read(carried.PIECE_MOST + 1)
    if len(piece) > carried.PIECE_MOST:
        raise WireError(413, "too_many", TOO_MUCH, "smaller")
    try:
        kept = carried.put(device.pk, sha256, int(offset), piece, int(size))
    except carried.OtherOffset as other:
        raise WireError(409, "other_offset", other.message, "again", received=other.received) from other
    if kept.complete:
        settling.release(device, (), at=call.at)  # a filing that waited for this photo goes on
    return _told(kept)


def _told(kept: carried.Kept) -> dict[str, Any]:
    return {"received": kept.received, "complete": kept.complete}


def _whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 12
