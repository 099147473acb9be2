"""The file that a telephone exports when it cannot send its work itself: envelopes and photos, sealed to the node's key.

Whoever carries it can neither read nor change it; who made each operation is known by its signature.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dinh.lib.errors import Refused
from dinh.outreach.models import Device

MOST = (
    5000  # operations that are taken in at once; of a larger file the rest comes when it is handed in again
)
MOST_FILES = 200  # photos and drawn signatures; what does not fit stays on the telephone
MOST_BYTES = 16 * 1024 * 1024  # unpacked
NOT_A_FILE = _("This is not a file of unsent work. Choose the file that the telephone saved.")
OTHER_NODE = _("This file was made by a telephone that is not known here. Hand it in at its own commune.")
TOO_LARGE = _("This file is too large. Export the work in smaller parts.")


class NotExported(Refused):
    """What was handed in is no file of unsent work, or of another node."""

    status = 422


class File(BaseModel):
    """A photo or a drawn signature, sealed as the telephone would send it (`carried`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    box: str  # base64url


class Exported(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    v: Literal[1]
    device: UUID
    made_at: datetime
    envelopes: list[dict[str, Any]]
    files: list[File] = Field(default_factory=list, max_length=MOST_FILES)


def read(content: bytes) -> Exported:
    """Return what is in a file, plain or packed with gzip. Raises NotExported."""
    plain = _unpacked(content) if content[:2] == b"\x1f\x8b" else content
    if len(plain) > MOST_BYTES:
        raise NotExported("outreach.too_large", TOO_LARGE)
    try:
        return Exported.model_validate_json(plain)
    except ValidationError as wrong:
        raise NotExported("outreach.not_exported", NOT_A_FILE) from wrong


def maker_of(device: UUID) -> Device:
    """Return the telephone that made a file. Raises NotExported when it is none of this node's."""
    found = Device.objects.select_related("account").filter(pk=device).first()
    if found is None:
        raise NotExported("outreach.device_unknown", OTHER_NODE)
    return found


def states_of(results: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many operations ended in which state."""
    found: dict[str, int] = {}
    for one in results:
        found[str(one["state"])] = found.get(str(one["state"]), 0) + 1
    return found


def _unpacked(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        return unpacker.decompress(content, MOST_BYTES + 1)
    except zlib.error as wrong:
        raise NotExported("outreach.not_exported", NOT_A_FILE) from wrong
