"""What a record may say, and how a line of a book is named. Pure: no database, no clock.

A record's data are a flat dict {field id: value}, as its catalogue register
declares; values are what JSON knows, dates are ISO text. Conditions between
fields (`visible_if`, `required_if`) belong to forms and are not judged here.
Books: Law 60/2014 on civil status, Articles 58–60 (one book per kind of act and year).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Mapping
from datetime import date, time
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.lib.errors import Fault
from dinh.lib.names import storable
from dinh.registers.shapes import outline_fault

Codes = Callable[[str], Collection[str] | None]  # codes of a catalogue list, None when there is no such list

PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
CLOCK = re.compile(r"\d{2}:\d{2}", re.ASCII)
DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
SINGLE_BOOK = "1"
TEXTS = {"person_name": 120, "reason": 200}  # columns of `Record` and `Version`

MISSING = _("This must be filled in.")
WRONG_TYPE = _("This value has the wrong form for this question.")
UNKNOWN_FIELD = _("This register has no such field.")
UNKNOWN_CODE = _("This code is not in the list.")
OUT_OF_RANGE = _("This number is outside the permitted range.")
TOO_LONG = _("This text is too long.")
WRONG_PATTERN = _("Write it like “%(example)s”.")
TOO_MANY_DECIMALS = _("At most %(decimals)s digits may stand after the point.")


def faults_of(register: Register, data: Mapping[str, Any], codes: Codes) -> tuple[Fault, ...]:
    """Return everything that keeps `data` out of the register; empty when all is well.

    data   {field id: value}; None and "" count as not given
    codes  gives the codes of a catalogue list by its id
    """
    fields = {field.id: field for field in register.fields}
    faults = [Fault(name, "registers.unknown_field", UNKNOWN_FIELD) for name in data if name not in fields]
    for field in register.fields:
        value = data.get(field.id)
        if value is None or value == "":
            if field.required:
                faults.append(Fault(field.id, "registers.missing", MISSING))
        elif fault := fault_of(field, value, codes):
            faults.append(fault)
    return tuple(faults)


def text_faults(**texts: str) -> tuple[Fault, ...]:
    """Return a fault for each text that its column cannot hold: SQLite would keep it, PostgreSQL break."""
    return tuple(
        Fault(name, "registers.too_long", TOO_LONG) for name, text in texts.items() if len(text) > TEXTS[name]
    )


def book_name(register: Register, registered_on: date) -> str:
    """Return the book that a line of this day belongs to: its year, or the only one."""
    return str(registered_on.year) if register.book == "year" else SINGLE_BOOK


def validity(register: Register, data: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """Return the first and last day on which a row is true, as its fields say; None where they do not.

    Of a partial date the first day counts at the beginning, the last day at the end.
    """
    return (
        _day(data.get(register.valid_from_field), last=False),
        _day(data.get(register.valid_to_field), last=True),
    )


def line_number(register: Register, sequence: int, book: str) -> str:
    """Return the number as it is written on papers, e.g. "12/2025"."""
    return register.number_format.format(sequence=sequence, book=book)


def fault_of(field: RegisterField, value: Any, codes: Codes) -> Fault | None:
    """Return what keeps one value out of its field; None when it may stand there."""
    if field.type == "geometry":
        found = outline_fault(value)
        return Fault(field.id, *found) if found else None
    if not _TYPES[field.type](value):
        return Fault(field.id, "registers.wrong_type", WRONG_TYPE)
    if field.type == "choice":
        known = codes(field.list) if field.list else [option.code for option in field.options]
        return Fault(field.id, "registers.unknown_code", UNKNOWN_CODE) if value not in (known or ()) else None
    if field.type in {"integer", "money"}:
        low = field.minimum is not None and value < field.minimum
        high = field.maximum is not None and value > field.maximum
        return Fault(field.id, "registers.out_of_range", OUT_OF_RANGE) if low or high else None
    if field.type == "decimal" and len(value.partition(".")[2]) > field.decimals:
        message = TOO_MANY_DECIMALS % {"decimals": field.decimals}
        return Fault(field.id, "registers.too_many_decimals", message)
    if isinstance(value, str) and len(value) > field.max_length:
        return Fault(field.id, "registers.too_long", TOO_LONG)
    if field.pattern and not re.fullmatch(field.pattern, value):
        return Fault(field.id, "registers.wrong_pattern", WRONG_PATTERN % {"example": field.example})
    return None


def _day(value: Any, *, last: bool) -> date | None:
    text = str(value or "")
    if not PARTIAL_DATE.fullmatch(text):
        return None
    year, month, day = (int(part) for part in (text + "-00-00")[:10].split("-"))
    if last:
        month = month or 12
        return date(year, month, day or monthrange(year, month)[1])
    return date(year, month or 1, day or 1)


def _text(value: Any) -> bool:
    return isinstance(value, str) and storable(value) == value


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _date(value: Any) -> bool:
    # Of the forms that `fromisoformat` takes, only this one: "2025-W01-1" has ten letters too.
    return _partial_date(value) and len(value) == 10


def _partial_date(value: Any) -> bool:
    return (
        _text(value)
        and bool(PARTIAL_DATE.fullmatch(value))
        and _reads(date.fromisoformat, (value + "-01-01")[:10])
    )


def _time(value: Any) -> bool:
    return _text(value) and bool(CLOCK.fullmatch(value)) and _reads(time.fromisoformat, value)


def _uuid(value: Any) -> bool:
    return _text(value) and _reads(UUID, value)


def _citizen_number(value: Any) -> bool:
    return _text(value) and value.isascii() and value.isdigit() and len(value) in {9, 12}


def _decimal(value: Any) -> bool:
    return _text(value) and bool(DECIMAL.fullmatch(value))


def _people(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_TYPES: dict[str, Callable[[Any], bool]] = {
    "text": _text,
    "long_text": _text,
    "name": _text,
    "date": _date,
    "partial_date": _partial_date,
    "year": lambda value: _whole(value) and 1800 <= value <= 2200,
    "time": _time,
    "choice": _text,
    "yes_no": lambda value: isinstance(value, bool),
    "integer": _whole,
    "money": lambda value: _whole(value) and value >= 0,
    "citizen_number": _citizen_number,
    "phone": _text,
    "email": _text,
    "place": _uuid,
    "household": _text,
    "record": _uuid,
    "people": _people,
    "decimal": _decimal,
    "geometry": lambda value: outline_fault(value) is None,
}
