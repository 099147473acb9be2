"""The clock of a dossier, computed from facts: received, pauses, due, finished.

Nothing is counted up or down. The time that the citizen is waited for is kept as
intervals, and a due date is always recomputed from the moment of acceptance, the
time limit of the procedure's version and those intervals. Working days are
`lib.calendar`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, Protocol

from dinh.catalogue.shapes.procedure import TimeLimit
from dinh.directory.calendars import calendar_for
from dinh.dossiers.rules import life
from dinh.lib import calendar as working
from dinh.lib.dates import local_date

SOON_DAYS = 2  # days of service after the day at hand
NEAR = frozenset({"late", "today", "soon"})

State = Literal["late", "today", "soon", "on_time", "waiting", "done"]
Verdict = Literal["on_time", "late", "not_counted"]


class Timed(Protocol):
    """The facts of a dossier's clock: what a `Dossier` row says of it."""

    status: int
    local_status: str
    step: str
    supplement_count: int
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    pauses: list[dict[str, Any]]


class Prolonged(Timed, Protocol):
    """The facts of a clock that was, or may be, made longer."""

    extended_at: datetime | None
    promised_on: date | None


@dataclass(frozen=True)
class Pause:
    """An interval in which the citizen is waited for; `until` is None while it lasts."""

    since: datetime
    until: datetime | None
    because: str


def pauses_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Pause, ...]:
    """Return the intervals kept in a dossier: [{"from": ISO, "to": ISO or null, "because": ...}]."""
    return tuple(
        Pause(
            datetime.fromisoformat(one["from"]),
            datetime.fromisoformat(one["to"]) if one.get("to") else None,
            one.get("because", ""),
        )
        for one in stored
    )


def ended(stored: Sequence[Mapping[str, Any]], at: datetime) -> list[dict[str, Any]]:
    """Return the intervals as they are kept once nobody is waited for any more: one that lasts ends at this moment."""
    return [dict(one) if one.get("to") else {**one, "to": at.isoformat()} for one in stored]


def due_for(limit: TimeLimit, calendar: working.WorkCalendar, received_at: datetime) -> working.Due:
    """Return when a dossier accepted at `received_at` is due, with the reason for each day counted."""
    cutoff = time.fromisoformat(limit.cutoff) if limit.cutoff else None
    return working.due(calendar, received_at, limit.value, limit.unit, cutoff)


def due_after_pauses(
    limit: TimeLimit,
    calendar: working.WorkCalendar,
    due_at: datetime,
    pauses: Sequence[Pause],
    now: datetime,
) -> datetime:
    """Return the due date moved on by the working time of the pauses.

    due_at  as `due_for` gave it, before any pause

    An open pause is assumed to end `now`, so that a screen can show the time that is left.
    """
    intervals = [(pause.since, pause.until or now) for pause in pauses]
    short = limit.unit in {"at_once", "same_day", "half_working_day"}
    return working.extend(calendar, due_at, intervals, half_days=short) if intervals else due_at


def day_at_hand(today: date) -> date:
    """Return the day that officers work on: today, or the next day of service when nobody serves today.

    Over a weekend or a holiday the desk shows what the next working day will bring.
    """
    calendar = calendar_for(None)
    while calendar.is_working(today) != "full":
        today += timedelta(days=1)
    return today


def soon_until(today: date) -> date:
    """Return the last local date that counts as "soon": two days of service after the day at hand."""
    day = day_at_hand(today)
    for _n in range(SOON_DAYS):
        day = day_at_hand(day + timedelta(days=1))
    return day


@dataclass(frozen=True)
class Horizon:
    """The two dates by which a list tells "today" from "soon"; worked out once for many rows."""

    today: date
    soon: date


def horizon(now: datetime) -> Horizon:
    """Return the horizon of a moment, by the country's calendar."""
    today = local_date(now)
    return Horizon(day_at_hand(today), soon_until(today))


def state_at(
    status: int, local_status: str, due_at: datetime | None, now: datetime, near: Horizon | None = None
) -> State:
    """Return how urgent a dossier is; see `state_of`. For lists that hold columns, not rows.

    near  `horizon` of now, given by a caller that asks for many
    """
    if status in life.DONE:
        return "done"
    if status in life.WAITING_CITIZEN and local_status != life.SUPPLEMENTED:
        return "waiting"
    if due_at is None:
        return "on_time"
    if due_at < now:
        return "late"
    near = near or horizon(now)
    due_on = local_date(due_at)
    if due_on <= near.today:
        return "today"
    return "soon" if due_on <= near.soon else "on_time"


def state_of(dossier: Timed, now: datetime) -> State:
    """Return how urgent a dossier is.

    done     nothing is left to decide: finished, returned, refused, stopped, withdrawn
    waiting  the citizen is waited for, and the clock stands still
    late     the due date has passed
    today    due by the end of the day at hand: today, or the next day of service
    soon     due within two days of service after it
    on_time  later than that
    """
    return state_at(dossier.status, dossier.local_status, dossier.due_at, now)


def may_extend(dossier: Prolonged, longer: TimeLimit | None, now: datetime) -> bool:
    """Say whether the longer limit of the procedure may begin to hold: once, and before the due date."""
    return longer is not None and dossier.extended_at is None and state_of(dossier, now) != "late"


def may_promise(dossier: Prolonged, now: datetime) -> bool:
    """Say whether the office may still promise another day: once, when the dossier is late or nearly due."""
    return dossier.promised_on is None and state_of(dossier, now) in NEAR


def on_time_verdict(dossier: Timed, period_end: datetime) -> Verdict:
    """Judge one dossier by the on-time rule of Decision 766/QĐ-TTg (indicator 2.1).

    period_end  a dossier that still runs is judged as if it ended here

    Not accepted (nor withdrawn before acceptance): not counted. More than one supplement
    request: late. End is the moment processing finished, else the return, else the stop;
    with a supplement request open it is the date of that request. On time when end <= due.
    The due date already has the waits for the citizen added; a received dossier always has one.
    """
    if dossier.received_at is None or dossier.due_at is None:
        return "not_counted"
    if dossier.supplement_count > 1:
        return "late"
    end = dossier.finished_at or dossier.returned_at
    if end is None:
        waiting = [pause.since for pause in pauses_of(dossier.pauses) if pause.until is None]
        end = waiting[-1] if waiting else period_end
    return "on_time" if end <= dossier.due_at else "late"


def worked_minutes(
    calendar: working.WorkCalendar, start: datetime, end: datetime, pauses: Sequence[Pause]
) -> int:
    """Return the working minutes that the office truly took: without the waits for the citizen."""
    total = working.working_minutes(calendar, start, end)
    for pause in pauses:
        since, until = max(pause.since, start), min(pause.until or end, end)
        if since < until:
            total -= working.working_minutes(calendar, since, until)
    return max(total, 0)
