"""What a file would bring, shown before anything is read to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice

from dinh.registers.imports.checking import Opened, Wish
from dinh.registers.imports.columns import Column
from dinh.registers.imports.messages import sentence
from dinh.registers.imports.rows import RegisterRow, RowReader

FIRST_ROWS = 10


@dataclass(frozen=True)
class Preview:
    """The beginning of a file as it would be entered.

    columns  all of the file's columns, with the field that each brings and why
    missing  titles of the fields that a complete row has and the file does not
    rows     the first rows, with their faults
    notes    sentences about the file, in the active language
    details  encoding, delimiter or sheet
    """

    form: str
    columns: tuple[Column, ...]
    missing: tuple[str, ...]
    rows: tuple[RegisterRow, ...]
    notes: tuple[str, ...]
    details: dict[str, object]


def preview(wish: Wish, opened: Opened, on: date, count: int = FIRST_ROWS) -> Preview:
    """Return the first rows of a file; reads no further."""
    source, layout = opened.source, opened.layout
    reader = RowReader(opened.register, layout, wish.unit, on, source.merged())
    lines = (line for line in source.lines() if line[0] >= layout.first_row)
    rows = tuple(reader.read(number, cells) for number, cells in islice(lines, count))
    brought = layout.brought()
    return Preview(
        form=source.form,
        columns=layout.columns,
        missing=tuple(str(one.title) for one in opened.register.complete() if one.id not in brought),
        rows=rows,
        notes=tuple(sentence(code, params) for code, params in (*source.notes, *layout.notes)),
        details=source.details(),
    )
