"""One row of a spreadsheet as columns of a person, a household and a residence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.lib import citizen_number, dates
from dinh.lib.errors import Fault, Invalid
from dinh.lib.names import fold, tidy
from dinh.population import rules
from dinh.population.imports.reading import Cell

_EXCEL_EPOCH = date(1899, 12, 30)
SEX_WORDS = {
    **dict.fromkeys(("nam", "1", "m", "male", "trai", "ong"), "1"),
    **dict.fromkeys(("nu", "2", "f", "female", "gai", "ba"), "2"),
    **dict.fromkeys(("", "9", "0", "khong ro", "chua ro", "chua xac dinh", "unknown"), "9"),
}
_POVERTY = {
    **dict.fromkeys(("", "0", "khong", "khong ngheo", "binh thuong", "no"), ""),
    **dict.fromkeys(("poor", "ngheo", "ho ngheo"), "poor"),
    **dict.fromkeys(("near_poor", "near poor", "near-poor", "can ngheo", "ho can ngheo"), "near_poor"),
}
# Words for relations that the list of the social insurance does not have but clerks write.
RELATION_WORDS = {
    "ban than": "00", "vo chong": "", "bo de": "03", "cha": "03", "cha de": "03", "bo chong": "03", "bo vo": "03",
    "me de": "04", "me chong": "04", "me vo": "04", "con trai": "08", "con gai": "08", "con de": "08", "con ruot": "08",
    "con nuoi": "08", "em trai": "05", "em gai": "05", "anh trai": "06", "chi gai": "07", "chau noi": "09",
    "chau ngoai": "09", "chau trai": "09", "chau gai": "09", "ong noi": "10", "ong ngoai": "10", "ba noi": "11",
    "ba ngoai": "11",
}  # fmt: skip

SEX_ODD = _('Write the sex as "Nam" or "Nữ".')
VILLAGE_ODD = _("This commune has no such village. Write it as in the list of villages.")
POVERTY_ODD = _('Write "hộ nghèo", "hộ cận nghèo", or leave it empty.')
LEVEL_ODD = _("The level of an electronic identity is 0, 1 or 2.")

Lookup = Callable[[str, str], str | None]  # (list id or "villages", folded words) -> code, None when unknown


@dataclass
class ImportRow:
    """One row as it will be written.

    line      the row's number in the file
    person    columns of Person, normalized
    village   id of the village as text, "" when not given
    """

    line: int
    person: dict[str, Any]
    household: str = ""
    village: str = ""
    address: str = ""
    poverty: str = ""
    residence_from: date | None = None
    mother_number: str = ""
    father_number: str = ""
    channels: list[tuple[str, str]] = field(default_factory=list)
    electronic_id: int = 0

    @property
    def relation(self) -> str:
        """What the person is to the head of the household."""
        return str(self.person["relation"])


class _Reader:
    """Reads the cells of one row, and keeps every fault instead of stopping at the first."""

    def __init__(self, cells: Mapping[str, Cell], find: Lookup) -> None:
        self.cells, self.find = cells, find
        self.faults: list[Fault] = []

    def text(self, column: str) -> str:
        return _text(self.cells.get(column))

    def fault(self, column: str, code: str, message: object) -> None:
        self.faults.append(Fault(column, code, message))

    def code(self, column: str, list_id: str, default: str = "") -> str:
        words = self.text(column)
        if not words:
            return default
        code = self.find(list_id, fold(words))
        if code is None:
            self.fault(column, "population.not_in_list", rules.NOT_IN_LIST)
        return code or default

    def word(self, column: str, words: Mapping[str, str], code: str, message: object) -> str:
        found = words.get(fold(self.text(column)))
        if found is None:
            self.fault(column, code, message)
        return found or words[""]

    def number(self, column: str, length: int) -> str:
        """Return an identity number. A cell that holds a number, not text, has lost its zeros: they come back."""
        digits = citizen_number.clean(self.text(column))
        cell = self.cells.get(column)
        if isinstance(cell, int | float) and length - 3 < len(digits) < length:
            return digits.zfill(length)
        return digits

    def date(self, column: str) -> str:
        """Return ISO text, possibly partial, of a date cell, a text, a year or a spreadsheet's day number."""
        cell = self.cells.get(column)
        if isinstance(cell, datetime):
            return cell.date().isoformat()
        if isinstance(cell, date):
            return cell.isoformat()
        words = _text(cell)
        if not words:
            return ""
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            if 2_200 <= cell < 99_999:
                return (_EXCEL_EPOCH + timedelta(days=int(cell))).isoformat()
            if len(words) == 7:
                words = f"0{words}"  # 5031951: the zero of 05031951 is lost
        try:
            return dates.parse_partial(words)
        except Invalid as refused:
            self.fault(column, refused.code, refused.message)
            return ""

    def channel(self, column: str) -> list[tuple[str, str]]:
        words = self.text(column)
        if not words:
            return []
        if isinstance(self.cells.get(column), int | float) and not words.startswith("0"):
            words = f"0{words}"
        try:
            return [(column, rules.channel_value(column, words))]
        except Invalid as refused:
            self.fault(column, refused.code, refused.message)
            return []


def read_row(
    line: int, cells: Mapping[str, Cell], *, find: Lookup, codes: rules.Codes, today: date
) -> tuple[ImportRow, list[Fault]]:
    """Return a row and every fault of it; the path of a fault is the column's key.

    cells  {column: cell} of the columns that the header names
    """
    reader = _Reader(cells, find)
    person = rules.normalized(
        {
            "full_name": reader.text("full_name"),
            "number": reader.number("number", 12),
            "old_number": reader.number("old_number", 9),
            "sex": reader.word("sex", SEX_WORDS, "imports.sex", SEX_ODD),
            "birth": reader.date("birth"),
            "ethnicity": reader.code("ethnicity", "ethnic_groups"),
            "nationality": reader.code("nationality", "nationalities", "VNM"),
            "religion": reader.code("religion", "religions"),
            "relation": reader.code("relation", "household_relations"),
            **{
                name: reader.text(name)
                for name in ("birth_place", "home_place", "mother_name", "father_name")
            },
        }
    )
    _old_number_in_its_place(person)
    if not person["birth"] and not any(fault.path == "birth" for fault in reader.faults):
        reader.fault("birth", "dates.empty", _("Write the date of birth, or the year when only it is known."))
    village = reader.text("village")
    place = find("villages", fold(village)) if village else ""
    if place is None:
        reader.fault("village", "imports.village", VILLAGE_ODD)
    since = reader.date("residence_from")
    row = ImportRow(
        line=line,
        person=person,
        household=reader.text("household"),
        village=place or "",
        address=reader.text("address"),
        poverty=reader.word("poverty", _POVERTY, "imports.poverty", POVERTY_ODD),
        residence_from=date.fromisoformat((since + "-01-01")[:10]) if since else None,
        mother_number=reader.number("mother_number", 12),
        father_number=reader.number("father_number", 12),
        channels=[*reader.channel("phone"), *reader.channel("email")],
        electronic_id=_level(reader),
    )
    if row.residence_from and row.residence_from > today:
        reader.fault("residence_from", "population.in_future", rules.IN_FUTURE)
    for column, longest in (("address", 200), ("household", 24)):
        if len(getattr(row, column)) > longest:
            reader.fault(column, "population.too_long", rules.TOO_LONG)
    return row, [*reader.faults, *rules.person_faults(person, today=today, codes=codes)]


def _level(reader: _Reader) -> int:
    words = fold(reader.text("electronic_id")).removeprefix("muc ").removeprefix("level ") or "0"
    if words not in {"0", "1", "2"}:
        reader.fault("electronic_id", "population.level", LEVEL_ODD)
        return 0
    return int(words)


def _old_number_in_its_place(person: dict[str, Any]) -> None:
    """Many lists have one column for both numbers: 9 digits there are an old number."""
    number = person["number"] or ""
    if len(number) == 9 and number.isdigit() and not person["old_number"]:
        person["number"], person["old_number"] = None, number


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return tidy(str(cell))
