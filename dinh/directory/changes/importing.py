"""A decision from a file: TOML as it is written, or a workbook with the sheets that `template` gives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.decisions import Decision, of_data, of_toml
from dinh.lib.errors import Fault, Invalid
from dinh.lib.spreadsheets import DAMAGED, WRITTEN, unguarded

# Sheet -> its columns, in order; the first sheet has a word and its value in each row.
SHEETS = {
    "makes": ("code", "name", "type", "name_en", "parent", "seat"),
    "parts": ("from", "to", "part", "share", "basis", "heir", "villages"),
    "changes": ("unit", "name", "code", "type", "parent"),
    "same_person": ("keep", "close"),
}
HEAD = ("kind", "title", "decree", "effective_on", "source")
MOST_ROWS = 5000


def of_file(name: str, content: bytes) -> Decision:
    """Read a decision. Raises Invalid with every fault."""
    if name.lower().endswith(".xlsx"):
        return of_data(_workbook(content))
    try:
        return of_toml(content.decode())
    except UnicodeDecodeError as error:
        raise _unreadable(_("This file is neither TOML in UTF-8 nor a workbook (.xlsx).")) from error


def template() -> bytes:
    """Return an empty workbook with the sheets and columns that are read."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, WRITTEN) as book:
        head = book.add_worksheet("decision")
        for row, word in enumerate(HEAD):
            head.write(row, 0, word)
        for name, columns in SHEETS.items():
            sheet = book.add_worksheet(name)
            for place, column in enumerate(columns):
                sheet.write(0, place, column)
    return out.getvalue()


def _workbook(content: bytes) -> dict[str, Any]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        data: dict[str, Any] = {
            str(row[0]).strip(): _plain(row[1])
            for row in book["decision"].iter_rows(values_only=True, max_row=20, max_col=2)
            if row[0] and len(row) > 1 and row[1] is not None
        }
        for name in SHEETS:
            if name in book.sheetnames:
                data[name] = list(_rows(book[name]))
    except (*DAMAGED, InvalidFileException) as error:
        raise _unreadable(_("This workbook cannot be read, or has no sheet “decision”.")) from error
    return data


def _rows(sheet: Any) -> Iterator[dict[str, Any]]:
    rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS, max_col=12)
    head = [str(cell).strip() if cell is not None else "" for cell in next(rows, ())]
    for row in rows:
        told = {
            word: _plain(cell) for word, cell in zip(head, row, strict=False) if word and cell is not None
        }
        if told:
            if "villages" in told:
                told["villages"] = [code.strip() for code in str(told["villages"]).split(",") if code.strip()]
            if "heir" in told:
                told["heir"] = str(told["heir"]).strip().lower() in {"1", "x", "yes", "true", "có", "oui"}
            yield told


def _plain(cell: object) -> object:
    """Return a cell as a decision has it: days as days, all else as text (a code keeps its first zero as text only)."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date | bool):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unguarded(str(cell).strip())


def _unreadable(message: object) -> Invalid:
    return Invalid("directory.decision_invalid", [Fault("file", "unreadable", message)], message)
