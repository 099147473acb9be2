"""What every kind of file gives: rows of cells, numbered as people see them."""

from __future__ import annotations

import abc
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dinh.lib.errors import Fault, Invalid

Cell = str | int | float | bool | date | datetime | dict[str, Any] | None
Line = tuple[int, Sequence[Cell]]  # the row's number, as the program that people use for the file shows it

MOST_COLUMNS = 2_000


class Source(abc.ABC):
    """A file of rows.

    form      "csv", "xlsx", "parquet" or "geojson"
    titles    names of the columns, where the format has them; None where a row of the file does
    notes     what the person should know of how the file was read: (code, params)
    """

    form: str = ""
    titles: Sequence[str] | None = None

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[tuple[str, dict[str, object]]] = []

    @abc.abstractmethod
    def lines(self) -> Iterator[Line]:
        """Yield every row, the empty ones left out. Raises Invalid where the file cannot be read on."""

    @abc.abstractmethod
    def share_read(self) -> float:
        """Return how much of the file was read, from 0 to 1, for the progress bar."""

    def merged(self) -> dict[tuple[int, int], str]:
        """Return {(row, column from 0): the cell that it is merged with} of merged cells."""
        return {}

    def details(self) -> dict[str, object]:
        """Return how it was read, for the preview: {"encoding": ...}, {"sheet": ...}."""
        return {}


def refuse(
    code: str, message: object, path: str = "file", params: Mapping[str, object] | None = None
) -> Invalid:
    """Return the error of a file that cannot be read, with one fault."""
    return Invalid(code, [Fault(path, code, message)], message, **(params or {}))


def is_empty(cell: Cell) -> bool:
    """Tell whether a cell says nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def column_letter(at: int) -> str:
    """Return the letters of a column as spreadsheets show it: 0 is "A", 27 is "AB"."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
