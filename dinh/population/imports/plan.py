"""What a file would bring in: its good rows, and every fault of every bad one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Unit
from dinh.lib.errors import Fault, Invalid
from dinh.population.actions.rows import codes
from dinh.population.imports import columns, lookups
from dinh.population.imports.cells import ImportRow, read_row
from dinh.population.imports.reading import Cell, read_lines
from dinh.population.models import Household, Person
from dinh.population.rules import HEAD

HEADER_WITHIN = 20  # rows: titles may stand above the header
CHUNK = 500

NO_HEADER = _('No header was found. One row must name the columns, "Họ và tên" and "Ngày sinh" at least.')
COLUMN_MISSING = _('A column is missing: "%(column)s". Add it, even when some of its cells stay empty.')
COLUMN_TWICE = _("Two columns mean the same. Keep one of them.")
NUMBER_TWICE = _("Row %(row)s has this number too. Check both on the identity cards.")
PERSON_TWICE = _(
    "Row %(row)s has the same name and date of birth. If they are two people, give their numbers."
)
NUMBER_TAKEN = _("This number belongs to a person already known. Take the row out, or correct the number.")
PERHAPS_KNOWN = _(
    "A person of this name and date of birth is known here already. If it is another, give both numbers."
)
NO_HEAD = _("No row of this household is its head (chủ hộ). Mark one.")
TWO_HEADS = _("This household has a head already. Give this person's relation to the head.")
ELSEWHERE = _("A household of another commune has this code. Check the code.")
NO_ADDRESS = _("Write the address or the village of this household in one of its rows.")
HEAD_NOT_GOOD = _(
    "The head of this household, row %(row)s, has a fault. Households are brought in with their head."
)
PARENT_UNKNOWN = _("Nobody in this file or in the population has this number. Check it, or leave it empty.")


@dataclass(frozen=True)
class RowFault:
    """One thing wrong in one cell: the row's number, the column's header as written, a code, a sentence."""

    row: int
    column: str
    code: str
    message: object

    def as_json(self) -> dict[str, object]:
        """Return JSON values, the sentence in the active language."""
        return {"row": self.row, "column": self.column, "code": self.code, "message": str(self.message)}


@dataclass(frozen=True)
class ImportPlan:
    """A checked file.

    on               the day of the check
    rows             good rows, in the order of the file
    faults           of all bad rows, in the order of the file
    total            rows read, good and bad
    ignored_columns  headers that mean nothing here
    """

    unit: Unit
    filename: str
    on: date
    rows: tuple[ImportRow, ...]
    faults: tuple[RowFault, ...]
    total: int
    ignored_columns: tuple[str, ...] = ()

    @property
    def bad_rows(self) -> tuple[int, ...]:
        """Numbers of the rows that have a fault."""
        return tuple(sorted({fault.row for fault in self.faults}))


@dataclass
class _Sheet:
    """Rows under way, with their faults by line."""

    unit: Unit
    titles: dict[str, str]  # column -> header as written
    rows: list[ImportRow] = field(default_factory=list)
    faults: dict[int, list[Fault]] = field(default_factory=lambda: defaultdict(list))

    def fault(self, row: ImportRow, column: str, code: str, message: object) -> None:
        self.faults[row.line].append(Fault(column, code, message))

    def households(self) -> dict[str, list[ImportRow]]:
        groups: dict[str, list[ImportRow]] = defaultdict(list)
        for row in self.rows:
            if row.household:
                groups[row.household].append(row)
        return groups


def check(file: bytes | BinaryIO, filename: str, unit: Unit, *, on: date | None = None) -> ImportPlan:
    """Return what a CSV or XLSX file would bring into a commune; nothing is written.

    on  the day of the check; today when left out

    Raises Invalid when it is no table of persons at all (codes `imports.…`). Queries: villages, and four
    for each 500 rows.
    """
    on = on or timezone.localdate()
    lines = read_lines(file if isinstance(file, bytes) else file.read())
    first_line, header, cells = _header(lines)
    positions, ignored = _positions(first_line, header, cells)
    sheet = _Sheet(unit, {column: str(cells[at]).strip() for at, column in positions.items()})
    find = lookups.finder(unit, on)
    for line, values in lines:
        named: dict[str, Cell] = {c: values[at] if at < len(values) else None for at, c in positions.items()}
        row, faults = read_row(line, named, find=find, codes=codes, today=on)
        sheet.rows.append(row)
        sheet.faults[line] += faults
    if not sheet.rows:
        raise Invalid(
            "imports.no_rows", [Fault("file", "imports.no_rows", _("There is no row under the header."))]
        )
    _compare_rows(sheet)
    _compare_known(sheet)
    _check_parents(sheet)
    _check_households(sheet)
    return _plan(sheet, filename, on, ignored)


def _plan(sheet: _Sheet, filename: str, on: date, ignored: tuple[str, ...]) -> ImportPlan:
    bad = sorted(line for line, faults in sheet.faults.items() if faults)
    faults = tuple(
        RowFault(line, sheet.titles.get(fault.path, fault.path), fault.code, fault.message)
        for line in bad
        for fault in sheet.faults[line]
    )
    good = tuple(row for row in sheet.rows if not sheet.faults[row.line])
    return ImportPlan(sheet.unit, filename, on, good, faults, len(sheet.rows), ignored)


def _header(lines: Iterator[tuple[int, list[Cell]]]) -> tuple[int, dict[int, str], list[Cell]]:
    for read, (line, cells) in enumerate(lines):
        if header := columns.header_of(cells):
            return line, header, cells
        if read >= HEADER_WITHIN:
            break
    raise Invalid("imports.no_header", [Fault("file", "imports.no_header", NO_HEADER)], NO_HEADER)


def _positions(
    line: int, header: dict[int, str], cells: Sequence[Cell]
) -> tuple[dict[int, str], tuple[str, ...]]:
    """Return {position: column} and the headers ignored; raise Invalid for columns missing or twice."""
    faults = []
    seen: set[str] = set()
    for at, column in header.items():
        if column in seen:
            faults.append(Fault(f"row {line}, column {cells[at]}", "imports.column_twice", COLUMN_TWICE))
        seen.add(column)
    for column in columns.NEEDED:
        if column not in seen:
            title = {"full_name": "Họ và tên", "birth": "Ngày sinh"}[column]
            faults.append(Fault(f"row {line}", "imports.column_missing", COLUMN_MISSING % {"column": title}))
    if faults:
        raise Invalid("imports.header", faults, faults[0].message)
    ignored = tuple(
        str(cell).strip() for at, cell in enumerate(cells) if at not in header and cell and str(cell).strip()
    )
    return header, ignored


def _compare_rows(sheet: _Sheet) -> None:
    """Find the same number, or the same name and birth without numbers to tell them apart, in two rows."""
    numbers: dict[str, int] = {}
    people: dict[tuple[str, str], ImportRow] = {}
    for row in sheet.rows:
        number = row.person["number"]
        if number and numbers.setdefault(number, row.line) != row.line:
            sheet.fault(row, "number", "imports.number_twice", NUMBER_TWICE % {"row": numbers[number]})
        who = (row.person["name_words"], row.person["birth"])
        other = people.setdefault(who, row)
        if other is not row and not (number and other.person["number"]) and all(who):
            sheet.fault(row, "full_name", "imports.person_twice", PERSON_TWICE % {"row": other.line})


def _compare_known(sheet: _Sheet) -> None:
    """Find numbers that are taken, and people who may be known already."""
    taken = known_numbers(row.person["number"] for row in sheet.rows)
    here: dict[tuple[str, str], list[str | None]] = defaultdict(list)
    for names in _chunks({row.person["name_words"] for row in sheet.rows}):
        known = Person.objects.filter(name_words__in=names, unit=sheet.unit)
        for words, birth, number in known.values_list("name_words", "birth", "number"):
            here[words, birth].append(number)
    for row in sheet.rows:
        number = row.person["number"]
        if number and number in taken:
            sheet.fault(row, "number", "population.number_taken", NUMBER_TAKEN)
            continue
        namesakes = here.get((row.person["name_words"], row.person["birth"]), [])
        if any(not (number and other) for other in namesakes):
            sheet.fault(row, "full_name", "imports.perhaps_known", PERHAPS_KNOWN)


def _check_parents(sheet: _Sheet) -> None:
    in_file = {
        row.person["number"] for row in sheet.rows if row.person["number"] and not sheet.faults[row.line]
    }
    asked = {
        n for row in sheet.rows for n in (row.mother_number, row.father_number) if n and n not in in_file
    }
    known = known_numbers(asked)
    for row in sheet.rows:
        for column in ("mother_number", "father_number"):
            number = getattr(row, column)
            if number and number not in in_file and number not in known:
                sheet.fault(row, column, "imports.parent_unknown", PARENT_UNKNOWN)


def _check_households(sheet: _Sheet) -> None:
    """One head for each household, an address, and no household of another commune."""
    groups = sheet.households()
    known: dict[str, Household] = {}
    for wanted in _chunks(set(groups)):
        known |= {h.code: h for h in Household.objects.filter(code__in=wanted)}
    for code, rows in groups.items():
        household = known.get(code)
        if household is not None and household.unit_id != sheet.unit.pk:
            for row in rows:
                sheet.fault(row, "household", "imports.household_elsewhere", ELSEWHERE)
            continue
        heads = [row for row in rows if row.relation == HEAD]
        headed = household is not None and household.head_id is not None
        for row in heads if headed else heads[1:]:
            sheet.fault(row, "relation", "imports.two_heads", TWO_HEADS)
        if not heads and not headed:
            sheet.fault(rows[0], "relation", "imports.no_head", NO_HEAD)
        if household is None and not any(row.address or row.village for row in rows):
            sheet.fault(rows[0], "address", "imports.address_missing", NO_ADDRESS)
        if not headed:
            _hold_back(sheet, rows, heads[0] if heads else rows[0])


def _hold_back(sheet: _Sheet, rows: list[ImportRow], head: ImportRow) -> None:
    """A household is brought in with its head or not at all."""
    if not sheet.faults[head.line]:
        return
    for row in rows:
        if row is not head and not sheet.faults[row.line]:
            sheet.fault(row, "household", "imports.head_not_good", HEAD_NOT_GOOD % {"row": head.line})


def known_numbers(numbers: Iterable[str | None]) -> dict[str, Person]:
    """Return {number: person} of those that are known; one query for each 500."""
    found: dict[str, Person] = {}
    for chunk in _chunks({number for number in numbers if number}):
        found |= {str(person.number): person for person in Person.objects.filter(number__in=chunk)}
    return found


def _chunks(values: set[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
