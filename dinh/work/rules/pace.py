"""Goals of a month: what would be expected by a day, counted over the days on which people work."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Pace:
    """A goal against what was done by a day."""

    goal: int
    done: int
    expected: int  # by the end of the day, rounded

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


def expected_by(goal: int, month: date, on: date, works: Callable[[date], bool]) -> int:
    """Return how much of a month's goal is expected by the end of a day.

    works  tells whether a day is one on which people work

    Nothing before the month, all of it after; in a month without working days, by calendar days.
    """
    first, last = month_days(month)
    if on < first:
        return 0
    if on >= last:
        return goal
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    counted = [day for day in days if works(day)] or days
    passed = sum(day <= on for day in counted)
    return round(goal * passed / len(counted))


def previous_months(month: date, count: int) -> list[date]:
    """Return the first days of the months before a month, the nearest first."""
    found, first = [], month.replace(day=1)
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found
