"""Months as whole numbers: 202607 is July 2026. They sort, and cells keep them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def month_of(day: date) -> int:
    """Return the month of a day."""
    return day.year * 100 + day.month


def first_day(month: int) -> date:
    """Return the first day of a month. Raises ValueError for a month 0 or 13."""
    return date(month // 100, month % 100, 1)


def last_day(month: int) -> date:
    """Return the last day of a month."""
    return first_day(later(month, 1)) - timedelta(days=1)


def later(month: int, count: int) -> int:
    """Return the month some months later, or earlier when negative."""
    years, number = divmod(month // 100 * 12 + month % 100 - 1 + count, 12)
    return years * 100 + number + 1


def between(first: int, last: int) -> Iterator[int]:
    """Yield the months from the first to the last, both included."""
    while first <= last:
        yield first
        first = later(first, 1)


def count(first: int, last: int) -> int:
    """Return how many months there are from the first to the last, both included."""
    return max(0, (last // 100 - first // 100) * 12 + last % 100 - first % 100 + 1)


def day_number(day: date) -> int:
    """Return a day as a whole number: 20260731. They sort, and tables keep them."""
    return day.year * 10000 + day.month * 100 + day.day
