"""Opening what a phone sent: the envelope, the frame, the body. What cannot be read says why, and is lost to nobody."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from dinh.lib.errors import Refused
from dinh.outreach import sealing
from dinh.outreach.actions import keeping
from dinh.outreach.actions.judging import id_of, number_of
from dinh.outreach.models import Device
from dinh.outreach.rules.kinds import Body, Plain, digest_of, frame_of, read_body, read_json
from dinh.outreach.rules.reasons import Unacceptable


@dataclass(frozen=True)
class Coming:
    """One operation as it arrived: what could be read of it."""

    op_id: UUID | None
    seq: int | None
    # As it is to be kept, but for numbers in it; of what could not be read its envelope.
    raw: Mapping[str, Any]
    digest: str
    holds_number: bool = False
    frame: Plain | None = None
    body: Body | None = None
    wrong: Refused | None = None


def opened(envelope: Mapping[str, Any], device: Device) -> Coming:
    """Open an envelope and read the operation in it."""
    op_id, seq = id_of(envelope.get("op_id")), number_of(envelope.get("seq"))
    try:
        plain = sealing.open_envelope(envelope, bytes(device.public))
    except Refused as refused:
        shut, code = _shut(envelope), refused.code.removeprefix("outreach.")
        return Coming(op_id, seq, _in_base64("envelope", shut), digest_of(shut), wrong=Unacceptable(code))
    coming = read(plain, op_id, seq, device)
    if coming.frame is None:  # what it says stays sealed: there may be a number in it
        return replace(coming, raw=_in_base64("envelope", _shut(envelope)))
    return coming


def _shut(envelope: Mapping[str, Any]) -> bytes:
    return json.dumps(envelope, sort_keys=True).encode()


def _in_base64(name: str, content: bytes) -> dict[str, str]:
    return {name: base64.b64encode(content).decode()}  # signs that no database takes may be among it


def read(plain: bytes, op_id: UUID | None, seq: int | None, device: Device) -> Coming:
    """Read an operation; what its envelope said of it must be true."""
    unread = Coming(op_id, seq, _in_base64("bytes", plain), digest_of(plain))
    try:
        raw = read_json(plain)
        frame = frame_of(raw)
    except Refused as wrong:
        return replace(unread, wrong=wrong)
    if frame.device != device.pk or (op_id, seq) not in {(None, None), (frame.op_id, frame.seq)}:
        return replace(unread, wrong=Unacceptable("sealed_wrong"))
    number = keeping.holds_number(raw)
    digest = keeping.keyed_digest(plain) if number else unread.digest
    here = Coming(frame.op_id, frame.seq, raw, digest, number, frame)
    try:
        return replace(here, body=read_body(frame))
    except Refused as wrong:
        return replace(here, wrong=wrong)
