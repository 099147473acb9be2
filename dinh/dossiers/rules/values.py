"""Reading one answer: from what was typed to what is kept, type by type.

`read(field, raw)` returns the value as it is kept (JSON), None when nothing was
answered, or raises `Wrong`. Reading a kept value again gives the same value.
Whether a place, a household or a record exists is for the caller to ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.shapes.procedure import Field
from dinh.dossiers.rules.wrong import Wrong, from_lib
from dinh.lib import citizen_number, dates, names
from dinh.lib.errors import Invalid

__all__ = ["Known", "Wrong", "read"]

EARLIEST_YEAR = 1875  # nobody who deals with an office was born before
LATEST_AHEAD = 50  # years; a lease or a stay ends within them
MAX_PEOPLE = 30
PERSON_COLUMNS = ("full_name", "birth", "sex", "number", "relation")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LONG_YEAR = re.compile(r"(?<!\d)(\d{5,})(?!\d)")
_YES = frozenset({"yes", "true", "1", "on", "co", "có"})
_NO = frozenset({"no", "false", "0", "off", "khong", "không"})


Known = Mapping[str, frozenset[str]]  # list id -> its codes


def read(field: Field, raw: Any, lists: Known, today: date) -> Any:
    """Return the answer as it is kept; None when there is none.

    raw    text as typed, a value as kept before, or a list of mappings for "people"
    lists  codes of the lists that choices take from
    today  local date, for dates that may not lie ahead

    Raises Wrong.
    """
    if isinstance(raw, str):
        raw = names.nfc(_CONTROL.sub("", raw)).strip()
    if raw is None or raw in ("", [], ()):
        return None
    return _READERS[field.type](field, raw, lists, today)


def _text(field: Field, raw: Any, lists: Known, today: date) -> str:
    value = " ".join(str(raw).split())
    return _within(field, value)


def _long_text(field: Field, raw: Any, lists: Known, today: date) -> str:
    value = "\n".join(" ".join(line.split()) for line in str(raw).splitlines()).strip()
    return _within(field, value)


def _within(field: Field, value: str) -> str:
    if len(value) > field.max_length:
        raise Wrong(
            "too_long",
            _("{length} characters is too long. Shorten it to {maximum} at most."),
            length=len(value),
            maximum=field.max_length,
        )
    return value


def _name(field: Field, raw: Any, lists: Known, today: date) -> str:
    value = names.tidy(str(raw))
    if any(ch.isdigit() or ch in "@#<>{}[]|\\/_=+*%$^~" for ch in value) or not any(
        ch.isalpha() for ch in value
    ):
        raise Wrong(
            "not_a_name",
            _("A name has letters only. Take out digits and signs."),
        )
    return _within(field, value)


def _full_date(field: Field, raw: Any, lists: Known, today: date) -> str:
    value = _some_date(field, raw, today)
    if len(value) != 10:
        raise Wrong(
            "date_incomplete", _("Write the whole date: day, month and year, for example 22/11/2026.")
        )
    return value


def _some_date(field: Field, raw: Any, today: date) -> str:
    text = str(raw)
    if long := _LONG_YEAR.search(text):
        if len(long.group(1)) == 8:  # 22112026, typed without separators
            digits = long.group(1)
            text = f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"
        else:
            raise Wrong(
                "year_too_long",
                _("The year {year} has too many digits. Write four digits, for example {this_year}."),
                year=long.group(1),
                this_year=today.year,
            )
    try:
        value = str(dates.parse_partial(text))
    except Invalid as error:
        raise from_lib(error) from error
    year = int(value[:4])
    if not EARLIEST_YEAR <= year <= today.year + LATEST_AHEAD:
        raise Wrong(
            "year_out_of_range",
            _("The year {year} cannot be right. Check it: a year between {first} and {last} is expected."),
            year=year,
            first=EARLIEST_YEAR,
            last=today.year + LATEST_AHEAD,
        )
    if field.not_after_today and value > today.isoformat()[: len(value)]:
        raise Wrong("date_ahead", _("This day is still to come. Check the day, the month and the year."))
    return value


def _year(field: Field, raw: Any, lists: Known, today: date) -> int:
    text = str(raw)
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Wrong(
            "not_a_year",
            _("This is not a year. Write four digits, for example {this_year}."),
            this_year=today.year,
        )
    _some_date(field, text, today)
    return int(text)


def _time(field: Field, raw: Any, lists: Known, today: date) -> str:
    text = re.sub(r"\s*(giờ|gio|h)\s*", ":", str(raw).lower()).replace(".", ":").rstrip(":")
    hour, _colon, minute = text.partition(":")
    if re.fullmatch(r"[0-9]{1,2}(:[0-9]{1,2})?", text) and int(hour) < 24 and int(minute or 0) < 60:
        return f"{int(hour):02d}:{int(minute or 0):02d}"
    raise Wrong("not_a_time", _("This is not a time of the day. Write hours and minutes, for example 14:30."))


def _choice(field: Field, raw: Any, lists: Known, today: date) -> str:
    codes = lists.get(field.list, frozenset()) if field.list else {option.code for option in field.options}
    if str(raw) not in codes:
        raise Wrong("not_a_choice", _("This is not one of the choices. Choose one from the list."))
    return str(raw)


def _yes_no(field: Field, raw: Any, lists: Known, today: date) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).lower()
    if text in _YES | _NO:
        return text in _YES
    raise Wrong("not_yes_or_no", _("Answer with yes or no."))


def _integer(field: Field, raw: Any, lists: Known, today: date) -> int:
    if isinstance(raw, bool):
        raise Wrong("not_a_number", _("This is not a whole number. Write digits only, for example 2."))
    text = re.sub(r"(?<=\d)[.\s](?=\d{3}\b)", "", str(raw))
    if not re.fullmatch(r"-?[0-9]{1,15}", text):
        raise Wrong("not_a_number", _("This is not a whole number. Write digits only, for example 2."))
    value = int(text)
    low, high = field.minimum, field.maximum
    if low is not None and value < low:
        raise Wrong("too_small", _("Write {minimum} or more."), minimum=low)
    if high is not None and value > high:
        raise Wrong("too_large", _("Write {maximum} or less."), maximum=high)
    return value


def _money(field: Field, raw: Any, lists: Known, today: date) -> int:
    text = re.sub(r"(?i)\s*(đ|₫|vnd|đồng|dong)\.?$", "", str(raw)).replace(",", ".")
    value = _integer(field, text, lists, today)
    if value < 0:
        raise Wrong("too_small", _("Write {minimum} or more."), minimum=0)
    return value


def _citizen_number(field: Field, raw: Any, lists: Known, today: date) -> str:
    try:
        return str(citizen_number.parse(str(raw)).digits)
    except Invalid as error:
        raise from_lib(error) from error


def _phone(field: Field, raw: Any, lists: Known, today: date) -> str:
    text = re.sub(r"[\s().\-]", "", str(raw))
    if text.startswith(("+84", "0084")):
        text = "0" + text.removeprefix("+84").removeprefix("0084")
    if not re.fullmatch(r"0\d{8,10}|\+[1-9]\d{7,14}", text):
        raise Wrong("not_a_phone", _("This is not a telephone number. Write 10 digits that begin with 0."))
    return text


def _email(field: Field, raw: Any, lists: Known, today: date) -> str:
    text = str(raw)
    try:
        validate_email(text)
    except ValidationError as error:
        raise Wrong(
            "not_an_email", _("This is not an e-mail address. One looks like ten@example.vn.")
        ) from error
    return _within(field, text)


def _row_id(field: Field, raw: Any, lists: Known, today: date) -> str:
    try:
        return str(UUID(str(raw)))
    except ValueError as error:
        raise Wrong(
            "not_chosen", _("Nothing was chosen. Search, then choose one of the lines shown.")
        ) from error


def _household(field: Field, raw: Any, lists: Known, today: date) -> str:
    text = str(raw).upper()
    if not re.fullmatch(r"[0-9A-Z][0-9A-Z./-]{0,23}", text):
        raise Wrong(
            "not_a_household", _("This is not the code of a household. Copy it from the residence notice.")
        )
    return text


def _people(field: Field, raw: Any, lists: Known, today: date) -> list[dict[str, str]]:
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        raise Wrong("not_people", _("This could not be read. Fill one line for each person."))
    rows: list[dict[str, str]] = []
    for place, row in enumerate(raw, start=1):
        filled = {key: str(row.get(key) or "").strip() for key in PERSON_COLUMNS}
        if any(filled.values()):
            rows.append(_person(field, filled, place, lists, today))
    if len(rows) > MAX_PEOPLE:
        raise Wrong(
            "too_many_people",
            _("There are more than {maximum} persons. File a second request for the others."),
            maximum=MAX_PEOPLE,
        )
    return rows


_PERSON_READERS: dict[str, Callable[[Field, Any, Known, date], str]] = {
    "full_name": _name,
    "birth": lambda field, raw, lists, today: _some_date(
        field.model_copy(update={"not_after_today": True}), raw, today
    ),
    "number": _citizen_number,
}


def _person(field: Field, row: dict[str, str], place: int, lists: Known, today: date) -> dict[str, str]:
    if not row["full_name"]:
        raise Wrong(
            "person_without_name",
            _("Line {line} has no name. Write the name, or empty the line."),
            line=place,
        )
    try:
        return {
            key: _PERSON_READERS[key](field, value, lists, today) if key in _PERSON_READERS else value
            for key, value in row.items()
            if value
        }
    except Wrong as wrong:
        raise Wrong(wrong.code, _("Line {line}. {fault}"), line=place, fault=wrong.message) from wrong


_READERS: dict[str, Callable[[Field, Any, Known, date], Any]] = {
    "text": _text,
    "long_text": _long_text,
    "name": _name,
    "date": _full_date,
    "partial_date": lambda field, raw, lists, today: _some_date(field, raw, today),
    "year": _year,
    "time": _time,
    "choice": _choice,
    "yes_no": _yes_no,
    "integer": _integer,
    "money": _money,
    "citizen_number": _citizen_number,
    "phone": _phone,
    "email": _email,
    "place": _row_id,
    "household": _household,
    "record": _row_id,
    "people": _people,
}
