"""Rows of a CSV or XLSX file. What a file is, its bytes say, not its name."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import Fault, Invalid
from dinh.lib.spreadsheets import DAMAGED

Cell = str | int | float | bool | date | datetime | None
Line = tuple[int, list[Cell]]  # the row's number, as spreadsheets show it, and its cells

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
MOST_ROWS = 200_000

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

EMPTY = _("The file is empty.")
TOO_LARGE = _("The file is too large. Divide it by village and bring in one part after the other.")
OLD_EXCEL = _("This is an old Excel file (.xls). Open it and save it as .xlsx, then choose it again.")
UNREADABLE = _(
    "This file cannot be read. Save it as an Excel workbook (.xlsx) or as CSV UTF-8, then choose it again."
)
NOT_UTF8 = _(
    'The letters of this file cannot be read. Save it from the spreadsheet as "CSV UTF-8" or as .xlsx.'
)


def read_lines(data: bytes) -> Iterator[Line]:
    """Yield every row of the first sheet that has any, empty rows left out.

    Raises Invalid: `imports.empty`, `.too_large`, `.old_excel`, `.not_utf8`, `.unreadable`.
    """
    if not data.strip():
        raise _refuse("imports.empty", EMPTY)
    if len(data) > MOST_BYTES:
        raise _refuse("imports.too_large", TOO_LARGE)
    if data.startswith(_OLD_EXCEL):
        raise _refuse("imports.old_excel", OLD_EXCEL)
    lines = _workbook(data) if data.startswith(b"PK\x03\x04") else _csv(data)
    for number, cells in lines:
        if number > MOST_ROWS:
            raise _refuse("imports.too_large", TOO_LARGE)
        if any(cell is not None and str(cell).strip() for cell in cells):
            yield number, cells


def _workbook(data: bytes) -> Iterator[Line]:
    # Here, not above: a web process that reads no workbook does not carry openpyxl.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise _refuse("imports.too_large", TOO_LARGE)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                found = False
                sheet.reset_dimensions()  # what a program wrote there may be wrong, and would hide rows
                for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                    found = found or any(cell is not None for cell in cells)
                    yield number, list(cells)
                if found:
                    return
        finally:
            book.close()
    except (InvalidFileException, *DAMAGED) as error:
        raise _refuse("imports.unreadable", UNREADABLE) from error


def _csv(data: bytes) -> Iterator[Line]:
    try:
        text = data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refuse("imports.not_utf8", NOT_UTF8) from error
    if "\x00" in text:
        raise _refuse("imports.unreadable", UNREADABLE)
    # The header has most delimiters of the first lines; a title may stand above it.
    first_lines = text.split("\n", 20)[:20]
    delimiter = max(";,\t|", key=lambda mark: max(line.count(mark) for line in first_lines))
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1
        ):
            yield number, list(cells)
    except csv.Error as error:
        raise _refuse("imports.unreadable", UNREADABLE) from error


def _refuse(code: str, message: object) -> Invalid:
    return Invalid(code, [Fault("file", code, message)], message)
