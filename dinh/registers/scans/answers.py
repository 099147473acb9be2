"""What an officer keyed from a picture: text becomes values as cells of a file do, or a fault beside the question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.lib.dates import parse_partial
from dinh.lib.errors import Fault, Invalid
from dinh.lib.names import nfc
from dinh.registers.imports.messages import sentence
from dinh.registers.imports.rows import finder
from dinh.registers.imports.values import FieldReader
from dinh.registers.rules import MISSING
from dinh.registers.scans import rules
from dinh.registers.scans.models import ScanBook
from dinh.registers.scans.suggesting import NUMBER, ON

LONGEST_NUMBER = 30  # with the year behind it, it must fit the number of a record
NO_NUMBER = _("Write the number of the entry as it stands on the paper: 12, 12/1994, 12a.")
NO_DAY = _("Write the day of registration; if only the month or the year can be read: 05/1994 or 1994.")
OTHER_YEAR = _("This is the book of %(year)s. Check the year of the day, or the book that you are keying.")

Keyed = dict[str, Any]  # {"number": …, "on": …, "data": {field id: value}}


def reader_of(book: ScanBook, on: date, field: RegisterField) -> FieldReader:
    """Return what reads the text of one field, in this book's commune."""
    return FieldReader(field, finder(field, book.unit, on))


def read(register: Register, book: ScanBook, sent: Mapping[str, str], on: date) -> tuple[Keyed, list[Fault]]:
    """Return what was keyed, and every fault of it.

    sent  {field id, or NUMBER or ON: text}
    on    today: places are read as they are now
    """
    faults: list[Fault] = []
    keyed: Keyed = {"number": "", "on": "", "data": {}}
    read_field = partial(reader_of, book, on)
    for one in rules.keyed_fields(register):
        value = _value(one, sent.get(one.id, ""), read_field, faults)
        if value is not None:
            keyed["data"][one.id] = nfc(value) if isinstance(value, str) else value
    keyed["number"] = _number(register, keyed["data"], sent, faults)
    keyed["on"] = _day(book, sent.get(ON, ""), faults)
    return keyed, faults


def asks_number(register: Register) -> bool:
    """Tell whether an entry's number is keyed: a register with a key has the number in that field."""
    return not register.key


def _value(one: RegisterField, text: str, read_field: Any, faults: list[Fault]) -> Any:
    if not text.strip():
        if one.required:
            faults.append(Fault(one.id, "registers.missing", MISSING))
        return None
    found = read_field(one)(text[:2000])
    if found.value is None and found.code:
        params = {"field": one.title.vi, "list": "", **found.params}
        faults.append(Fault(one.id, found.code, sentence(found.code, params)))
    return found.value


def _number(register: Register, data: Mapping[str, Any], sent: Mapping[str, str], faults: list[Fault]) -> str:
    if not asks_number(register):
        return str(data.get(register.key) or "")[:40]
    line = rules.line_of(sent.get(NUMBER, ""))
    if not any(letter.isdigit() for letter in line.text) or len(line.text) > LONGEST_NUMBER:
        faults.append(Fault(NUMBER, "scans.no_number", NO_NUMBER))
    # "012" and "12/1994" are the same entry as "12", and no book has it twice.
    return str(line.sequence) if line.sequence else line.text


def _day(book: ScanBook, text: str, faults: list[Fault]) -> str:
    try:
        day = str(parse_partial(text))
    except Invalid as refused:
        message = refused.faults[0].message if text.strip() else NO_DAY
        faults.append(Fault(ON, refused.code, message))
        return ""
    if book.year and abs(int(day[:4]) - book.year) > 1:
        faults.append(Fault(ON, "scans.other_year", OTHER_YEAR % {"year": book.year}))
    return day


def first_day(text: str) -> date:
    """Return the day of a partial date: what is not known counts as the first."""
    return date.fromisoformat((text + "-01-01")[:10])
