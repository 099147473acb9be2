"""Distinct values of small fields, read once each: dates, sexes, provinces of birth. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dinh.lib.citizen_number import PROVINCES
from dinh.lib.dates import FIRST_YEAR, LAST_YEAR, parse_partial
from dinh.lib.errors import Invalid
from dinh.lib.names import fold, nfc

# Forms of a stated date. FIRST_DAY: 1 January, which registers write when only the year is known.
NO_DATE, WHOLE, YEAR, MONTH, FIRST_DAY, UNREADABLE = 0, 1, 2, 3, 4, 5
_USUAL = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
_ASKED = re.compile(r"\d\d/\d\d/\d{4}|\d{4}-\d\d-\d\d|\d{4}")
_SERIAL = re.compile(r"[1-6]\d{4}(?:\.0)?")  # days since 1899-12-30, as spreadsheets store dates
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MALE = frozenset({"nam", "m", "male", "masculin", "1", "trai", "ong"})
_FEMALE = frozenset({"nu", "f", "female", "feminin", "0", "2", "gai", "ba"})
_SEX_CODES = frozenset(
    {"1", "2", "9", "male", "female", "masculin", "feminin"}
)  # of list `sexes`, and its titles


@dataclass(frozen=True, slots=True)
class Day:
    """A date as read: `ymd` is yyyymmdd with zeros for unknown parts, `clean` whether written as asked."""

    ymd: int
    form: int
    clean: bool

    @property
    def star(self) -> int | None:
        """Return the date with day and month in order, so that swapping them changes nothing; None when not whole."""
        month, date = self.ymd // 100 % 100, self.ymd % 100
        if not (month and date):
            return None
        return self.ymd // 10000 * 10000 + max(month, date) * 100 + min(month, date)


def read_day(text: str) -> Day:
    """Return what a written date says; UNREADABLE when nothing."""
    return _usual(text) or _read_day(text)


def _usual(text: str) -> Day | None:
    """Read a date written as most are, twenty times faster than by trying every form; None for any other."""
    found = _USUAL.fullmatch(text)
    if found is None:
        return None
    day, month, year = int(found[1]), int(found[2]), int(found[3])
    # Days up to 28 exist in every month.
    if not (1 <= day <= 28 and 1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR):
        return None
    return Day(year * 10000 + month * 100 + day, FIRST_DAY if day == month == 1 else WHOLE, True)


def _read_day(text: str) -> Day:
    given = " ".join(text.split())
    if given[10:] in {" 00:00:00", "T00:00:00"}:
        given = given[:10]
    if not given:
        return Day(0, NO_DATE, True)
    iso = _iso(given)
    if iso is None:
        return Day(0, UNREADABLE, False)
    parts = [int(part) for part in iso.split("-")] + [0, 0]
    ymd = parts[0] * 10000 + parts[1] * 100 + parts[2]
    form = {4: YEAR, 7: MONTH, 10: WHOLE}[len(iso)]
    if form == WHOLE and ymd % 10000 == 101:
        form = FIRST_DAY
    clean = _ASKED.fullmatch(text) is not None and not (text[2:3] == "/" and int(text[3:5]) > 12)
    return Day(ymd, form, clean)


def _iso(given: str) -> str | None:
    if _SERIAL.fullmatch(given):
        return (date(1899, 12, 30) + timedelta(days=int(float(given)))).isoformat()
    try:
        return parse_partial(given)
    except Invalid:
        pass
    if (found := _MONTH_FIRST.fullmatch(given)) and int(found[2]) > 12:
        try:
            return date(int(found[3]), int(found[1]), int(found[2])).isoformat()
        except ValueError:
            return None
    return None


def read_sex(text: str, coded: bool = False) -> tuple[int, bool]:
    """Return 1 male, 2 female, 0 not said or unreadable; and whether it is written as asked: as a word.

    coded  the register keeps it as a code of list `sexes`: then codes are as asked, and titles in any language
    """
    said = fold(text)
    sex = 1 if said in _MALE else 2 if said in _FEMALE else 0
    asked = coded and said in _SEX_CODES
    return sex, asked or not said or nfc(text) in {"Nam", "Nữ", "nam", "nữ", "NAM", "NỮ"}


_KIND = re.compile(r"^(?:tinh|thanh pho|tp\.?)\s+")


@lru_cache(maxsize=4096)
def province_key(text: str) -> str:
    """Return the name of a province without marks and without "tỉnh" or "thành phố"."""
    said = fold(text).replace(".", ". ").replace("  ", " ").replace("-", " ")
    key = " ".join(_KIND.sub("", said).split())
    return {
        "tphcm": "ho chi minh",
        "hcm": "ho chi minh",
        "sai gon": "ho chi minh",
        "hue": "thua thien hue",
    }.get(key, key)


class Provinces:
    """Names of provinces, former and present. `merged` maps a former province's code to the present one's.

    A province of birth is compared by its former code, as in the citizen number, when the stated name was
    one of a province that was merged into another; else by the present one.
    """

    def __init__(self, names: dict[str, int], merged: dict[int, int], present: dict[str, int]) -> None:
        self.merged = merged
        self._former = {province_key(text): code for text, code in names.items()}
        self._present = {province_key(text): code for text, code in present.items()}
        self.names = frozenset(self._former) | frozenset(self._present)

    @classmethod
    def shipped(cls) -> Provinces:
        """Return the 63 provinces of before 2025, none of them merged."""
        names = {text: int(code) for code, text in PROVINCES.items()}
        return cls(names, {code: code for code in names.values()}, names)

    def read(self, text: str) -> tuple[int, int]:
        """Return (former code, present code); (0, present) when the name is a present province's as well."""
        parts = [part for part in re.split("[,;]", text) if part.strip()]
        key = province_key(parts[-1]) if parts else ""
        present = self._present.get(key)
        former = self._former.get(key)
        if present is not None:
            return 0, present
        return (former, self.merged.get(former, former)) if former is not None else (0, 0)
