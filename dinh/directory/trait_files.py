"""A list of traits from a file: CSV, a workbook or TOML, one line for each trait of a unit, read as texts by column."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import Fault, Invalid
from dinh.lib.names import fold
from dinh.lib.spreadsheets import DAMAGED, unguarded

COLUMNS = ("code", "trait", "valid_from", "valid_to", "source")
# How people head these columns, besides our own words.
HEADS = {
    "ma": "code", "ma don vi": "code", "dac diem": "trait", "tu ngay": "valid_from", "den ngay": "valid_to",
    "can cu": "source", "quyet dinh": "source",
}  # fmt: skip
MOST_LINES = 5000


def read(name: str, content: bytes) -> list[dict[str, str]]:
    """Return the lines of a file as texts by column. Raises Invalid when it cannot be read, or has no lines."""
    try:
        if name.lower().endswith(".xlsx"):
            rows = list(_of_workbook(content))
        elif name.lower().endswith(".toml"):
            rows = list(_of_toml(content.decode()))
        else:
            rows = list(_of_csv(content.decode("utf-8-sig")))
    except (*DAMAGED, UnicodeDecodeError, tomllib.TOMLDecodeError, csv.Error) as error:
        raise _unreadable(_("This file cannot be read. Hand in CSV in UTF-8, a workbook or TOML.")) from error
    # Our own workbook has a line for each commune: one in which only the commune stands says nothing of it.
    rows = [row for row in rows if any(row.get(key) for key in COLUMNS if key != "code")]
    if not any("code" in row and "trait" in row for row in rows):
        raise _unreadable(_("This file has no lines with the columns code and trait."))
    if len(rows) > MOST_LINES:
        raise _unreadable(_("This file has more than %(most)s lines.") % {"most": MOST_LINES})
    return rows


def _of_csv(text: str) -> Iterator[dict[str, str]]:
    first = text.split("\n", 1)[0]
    yield from _headed(
        csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    )


def _of_workbook(content: bytes) -> Iterator[dict[str, str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        yield from _headed(sheet.iter_rows(values_only=True, max_row=MOST_LINES + 2, max_col=12))
    except InvalidFileException as error:
        raise ValueError(str(error)) from error


def _of_toml(text: str) -> Iterator[dict[str, str]]:
    told = tomllib.loads(text)
    for_all = {key: _plain(told[key]) for key in COLUMNS if key in told}
    rows = told.get("traits", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("traits is no list of tables")
    for row in rows:
        yield for_all | {key: _plain(value) for key, value in row.items() if key in COLUMNS}


def _headed(rows: Iterable[Sequence[object]]) -> Iterator[dict[str, str]]:
    lines = iter(rows)
    head = [_column(_plain(cell)) for cell in next(lines, ())]
    for line in lines:
        told = {name: _plain(cell) for name, cell in zip(head, line, strict=False) if name in COLUMNS}
        if any(told.values()):
            yield told


def _column(word: str) -> str:
    return word if word in COLUMNS else HEADS.get(fold(word), "")


def _plain(cell: object) -> str:
    """Return a cell as text: days as 2025-07-01, a code with the zeros that a spreadsheet took from it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int) or isinstance(cell, float) and cell.is_integer():
        return f"{int(cell):05d}"
    return unguarded(str(cell).strip())


def _unreadable(message: object) -> Invalid:
    return Invalid("directory.traits_invalid", [Fault("file", "unreadable", message)], message)
