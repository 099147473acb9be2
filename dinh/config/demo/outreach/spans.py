"""The half-year of the teams: the months that ended before the day on which the demonstration is built, then its weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dinh.config.demo import schedule
from dinh.lib.dates import local_date

WEEK = timedelta(days=7)
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class Span:
    """From the first day of the first month to the moment of building."""

    first: date
    now: datetime

    @property
    def today(self) -> date:
        """The local day of the building."""
        return local_date(self.now)

    @property
    def months(self) -> list[date]:
        """The first days of all months, the running one last."""
        found = [self.first]
        while (following := next_month(found[-1])) <= self.today:
            found.append(following)
        return found

    @property
    def finished(self) -> list[date]:
        """The first days of the months that are over."""
        return self.months[:-1]

    @property
    def weeks(self) -> list[date]:
        """The first day of each week; weeks begin where the span does."""
        count = (self.today - self.first).days // 7 + 1
        return [self.first + WEEK * number for number in range(count)]

    def has(self, moment: datetime) -> bool:
        """Return whether a moment has come."""
        return moment < self.now


def span(now: datetime, months: int, earliest: date) -> Span:
    """Return the span of so many finished months before `now`, not before the people were brought in."""
    first = local_date(now).replace(day=1)
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return Span(max(first, earliest), now)


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return next_month(month) - timedelta(days=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of a local day."""
    return schedule.at(day, time(hour, minute))


def first_on(day: date, weekday: int) -> date:
    """Return the first such day of the week from a day on."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)
