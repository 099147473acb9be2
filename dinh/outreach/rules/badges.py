"""Codes of badges, and what a house is told about one.

A code has eight digits, so that it can be read out and sent by message: seven drawn at random and one that makes
the whole hold (Damm's quasigroup: any one wrong digit and any two neighbours that changed places are noticed).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum

DIGITS = 8
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_NOT_DIGITS = re.compile(r"[\s.\-–—]+")


class Verdict(StrEnum):
    """What is said of a code."""

    GENUINE = "genuine"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


def make_code(draw: Callable[[int], int]) -> str:
    """Return a new code, "4821-7730". `draw` gives a whole number below its argument."""
    digits = "".join(str(draw(10)) for _ in range(DIGITS - 1))
    return show(digits + str(_rest(digits)))


def normalise(text: str) -> str | None:
    """Return the code that somebody typed or sent, or None when it cannot be one."""
    digits = _NOT_DIGITS.sub("", text)
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()) or _rest(digits) != 0:
        return None
    return show(digits)


def code_in(message: str) -> str | None:
    """Return the first code that holds in a message such as "THE 4821-7730", or None."""
    for found in re.finditer(r"(?<!\d)\d{4}[\s.\-–—]?\d{4}(?!\d)", message):
        code = normalise(found.group())
        if code:
            return code
    return None


def show(digits: str) -> str:
    """Return eight digits as they are printed."""
    return f"{digits[:4]}-{digits[4:]}"


def verdict(*, revoked: bool, expires_on: date, active: bool, on: date) -> Verdict:
    """Return what a badge that exists is worth on a day; `active` while its holder is in a team."""
    if revoked or not active:
        return Verdict.REVOKED
    return Verdict.GENUINE if on <= expires_on else Verdict.EXPIRED


def _rest(digits: str) -> int:
    rest = 0
    for digit in digits:
        rest = int(_DAMM[rest][int(digit)])
    return rest
