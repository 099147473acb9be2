"""The workbook in which a commune tells a month: made with what stands there, read back with its faults row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from dinh.catalogue.shapes.figures import Measure
from dinh.indicators.queries.told import Row
from dinh.lib.errors import Fault, Invalid
from dinh.lib.spreadsheets import unguarded
from dinh.population.imports.reading import Cell, read_lines
from dinh.web.board.asking import Asked

Typed = tuple[str, str]  # a value as written, and where it is taken from
CODE, VALUE, NOTE = 0, 5, 6  # columns of the workbook
NUMBER = re.compile(r"-?(?:[0-9]{1,16}|[0-9]{1,3}(?:[. \u00a0][0-9]{3}){1,5})")


def sheet(found: Iterable[Row], asked: Asked, language: str) -> list[list[str]]:
    """Return the lines of the workbook, the first of which names the columns."""
    head = [_("Code"), _("Figure"), _("Unit of measurement"), _("From"), _("To"), _("Value"), _("Taken from")]
    return [
        head,
        *(
            [
                row.measure.id, row.measure.title.of(language), row.measure.unit.of(language),
                _plain(row.measure.minimum), _plain(row.measure.maximum),
                _plain(row.told.value if row.told else None), row.told.note if row.told else "",
            ]
            for row in found
        ),
    ]  # fmt: skip


def brought(
    file: UploadedFile[bytes] | None, wanted: Sequence[Measure]
) -> tuple[Mapping[str, Typed], list[Fault]]:
    """Return what a file tells, measure by measure; or what is wrong with it, with the number of the row."""
    if file is None:
        return {}, [Fault("file", "missing", _("Choose the file first."))]
    try:
        lines = list(read_lines(file.read()))
    except Invalid as refused:
        return {}, list(refused.faults)
    known = {item.id: item.title.of("vi") for item in wanted}
    typed: dict[str, Typed] = {}
    faults = []
    for number, cells in lines[1:]:
        code, value, note = (unguarded(_text(cells, column)) for column in (CODE, VALUE, NOTE))
        if not value:
            continue
        wrong = ""
        if code not in known:
            wrong = _("Row %(row)s: “%(code)s” is not a figure that is told for this month.")
        elif code in typed:
            wrong = _("Row %(row)s: “%(code)s” stands in the file twice.")
        elif whole_number(value) is None:
            wrong = _("Row %(row)s: “%(value)s” is not a whole number.")
        if wrong:
            faults.append(
                Fault("file", "row", wrong % {"row": number, "code": code[:60], "value": value[:60]})
            )
        else:
            typed[code] = (value, note[:400])
    if not typed and not faults:
        faults.append(Fault("file", "empty", _("No value stands in the column “Value” of this file.")))
    return typed, faults


def whole_number(text: str) -> int | None:
    """Return a whole number as people write it, "1.250" or "1 250"; None for anything else."""
    text = text.strip()
    return int(re.sub(r"[. \u00a0]", "", text)) if NUMBER.fullmatch(text) else None


def _text(cells: Sequence[Cell], column: int) -> str:
    cell = cells[column] if column < len(cells) else None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None or isinstance(cell, date) else str(cell).strip()


def _plain(value: int | None) -> str:
    return "" if value is None else str(value)
