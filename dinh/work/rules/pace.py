"""Goals of a month: what would be expected by a day. Teams go out on any day, most of all on days of rest."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Pace:
    """A goal against what was done by a day."""

    goal: int
    done: int
    expected: int  # by the end of the day, rounded down

    @property
    def behind(self) -> bool:
        """Whether less was done than expected by now."""
        return self.done < self.expected

    @property
    def percent(self) -> int:
        """How much of the goal is done, at most 100."""
        return min(100, round(100 * self.done / self.goal)) if self.goal else 100


def month_days(month: date) -> tuple[date, date]:
    """Return the first and the last day of the month of a day."""
    first = month.replace(day=1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def expected_by(goal: int, month: date, on: date) -> int:
    """Return how much of a month's goal is expected by the end of a day, rounded down.

    Nothing before the month, all of it after; every day counts the same.
    """
    first, last = month_days(month)
    if on < first:
        return 0
    return goal * min(on.day if on <= last else last.day, last.day) // last.day


def previous_months(month: date, count: int) -> list[date]:
    """Return the first days of the months before a month, the nearest first."""
    found, first = [], month.replace(day=1)
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found
