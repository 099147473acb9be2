"""What a volunteer must not write down: a citizen number in a note. Where one is needed, its field seals it.

A note that holds one is refused, and what is kept of it for ever is shortened to the last four digits (`masked`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dinh.outreach.rules.kinds import Body, Correction, Facts, Filing

# Twelve digits, also in groups; what is longer or shorter is a telephone, an amount, an account.
_NUMBER = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){11}(?![ .\-]?\d)")
_OLD_NUMBER = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){8,11}(?![ .\-]?\d)")  # told from others by its field alone
_ID = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # of a file, of a row
FREE_TEXT = ("note", "words", "place", "delivery_note", "reason", "name", "full_name", "slip")
MASK = "•••• "


def holds_number(text: str) -> bool:
    """Say whether a text holds what looks like a citizen number."""
    return _NUMBER.search(text) is not None and _ID.fullmatch(text) is None


def written_in(body: Body) -> list[str]:
    """Return the paths of the free texts of an operation that hold what looks like a citizen number."""
    return [path for path, text in _texts(body) if holds_number(text)]


def masked(value: Any, name: str = "") -> Any:
    """Return JSON values with each citizen number shortened to its last four digits; the very same when there is none.

    name  of the field that holds the value: what is called a number may be an old one, of nine digits
    """
    if isinstance(value, str):
        return mask_text(value, old=name.rpartition(".")[2].endswith("number"))
    if isinstance(value, int) and 10**10 <= abs(value) < 10**12:
        return MASK + str(value)[-4:]
    if isinstance(value, dict):
        shown = {key: one if key == "sealed" else masked(one, key) for key, one in value.items()}
        return shown if any(shown[key] is not one for key, one in value.items()) else value
    if isinstance(value, list):
        items = [masked(one, name) for one in value]
        return items if any(new is not one for new, one in zip(items, value, strict=True)) else value
    return value


def mask_text(text: str, *, old: bool = False) -> str:
    """Return a text with each citizen number in it shortened; the very same when there is none."""
    pattern = _OLD_NUMBER if old else _NUMBER
    if pattern.search(text) is None or _ID.fullmatch(text) is not None:
        return text
    return pattern.sub(lambda found: MASK + re.sub(r"\D", "", found[0])[-4:], text)


def _texts(body: Body) -> Iterator[tuple[str, str]]:
    for name in FREE_TEXT:
        text = getattr(body, name, None)
        if isinstance(text, str):
            yield name, text
    if isinstance(body, Filing) and body.consent is not None:
        yield "consent.witness", body.consent.witness
    if isinstance(body, (Facts, Correction)):
        for name, values in body.changes.items():
            yield from ((f"changes.{name}", one) for one in values if isinstance(one, str))
