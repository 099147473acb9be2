"""Open a file of rows. What a file is, its bytes say, not its name."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from dinh.registers.imports.sources.base import Cell, Line, Source, column_letter, is_empty, refuse
from dinh.registers.imports.sources.encodings import ENCODINGS

__all__ = ["ENCODINGS", "Cell", "Line", "Source", "column_letter", "is_empty", "open_source", "refuse"]

EMPTY = _("The file is empty.")
NOT_THERE = _("There is no such file, or it cannot be opened.")


def open_source(path: Path, *, encoding: str = "", sheet: str = "") -> Source:
    """Return the rows of a CSV, XLSX, Parquet or GeoJSON file.

    encoding  of a CSV file, where it is not to be found out: "utf-8", "utf-16", "cp1258", "tcvn3", "vni"
    sheet     of a workbook, where it is not the first that has rows

    Raises Invalid (codes `imports.…`) when it is none of these, damaged, or empty.
    """
    from dinh.registers.imports.sources import workbook

    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise refuse("imports.no_file", NOT_THERE) from error
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise refuse("imports.empty", EMPTY)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        code = "imports.locked" if b"E\x00n\x00c\x00r\x00y\x00p\x00t" in path.read_bytes()[:65536] else ""
        raise refuse(code or "imports.old_excel", workbook.LOCKED if code else workbook.OLD_EXCEL)
    if head.startswith(b"PK\x03\x04"):
        return workbook.Workbook(path, sheet)
    if head.startswith(b"PAR1"):
        from dinh.registers.imports.sources.columnar import ParquetFile

        return ParquetFile(path)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        from dinh.registers.imports.sources.features import Features

        return Features(path)
    from dinh.registers.imports.sources.text import TextFile

    return TextFile(path, encoding)
