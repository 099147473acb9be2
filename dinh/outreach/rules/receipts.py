"""The receipt code of an operation: known to the phone before anything is sent, and to the house on its slip.

SHA-256 of the operation's id in its usual writing (36 signs, lower case, UTF-8); the first 40 bits, five by
five, as Crockford's base 32: "K7M2-9QXT". Golden examples: `outreach/tests/golden/receipts.json`, passed by the
phone's script too.
"""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def receipt_of(op_id: UUID | str) -> str:
    """Return the receipt code of an operation, "K7M2-9QXT". Raises ValueError for what is no UUID."""
    bits = int.from_bytes(sha256(str(UUID(str(op_id))).encode()).digest()[:5], "big")
    signs = "".join(CROCKFORD[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"{signs[:4]}-{signs[4:]}"


def clean_receipt(typed: str) -> str:
    """Return a code as it was read out or typed in the way it is kept; "" when it cannot be one."""
    signs = "".join(sign for sign in typed.upper().translate(_MISREAD) if sign.isalnum())
    if len(signs) != 8 or any(sign not in CROCKFORD for sign in signs):
        return ""
    return f"{signs[:4]}-{signs[4:]}"
