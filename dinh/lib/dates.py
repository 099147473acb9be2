"""Dates as people write them, whole or partly known, and their ages.

A partial date is ISO text of its known part: "1951", "1951-03" or "1951-03-12". It sorts and
compares by prefix. Many elderly people know only the year of their birth.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NewType
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import Fault, Invalid
from dinh.lib.numbers import in_words_vi as _read

PartialDate = NewType("PartialDate", str)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_YEAR, LAST_YEAR = 1850, 2199

_WORDS = re.compile(r"^(?:ngày\s+(\d{1,2})\s+)?(?:tháng\s+(\d{1,2})\s+)?năm\s+(\d{4})$", re.IGNORECASE)
_FORMS = (
    # Groups of each form, in the order year, month, day. Unknown parts may be written 00, __ or ..
    (re.compile(r"^(\d{4})$"), (1, None, None)),
    (re.compile(r"^(\d{4})[-/.](\d{1,2})$"), (1, 2, None)),
    (re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$"), (1, 2, 3)),
    (re.compile(r"^(\d{1,2}|_+|\?+)[-/.](\d{4})$"), (2, 1, None)),
    (re.compile(r"^(\d{1,2}|_+|\?+)[-/.](\d{1,2}|_+|\?+)[-/.](\d{4})$"), (3, 2, 1)),
    (re.compile(r"^(\d{2})(\d{2})(\d{4})$"), (3, 2, 1)),
    (_WORDS, (3, 2, 1)),
)


def parse_partial(text: str) -> PartialDate:
    """Return the ISO text of what was written: "12/03/1951", "03/1951", "1951", ISO, 12031951, "ngày 12 tháng 3 năm 1951".

    Day comes before month. Raises Invalid: `dates.empty`, `dates.short_year` ("12/3/51"),
    `dates.year_out_of_range` ("12/3/20255"), `dates.no_such_day` ("30/02/2024"), `dates.not_a_date`.
    """
    given = " ".join(text.split())
    if not given:
        raise _refuse("dates.empty", _("Write the date, for example 12/03/1951."))
    for form, order in _FORMS:
        if found := form.match(given):
            year, month, day = (_number(found, group) for group in order)
            return _build(year, month, day)
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{1,2}", given):
        raise _refuse("dates.short_year", _("Write the year with four digits, for example 12/03/1951."))
    if re.fullmatch(r"(\d{1,2}[-/.]){0,2}\d{5,}", given):
        raise _year_fault()
    raise _refuse("dates.not_a_date", _("This is not a date. Write day/month/year, for example 12/03/1951."))


def parse_date(text: str) -> date:
    """Return a whole date; forms and faults of `parse_partial`, and `dates.incomplete` for a partial one."""
    known = parse_partial(text)
    if len(known) < 10:
        raise _refuse("dates.incomplete", _("Write the whole date: day, month and year."))
    return date.fromisoformat(known)


def age_on(birth: str, on: date) -> int | None:
    """Return the age in completed years on a day; None when the birth is unknown or later.

    birth  ISO text; of a partial one the missing part counts as the first day (1 January, or the
           1st of the month), as social insurance does (Decree 135/2020/NĐ-CP). Born on
           29 February, one is a year older on 1 March of a common year.
    """
    if not birth:
        return None
    year, month, day = int(birth[:4]), int(birth[5:7] or 1), int(birth[8:10] or 1)
    age = on.year - year - ((on.month, on.day) < (month, day))
    return age if age >= 0 else None


def year_of(value: date | str | None) -> int | None:
    """Return the year of a date or partial date; None when unknown."""
    if isinstance(value, date):
        return value.year
    return int(value[:4]) if value and value[:4].isdigit() else None


def local_date(at: datetime) -> date:
    """Return the date in Viet Nam at an instant. Raises ValueError for a datetime without zone."""
    if at.tzinfo is None:
        raise ValueError("a datetime without zone")
    return at.astimezone(VIETNAM).date()


def show_date(value: date | datetime | str | None, language: str = "vi") -> str:
    """Return a date for people: "22/11/2026"; "03/1951" or "1951" when partly known; "" for nothing.

    The order is the same in the three languages of the house, so that nobody takes a day for a month.
    """
    if not value:
        return ""
    if isinstance(value, datetime):
        value = local_date(value) if value.tzinfo else value.date()
    iso = value.isoformat() if isinstance(value, date) else value[:10]
    return "/".join(reversed(iso.split("-")))


def show_datetime(value: datetime | None, language: str = "vi") -> str:
    """Return an instant for people, in Viet Nam's time: "14:05 ngày 22/11/2026"."""
    if value is None:
        return ""
    local = value.astimezone(VIETNAM)
    day, clock = show_date(local.date(), language), f"{local:%H:%M}"
    if language.startswith("fr"):
        return f"{day} à {local:%H} h {local:%M}"
    return f"{day}, {clock}" if language.startswith("en") else f"{clock} ngày {day}"


def long_date_vi(value: date | str) -> str:
    """Return the date as papers write it: "ngày 02 tháng 9 năm 2026"; "tháng 3 năm 1951", "năm 1951" when partial.

    Days below 10, January and February get a 0 before them (Decree 30/2020/NĐ-CP, Appendix I).
    """
    year, month, day = _parts(value)
    words = f"năm {year}"
    if month:
        words = f"tháng {month:02d} {words}" if month < 3 else f"tháng {month} {words}"
    return f"ngày {day:02d} {words}" if day else words


def in_words_vi(value: date | str) -> str:
    """Return the date spelt out, as birth certificates ask: "ngày mười hai tháng ba năm một nghìn chín trăm năm mươi mốt"."""
    year, month, day = _parts(value)
    words = f"năm {_read(year)}"
    if month:
        words = f"tháng {'tư' if month == 4 else _read(month)} {words}"
    return f"ngày {_read(day)} {words}" if day else words


def _parts(value: date | str) -> tuple[int, int, int]:
    iso = value.isoformat() if isinstance(value, date) else value
    numbers = [int(part) for part in iso[:10].split("-")]
    return numbers[0], *(numbers[1:] + [0, 0])[:2]  # type: ignore[return-value]


def _number(found: re.Match[str], group: int | None) -> int:
    """Return a part as a number; 0 when it is not there or marked as unknown."""
    part = found.group(group) if group else None
    return int(part) if part and part.isdigit() else 0


def _build(year: int, month: int, day: int) -> PartialDate:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _year_fault()
    if not month and not day:
        return PartialDate(f"{year:04d}")
    try:
        whole = date(year, month, day or 1)
    except ValueError:
        message = _("There is no such day. Check the day and the month: day/month/year.")
        raise _refuse("dates.no_such_day", message) from None
    return PartialDate(whole.isoformat() if day else whole.isoformat()[:7])


def _year_fault() -> Invalid:
    return _refuse(
        "dates.year_out_of_range", _("Check the year: it must have four digits, for example 1951.")
    )


def _refuse(code: str, message: object) -> Invalid:
    return Invalid(code, [Fault("date", code, message)], message)
