"""On which days, and in which half of them, a desk serves.

Ordinary weeks come from `Desk`, the country's holidays and swapped Saturdays from
`DayException`, one office's storms and moves from `Closure`; the later named wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from dinh.lib.dates import VIETNAM

Part = Literal["full", "morning", "afternoon"]
ClosedPart = Literal["day", "morning", "afternoon"]
Words = str | Mapping[str, str]  # one text, or a text for each language
Hours = tuple[time, time]


@dataclass(frozen=True)
class Desk:
    """The hours of one kind of desk.

    weekdays   0 Monday to 6 Sunday: days of two halves; they count in time limits
    half_days  weekdays with a morning desk only (the police on Saturday): requests are received
               and results returned, but the day does not count in a limit of working days
    """

    weekdays: frozenset[int] = frozenset(range(5))
    half_days: frozenset[int] = frozenset()
    morning: Hours = (time(7, 30), time(11, 30))
    afternoon: Hours = (time(13, 30), time(17, 0))


@dataclass(frozen=True)
class DayException:
    """A day of the country that is not as its weekday says.

    kind     "holiday", "swap_off", "compensation" (off) or "swap_work" (a working Saturday, whole day)
    title    what to call it: a text, or one for each language
    """

    kind: str
    title: Words
    working: bool


@dataclass(frozen=True)
class Closure:
    """A day, or half of one, on which this office does not serve."""

    part: ClosedPart
    reason: Words


@dataclass(frozen=True)
class WorkCalendar:
    """The calendar of one office's desk."""

    desk: Desk = field(default_factory=Desk)
    exceptions: Mapping[date, DayException] = field(default_factory=dict)
    closures: Mapping[date, Closure] = field(default_factory=dict)

    def is_working(self, day: date) -> Part | None:
        """Return which part of a day the desk serves: "full", "morning", "afternoon", or None."""
        part = self._planned(day)
        closure = self.closures.get(day)
        if part is None or closure is None:
            return part
        if closure.part == "day" or closure.part == part:
            return None
        if part == "full":
            return "afternoon" if closure.part == "morning" else "morning"
        return part

    def counts(self, day: date) -> bool:
        """Tell whether a day counts in a limit of working days: a day of two halves, of which one at least is open.

        A day half closed counts whole: the office works on that day.
        """
        return self._planned(day) == "full" and self.is_working(day) is not None

    def sessions(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Return the opening and closing times of a day's halves, in Viet Nam's time."""
        part = self.is_working(day)
        if part is None:
            return ()
        halves: tuple[Hours, ...] = (self.desk.morning, self.desk.afternoon)
        if part != "full":
            halves = halves[:1] if part == "morning" else halves[1:]
        return tuple(
            (datetime.combine(day, opens, VIETNAM), datetime.combine(day, closes, VIETNAM))
            for opens, closes in halves
        )

    def _planned(self, day: date) -> Part | None:
        """Return the part served before any closure of this office."""
        exception = self.exceptions.get(day)
        if exception is not None:
            return "full" if exception.working else None
        weekday = day.weekday()
        if weekday in self.desk.weekdays:
            return "full"
        return "morning" if weekday in self.desk.half_days else None


def closures_by_day(closures: Iterable[tuple[date, ClosedPart, Words]]) -> dict[date, Closure]:
    """Return one closure a day; a morning and an afternoon of the same day make a whole day."""
    days: dict[date, Closure] = {}
    for on, part, reason in closures:
        other = days.get(on)
        if other is not None and other.part != part:
            part = "day"
        days[on] = Closure(part, reason)
    return days
