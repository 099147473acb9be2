"""What a page of the board is asked for: a unit, a month, how long, in whose boundaries, as known when. All of it stands in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from urllib.parse import urlencode
from uuid import UUID

from dinh.directory.lines import Boundaries, On
from dinh.indicators.queries import places
from dinh.indicators.rules.months import last_day as last_day_of
from dinh.indicators.rules.months import later, month_of
from dinh.lib.dates import VIETNAM

SPANS = ("month", "quarter", "year")
AS_WAS, TODAY = "was", "today"
FIRST = 202001  # nothing was counted before
TREND = 12  # months of a line


@dataclass(frozen=True)
class Asked:
    """One question to the figures.

    month  the last month, 202611
    span   "month", "quarter" or "year": from the first month of the quarter or year
    lines  "was": boundaries of each month; "today"; or a day, "2025-06-30"
    known  "": as it is known now; or a day, "2025-11-30": locked months as they were known on its evening
    close  what a reader from above the commune sees: figures as they stood at the close of this day; None: as they are now
    """

    unit: UUID
    level: str
    month: int
    today: date
    span: str = "month"
    lines: str = AS_WAS
    known: str = ""
    close: date | None = None

    @property
    def known_on(self) -> datetime | None:
        """The moment as of which locked months are read."""
        if not self.known:
            return None
        return datetime.combine(date.fromisoformat(self.known), time.max, VIETNAM)

    @property
    def first(self) -> int:
        """The first month."""
        if self.span == "year":
            return self.month // 100 * 100 + 1
        return self.month - (self.month % 100 - 1) % 3 if self.span == "quarter" else self.month

    @property
    def trend_from(self) -> int:
        """The first month of the line."""
        return later(self.month, 1 - TREND)

    @property
    def day(self) -> date:
        """The day whose units are listed."""
        if self.lines == AS_WAS:
            return min(last_day_of(self.month), self.today)
        return self.today if self.lines == TODAY else date.fromisoformat(self.lines)

    @property
    def boundaries(self) -> Boundaries | None:
        """The boundaries as the figures want them."""
        return None if self.lines == AS_WAS else On(self.day)

    @property
    def children(self) -> tuple[UUID, ...]:
        """The units directly below."""
        return places.children(self.unit, self.day)

    @property
    def newest(self) -> int:
        """The month that is running for the reader."""
        return month_of(self.close or self.today)

    def when(self, month: int) -> Asked:
        """Return the same question of the month that a value is of, where the page shows another one."""
        return self if month == self.month else replace(self, month=month, span="month", known="")

    def query(self, **more: str) -> str:
        """Return it as the query of an address; what is usual is left out."""
        known = {"unit": str(self.unit), "month": written(self.month)}
        known |= {"span": self.span} if self.span != "month" else {}
        known |= {"lines": self.lines} if self.lines != AS_WAS else {}
        known |= {"known": self.known} if self.known else {}
        return urlencode(known | {name: value for name, value in more.items() if value})

    def at(self, unit: UUID) -> Asked:
        """Return the same question about another unit."""
        return replace(self, unit=unit, level=places.level_of(unit, self.day))


def of(found: Mapping[str, str], unit: UUID, today: date, close: date | None = None) -> Asked:
    """Read an address. What cannot be read is taken as not said: the present month, its own boundaries."""
    newest = month_of(close or today)
    month = min(max(read_month(found.get("month", "")) or newest, FIRST), newest)
    span = found.get("span", "")
    span = span if span in SPANS else "month"
    asked = Asked(unit, "", month, today, span, _lines(found, today), _known(found, today), close)
    return asked.at(unit)


def read_month(text: str) -> int | None:
    """Return "2026-11" as 202611; None for anything else."""
    matched = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
    return int(matched[1]) * 100 + int(matched[2]) if matched else None


def written(month: int) -> str:
    """Return a month as an address has it: "2026-11"."""
    return f"{month // 100}-{month % 100:02d}"


def _lines(found: Mapping[str, str], today: date) -> str:
    """Return whose boundaries: a day may come alone (`on=`), chosen beside "as of a day"."""
    lines = found.get("lines", "")
    if lines in {AS_WAS, TODAY, ""}:
        return lines or AS_WAS
    return _day(found.get("on", "") if lines == "day" else lines, today) or AS_WAS


def _known(found: Mapping[str, str], today: date) -> str:
    """Return the day as of which it was known; today is the same as not said."""
    day = _day(found.get("known", ""), today)
    return day if day != today.isoformat() else ""


def _day(text: str, today: date) -> str:
    """Return a day that has come, as an address has it; "" for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    return day.isoformat() if date(2000, 1, 1) <= day <= today else ""
