"""What a file is, its bytes say: Parquet is read as it is, CSV and XLSX through a Parquet copy of text.

A spreadsheet is read as a stream. What would be read wrongly is refused with row and column: merged cells, formulas
that were never computed, two header rows, rows longer than the header.
"""

from __future__ import annotations

import csv
import re
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from dinh.lib.errors import Fault, Invalid
from dinh.lib.names import fold
from dinh.verification.engine.tables import Connection, literal

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_LINE, _FOUND = re.compile(r"CSV Error on Line: (\d+)"), re.compile(r"Found: (\d+)")  # in what DuckDB says
_NOT_WORDS = re.compile(r"[^a-z0-9]+")


def refuse(path: Path | str, code: str, message: object) -> Invalid:
    """Return the refusal of a file."""
    return Invalid(f"verification.{code}", [Fault(str(path), f"verification.{code}", message)], message)


def plain_title(title: str) -> str:
    """Return a title's words without marks, brackets and signs: "Ngày, tháng, năm sinh (*)" -> "ngay thang nam sinh"."""
    return _NOT_WORDS.sub(" ", _BRACKETS.sub(" ", fold(title))).strip()


def as_parquet(con: Connection, work: Path, path: Path, known: set[str]) -> Path:
    """Return the Parquet file to read: the file itself, or a copy in which every column is text.

    known  titles (plain) that mean something, by which a header is told from data

    Raises Invalid when the file is not there, empty or unusable; what is wrong with Parquet is found on reading it.
    """
    if not path.is_file():
        raise refuse(path, "no_file", _("There is no such file."))
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise refuse(path, "empty_file", _("The file is empty."))
    if head.startswith(b"PAR1") or path.suffix.lower() == ".parquet":
        return path
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        from dinh.verification.engine import sheets

        text = sheets.as_csv(work, path, known)
        return _copy(con, work, path, text, *_titles(path, text))
    _check_encoding(path)
    separator, titles = _titles(path, path)
    _check_second_header(path, separator, titles, known)
    return _copy(con, work, path, path, separator, titles)


def is_header(cells: list[str], known: set[str], least: int = 2) -> bool:
    """Tell whether a row names columns, so many at least, rather than saying something of somebody."""
    return len({plain for cell in cells if (plain := plain_title(cell)) in known}) >= least


def _copy(con: Connection, work: Path, path: Path, text: Path, separator: str, titles: list[str]) -> Path:
    """Return a Parquet copy of a CSV file, every column as text, rows in the order of the file."""
    import duckdb  # not above: the web knows reasons by this package, and must not load it

    columns = ", ".join(f"{literal(title)}: 'VARCHAR'" for title in titles)
    copy = Path(tempfile.mkdtemp(dir=work)) / "copy.parquet"  # two files may have the same name
    con.execute("SET preserve_insertion_order=true")
    ending = _ending(text)
    try:
        con.execute(
            f"COPY (SELECT * FROM read_csv({literal(str(text))}, header=true, auto_detect=false, delim={literal(separator)},{ending}"
            f" quote='\"', escape='\"', columns={{{columns}}})) TO {literal(str(copy))} (FORMAT parquet, COMPRESSION lz4_raw)"
        )
    except duckdb.InvalidInputException as error:
        raise refuse(path, "not_csv", _what_breaks(str(error), len(titles))) from None  # it repeats the row
    finally:
        con.execute("SET preserve_insertion_order=false")
    return copy


def _ending(text: Path) -> str:
    """Return the option that says how lines end, where a title goes on in a second line and DuckDB would take that end."""
    with text.open("rb") as file:
        lines = [file.readline(), file.readline()]
    if lines[0].count(b'"') % 2 == 0:
        return ""
    return " new_line='\\r\\n'," if lines[1].endswith(b"\r\n") else " new_line='\\n',"


def _what_breaks(said: str, width: int) -> str:
    """Return what DuckDB says of a broken table in our words, without what stands in the row: it is of somebody."""
    line, count = _LINE.search(said), _FOUND.search(said)
    if line is None:
        return _("The file is not a table of text. Save it as CSV UTF-8.")
    if count is not None and int(count[1]) > width:  # it counts no further
        message = _(
            "Row %(row)s, column %(column)s: the header has %(width)s columns only. A quotation mark is missing, or a "
            "cell contains the delimiter."
        )
        return message % {"row": line[1], "column": width + 1, "width": width}
    if count is not None:
        message = _("Row %(row)s, column %(column)s: the row ends, and the header has %(width)s columns.")
        return message % {"row": line[1], "column": count[1], "width": width}
    if "quote" in said.lower():
        return _("Row %(row)s: a quotation mark is missing, or one too many was written.") % {"row": line[1]}
    return _("Row %(row)s cannot be read as a row of a table. Save the file as CSV UTF-8.") % {"row": line[1]}


def _titles(path: Path, text: Path) -> tuple[str, list[str]]:
    """Return the separator of a CSV file and the titles in its first row."""
    with text.open(encoding="utf-8-sig", newline="") as file:
        separator = max(",;\t|", key=file.readline().count)
        file.seek(0)
        titles = [" ".join(title.split()) for title in next(csv.reader(file, delimiter=separator), [])]
    if twice := sorted({title for title in titles if titles.count(title) > 1 or not title}):
        message = _(
            "Row 1: a title is empty or stands twice (%s). Is this row really the header?"
        ) % ", ".join(twice)
        raise refuse(path, "header", message)
    return separator, titles


def _check_second_header(path: Path, separator: str, titles: list[str], known: set[str]) -> None:
    """Refuse a CSV file whose second row names columns too, or alone."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=separator)
        next(rows, None)
        second = next(rows, [])
    if is_header(second, known):
        raise refuse(path, "two_headers", two_headers(1, 2, second, known))


def two_headers(first: int, second: int, cells: list[str], known: set[str]) -> str:
    """Return what to say of two header rows: the second's first column that is a title."""
    at = next(place for place, cell in enumerate(cells, 1) if plain_title(cell) in known)
    message = _(
        "Rows %(first)d and %(second)d are both headers (row %(second)d, column %(column)d says “%(title)s”)."
        " Keep the one whose titles say what the columns are, and delete the other."
    )
    return message % {"first": first, "second": second, "column": at, "title": cells[at - 1].strip()}


def _check_encoding(path: Path) -> None:
    """Refuse a text that is not UTF-8, naming the first line and the place in it that are not."""
    with path.open("rb") as file:
        if file.read(2) in {b"\xff\xfe", b"\xfe\xff"}:
            raise refuse(path, "encoding", _("Row 1, column 1: the file is UTF-16. Save it as CSV UTF-8."))
        file.seek(0)
        mark = b","
        for number, line in enumerate(file, 1):
            if number == 1:
                mark = max((b",", b";", b"\t", b"|"), key=line.count)
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                place = {"row": number, "column": line[: error.start].count(mark) + 1}
                message = _(
                    "Row %(row)d, column %(column)d: a letter is not UTF-8. Save the file as CSV UTF-8."
                )
                raise refuse(path, "encoding", message % place) from error
