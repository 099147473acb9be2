"""Workbooks (XLSX): sheets whose head stays in view, typed cells, links. Every workbook for readers is written here.

1. Texts stay texts, whatever they look like: no spreadsheet runs one as a formula or makes one a link.
2. Rows are written as they come and not kept, so that a large sheet takes little memory.
3. A number has the digits it is told with and the marks of the language; days, moments and truths are such.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from dinh.lib.spreadsheets import WRITTEN

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576  # of a sheet, its head among them
MOST_LINKS = 5_000  # of a sheet; Excel ends at 65,530, and each costs time
MOST_LETTERS = 32_767  # of a cell
NAME_LETTERS = 31
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
LOCALES = {"vi": "[$-42A]", "fr": "[$-40C]"}  # marks of thousands and decimals
DAY, MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
LINK = "#1f3f68"
WIDE, NARROW = 60, 8  # columns, in letters


class SheetFull(Exception):
    """More rows than a sheet may have. The caller says what form of file holds them."""


@dataclass(frozen=True)
class Number:
    """A number with as many digits after the point as it is told with, its thousands marked."""

    value: float | int | Decimal
    digits: int = 0


@dataclass(frozen=True)
class Link:
    """A text that leads somewhere."""

    text: str
    address: str


Cell = str | int | float | Decimal | date | datetime | bool | Number | Link | None


@dataclass(frozen=True)
class Row:
    """A row. strong: it sums others up, or is the head of some."""

    cells: Sequence[Cell]
    strong: bool = False


@dataclass(frozen=True)
class Chart:
    """Columns drawn of the numbers of column `values`, named by those of column `names`, both counted from 0."""

    title: str
    names: int
    values: int
    rows: int


@dataclass(frozen=True)
class Sheet:
    """A sheet.

    above   lines above the head
    head    names of the columns; none: a sheet of words, whose first column holds labels where there are two
    widths  of columns, in letters; the last holds for all that follow
    beside  columns that stay in view; the head always does
    ruled   lines around all cells, as a document has them; the head is repeated on each printed page
    finds   rows can be filtered by their columns
    header  words on top of each printed page
    """

    name: str
    rows: Iterable[Sequence[Cell] | Row]
    head: Sequence[str] = ()
    above: Sequence[str] = ()
    widths: Sequence[float] = (20,)
    beside: int = 0
    ruled: bool = False
    finds: bool = False
    header: str = ""
    charts: Sequence[Chart] = field(default=())


def workbook(sheets: Iterable[Sheet], *, language: str = "vi") -> bytes:
    """Return a workbook. Raises SheetFull."""
    out = io.BytesIO()
    write(out, sheets, language=language)
    return out.getvalue()


def write(out: BinaryIO, sheets: Iterable[Sheet], *, language: str = "vi") -> None:
    """Write a workbook into a file that is open. Raises SheetFull."""
    import xlsxwriter  # heavy, and rarely asked for

    used: set[str] = set()
    with xlsxwriter.Workbook(out, WRITTEN) as book:
        forms = _Forms(book, language)
        for one in sheets:
            _Writer(book, one, _name(one.name, used), forms).write()


def widths(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> list[float]:
    """Return how wide columns should be for what stands in some of their rows."""
    found = [len(name) for name in head]
    for row in rows:
        for at, cell in enumerate(row[: len(found)]):
            found[at] = max(found[at], len(_text(cell)))
    return [float(min(WIDE, max(NARROW, one + 2))) for one in found]


class _Forms:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any, language: str) -> None:
        self.book, self.locale = book, LOCALES.get(language[:2], "")
        self.known: dict[tuple[Any, ...], Any] = {}

    def get(self, **wanted: Any) -> Any:
        key = tuple(sorted(wanted.items()))
        if key not in self.known:
            self.known[key] = self.book.add_format(wanted)
        return self.known[key]

    def digits(self, count: int) -> str:
        return f"{self.locale}#,##0{'.' + '0' * count if count else ''}"


class _Writer:
    """Writes one sheet, row by row."""

    def __init__(self, book: Any, sheet: Sheet, name: str, forms: _Forms) -> None:
        self.book, self.sheet, self.name, self.forms = book, sheet, name, forms
        self.page = book.add_worksheet(name)
        self.links = 0
        wraps = {"valign": "top", "text_wrap": True} if sheet.ruled or not sheet.head else {}
        self.common: dict[str, Any] = {"border": 1, **wraps} if sheet.ruled else wraps

    def write(self) -> None:
        sheet, start = self.sheet, len(self.sheet.above)
        self._columns()
        for at, line in enumerate(sheet.above):
            self.page.write_string(at, 0, line, self.forms.get(bold=True))
        if sheet.head:
            style = {"bold": True, "text_wrap": True, "valign": "vcenter", **self.common}
            self.page.write_row(start, 0, sheet.head, self.forms.get(**style, **({"align": "center"} if sheet.ruled else {})))  # fmt: skip
            start += 1
        at, labels = start, not sheet.head and len(sheet.widths) > 1
        for row in sheet.rows:
            if at >= MOST_ROWS:
                raise SheetFull
            cells, strong = (row.cells, row.strong) if isinstance(row, Row) else (row, False)
            for column, cell in enumerate(cells):
                self._cell(at, column, cell, strong or (labels and column == 0))
            at += 1
        self._around(start, at)

    def _columns(self) -> None:
        for at, width in enumerate(self.sheet.widths):
            self.page.set_column(at, at if at + 1 < len(self.sheet.widths) else 16_383, width)
        if self.sheet.ruled:
            self.page.set_paper(9)
            self.page.set_landscape()
            self.page.fit_to_pages(1, 0)
            self.page.set_footer("&C&P/&N")
        if self.sheet.header:
            self.page.set_header(f"&C&B{self.sheet.header}")

    def _around(self, start: int, end: int) -> None:
        """Do what is done to the whole of a sheet."""
        sheet = self.sheet
        if sheet.head:
            self.page.freeze_panes(start, sheet.beside)
            self.page.repeat_rows(start - 1)
            if sheet.finds and end > start:
                self.page.autofilter(start - 1, 0, end - 1, len(sheet.head) - 1)
        for one in sheet.charts:
            self._chart(one, start)

    def _chart(self, one: Chart, start: int) -> None:
        chart, last = self.book.add_chart({"type": "column"}), start + one.rows - 1
        chart.add_series(
            {"name": one.title, "categories": [self.name, start, one.names, last, one.names],
             "values": [self.name, start, one.values, last, one.values], "fill": {"color": LINK}, "data_labels": {"value": True}}
        )  # fmt: skip
        chart.set_legend({"none": True})
        chart.set_title({"name": one.title, "name_font": {"size": 12}})
        self.page.insert_chart(
            start, len(self.sheet.head) + 1, chart, {"x_scale": 1.4, "description": one.title}
        )

    def _cell(self, at: int, column: int, cell: Cell, strong: bool) -> None:
        page, style = self.page, {**self.common, **({"bold": True} if strong else {})}
        if isinstance(cell, Number):
            style |= {"num_format": self.forms.digits(cell.digits)}
            page.write_number(at, column, cell.value, self._form(style))
        elif isinstance(cell, bool):
            page.write_boolean(at, column, cell, self._form(style))
        elif isinstance(cell, int | float | Decimal):
            page.write_number(at, column, cell, self._form(style))
        elif isinstance(cell, date):
            moment = isinstance(cell, datetime)
            value = cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell
            page.write_datetime(
                at, column, value, self._form(style | {"num_format": MOMENT if moment else DAY})
            )
        elif isinstance(cell, Link) and cell.address and self.links < MOST_LINKS:
            self.links += 1
            style |= {"font_color": LINK, "underline": 1}
            page.write_url(at, column, cell.address, self._form(style), string=cell.text[:MOST_LETTERS])
        elif text := _text(cell):
            page.write_string(at, column, text[:MOST_LETTERS], self._form(style))
        elif style:
            page.write_blank(at, column, None, self._form(style))

    def _form(self, style: dict[str, Any]) -> Any:
        return self.forms.get(**style) if style else None


def _text(cell: Cell) -> str:
    if isinstance(cell, Link):
        return cell.text
    if isinstance(cell, Number):
        return f"{cell.value:,.{cell.digits}f}"
    return "" if cell is None else str(cell)


def _name(title: str, used: set[str]) -> str:
    """Return a name that no other sheet has: at most 31 letters, none that a workbook refuses."""
    base = NOT_IN_NAMES.sub(" ", title).strip()[:NAME_LETTERS].strip() or "1"
    name, number = base, 1
    while name.lower() in used:
        number += 1
        name = f"{base[: NAME_LETTERS - 1 - len(str(number))]} {number}"
    used.add(name.lower())
    return name
