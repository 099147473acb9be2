"""The texts of a workbook, which its cells name by number: kept on disk, so that memory does not grow with them.

openpyxl would keep all of them in a list, once for each time that the workbook is opened.
"""

from __future__ import annotations

import os
import shutil
import struct
import weakref
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO

ROOM = 1.5  # bytes on the disk for each byte of the texts' part
SPARE = 64 * 1024**2
LONGEST = 16 * 1024**2  # bytes of one text with its markup; a cell has at most 32,767 letters
_PLACE = struct.Struct("<Q")


class Strings:
    """The texts by their numbers, like a list of them."""

    def __init__(self, folder: Path) -> None:
        self._texts, self._ends = TemporaryFile(dir=folder), TemporaryFile(dir=folder)
        weakref.finalize(self, _close, self._texts, self._ends)
        self._ends.write(_PLACE.pack(0))

    def fill(self, xml: IO[bytes]) -> None:
        """Take the texts of a workbook's part. Raises ValueError or SyntaxError (ParseError) for a damaged one."""
        # Here, not above: a process that reads no workbook does not carry openpyxl.
        from openpyxl.cell.text import Text
        from openpyxl.xml.constants import SHEET_MAIN_NS
        from openpyxl.xml.functions import iterparse

        source, root, end = _Watched(xml), None, 0
        for event, node in iterparse(source, events=("start", "end")):
            root = node if root is None else root
            if event == "end" and node.tag == f"{{{SHEET_MAIN_NS}}}si":
                text = Text.from_tree(node).content.replace("x005F_", "").encode()
                self._texts.write(text)
                end += len(text)
                self._ends.write(_PLACE.pack(end))
                source.since = 0
                root.clear()  # its children are what memory would grow with
        self._texts.flush()
        self._ends.flush()

    def __getitem__(self, number: int) -> str:
        places = os.pread(self._ends.fileno(), 2 * _PLACE.size, number * _PLACE.size) if number >= 0 else b""
        if len(places) < 2 * _PLACE.size:
            raise IndexError(number)
        start, end = (place for (place,) in _PLACE.iter_unpack(places))
        return os.pread(self._texts.fileno(), end - start, start).decode()


class _Watched:
    """A stream that refuses one text without end: until it ends, it is held in memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.since = file, 0

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.since += len(data)
        if self.since > LONGEST:
            raise ValueError("a text without end")
        return data


def folder_for(workbook: Path, size: int) -> Path | None:
    """Return where texts of so many bytes are kept: beside their workbook, else where other temporary files are.

    None when there is no room for them.
    """
    beside = workbook.parent
    folder = beside if os.access(beside, os.W_OK) else Path(gettempdir())
    return folder if shutil.disk_usage(folder).free > size * ROOM + SPARE else None


def _close(*files: IO[bytes]) -> None:
    for file in files:
        file.close()
