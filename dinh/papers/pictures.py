"""Pictures that everybody may see: without what cameras write into them (place, time, owner, thumbnails).

Nothing is drawn anew: the file's own parts are sorted, and only those that make the picture are kept. How it is to
be turned (EXIF orientation) stays, in a block of its own, or it would lie on its side.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import Fault, Invalid

MOST_BYTES = 1_500_000
MOST_SIDE = 4096
NOT_A_PICTURE = _("This is not a whole JPEG or PNG picture. Take the photo again, or choose another one.")
TOO_LARGE = _(
    "This picture is too large: at most 1.5 MB and 4,096 points a side. Make it smaller, for example by sending it to yourself by message."
)

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"IDAT", b"IEND"})
JPEG_HEAD = b"\xff\xd8"
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # SOF: they tell the size
JPEG_DROPPED = frozenset({*range(0xE0, 0xF0), 0xFE} - {0xE0, 0xEE})  # APPn and comments, but JFIF and Adobe
SCAN, END = 0xDA, 0xD9
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
EXIF, ORIENTATION = b"Exif\0\0", 0x0112


@dataclass(frozen=True)
class Picture:
    """A cleaned picture with its size in points, as it is seen (turned)."""

    data: bytes
    width: int
    height: int


def clean(data: bytes) -> Picture:
    """Return a picture without anything that does not belong to what one sees.

    Raises Invalid ("papers.not_a_picture", "papers.picture_too_large").
    """
    if len(data) > MOST_BYTES:
        raise _refused("papers.picture_too_large", TOO_LARGE)
    try:
        if data.startswith(PNG_HEAD):
            found = _png(data)
        elif data.startswith(JPEG_HEAD):
            found = _jpeg(data)
        else:
            raise ValueError("neither")
    except (ValueError, IndexError, struct.error) as error:
        raise _refused("papers.not_a_picture", NOT_A_PICTURE) from error
    if not (0 < found.width <= MOST_SIDE and 0 < found.height <= MOST_SIDE):
        raise _refused("papers.picture_too_large", TOO_LARGE)
    return found


def _png(data: bytes) -> Picture:
    kept, at, kind = [PNG_HEAD], len(PNG_HEAD), b""
    width, height = struct.unpack(">II", data[16:24])
    while kind != b"IEND":
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data) or (at == len(PNG_HEAD)) != (kind == b"IHDR"):
            raise ValueError("cut off")
        if kind in PNG_KEPT:
            kept.append(data[at:end])
        at = end
    return Picture(b"".join(kept), width, height)


def _jpeg(data: bytes) -> Picture:
    kept, size, turn = [JPEG_HEAD], (0, 0), 1
    for marker, part in _segments(data):
        if marker in FRAMES:
            height, width = struct.unpack(">HH", part[5:9])
            size = (width, height)
        if marker == 0xE1:
            turn = _orientation(part[4:]) or turn
        if marker not in JPEG_DROPPED:
            kept.append(part)
    if not size[0]:
        raise ValueError("no frame")
    if turn != 1:
        kept.insert(1, _turned(turn))
        if turn >= 5:  # lies on its side
            size = (size[1], size[0])
    return Picture(b"".join(kept), *size)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and bytes of each part, to the end of the picture; what a camera hung behind it is left."""
    at = len(JPEG_HEAD)
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:  # filling
            at += 1
        if data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == END:
            yield marker, data[at : at + 2]
            return
        if marker in ALONE:
            yield marker, data[at : at + 2]
            at += 2
            continue
        end = at + 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
        if marker == SCAN:
            end = _end_of_scan(data, end)
        if end > len(data):
            raise ValueError("cut off")
        yield marker, data[at:end]
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the next marker stands: in a scan, 0xFF is followed by 0x00 or a restart."""
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] != 0x00 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def _orientation(part: bytes) -> int:
    """Return the orientation of an EXIF block, 1 to 8; 0 when it says none."""
    if not part.startswith(EXIF):
        return 0
    tiff = part[len(EXIF) :]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2], "")
    if not order:
        return 0
    try:
        (first,) = struct.unpack(order + "I", tiff[4:8])
        (count,) = struct.unpack(order + "H", tiff[first : first + 2])
        for n in range(min(count, 200)):
            tag, kind, _many, value = struct.unpack(
                order + "HHIH", tiff[first + 2 + 12 * n : first + 12 + 12 * n]
            )
            if tag == ORIENTATION and kind == 3 and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return 0
    return 0


def _turned(turn: int) -> bytes:
    """Return an EXIF block that says the orientation and nothing else."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, turn, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + len(EXIF) + len(tiff)) + EXIF + tiff


def _refused(code: str, message: object) -> Invalid:
    return Invalid(code, [Fault("file", code, message)], message)
