"""One cell as a value of its field's type, or what is wrong with it. Pure, and remembered per distinct text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from dinh.catalogue.shapes.register import RegisterField
from dinh.lib import citizen_number, dates
from dinh.lib.errors import Invalid
from dinh.lib.names import fold, storable, tidy
from dinh.lib.spreadsheets import unguarded
from dinh.registers.imports.sources import Cell
from dinh.registers.imports.sources.encodings import from_tcvn3, looks_like_tcvn3
from dinh.registers.shapes import outline_fault

EXCEL_EPOCH = date(1899, 12, 30)
ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
YES = frozenset({"co", "x", "1", "true", "yes", "roi", "dung", "da co", "y", "oui"})
NO = frozenset({"khong", "0", "false", "no", "chua", "sai", "khong co", "n", "non", "chua co"})
REMEMBERED = 100_000  # distinct texts a field; then it forgets and begins again, so memory stays flat
SHOWN = 60
_CURRENCY = re.compile(r"\s|[đĐ₫]|vnd|VND|vnđ|VNĐ")
_THOUSANDS = re.compile(
    r"(-?\d{1,3}(?:([.,])\d{3}(?:\2\d{3})*))(?:(?!\2)[.,]0{1,2})?", re.ASCII
)  # 1.500.000 and 1,500,000.00
_NO_CENTS = re.compile(r"(-?\d+)[.,]0{1,2}", re.ASCII)  # 1500000.0, as programs write it
_MONTH_FIRST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_DATE_CODES = {
    "dates.short_year": "imports.short_year",
    "dates.no_such_day": "imports.no_such_day",
    "dates.year_out_of_range": "imports.year_out_of_range",
}


class Read(NamedTuple):
    """What a cell says: its value; or None, with a code of what is wrong (kept as it was written)."""

    value: Any
    code: str = ""
    params: Mapping[str, object] = {}


NOTHING = Read(None)
Finder = Callable[[str], str | None]  # folded words -> code, or unit id; None when unknown


def wrong(code: str, text: str, **params: object) -> Read:
    """Return a cell that cannot be read."""
    return Read(None, code, {"value": text[:SHOWN], **params})


class FieldReader:
    """Reads the cells of one field.

    find  finds the code of words in the field's list, or the unit of a place's name
    """

    def __init__(self, field: RegisterField, find: Finder | None = None) -> None:
        self.field, self.find = field, find
        self._pattern = re.compile(field.pattern) if field.pattern else None
        self._read = getattr(self, f"_{field.type}", self._text)
        self.known: dict[str, Read] = {}

    def __call__(self, cell: Cell) -> Read:
        """Return what a cell says; NOTHING for an empty one."""
        if cell is None or cell == "":
            return NOTHING
        if not isinstance(cell, str):
            return self._read(cell)
        known = self.known.get(cell)
        if known is None:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            known = self.known[cell] = self._read_text(cell)
        return known

    def _read_text(self, cell: str) -> Read:
        cell = storable(cell)
        text = unguarded(tidy(cell) if self.field.type != "long_text" else cell.strip())
        if not text:
            return NOTHING
        if text[0] == "#" and text in ERRORS:
            return wrong("imports.spreadsheet_error", text)
        if text[0] == "=" and len(text) > 1 and (text[1].isalpha() or text[1] in "+-("):
            return wrong("imports.formula", text)
        return self._read(text)

    def _text(self, cell: Any) -> Read:
        text = _words(cell)
        if len(text) > self.field.max_length:
            return wrong("imports.too_long", text, length=len(text), most=self.field.max_length)
        if self._pattern is not None and not self._pattern.fullmatch(text):
            return wrong("imports.wrong_pattern", text, example=self.field.example)
        if looks_like_tcvn3(text):
            return Read(text, "imports.old_font", {"value": text[:SHOWN], "read": from_tcvn3(text)[:SHOWN]})
        return Read(text)

    _name = _long_text = _email = _text

    def _phone(self, cell: Any) -> Read:
        text = _words(cell)
        lost = isinstance(cell, int | float) and not text.startswith("0")
        return self._text(f"0{text}" if lost else text)

    def _citizen_number(self, cell: Any) -> Read:
        digits = citizen_number.clean(_words(cell))
        if not (digits.isascii() and digits.isdigit()):
            return wrong("imports.not_digits", digits)
        if isinstance(cell, int | float):
            # A cell that holds a number, not text, has lost its zeros: they come back.
            digits = digits.zfill(12 if len(digits) > 9 else 9) if len(digits) > 6 else digits
        if len(digits) in {9, 12}:
            return Read(digits)
        code = "imports.zero_lost" if len(digits) in {10, 11} else "imports.wrong_length"
        return wrong(code, digits, digits=len(digits))

    def _partial_date(self, cell: Any) -> Read:
        if isinstance(cell, datetime):
            return Read(cell.date().isoformat())
        if isinstance(cell, date):
            return Read(cell.isoformat())
        text = _words(cell)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            if 2_200 <= cell < 99_999:
                return Read((EXCEL_EPOCH + timedelta(days=int(cell))).isoformat())
            text = f"0{text}" if len(text) == 7 else text  # 5031951: the zero of 05031951 is lost
        try:
            return Read(str(dates.parse_partial(text.partition(" 00:00")[0])))
        except Invalid as refused:
            code = _DATE_CODES.get(refused.code, "imports.not_a_date")
            return wrong("imports.month_first" if _month_first(text) else code, text)

    def _date(self, cell: Any) -> Read:
        read = self._partial_date(cell)
        if read.value is not None and len(read.value) < 10:
            return wrong("imports.incomplete_date", _words(cell))
        return read

    def _year(self, cell: Any) -> Read:
        read = self._partial_date(cell) if isinstance(cell, date) else None
        text = read.value[:4] if read else _words(cell)
        if not (text.isdecimal() and len(text) == 4 and 1800 <= int(text) <= 2200):
            return wrong("imports.year_out_of_range", text)
        return Read(int(text))

    def _time(self, cell: Any) -> Read:
        text = (
            cell.isoformat("minutes") if isinstance(cell, time | datetime) else _words(cell).replace("h", ":")
        )
        try:
            return Read(time.fromisoformat(text.zfill(5)).isoformat("minutes"))
        except ValueError:
            return wrong("imports.not_a_time", text)

    def _choice(self, cell: Any) -> Read:
        text = _words(cell)
        code = self.find(fold(text)) if self.find else None
        return (
            Read(code) if code else wrong("imports.not_in_list", text, list=self.field.list or self.field.id)
        )

    def _yes_no(self, cell: Any) -> Read:
        if isinstance(cell, bool):
            return Read(cell)
        words = fold(_words(cell))
        if words in YES or words in NO:
            return Read(words in YES)
        return wrong("imports.not_yes_no", _words(cell))

    def _integer(self, cell: Any) -> Read:
        text = _words(cell)
        if isinstance(cell, float) and not cell.is_integer():
            return wrong("imports.not_whole", text)
        digits = _amount(text) if self.field.type == "money" else text.replace(" ", "")
        if not re.fullmatch(r"-?\d{1,17}", digits):
            return wrong("imports.not_a_number", text)
        value = int(digits)
        low = (
            self.field.minimum
            if self.field.minimum is not None
            else (0 if self.field.type == "money" else value)
        )
        high = self.field.maximum if self.field.maximum is not None else value
        return Read(value) if low <= value <= high else wrong("imports.out_of_range", text)

    _money = _integer

    def _decimal(self, cell: Any) -> Read:
        if isinstance(cell, float):
            text = f"{cell:.{self.field.decimals}f}"
        else:
            text = _point(_words(cell), self.field.decimals)
        if not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", text, re.ASCII):
            return wrong("imports.not_a_number", _words(cell))
        whole, point, digits = text.partition(".")
        digits = digits.rstrip("0")
        if len(digits) > self.field.decimals:
            return wrong("imports.too_many_decimals", text)
        return Read(f"{whole}.{digits}" if digits else whole)

    def _place(self, cell: Any) -> Read:
        text = _words(cell)
        code = self.find(fold(text)) if self.find else None
        return Read(code) if code else wrong("imports.unknown_place", text)

    def _geometry(self, cell: Any) -> Read:
        value = cell
        if isinstance(cell, str):
            try:
                value = json.loads(cell)
            except (ValueError, RecursionError):
                return wrong("registers.not_an_outline", cell)
        fault = outline_fault(value)
        if fault:
            return wrong(fault[0], json.dumps(value)[:SHOWN] if isinstance(value, dict) else str(value))
        return Read({"type": value["type"], "coordinates": value["coordinates"]})


def as_text(cell: Cell) -> str:
    """Return a cell as it was written, for the record that keeps it."""
    if isinstance(cell, dict):
        return json.dumps(cell, ensure_ascii=False)[:2000]
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return unguarded(storable(_words(cell)))[:2000]


def _words(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _amount(text: str) -> str:
    """Return an amount without currency and marks of thousands; marks that may be of decimals stay, to be refused."""
    plain = _CURRENCY.sub("", text)
    if grouped := _THOUSANDS.fullmatch(plain):
        return re.sub("[.,]", "", grouped[1])
    whole = _NO_CENTS.fullmatch(plain)
    return whole[1] if whole else plain


def _month_first(text: str) -> bool:
    found = _MONTH_FIRST.match(text)
    return bool(found) and int(found[1]) <= 12 < int(found[2]) <= 31 if found else False


def _point(text: str, decimals: int) -> str:
    """Return a number with a point before its decimals: "1.250,5" and "1250.5" are 1250.5.

    One mark alone with three digits after it divides thousands, unless the field has three decimals.
    """
    text = text.replace(" ", "").removesuffix("m2").removesuffix("m²")
    marks = [letter for letter in text if letter in ".,"]
    if not marks:
        return text
    last = marks[-1]
    whole, _mark, digits = text.rpartition(last)
    if marks.count(last) > 1 or (len(set(marks)) == 1 and len(digits) == 3 and decimals < 3):
        return text.replace(".", "").replace(",", "")
    return f"{whole.replace('.', '').replace(',', '')}.{digits}"
