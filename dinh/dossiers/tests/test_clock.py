"""The clock: states, pauses, and the on-time rule of Decision 766."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinh.catalogue.shapes.procedure import TimeLimit
from dinh.dossiers.rules import clock, life
from dinh.lib.calendar import WorkCalendar
from dinh.lib.dates import VIETNAM

CALENDAR = WorkCalendar()
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=VIETNAM)
DAYS = TimeLimit(value=3, unit="working_day", source="test")


@dataclass
class Timed:
    status: int = life.IN_PROCESS
    local_status: str = ""
    step: str = "examine"
    supplement_count: int = 0
    received_at: datetime | None = MONDAY
    due_at: datetime | None = MONDAY + timedelta(days=3)
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    pauses: list[dict[str, Any]] = field(default_factory=list)


@pytest.mark.parametrize(
    ("due_at", "state"),
    [
        pytest.param(MONDAY - timedelta(seconds=1), "late", id="a-second-ago"),
        pytest.param(MONDAY, "today", id="this-very-moment"),
        pytest.param(MONDAY.replace(hour=23), "today", id="this-evening"),
        pytest.param(MONDAY + timedelta(days=1), "soon", id="tomorrow"),
        # The 24th is a holiday: the two days of service after Monday are the 25th and the 26th.
        pytest.param(MONDAY.replace(day=26, hour=23, minute=59), "soon", id="end-of-the-second-day"),
        pytest.param(MONDAY.replace(day=27, hour=0), "on_time", id="the-third-day"),
    ],
)
def test_state_by_due_date(due_at: datetime, state: str) -> None:
    assert clock.state_of(Timed(due_at=due_at), MONDAY) == state


def test_soon_looks_over_the_weekend() -> None:
    assert clock.soon_until(date(2026, 11, 27)) == date(2026, 12, 1)  # Friday to Tuesday
    assert clock.soon_until(date(2026, 11, 28)) == date(2026, 12, 2)  # Saturday, so Monday, to Wednesday


def test_on_a_day_of_rest_the_next_day_of_service_is_at_hand() -> None:
    sunday = MONDAY - timedelta(days=1)

    assert clock.day_at_hand(date(2026, 11, 22)) == date(2026, 11, 23)
    assert clock.day_at_hand(date(2026, 11, 24)) == date(2026, 11, 25)  # a holiday
    assert clock.state_of(Timed(due_at=MONDAY), sunday) == "today"


@pytest.mark.parametrize("status", sorted(life.DONE))
def test_what_is_decided_is_done_however_late(status: int) -> None:
    assert clock.state_of(Timed(status=status, due_at=MONDAY - timedelta(days=9)), MONDAY) == "done"


def test_while_the_citizen_is_waited_for_nothing_is_late() -> None:
    late = MONDAY - timedelta(days=9)

    assert clock.state_of(Timed(status=5, due_at=late), MONDAY) == "waiting"
    assert clock.state_of(Timed(status=5, local_status=life.SUPPLEMENTED, due_at=late), MONDAY) == "late"


@pytest.mark.parametrize(
    ("dossier", "verdict"),
    [
        pytest.param(Timed(received_at=None), "not_counted", id="never-accepted"),
        pytest.param(Timed(status=9, finished_at=MONDAY + timedelta(days=3)), "on_time", id="finished-on-the-second"),
        pytest.param(Timed(status=9, finished_at=MONDAY + timedelta(days=3, seconds=1)), "late", id="a-second-late"),
        pytest.param(Timed(status=8, finished_at=MONDAY), "on_time", id="stopped-in-time"),
        pytest.param(Timed(status=10, returned_at=MONDAY + timedelta(days=4)), "late", id="only-the-return-is-known"),
        pytest.param(Timed(supplement_count=1), "on_time", id="one-request"),
        pytest.param(Timed(supplement_count=2, status=9, finished_at=MONDAY), "late", id="a-second-request"),
        pytest.param(Timed(due_at=MONDAY), "late", id="runs-past-the-end-of-the-period"),
        pytest.param(
            Timed(status=5, due_at=MONDAY + timedelta(hours=2),
                  pauses=[{"from": (MONDAY + timedelta(hours=1)).isoformat(), "to": None}]),
            "on_time", id="waiting-since-before-it-was-due",
        ),
        pytest.param(
            Timed(status=5, due_at=MONDAY,
                  pauses=[{"from": (MONDAY + timedelta(hours=1)).isoformat(), "to": None}]),
            "late", id="waiting-since-it-was-already-late",
        ),
    ],
)  # fmt: skip
def test_on_time_rule_of_decision_766(dossier: Timed, verdict: str) -> None:
    assert clock.on_time_verdict(dossier, MONDAY + timedelta(days=2)) == verdict


moments = st.integers(0, 30 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))


@given(moments, moments, moments)
def test_a_pause_never_brings_the_due_date_nearer(received: datetime, a: datetime, b: datetime) -> None:
    due = clock.due_for(DAYS, CALENDAR, received)
    pause = clock.Pause(min(a, b), max(a, b), "supplement")

    moved = clock.due_after_pauses(DAYS, CALENDAR, due.at, [pause], MONDAY)

    assert moved >= due.at
    assert due.at > received


@given(moments, moments, moments, moments)
def test_two_pauses_move_the_date_as_much_as_one_after_the_other(
    received: datetime, a: datetime, b: datetime, c: datetime
) -> None:
    first, middle, last = sorted([a, b, c])
    due = clock.due_for(DAYS, CALENDAR, received)
    whole = clock.Pause(first, last, "")
    halves = [clock.Pause(first, middle, ""), clock.Pause(middle, last, "")]

    together = clock.due_after_pauses(DAYS, CALENDAR, due.at, [whole], MONDAY)
    apart = clock.due_after_pauses(DAYS, CALENDAR, due.at, halves, MONDAY)

    # What begins after the date was missed moves nothing, so only a pause wholly before it is compared.
    if middle < due.at:
        assert abs((together - apart).total_seconds()) <= 60  # whole minutes are counted


@given(moments, moments)
def test_an_open_pause_counts_until_now(since: datetime, now: datetime) -> None:
    due = clock.due_for(DAYS, CALENDAR, MONDAY)
    opened = clock.due_after_pauses(DAYS, CALENDAR, due.at, [clock.Pause(since, None, "")], now)

    if now > since:
        closed = clock.due_after_pauses(DAYS, CALENDAR, due.at, [clock.Pause(since, now, "")], now)
        assert opened == closed
    else:
        assert opened == due.at


@given(moments, moments, moments, moments)
def test_worked_time_is_what_is_left_without_the_waits(
    a: datetime, b: datetime, c: datetime, d: datetime
) -> None:
    start, since, until, end = sorted([a, b, c, d])
    worked = clock.worked_minutes(CALENDAR, start, end, [clock.Pause(since, until, "")])

    whole = clock.worked_minutes(CALENDAR, start, end, [])
    waited = clock.worked_minutes(CALENDAR, since, until, [])
    assert worked == whole - waited >= 0


def test_pauses_are_read_as_they_are_kept() -> None:
    kept = [{"from": MONDAY.isoformat(), "to": None, "because": "supplement"}]

    assert clock.pauses_of(kept) == (clock.Pause(MONDAY, None, "supplement"),)
