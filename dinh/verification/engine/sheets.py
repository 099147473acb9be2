"""XLSX: the first sheet that has rows, as CSV. One row of titles, then one row for each row of the register."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext as _

from dinh.lib.errors import Invalid
from dinh.verification.engine.formats import is_header, plain_title, refuse, two_headers

LOOKED_AT = 40  # rows in which the header is looked for
Row = tuple[int, list[str]]


def as_csv(work: Path, path: Path, known: set[str]) -> Path:
    """Return a CSV copy of a workbook. Raises Invalid for a workbook that would be read wrongly."""
    from dinh.registers.imports import sources
    from dinh.registers.imports.sources import column_letter

    try:
        book = sources.open_source(path)
    except Invalid as error:
        raise refuse(path, "not_readable", error.message) from error
    for code, about in book.notes:
        if code == "imports.note_formula_empty":
            message = _(
                "Cell %s: a formula was never computed. Open the workbook, save it, and hand it in again."
            )
            raise refuse(path, "formula", message % about["cell"])
    rows: Iterator[Row] = ((number, [_text(cell) for cell in cells]) for number, cells in book.lines())
    header, titles, rows = _header(path, rows, known)
    width = len(titles)
    for (row, column), shown in sorted(book.merged().items()):
        if row > header and column < width:
            place = {"row": row, "column": column_letter(column), "cell": shown}
            message = _(
                "Row %(row)d, column %(column)s: the cell is merged with %(cell)s. Unmerge it and write the value in each row."
            )
            raise refuse(path, "merged", message % place)
    copy = Path(tempfile.mkdtemp(dir=work)) / "sheet.csv"
    with copy.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(titles)
        for number, cells in rows:
            if any(cells[width:]):
                message = _(
                    "Row %(row)d has %(count)d columns, and the header in row %(header)d has %(width)d."
                )
                place = {"row": number, "count": len(cells), "header": header, "width": width}
                raise refuse(path, "too_wide", message % place)
            writer.writerow([*cells[:width], *[""] * (width - len(cells))])
    return copy


def _header(path: Path, rows: Iterator[Row], known: set[str]) -> tuple[int, list[str], Iterator[Row]]:
    """Return the number of the header's row, its titles, and the rows below it."""
    seen = ""
    for number, cells in rows:
        # Above a list stands its title, which is no column's: one column that is known makes the very first row a header.
        least = 2 if seen else 1
        seen = seen or "; ".join(cell for cell in cells if cell)[:80]
        if is_header(cells, known, least):
            break
        if number >= LOOKED_AT:
            raise _no_header(path, seen)
    else:
        raise _no_header(path, seen) if seen else refuse(path, "empty_file", _("The file is empty."))
    while cells and not cells[-1]:
        cells.pop()
    titles = [title or f"_{place}" for place, title in enumerate(cells, 1)]
    plain = [plain_title(title) for title in titles]
    if twice := sorted({title for title, key in zip(titles, plain, strict=True) if plain.count(key) > 1}):
        message = _("Row %(row)d: the same title stands twice (%(titles)s).")
        raise refuse(path, "header", message % {"row": number, "titles": ", ".join(twice)})
    second = next(rows, None)
    if second is None:
        return number, titles, iter(())
    if is_header(second[1], known):
        raise refuse(path, "two_headers", two_headers(number, *second, known))
    return number, titles, _chained(second, rows)


def _chained(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def _no_header(path: Path, seen: str) -> Invalid:
    message = _("No row of the first %(rows)d names the columns; the first says: %(seen)s.")
    return refuse(path, "header", message % {"rows": LOOKED_AT, "seen": seen})


def _text(cell: object) -> str:
    """Return a cell as it would stand in a CSV file: dates as ISO, whole numbers without point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).splitlines()) if isinstance(cell, str) else str(cell)
