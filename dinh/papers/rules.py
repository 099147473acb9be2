"""Pure decisions of papers: what a file is by its bytes, and the codes by which a paper is checked.

A check code has ten characters of Crockford's base 32 (no I, L, O, U): nine drawn
at random (45 bits) and one that makes the whole a code word over GF(32). Any one
wrong character, and any two that changed places, are noticed without the database.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 10
_LOOKALIKES = str.maketrans("OIL", "011", " -–—.\u00a0")

SIGNATURES: Final = (
    (b"%PDF-1.", "application/pdf"),
    (b"%PDF-2.", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
HEAD_BYTES: Final = 64  # enough to tell the kinds apart, those of sound too
EXTENSIONS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_NAMES = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}


def media_type(head: bytes) -> str | None:
    """Return the media type that the first bytes show: PDF, JPEG or PNG; None for everything else.

    The signature must stand at the very beginning: a PDF behind other bytes is
    also something else to another program.
    """
    return next((kind for signature, kind in SIGNATURES if head.startswith(signature)), None)


def name_agrees(filename: str, kind: str) -> bool:
    """Tell whether a file's name, if it promises a kind at all, promises this one."""
    _, dot, extension = filename.rpartition(".")
    return not dot or _NAMES.get(extension.lower(), kind) == kind


def make_code(draw: Callable[[int], int]) -> str:
    """Return a new check code.

    draw  gives a whole number below its argument, e.g. `secrets.randbelow`
    """
    digits = [draw(32) for _ in range(CODE_LENGTH - 1)]
    return "".join(ALPHABET[digit] for digit in (*digits, _times_alpha(_remainder(digits))))


def normalise(text: str) -> str | None:
    """Return the code that someone typed or read aloud, or None when it cannot be one.

    Case, spaces and hyphens do not matter; O is read as 0, I and L as 1.
    """
    code = text.upper().translate(_LOOKALIKES)
    if len(code) != CODE_LENGTH or any(character not in ALPHABET for character in code):
        return None
    return code if _remainder([ALPHABET.index(character) for character in code]) == 0 else None


def show_code(code: str) -> str:
    """Return the code as it is printed: two groups of five."""
    return f"{code[:5]}-{code[5:]}"


def _remainder(digits: list[int]) -> int:
    # Horner over GF(32) at alpha = x modulo x^5 + x^2 + 1. Alpha has order 31, so
    # each of the ten places has its own weight.
    total = 0
    for digit in digits:
        total = _times_alpha(total) ^ digit
    return total


def _times_alpha(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
