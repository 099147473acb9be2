"""One row of a file as one row of a register: values, what is kept as it was written, and every fault of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import queries as directory
from dinh.directory.models import Level, Unit
from dinh.lib.errors import NotFound
from dinh.lib.names import fold
from dinh.population.imports.cells import RELATION_WORDS, SEX_WORDS
from dinh.registers.imports.columns import Column, Layout
from dinh.registers.imports.messages import BLOCKING
from dinh.registers.imports.sources import Cell, is_empty
from dinh.registers.imports.values import FieldReader, Finder, Read, as_text

NAME_LENGTH, NUMBER_LENGTH = 120, 40
_MORE_WORDS = {
    "sexes": SEX_WORDS, "household_relations": RELATION_WORDS,
    "nationalities": {"vn": "VNM", "viet": "VNM", "vietnam": "VNM"},
}  # fmt: skip


@dataclass(frozen=True)
class CellFault:
    """One thing wrong: the row's number, the column's title as written, its place, the field, a code with its values."""

    line: int
    column: str
    at: int
    field: str
    code: str
    params: Mapping[str, object]

    @property
    def blocks(self) -> bool:
        """Tell whether the row cannot be entered."""
        return self.code in BLOCKING


@dataclass
class RegisterRow:
    """One row as it will be entered.

    data        {field: value}
    as_written  {field: text} of what could not be read
    """

    line: int
    data: dict[str, Any] = field(default_factory=dict)
    as_written: dict[str, str] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    name: str = ""

    @property
    def bad(self) -> bool:
        """Tell whether the row cannot be entered."""
        return any(fault.blocks for fault in self.faults)


class RowReader:
    """Reads the rows of one file for one register.

    unit    the commune whose file it is; places are looked for in it first
    merged  cells hidden under a merged one, {(row, column): the cell that shows}
    """

    def __init__(
        self,
        register: Register,
        layout: Layout,
        unit: Unit,
        on: date,
        merged: Mapping[tuple[int, int], str] | None = None,
    ) -> None:
        self.register = register
        self.merged = merged or {}
        self.width = len(layout.columns)
        self.named_by = register.person.name if register.person else ""
        self.columns: list[tuple[Column, int, str, FieldReader, dict[str, Read]]] = []
        for column in layout.columns:
            if (one := register.field(column.field)) is not None:
                reader = FieldReader(one, finder(one, unit, on))
                self.columns.append((column, column.at, one.id, reader, reader.known))
        brought = layout.brought()
        self.required = [
            (one.id, one.title.vi, brought[one.id])
            for one in register.fields
            if one.required and one.id in brought
        ]

    def read(self, line: int, cells: Sequence[Cell]) -> RegisterRow:
        """Return one row, with all its faults."""
        row = RegisterRow(line)
        if len(cells) > self.width and not all(map(is_empty, cells[self.width :])):
            told = {"count": len(cells), "expected": self.width}
            row.faults.append(CellFault(line, "", self.width, "", "imports.too_many_cells", told))
            return row
        given, data = len(cells), row.data
        for column, at, id, read, known in self.columns:
            cell = cells[at] if at < given else None
            if cell is None or cell == "":
                continue
            # Most cells of a file were seen before: one lookup, no call.
            value, code, params = (known.get(cell) if type(cell) is str else None) or read(cell)
            if value is not None:
                data[id] = value
            elif code:
                row.as_written[id] = as_text(cell)
            if code:
                row.faults.append(CellFault(line, column.title, at, id, code, params))
        for id, title, column in self.required:
            if id not in row.data and id not in row.as_written:
                cell_above = self.merged.get((line, column.at))
                code, params = (
                    ("imports.merged_cell", {"cell": cell_above})
                    if cell_above
                    else ("imports.missing", {"field": title})
                )
                row.faults.append(CellFault(line, column.title, column.at, id, code, params))
        if self.merged:
            self._hidden(row, cells)
        row.name = str(row.data.get(self.named_by) or row.as_written.get(self.named_by) or "")[:NAME_LENGTH]
        return row

    def number(self, row: RegisterRow) -> str:
        """Return what tells the row from the others, "" where the register counts its lines itself."""
        key = self.register.key
        return str(row.data.get(key) or row.as_written.get(key) or "")[:NUMBER_LENGTH] if key else ""

    def _hidden(self, row: RegisterRow, cells: Sequence[Cell]) -> None:
        """A cell under a merged one is empty although the sheet shows something there: the row is not complete."""
        told = {fault.at for fault in row.faults}
        for column, at, id, _reader, _known in self.columns:
            shows = self.merged.get((row.line, at))
            if shows and at not in told:
                params = {"cell": shows}
                row.faults.append(CellFault(row.line, column.title, at, id, "imports.merged_cell", params))


def finder(one: RegisterField, unit: Unit, on: date) -> Finder | None:
    """Return what finds the code of words for a choice, or the unit of a place; None for other fields."""
    if one.type == "choice":
        words = list_words(one.list) if one.list else _option_words(one)
        return lambda folded: words.get(folded) or (words.get(folded.zfill(2)) if folded.isdigit() else None)
    if one.type == "place":
        return _places(unit, on, one.levels)
    return None


def list_words(list_id: str) -> dict[str, str]:
    """Return {folded word: code} of a list: codes, titles in three languages, aliases, and what clerks write."""
    declared = store.get().lists.get(list_id)
    words: dict[str, str] = {fold(word): code for word, code in _MORE_WORDS.get(list_id, {}).items() if code}
    for entry in declared.entries if declared else ():
        for name in (entry.code, entry.title.vi, entry.title.fr, entry.title.en, *entry.aliases):
            if name:
                words[fold(name)] = entry.code
    return words


def _option_words(one: RegisterField) -> dict[str, str]:
    names = (
        (name, option.code)
        for option in one.options
        for name in (option.code, option.title.vi, option.title.en)
    )
    return {fold(name): code for name, code in names if name}


def _places(unit: Unit, on: date, levels: Sequence[str]) -> Finder:
    villages: dict[str, str] = {}
    if "village" in levels:
        for village in directory.villages_of(unit, on):
            for name in (village.name, village.full_name, village.code):
                villages[fold(name)] = str(village.unit_id)

    def find(folded: str) -> str | None:
        if folded in villages:
            return villages[folded]
        if "commune" in levels and folded.isdigit():
            try:
                return str(directory.get_unit(folded.zfill(5), on, Level.COMMUNE).pk)
            except NotFound:
                return None
        return None

    return find
