"""CSV: any usual delimiter, any encoding that Vietnamese offices leave behind, read as a stream."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from dinh.registers.imports.sources import encodings
from dinh.registers.imports.sources.base import MOST_COLUMNS, Line, Source, is_empty, refuse
from dinh.registers.imports.sources.encodings import Encoding

MOST_IN_A_CELL = 1_000_000
DELIMITERS = ";,\t|"

UNKNOWN_LETTERS = _(
    "The letters of this file cannot be read (row %(row)s, column %(column)s). Save it as “CSV UTF-8”, "
    "or say which letters it has with --encoding: %(known)s."
)
LETTERS_BREAK = _(
    "From row %(row)s, column %(column)s on, the letters are not %(encoding)s like those before. Two files may "
    "have been joined: save each as “CSV UTF-8”."
)
NOT_TEXT = _("This is not a table of text. Bring it as CSV, XLSX, Parquet or GeoJSON.")
CELL_TOO_LONG = _(
    "In row %(row)s a cell does not end. A quotation mark is missing there, or one too many was written."
)
TOO_MANY_COLUMNS = _("Row %(row)s has %(count)s columns. Is the delimiter right?")


class TextFile(Source):
    """A CSV file."""

    form = "csv"

    def __init__(self, path: Path, encoding: str = "") -> None:
        super().__init__(path)
        with path.open("rb") as file:
            sample = file.read(encodings.SAMPLE_BYTES)
        found = encodings.ENCODINGS.get(encoding) or encodings.detect(sample)
        if found is None:
            row, column = _place(path, _first_bad(sample), "utf-8")
            params = {"row": row, "column": column, "known": ", ".join(encodings.ENCODINGS)}
            raise refuse("imports.unknown_letters", UNKNOWN_LETTERS % params, params=params)
        self.encoding: Encoding = found
        self.delimiter = _delimiter(sample.decode(found.codec, errors="replace"))
        self._size = max(1, path.stat().st_size)
        self._file: io.BufferedReader | None = None
        self._share = 0.0
        if found.name != "utf-8":
            self.notes.append(("imports.note_encoding", {"encoding": found.name}))

    def lines(self) -> Iterator[Line]:
        """Yield the rows; blank ones are counted and left out."""
        csv.field_size_limit(MOST_IN_A_CELL)
        number = 0
        letters = self.encoding.letters if self.encoding.name in {"tcvn3", "vni", "cp1258"} else None
        with self.path.open("rb") as raw:
            text = io.TextIOWrapper(raw, encoding=self.encoding.codec, newline="")
            rows = csv.reader(text if letters is None else map(letters, text), delimiter=self.delimiter)
            try:
                for cells in rows:
                    number += 1
                    if number % 1000 == 0:
                        self._share = raw.tell() / self._size
                    if len(cells) > MOST_COLUMNS:
                        params = {"row": number, "count": len(cells)}
                        raise refuse("imports.too_many_columns", TOO_MANY_COLUMNS % params, params=params)
                    if number == 1 and any("\x00" in cell for cell in cells):
                        raise refuse("imports.not_text", NOT_TEXT)
                    if not all(map(is_empty, cells)):
                        yield number, cells
            except csv.Error:
                raise refuse("imports.cell_too_long", CELL_TOO_LONG % {"row": number + 1}) from None
            except UnicodeDecodeError:
                raise self._broken_letters() from None
        self._share = 1.0

    def share_read(self) -> float:
        """Return the share of bytes read."""
        return self._share

    def details(self) -> dict[str, object]:
        """Return encoding and delimiter."""
        return {"encoding": self.encoding.name, "delimiter": self.delimiter}

    def _broken_letters(self) -> Exception:
        offset = _first_bad_in_file(self.path, self.encoding.codec)
        row, column = _place(self.path, offset, self.encoding.codec, self.delimiter)
        params = {"row": row, "column": column, "encoding": self.encoding.name.upper()}
        return refuse("imports.letters_break", LETTERS_BREAK % params, f"row {row}", params)


def _delimiter(sample: str) -> str:
    """Return the mark that the first lines have most of; a title without any may stand above the header."""
    first = sample.split("\n", 30)[:30]
    return max(DELIMITERS, key=lambda mark: max(line.count(mark) for line in first))


def _first_bad(sample: bytes) -> int:
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _first_bad_in_file(path: Path, codec: str) -> int:
    """Return the offset of the first bytes that the codec cannot read."""
    import codecs

    decoder = codecs.getincrementaldecoder(codec)()
    offset = 0
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            held = len(decoder.getstate()[0])  # bytes of the chunk before that were not yet a whole letter
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return max(0, offset - held + error.start)
            offset += len(chunk)
    return offset


def _place(path: Path, offset: int, codec: str, delimiter: str = "") -> tuple[int, int]:
    """Return row and column, from 1, of an offset in a file; quoted line breaks count as rows here."""
    rows, tail = 1, b""
    with path.open("rb") as file:
        left = offset
        while left > 0 and (chunk := file.read(min(left, 1024 * 1024))):
            left -= len(chunk)
            rows += chunk.count(b"\n")
            tail = (tail + chunk)[-100_000:]
    line = tail.rpartition(b"\n")[2].decode("latin-1")
    mark = delimiter or _delimiter(line)
    return rows, line.count(mark) + 1
