"""Reading what a form or an address says: numbers that a page wrote itself, and that anybody may have changed."""

from __future__ import annotations

DIGITS = 9  # no version, place in a list or count of ours is longer


def whole(text: str) -> int | None:
    """Return a whole number of up to nine digits; None for everything else."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None
