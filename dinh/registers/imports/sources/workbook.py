"""XLSX workbooks, read as a stream: merged cells, formulas without a value and lists cut at the last row are told."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.lib.spreadsheets import DAMAGED
from dinh.registers.imports.sources.base import Line, Source, is_empty, refuse
from dinh.registers.imports.sources.strings import Strings, folder_for

LAST_ROW = 1_048_576
MOST_UNPACKED = 20 * 1024**3
MOST_RATIO = 400  # of unpacked to packed; honest sheets stay below 60
MOST_MERGED = 100_000

UNREADABLE = _(
    "This workbook is damaged. Open it and save it again as .xlsx, or save the sheet as CSV UTF-8."
)
TOO_LARGE = _("This workbook unpacks to more than this node can hold. Save the sheet as CSV UTF-8.")
NO_SUCH_SHEET = _("There is no sheet “%(sheet)s”. Sheets: %(sheets)s.")
OLD_EXCEL = _("This is an old Excel file (.xls). Open it and save it as .xlsx, then choose it again.")
LOCKED = _("This workbook is protected by a password. Save a copy without one.")

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
# A formula whose value was never computed: <f> without a filled <v>.
_NO_VALUE = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]+\d+)"[^>]*><(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>'
)
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>")
_CHUNK = 1024 * 1024


class Workbook(Source):
    """One sheet of a workbook: the named one, else the first that has rows."""

    form = "xlsx"

    def __init__(self, path: Path, sheet: str = "") -> None:
        super().__init__(path)
        self._check_size()
        self._row, self._most = 0, 1
        self._texts: Strings | None = None  # read at the first opening
        self._merged: dict[tuple[int, int], str] = {}
        self.sheet, self.others = self._choose(sheet)
        self._scan()

    def lines(self) -> Iterator[Line]:
        """Yield the rows of the sheet; values of formulas as they were last computed."""
        with self._opened() as book:
            sheet = book[self.sheet]
            sheet.reset_dimensions()  # what a program wrote there may be wrong, and would hide rows
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                self._row = number
                if not all(map(is_empty, cells)):
                    yield number, cells
        if self._row >= LAST_ROW:
            self.notes.append(("imports.note_cut", {"rows": LAST_ROW}))

    def share_read(self) -> float:
        """Return the share of rows read."""
        return min(1.0, self._row / max(1, self._most))

    def merged(self) -> dict[tuple[int, int], str]:
        """Return the cells hidden under a merged one, with the cell that shows."""
        return self._merged

    def details(self) -> dict[str, object]:
        """Return the sheet, and those that are not read."""
        return {"sheet": self.sheet, "other_sheets": list(self.others)}

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        """Give the workbook, read-only; whatever is wrong with it becomes one refusal."""
        # Here, not above: a process that reads no workbook does not carry openpyxl.
        from openpyxl.reader.excel import ExcelReader
        from openpyxl.utils.exceptions import InvalidFileException

        class Reader(ExcelReader):  # type: ignore[misc]  # openpyxl says no types
            def read_strings(reader) -> None:
                self._texts = self._texts or _texts(self.path, reader.archive, reader.package)
                reader.shared_strings = self._texts

        try:
            reader = Reader(self.path, read_only=True, data_only=True)
            reader.read()
            with closing(reader.wb) as book:
                yield book
        except (InvalidFileException, *DAMAGED) as error:
            raise refuse("imports.unreadable", UNREADABLE) from error

    def _check_size(self) -> None:
        try:
            with zipfile.ZipFile(self.path) as packed:
                unpacked = sum(part.file_size for part in packed.infolist())
        except zipfile.BadZipFile as error:
            raise refuse("imports.unreadable", UNREADABLE) from error
        if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(1, self.path.stat().st_size):
            raise refuse("imports.too_large", TOO_LARGE)

    def _choose(self, wanted: str) -> tuple[str, tuple[str, ...]]:
        with self._opened() as book:
            names = [sheet.title for sheet in book.worksheets]
            if wanted and wanted not in names:
                params = {"sheet": wanted, "sheets": ", ".join(names)}
                raise refuse("imports.no_such_sheet", NO_SUCH_SHEET % params)
            filled = [sheet.title for sheet in book.worksheets if _has_rows(sheet)]
        chosen = wanted or next(iter(filled), names[0] if names else "")
        others = tuple(name for name in filled if name != chosen)
        if others:
            self.notes.append(("imports.note_sheets", {"sheets": ", ".join(others)}))
        return chosen, others

    def _scan(self) -> None:
        """Look once through the sheet's own text for what reading cells does not tell."""
        formulas, empty = 0, ""
        with self._opened() as book, zipfile.ZipFile(self.path) as packed:
            with packed.open(str(book[self.sheet]._worksheet_path)) as file:
                tail = b""
                while chunk := file.read(_CHUNK):
                    text = tail + chunk
                    formulas += len(_FORMULA.findall(chunk))
                    if not empty and (found := _NO_VALUE.search(text)):
                        empty = found.group(1).decode()
                    for found in _MERGE.finditer(text):
                        self._merge(*(group.decode() for group in found.groups()))
                    for row in re.finditer(rb'<(?:\w+:)?row r="(\d+)"', chunk):
                        self._most = max(self._most, int(row.group(1)))
                    tail = text[-400:]
        if formulas:
            self.notes.append(("imports.note_formulas", {"count": formulas}))
        if empty:
            self.notes.append(("imports.note_formula_empty", {"cell": empty}))

    def _merge(self, left: str, top: str, right: str, bottom: str) -> None:
        first, last = _column(left), _column(right)
        for row in range(int(top), int(bottom) + 1):
            for column in range(first, last + 1):
                if len(self._merged) >= MOST_MERGED:
                    return
                if (row, column) != (int(top), first):
                    self._merged[row, column] = f"{left}{top}"


def _texts(path: Path, archive: zipfile.ZipFile, package: Any) -> Strings:
    """Return the texts that cells of a workbook name. Raises Invalid where the disk has no room for them."""
    from openpyxl.xml.constants import SHARED_STRINGS

    part = package.find(SHARED_STRINGS)
    name = part.PartName[1:] if part is not None else ""
    folder = folder_for(path, archive.getinfo(name).file_size if name else 0)
    if folder is None:
        raise refuse("imports.too_large", TOO_LARGE)
    found = Strings(folder)
    if name:
        with archive.open(name) as xml:
            found.fill(xml)
    return found


def _has_rows(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(not all(map(is_empty, cells)) for cells in sheet.iter_rows(max_row=50, values_only=True))


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1
