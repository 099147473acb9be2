"""What a picture may be and what a number on paper means. Pure: no database, no clock, no input or output."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.lib.names import tidy

MOST_PIXELS = 80_000_000  # A3 at 600 dpi has 70 million; more would be a bomb, whatever its bytes weigh
MOST_SIDE = 20_000
LEAST_SIDE = 200
MOST_PAGES = 1_500  # of one file
NOT_KEYED = frozenset(
    {"geometry", "people", "place", "household", "record"}
)  # a page of paper has none of these
_WHOLE = re.compile(r"0*(\d{1,6})(?:\s*/\s*(\d{4}))?")
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class Line(NamedTuple):
    """A number as paper has it; `sequence` is None for "12a", which no count reaches."""

    text: str
    sequence: int | None
    year: str


def line_of(text: str) -> Line:
    """Return what a number on paper means: "012" and "12/1994" are line 12, "12a" is a line between."""
    text = tidy(text)
    found = _WHOLE.fullmatch(text)
    sequence = int(found[1]) if found else 0
    return Line(text, sequence or None, (found[2] or "") if found else "")


def keyed_fields(register: Register) -> tuple[RegisterField, ...]:
    """Return the fields that somebody keys from the picture."""
    filled = set(register.paper.filled().values()) if register.paper else set()
    return tuple(one for one in register.fields if one.id not in filled and one.type not in NOT_KEYED)


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """Return where two keyings differ: "number", "on", and ids of fields."""
    here, there = first["data"], second["data"]
    found = [part for part in ("number", "on") if first[part] != second[part]]
    ids = dict.fromkeys([*here, *there])
    return found + [id for id in ids if here.get(id) != there.get(id)]


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels that a PNG or JPEG says it has; None when it does not say.

    Read from the header alone, so that nothing is unpacked before its size is known.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith(b"\xff\xd8"):
        return next(_frames(data), None)
    return None


def picture_fits(size: tuple[int, int] | None) -> bool:
    """Tell whether a picture of this size may be kept and shown."""
    if size is None:
        return False
    width, height = size
    return (
        LEAST_SIDE <= min(width, height) and max(width, height) <= MOST_SIDE and width * height <= MOST_PIXELS
    )


def _frames(data: bytes) -> Iterator[tuple[int, int]]:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _JPEG_ALONE:
            at += 2
        elif marker in _JPEG_FRAMES:
            yield int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
            return
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
