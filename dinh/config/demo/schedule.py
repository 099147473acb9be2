"""When things happen in the demonstration: moments inside the working hours of the desks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from dinh.lib.calendar import WorkCalendar
from dinh.lib.dates import VIETNAM

MORNING = (time(7, 30), time(11, 30))
AFTERNOON = (time(13, 30), time(17, 0))


def working_days(calendar: WorkCalendar, first: date, last: date) -> list[date]:
    """Return the days of full service from first to last, both included."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if calendar.is_working(day) == "full"]


def step_back(calendar: WorkCalendar, day: date, count: int) -> date:
    """Return the day of full service that lies `count` of them before `day`."""
    while count:
        day -= timedelta(days=1)
        count -= calendar.is_working(day) == "full"
    return day


def day_at_hand(calendar: WorkCalendar, today: date) -> date:
    """Return today when the desk serves all day, else the next day on which it does."""
    while calendar.is_working(today) != "full":
        today += timedelta(days=1)
    return today


def at(day: date, clock: time) -> datetime:
    """Return a moment of a local day."""
    return datetime.combine(day, clock, VIETNAM)


def in_hours(moment: datetime, days: Sequence[date]) -> datetime:
    """Return the moment itself when the desk is open, else the next opening; `days` are the days of service."""
    local = moment.astimezone(VIETNAM)
    later = [day for day in days if day >= local.date()] or [days[-1] + timedelta(days=1)]
    day = later[0]
    if day > local.date():
        return at(day, MORNING[0]) + timedelta(minutes=local.minute % 40 + 1)
    if local.time() < MORNING[0]:
        return at(day, MORNING[0]) + timedelta(minutes=local.minute % 40 + 1)
    if MORNING[1] <= local.time() < AFTERNOON[0]:
        return at(day, AFTERNOON[0]) + timedelta(minutes=local.minute % 20 + 1)
    if local.time() >= AFTERNOON[1]:
        return at(later[1] if len(later) > 1 else day + timedelta(days=1), MORNING[0]) + timedelta(
            minutes=local.minute % 40 + 1
        )
    return local


def spread(rng: random.Random, days: Sequence[date], count: int) -> list[datetime]:
    """Return `count` moments of filing in order: mornings are busier, Mondays too."""
    weights = [1.35 if day.weekday() == 0 else 1.0 for day in days]
    moments = []
    for day in rng.choices(days, weights=weights, k=count):
        minute = int(rng.triangular(7 * 60 + 35, 16 * 60 + 50, 9 * 60 + 20))
        moments.append(at(day, time(minute // 60, minute % 60, rng.randrange(60))))
    return sorted(moments)
