"""Time limits: when one ends, and every reason why.

How each unit counts, from the instant of valid acceptance:

- `at_once`: until the close of the half-day in which it was accepted; outside hours, of the next one.
- `same_day`: until the close of that day; accepted after hours, of the next day of service.
- `half_working_day` n: until the close of the n-th half-day after the one of acceptance.
- `working_day` n: the day of acceptance is not counted; until the close of the n-th counted day.
- `day` n: calendar days, the first not counted; an end without service moves to the next working day.

Sources: Civil Code 2015, Articles 147 and 148 (first day not counted; an end on a day off moves on);
received after the cutoff counts as the next working day: Decree 23/2015/NĐ-CP, Article 7 (15:00).
A pause (the citizen is waited for) adds its own working time to the due date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dinh.lib.calendar.days import Words, WorkCalendar
from dinh.lib.dates import VIETNAM
from dinh.lib.errors import Broken

UNITS = ("at_once", "same_day", "half_working_day", "working_day", "day")
_DAY = timedelta(days=1)
_LONGEST_REST = 120  # days without service in a row: more is a calendar that never serves


@dataclass(frozen=True)
class Reason:
    """One reason of a due date: a day, a code of `words.CODES`, and its detail (a title, "3/7", "15:00")."""

    date: date
    code: str
    detail: Words = ""


@dataclass(frozen=True)
class Due:
    """The last instant on time, and the reasons in the order of the days."""

    at: datetime
    steps: tuple[Reason, ...]


def due(calendar: WorkCalendar, start: datetime, value: int, unit: str, cutoff: time | None = None) -> Due:
    """Return when a limit ends that starts at an instant.

    start   aware; the instant of valid acceptance
    value   how many units; ignored for at_once and same_day, and 0 of another unit is same_day
    unit    one of UNITS
    cutoff  local time; accepted later than this counts as the next working day

    Raises ValueError for a naive start, a negative value or an unknown unit (faults of the catalogue,
    refused when it is loaded), Broken for a calendar that never serves.
    """
    if start.tzinfo is None or value < 0 or unit not in UNITS:
        raise ValueError(f"no limit of {value} {unit} from {start!r}")
    if value == 0 and unit not in {"at_once", "same_day"}:
        unit = "same_day"
    local = start.astimezone(VIETNAM)
    steps = [Reason(local.date(), "received", f"{local:%H:%M}")]
    opened = _accepted(calendar, local, unit, cutoff, steps)
    if unit == "at_once":
        end = _half_days(calendar, opened, 0, steps)
    elif unit == "same_day":
        end = _close_of(calendar, opened.date(), steps)
    elif unit == "half_working_day":
        end = _half_days(calendar, opened, value, steps)
    elif unit == "working_day":
        end = _working_days(calendar, opened.date(), value, steps)
    else:
        end = _calendar_days(calendar, opened.date(), value, steps)
    steps.append(Reason(end.date(), "due", f"{end:%H:%M}"))
    return Due(end, tuple(steps))


def extend(
    calendar: WorkCalendar,
    due_at: datetime,
    pauses: Sequence[tuple[datetime, datetime]],
    *,
    half_days: bool = False,
) -> datetime:
    """Return the due date moved on by the working time of the pauses.

    pauses     begin and end of each, aware, in any order; what overlaps counts once; one that begins
               after the date was already missed changes nothing
    half_days  count morning-only desks too: for limits of less than a working day
    """
    end_of_last = None
    for begin, end in sorted(pauses):
        begins = max(begin, end_of_last) if end_of_last else begin
        end_of_last = max(end, end_of_last) if end_of_last else end
        if begins >= due_at:
            break
        minutes = working_minutes(calendar, begins, end, half_days=half_days)
        due_at = _forward(calendar, due_at, minutes, half_days)
    return due_at


def working_minutes(calendar: WorkCalendar, a: datetime, b: datetime, *, half_days: bool = True) -> int:
    """Return the whole minutes of service between two instants; 0 when b is not after a. `half_days` as in `extend`."""
    if b <= a:
        return 0
    total = timedelta()
    for opens, closes in _sessions_from(calendar, a.astimezone(VIETNAM).date(), half_days, until=b):
        total += max(min(closes, b) - max(opens, a), timedelta())
    return int(total.total_seconds() // 60)


def reasons_as_json(steps: Iterable[Reason]) -> list[dict[str, Any]]:
    """Return the reasons as JSON values, to be kept with a dossier."""
    return [
        {
            "date": step.date.isoformat(),
            "code": step.code,
            "detail": dict(step.detail) if isinstance(step.detail, Mapping) else str(step.detail),
        }
        for step in steps
    ]


def reasons_from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """Return the reasons that `reasons_as_json` wrote."""
    return tuple(Reason(date.fromisoformat(row["date"]), row["code"], row["detail"]) for row in rows)


def _accepted(
    calendar: WorkCalendar, local: datetime, unit: str, cutoff: time | None, steps: list[Reason]
) -> datetime:
    """Return the instant that counts as acceptance: this one, or the next opening.

    After closing time a limit of days still counts this day as the one of acceptance; a shorter limit
    cannot end on a day that is over.
    """
    day = local.date()
    sessions = calendar.sessions(day)
    if not sessions:
        steps.append(_why_off(calendar, day))
    elif cutoff is not None and local.time() > cutoff:
        steps.append(Reason(day, "after_cutoff", f"{cutoff:%H:%M}"))
    elif unit in {"working_day", "day"} or local < sessions[-1][1]:
        return local
    else:
        steps.append(Reason(day, "after_hours", f"{sessions[-1][1]:%H:%M}"))
    for later in _days_after(day):
        if sessions := calendar.sessions(later):
            _say_swapped(calendar, later, steps)
            steps.append(Reason(later, "accepted_on"))
            return sessions[0][0]
        steps.append(_why_off(calendar, later))
    raise _never_serves()


def _half_days(calendar: WorkCalendar, opened: datetime, count: int, steps: list[Reason]) -> datetime:
    """Return the close of the half-day `count` after the one in which `opened` falls, or which follows it."""
    day = opened.date()
    for opens, closes in _sessions_from(calendar, day, True):
        for skipped in _days_between(day, opens.date()):
            steps.append(_why_off(calendar, skipped))
        day = opens.date()
        if closes <= opened:
            continue
        if count == 0:
            return _close_of(calendar, day, steps, closes)
        count -= 1
    raise _never_serves()


def _working_days(calendar: WorkCalendar, accepted: date, count: int, steps: list[Reason]) -> datetime:
    """Return the close of the `count`-th counted day after the day of acceptance."""
    done = rest = 0
    for day in _days_after(accepted):
        if calendar.counts(day):
            done, rest = done + 1, 0
            _say_swapped(calendar, day, steps)
            steps.append(Reason(day, "counted", f"{done}/{count}"))
            if done == count:
                return _close_of(calendar, day, steps)
        elif (rest := rest + 1) > _LONGEST_REST:
            break
        else:
            steps.append(_why_off(calendar, day))
    raise _never_serves()


def _calendar_days(calendar: WorkCalendar, accepted: date, count: int, steps: list[Reason]) -> datetime:
    """Return the close of the last calendar day, or of the next working day after it."""
    last = accepted + count * _DAY
    steps.append(Reason(last, "last_day", str(count)))
    if calendar.counts(last):
        return _close_of(calendar, last, steps)
    steps.append(_why_off(calendar, last))
    for day in _days_after(last):
        if calendar.counts(day):
            _say_swapped(calendar, day, steps)
            steps.append(Reason(day, "moved_on"))
            return _close_of(calendar, day, steps)
        steps.append(_why_off(calendar, day))
    raise _never_serves()


def _close_of(
    calendar: WorkCalendar, day: date, steps: list[Reason], closes: datetime | None = None
) -> datetime:
    """Return when the day's service (or the session that `closes`) ends, saying which half is closed."""
    closure = calendar.closures.get(day)
    if closure is not None:
        steps.append(Reason(day, f"closed_{closure.part}", closure.reason))
    return closes or calendar.sessions(day)[-1][1]


def _forward(calendar: WorkCalendar, at: datetime, minutes: int, half_days: bool) -> datetime:
    """Return the instant that many minutes of service later; at the close of a session rather than the next opening."""
    if minutes <= 0:
        return at
    left = timedelta(minutes=minutes)
    for opens, closes in _sessions_from(calendar, at.astimezone(VIETNAM).date(), half_days):
        begin = max(opens, at)
        if begin < closes:
            if closes - begin >= left:
                return begin + left
            left -= closes - begin
    raise _never_serves()


def _sessions_from(
    calendar: WorkCalendar, day: date, half_days: bool, until: datetime | None = None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the sessions from a day on; ends after `until`, or when the desk rests for too long."""
    rest = 0
    last = until.astimezone(VIETNAM).date() if until else date.max
    while day <= last and (until or rest <= _LONGEST_REST):
        rest += 1
        if half_days or calendar.counts(day):
            for session in calendar.sessions(day):
                rest = 0
                yield session
        day += _DAY


def _days_after(day: date) -> Iterator[date]:
    for distance in range(1, 4000):
        yield day + distance * _DAY


def _days_between(a: date, b: date) -> Iterator[date]:
    for distance in range(1, (b - a).days):
        yield a + distance * _DAY


def _why_off(calendar: WorkCalendar, day: date) -> Reason:
    """Return why a day does not count."""
    exception = calendar.exceptions.get(day)
    if exception is not None and not exception.working:
        return Reason(day, exception.kind, exception.title)
    closure = calendar.closures.get(day)
    if closure is not None and calendar.is_working(day) is None:
        return Reason(day, f"closed_{closure.part}", closure.reason)
    return Reason(day, "half_day" if day.weekday() in calendar.desk.half_days else "weekend")


def _say_swapped(calendar: WorkCalendar, day: date, steps: list[Reason]) -> None:
    exception = calendar.exceptions.get(day)
    if exception is not None and exception.working:
        steps.append(Reason(day, exception.kind, exception.title))


def _never_serves() -> Broken:
    return Broken("lib.calendar_never_serves")
