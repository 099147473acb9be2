"""What is kept for ever of an operation that holds a citizen number in clear: all of it but the number.

1. In a note the number is shortened to its last four digits: erased before it is kept. The digest of such an operation
   is keyed with the node's secret, for from a plain one beside the rest of the text the number would be found in an
   instant. It still tells a repeat from other content, and proves what came to who has it.
2. An answer of a request that a telephone should have sealed is sealed here, as the telephone would have done it: the
   request may wait for days, and needs its answer then.
3. What could not be read stays in its envelope, as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac

from dinh.outreach import sealing
from dinh.outreach.actions.devices_keys import sealing_key
from dinh.outreach.rules import secrets


def holds_number(raw: Mapping[str, Any]) -> bool:
    """Say whether the body of an operation holds a citizen number in clear."""
    body = raw.get("body")
    return secrets.masked(body) is not body


def keyed_digest(plain: bytes) -> str:
    """Return the digest of an operation that holds a number: 64 hexadecimal digits, of no use without the node's secret."""
    return salted_hmac("dinh.outreach.operation", plain, algorithm="sha256").hexdigest()


def without_numbers(raw: Mapping[str, Any], device: UUID, at: datetime) -> dict[str, Any]:
    """Return an operation as it is kept: the answers of a request sealed, other numbers shortened."""
    body = dict(raw["body"])
    if raw.get("kind") == "filing" and isinstance(body.get("answers"), dict):
        body |= _sealed(body, device, at)
    return {**raw, "body": secrets.masked(body)}


def _sealed(body: Mapping[str, Any], device: UUID, at: datetime) -> dict[str, Any]:
    clear = {
        name: value
        for name, value in body["answers"].items()
        if isinstance(value, str) and secrets.masked(value, name) is not value
    }
    if not clear:
        return {}
    key = sealing_key(at)
    boxes = {
        name: sealing.seal_box(
            value.encode(), aad=f"field|{name}|{device}", key_public=bytes(key.public), kid=key.id
        )
        for name, value in clear.items()
    }
    rest = {name: value for name, value in body["answers"].items() if name not in clear}
    return {"answers": rest, "sealed": {**(body.get("sealed") or {}), **boxes}}
