"""A paper book, its officers and small pictures, for tests of digitising."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING, Cast, make_account, make_grant
from dinh.registers.scans import books, keying
from dinh.registers.scans.models import ScanBook, ScanEntry, ScanPage

AT = MONDAY_MORNING
MAI: dict[str, Any] = {
    "full_name": "Vàng Thị Mai", "sex": "2", "birth": "1994-04-12", "birth_place": "Trạm y tế xã Cốc San",
    "mother_name": "Lò Thị Hoa",
}  # fmt: skip


@dataclass
class Desk:
    """A birth book of 1994 with one page, and who works on it."""

    book: ScanBook
    page: ScanPage
    data: Account  # opens books, hands in files
    one: Account  # keys
    other: Account  # keys again, compares, decides

    def key(self, by: Account | None = None, at: datetime = AT, **more: Any) -> ScanEntry:
        """Key an entry of the page."""
        return keying.key_entry(page=self.page, keyed=keyed(**more), by=by or self.one, at=at)


def keyed(number: str = "12", on: str = "1994-05-03", **fields: Any) -> dict[str, Any]:
    """Return what an officer keyed of Mai's birth; a field is changed by keyword."""
    return {"number": number, "on": on, "data": {**MAI, **fields}}


def png(width: int = 300, height: int = 400, shade: int = 255) -> bytes:
    """Return a grey picture; another shade is another file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([shade]) * min(width, 1000)) * min(height, 1000), 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def cover(**more: Any) -> books.Cover:
    """Return the cover of the birth book of 1994."""
    said = {
        "register": "births",
        "title": "Sổ khai sinh 1994",
        "year": 1994,
        "pages_in_book": 4,
        "kept_by": "Tủ 2",
    }
    return books.Cover(**{"way": "twice", **said, **more})


def open_desk(cast: Cast, **more: Any) -> Desk:
    """Open a book with one page, and give it its officers."""
    data, other = make_account("scan-quan", "Lý Thị Quân"), make_account("scan-binh", "Hoàng Văn Bình")
    make_grant(data, "data_officer", cast.cocsan, since=date(2025, 7, 1))
    make_grant(other, "civil_status_officer", cast.cocsan, since=date(2025, 7, 1))
    book = books.open_book(cover=cover(**more), unit=cast.cocsan, by=data, at=AT)
    books.hand_in(book=book, pieces=[png()], filename="1.png", by=data, at=AT)
    return Desk(book, ScanPage.objects.get(book=book), data, cast.examiner, other)
