"""Which column is which field: remembered from last time, else found by id, title or usual header, accents or not."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.lib.errors import Fault, Invalid
from dinh.lib.names import storable
from dinh.population.imports.columns import COLUMNS as USUAL
from dinh.population.imports.columns import plain_header
from dinh.registers.imports.sources import Cell, Line, is_empty

LOOKED_AT = 40  # rows in which a header is looked for
OWN_COLUMN = "_"  # what an export adds of its own begins so
NOT_FROM_FILES = frozenset({"people", "record", "household"})
# Part of a person's identity -> key of the headers that population lists are known to have.
_PARTS = {
    "number": "number", "old_number": "old_number", "name": "full_name", "birth": "birth", "sex": "sex",
    "birth_place": "birth_place", "place": "address", "mother_name": "mother_name", "father_name": "father_name",
}  # fmt: skip
RANK = {"saved": 0, "mapping": 0, "id": 1, "title": 2, "header": 3, "usual": 4}


@dataclass(frozen=True)
class Column:
    """One column of a file.

    at     position from 0
    title  as written
    field  id of the field it brings; "" when it is left out
    why    "mapping", "saved", "id", "title", "header", "usual"; "" when it is left out
    """

    at: int
    title: str
    field: str = ""
    why: str = ""


@dataclass(frozen=True)
class Layout:
    """Where the rows begin, and what the columns mean.

    first_row  number of the first row of data; 1 where the file has no header row
    notes      (code, params) of what was found above it
    """

    columns: tuple[Column, ...]
    first_row: int
    notes: tuple[tuple[str, dict[str, object]], ...] = field(default=())

    def brought(self) -> dict[str, Column]:
        """Return the columns that bring something, by field."""
        return {column.field: column for column in self.columns if column.field}


class Guesser:
    """Knows under which titles the fields of a register are found.

    saved    what this office's columns meant last time: plain title -> field, "" to leave out
    mapping  what the person said for this file: title -> field, "" to leave out
    """

    def __init__(
        self,
        register: Register,
        saved: Mapping[str, str] | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> None:
        self.register = register
        self._known: dict[str, tuple[str, str]] = {}
        fields = [one for one in register.fields if one.type not in NOT_FROM_FILES]
        ids = {one.id for one in fields}
        for why, titles in (
            ("mapping", (mapping or {}).items()),
            ("saved", ((title, id) for title, id in (saved or {}).items() if not id or id in ids)),
            ("id", ((one.id, one.id) for one in fields)),
            ("title", ((title, one.id) for one in fields for title in _titles(one))),
            ("header", ((header, one.id) for one in fields for header in one.headers)),
            ("usual", _usual(register)),
        ):
            for title, id in titles:
                self._known.setdefault(plain_header(title), (id, why))

    def find(self, title: str) -> tuple[str, str]:
        """Return (field, why) of a title; ("", "") when it means nothing here."""
        if title.startswith(OWN_COLUMN):
            return "", ""
        plain = plain_header(title)
        return self._known.get(plain, ("", "")) if plain else ("", "")

    def columns(self, titles: Sequence[str]) -> tuple[list[Column], list[tuple[str, dict[str, object]]]]:
        """Return the columns, each field brought by one; the other candidates become notes."""
        found = [Column(at, title, *self.find(title)) for at, title in enumerate(map(storable, titles))]
        best: dict[str, Column] = {}
        for column in found:
            held = best.get(column.field)
            if column.field and (held is None or RANK[column.why] < RANK[held.why]):
                best[column.field] = column
        notes: list[tuple[str, dict[str, object]]] = []
        for place, column in enumerate(found):
            if column.field and best[column.field] is not column:
                notes.append(("imports.note_column_twice", {"column": column.title, "field": column.field}))
                found[place] = Column(column.at, column.title)
        return found, notes


def read_layout(
    guesser: Guesser, titles: Sequence[str] | None, lines: Iterable[Line], *, lenient: bool = False
) -> Layout:
    """Return where the rows begin and what the columns mean.

    titles   where the format has them; else the header is looked for in the first rows
    lenient  where no row names the columns take the fullest for the header, and let columns be missing

    Raises Invalid ("imports.no_header", "imports.column_missing") saying what was seen and what is needed.
    """
    if titles is not None:
        columns, notes = guesser.columns(titles)
        layout = Layout(tuple(columns), 1, tuple(notes))
    else:
        first = [line for line, _number in zip(lines, range(LOOKED_AT), strict=False)]
        layout = _find_header(guesser, first, lenient=lenient)
    if not lenient:
        _require(guesser.register, layout)
    return layout


def read_mapping(file: Path, register: Register) -> dict[str, str]:
    """Return the mapping that a TOML file gives: [columns] "title" = "field", "" to leave a column out.

    Raises Invalid with every fault: no such field, no table `columns`, not TOML.
    """
    try:
        given = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = _("This is not a TOML file: %(error)s") % {"error": error}
        raise Invalid("imports.mapping", [Fault(file.name, "imports.mapping", message)], message) from error
    columns = given.get("columns")
    if not isinstance(columns, dict):
        message = _('The file needs a table [columns] with lines like "Họ tên" = "full_name".')
        raise Invalid("imports.mapping", [Fault(file.name, "imports.mapping", message)], message)
    check_mapping(columns, register, file.name)
    return {str(title): str(id) for title, id in columns.items()}


def check_mapping(columns: Mapping[str, object], register: Register, where: str) -> None:
    """Raise Invalid with a fault for each field that the register does not have, or that comes twice."""
    known = [one.id for one in register.fields if one.type not in NOT_FROM_FILES]
    faults, seen = [], set()
    for title, id in columns.items():
        path = f"{where}: columns[{title}]"
        if id and id not in known:
            near = difflib.get_close_matches(str(id), known, 3, 0.5) or known[:5]
            message = _("Register “%(register)s” has no field “%(field)s”. Perhaps: %(near)s.")
            said = message % {"register": register.id, "field": id, "near": ", ".join(near)}
            faults.append(Fault(path, "imports.unknown_field", said))
        elif id and id in seen:
            faults.append(Fault(path, "imports.field_twice", _("Another column brings this field too.")))
        seen.add(id)
    if faults:
        raise Invalid("imports.mapping", faults, faults[0].message)


def _titles(one: RegisterField) -> tuple[str, ...]:
    return tuple(filter(None, (one.title.vi, one.title.fr, one.title.en)))


def _usual(register: Register) -> Iterable[tuple[str, str]]:
    if register.person is not None:
        for part, id in register.person.named().items():
            for header in USUAL.get(_PARTS.get(part, ""), ()):
                yield header, id


def _find_header(guesser: Guesser, lines: list[Line], *, lenient: bool = False) -> Layout:
    best, place = 0, -1
    for at, (_number, cells) in enumerate(lines):
        found = len({field for field, _why in map(guesser.find, _texts(cells)) if field})
        if found > best:
            best, place = found, at
    if place < 0 or best < min(2, len(guesser.register.fields)):
        if not lenient or not lines:
            raise _no_header(guesser.register, lines)
        place = max(range(len(lines)), key=lambda at: sum(bool(text) for text in _texts(lines[at][1])))
    number, cells = lines[place]
    titles, data = _texts(cells), place + 1
    notes: list[tuple[str, dict[str, object]]] = []
    if place and _adds(guesser, _texts(lines[place - 1][1]), titles):
        # The upper of two header rows: its groups stand over columns that the lower one names.
        titles, above = _joined(_texts(lines[place - 1][1]), titles), lines[place - 1][0]
        notes.append(("imports.note_two_headers", {"first": above, "second": number}))
    elif data < len(lines) and _adds(guesser, _texts(lines[data][1]), titles, below=True):
        titles = _joined(titles, _texts(lines[data][1]))
        notes.append(("imports.note_two_headers", {"first": number, "second": lines[data][0]}))
        data += 1
    elif data < len(lines) and _repeats(guesser, _texts(lines[data][1])):
        notes.append(("imports.note_two_headers", {"first": number, "second": lines[data][0]}))
        data += 1
    if data < len(lines) and _is_numbering(lines[data][1]):
        notes.append(("imports.note_numbered", {"row": lines[data][0]}))
        data += 1
    columns, twice = guesser.columns(titles)
    first = lines[data][0] if data < len(lines) else lines[-1][0] + 1
    return Layout(tuple(columns), first, tuple(notes + twice))


def _adds(guesser: Guesser, other: list[str], titles: list[str], *, below: bool = False) -> bool:
    """Tell whether another row names fields for columns of which this one says nothing."""
    here = {guesser.find(title)[0] for title in titles}
    for at, title in enumerate(other):
        mine = titles[at] if at < len(titles) else ""
        field = guesser.find(title)[0]
        if field and field not in here and not guesser.find(mine)[0]:
            return True
        if below and mine and title and guesser.find(f"{mine} {title}")[0]:
            return True
    return False


def _repeats(guesser: Guesser, cells: list[str]) -> bool:
    """Tell whether a row below the header is one again: most of what it says are titles."""
    said = [text for text in cells if text]
    titles = [text for text in said if guesser.find(text)[0]]
    return len(titles) > 1 and 2 * len(titles) > len(said)


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    """Return one title for each column: the lower row's, under the upper's where both say something."""
    width = max(len(upper), len(lower))
    upper, lower = upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))
    return [below or above for above, below in zip(upper, lower, strict=True)]


def _is_numbering(cells: Sequence[Cell]) -> bool:
    """Tell whether a row says only (1), (2), … or A, B, 1, 2, as official forms do under the header."""
    said = [str(cell).strip(" ()[].") for cell in cells if not is_empty(cell)]
    numbers = [int(text) for text in said if text.isdigit()]
    letters = [text for text in said if len(text) == 1 and text.isalpha()]
    counted = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if len(numbers) > 2 else False
    return counted and len(numbers) + len(letters) == len(said)


def _texts(cells: Sequence[Cell]) -> list[str]:
    return ["" if is_empty(cell) else " ".join(str(cell).split()) for cell in cells]


def _no_header(register: Register, lines: list[Line]) -> Invalid:
    seen = "; ".join(text for text in _texts(lines[0][1])[:6] if text) if lines else ""
    needed = ", ".join(one.title.vi for one in register.complete()[:4])
    message = _(
        "No row of the first %(rows)s names the columns (row %(row)s says: %(seen)s). One row must carry the titles, "
        "for example: %(needed)s. Or say what the columns mean with a mapping file."
    ) % {"rows": LOOKED_AT, "row": lines[0][0] if lines else 1, "seen": seen or "–", "needed": needed}
    return Invalid("imports.no_header", [Fault("file", "imports.no_header", message)], message)


def _require(register: Register, layout: Layout) -> None:
    """Refuse a file without a column of a required field: no row of it could be entered."""
    brought = layout.brought()
    faults = []
    for one in register.fields:
        if one.required and one.id not in brought:
            message = _(
                "The column “%(title)s” (%(field)s) is missing. Columns of the file: %(columns)s. Add it, or say which "
                "column it is with a mapping file."
            ) % {
                "title": one.title.vi,
                "field": one.id,
                "columns": ", ".join(c.title for c in layout.columns[:12]),
            }
            faults.append(Fault(f"row {max(1, layout.first_row - 1)}", "imports.column_missing", message))
    if faults:
        raise Invalid("imports.column_missing", faults, faults[0].message)
