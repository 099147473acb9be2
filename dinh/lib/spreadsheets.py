"""What a cell of a spreadsheet may hold."""

from __future__ import annotations

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins with one of these


def harmless(text: str) -> str:
    """Return a cell that a spreadsheet reads as text, whatever it begins with."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def unguarded(text: str) -> str:
    """Return what `harmless` was given: the apostrophe before a dangerous beginning goes."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(DANGEROUS) else text
