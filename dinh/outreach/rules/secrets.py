"""What a volunteer must not write down: a citizen number in a note. Where one is needed, its field seals it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dinh.outreach.rules.kinds import Body, Correction, Facts

# Twelve digits, also in groups; what is longer or shorter is a telephone, an amount, an account.
_NUMBER = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){11}(?![ .\-]?\d)")
FREE_TEXT = ("note", "words", "place", "delivery_note", "reason", "name", "full_name", "slip")


def holds_number(text: str) -> bool:
    """Say whether a text holds what looks like a citizen number."""
    return _NUMBER.search(text) is not None


def written_in(body: Body) -> list[str]:
    """Return the paths of the free texts of an operation that hold what looks like a citizen number."""
    return [path for path, text in _texts(body) if holds_number(text)]


def _texts(body: Body) -> Iterator[tuple[str, str]]:
    for name in FREE_TEXT:
        text = getattr(body, name, None)
        if isinstance(text, str):
            yield name, text
    if isinstance(body, (Facts, Correction)):
        for name in ("note", "phone"):
            if name in body.changes and isinstance(body.changes[name][1], str):
                yield f"changes.{name}", body.changes[name][1]
