"""Due dates: a table of dated situations, each with its reasons."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinh.lib.calendar import (
    CODES,
    Closure,
    DayException,
    Desk,
    Reason,
    WorkCalendar,
    closures_by_day,
    due,
    extend,
    reasons_as_json,
    reasons_from_json,
    say,
    working_minutes,
)
from dinh.lib.dates import VIETNAM
from dinh.lib.errors import Broken

# The real end of 2025 and year 2026: 2 January off, made up on Saturday 10 January; Tết 16-20 February;
# 31 August off, made up on Saturday 22 August.
DAYS = {
    date(2026, 1, 1): DayException(
        "holiday", {"vi": "Tết Dương lịch", "en": "New Year's Day"}, working=False
    ),
    date(2026, 1, 2): DayException("swap_off", {"vi": "Nghỉ hoán đổi"}, working=False),
    date(2026, 1, 10): DayException("swap_work", {"vi": "Làm bù cho 2/1/2026"}, working=True),
    **{date(2026, 2, d): DayException("holiday", {"vi": "Tết"}, working=False) for d in range(16, 21)},
    date(2026, 4, 27): DayException("compensation", {"vi": "Nghỉ bù Giỗ Tổ"}, working=False),
}
OFFICE = WorkCalendar(Desk(), DAYS)
POLICE = WorkCalendar(Desk(half_days=frozenset({5})), DAYS)
STORM = WorkCalendar(
    Desk(),
    DAYS,
    closures_by_day(
        [
            (date(2025, 12, 9), "day", "bão"),
            (date(2025, 12, 10), "morning", "bão"),
            (date(2025, 12, 11), "afternoon", "bão"),
        ]
    ),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("calendar", "day", "part"),
    [
        pytest.param(OFFICE, "2025-12-08", "full", id="monday"),
        pytest.param(OFFICE, "2025-12-13", None, id="saturday"),
        pytest.param(POLICE, "2025-12-13", "morning", id="saturday-morning-desk"),
        pytest.param(POLICE, "2025-12-14", None, id="sunday"),
        pytest.param(OFFICE, "2026-01-01", None, id="holiday"),
        pytest.param(OFFICE, "2026-01-02", None, id="day-off-in-exchange"),
        pytest.param(OFFICE, "2026-01-10", "full", id="swapped-saturday"),
        pytest.param(POLICE, "2026-01-10", "full", id="swapped-saturday-is-whole-at-a-morning-desk"),
        pytest.param(STORM, "2025-12-09", None, id="closed"),
        pytest.param(STORM, "2025-12-10", "afternoon", id="closed-in-the-morning"),
        pytest.param(STORM, "2025-12-11", "morning", id="closed-in-the-afternoon"),
    ],
)
def test_is_working(calendar: WorkCalendar, day: str, part: str | None) -> None:
    assert calendar.is_working(date.fromisoformat(day)) == part


def test_a_morning_desk_closed_in_the_morning_does_not_serve_and_in_the_afternoon_is_untouched() -> None:
    saturdays = {
        date(2025, 12, 13): Closure("morning", "họp"),
        date(2025, 12, 20): Closure("afternoon", "họp"),
    }
    calendar = WorkCalendar(Desk(half_days=frozenset({5})), {}, saturdays)

    assert calendar.is_working(date(2025, 12, 13)) is None
    assert calendar.is_working(date(2025, 12, 20)) == "morning"


def test_a_morning_and_an_afternoon_closed_make_a_day() -> None:
    day = date(2025, 12, 9)

    assert closures_by_day([(day, "morning", "bão"), (day, "afternoon", "lũ")])[day].part == "day"


@pytest.mark.parametrize(
    ("calendar", "start", "value", "unit", "cutoff", "expected"),
    [
        # working days: the day of acceptance is not counted
        pytest.param(OFFICE, "2025-12-08T09:00", 3, "working_day", None, "2025-12-11T17:00", id="within-a-week"),
        pytest.param(OFFICE, "2025-12-11T09:00", 3, "working_day", None, "2025-12-16T17:00", id="over-a-weekend"),
        pytest.param(OFFICE, "2025-12-31T09:00", 1, "working_day", None, "2026-01-05T17:00", id="over-new-year-and-its-bridge"),
        pytest.param(OFFICE, "2026-01-09T09:00", 1, "working_day", None, "2026-01-10T17:00", id="swapped-saturday-counts"),
        pytest.param(POLICE, "2026-01-09T09:00", 1, "working_day", None, "2026-01-10T17:00", id="swapped-saturday-counts-for-police"),
        pytest.param(OFFICE, "2026-02-12T09:00", 7, "working_day", None, "2026-03-02T17:00", id="over-tet"),
        pytest.param(OFFICE, "2026-04-24T09:00", 1, "working_day", None, "2026-04-28T17:00", id="over-a-day-in-lieu"),
        pytest.param(OFFICE, "2025-12-08T19:30", 1, "working_day", None, "2025-12-09T17:00", id="evening-is-still-that-day"),
        pytest.param(OFFICE, "2025-12-13T09:00", 1, "working_day", None, "2025-12-16T17:00", id="saturday-counts-as-monday"),
        pytest.param(POLICE, "2025-12-12T09:00", 1, "working_day", None, "2025-12-15T17:00", id="saturday-morning-does-not-count"),
        pytest.param(POLICE, "2025-12-13T09:00", 1, "working_day", None, "2025-12-15T17:00", id="accepted-at-the-saturday-desk"),
        pytest.param(STORM, "2025-12-08T09:00", 1, "working_day", None, "2025-12-10T17:00", id="closed-day-does-not-count"),
        pytest.param(STORM, "2025-12-08T09:00", 2, "working_day", None, "2025-12-11T11:30", id="half-closed-day-counts-to-its-close"),
        pytest.param(OFFICE, "2025-12-08T15:00", 1, "working_day", "15:00", "2025-12-09T17:00", id="at-the-cutoff"),
        pytest.param(OFFICE, "2025-12-08T15:01", 1, "working_day", "15:00", "2025-12-10T17:00", id="after-the-cutoff"),
        # same day
        pytest.param(OFFICE, "2025-12-08T09:00", 1, "same_day", "15:00", "2025-12-08T17:00", id="same-day"),
        pytest.param(OFFICE, "2025-12-08T06:00", 1, "same_day", "15:00", "2025-12-08T17:00", id="before-opening"),
        pytest.param(OFFICE, "2025-12-08T15:00:00.000001", 1, "same_day", "15:00", "2025-12-09T17:00", id="the-1500-rule"),
        pytest.param(OFFICE, "2025-12-12T15:30", 1, "same_day", "15:00", "2025-12-15T17:00", id="the-1500-rule-on-friday"),
        pytest.param(OFFICE, "2025-12-31T15:30", 1, "same_day", "15:00", "2026-01-05T17:00", id="the-1500-rule-before-a-holiday"),
        pytest.param(OFFICE, "2025-12-08T17:00", 1, "same_day", None, "2025-12-09T17:00", id="at-closing-time"),
        pytest.param(POLICE, "2025-12-13T09:00", 1, "same_day", None, "2025-12-13T11:30", id="saturday-morning"),
        pytest.param(POLICE, "2025-12-13T11:30", 1, "same_day", None, "2025-12-15T17:00", id="saturday-noon"),
        pytest.param(STORM, "2025-12-11T09:00", 1, "same_day", "15:00", "2025-12-11T11:30", id="closed-in-the-afternoon"),
        pytest.param(OFFICE, "2025-12-08T09:00", 0, "working_day", None, "2025-12-08T17:00", id="zero-days-is-the-same-day"),
        # at once
        pytest.param(POLICE, "2025-12-08T08:00", 0, "at_once", None, "2025-12-08T11:30", id="at-once-in-the-morning"),
        pytest.param(POLICE, "2025-12-08T12:00", 0, "at_once", None, "2025-12-08T17:00", id="at-once-at-lunch"),
        pytest.param(POLICE, "2025-12-08T22:30", 0, "at_once", None, "2025-12-09T11:30", id="at-once-at-night"),
        pytest.param(POLICE, "2025-12-12T22:30", 0, "at_once", None, "2025-12-13T11:30", id="at-once-friday-night"),
        # half days
        pytest.param(POLICE, "2025-12-08T08:00", 1, "half_working_day", None, "2025-12-08T17:00", id="half-day-from-the-morning"),
        pytest.param(POLICE, "2025-12-08T14:00", 1, "half_working_day", None, "2025-12-09T11:30", id="half-day-from-the-afternoon"),
        pytest.param(OFFICE, "2025-12-12T14:00", 1, "half_working_day", None, "2025-12-15T11:30", id="half-day-over-a-weekend"),
        pytest.param(OFFICE, "2025-12-08T08:00", 3, "half_working_day", None, "2025-12-09T17:00", id="three-half-days"),
        # calendar days
        pytest.param(OFFICE, "2025-12-08T09:00", 3, "day", None, "2025-12-11T17:00", id="calendar-days"),
        pytest.param(OFFICE, "2025-12-08T09:00", 5, "day", None, "2025-12-15T17:00", id="end-on-saturday-moves-on"),
        pytest.param(POLICE, "2025-12-08T09:00", 5, "day", None, "2025-12-15T17:00", id="end-on-saturday-moves-on-for-police"),
        pytest.param(OFFICE, "2026-01-21T09:00", 30, "day", None, "2026-02-23T17:00", id="end-in-tet-moves-on"),
    ],
)  # fmt: skip
def test_due(
    calendar: WorkCalendar, start: str, value: int, unit: str, cutoff: str | None, expected: str
) -> None:
    found = due(calendar, at(start), value, unit, time.fromisoformat(cutoff) if cutoff else None)

    assert found.at == at(expected)
    assert (found.steps[0].code, found.steps[-1].code) == ("received", "due")
    assert {step.code for step in found.steps} <= set(CODES)


def test_an_instant_in_another_zone_counts_in_viet_nam() -> None:
    start = datetime(2025, 12, 8, 8, 1, tzinfo=UTC)  # 15:01 in Viet Nam

    assert due(OFFICE, start, 1, "same_day", time(15)).at == at("2025-12-09T17:00")


def test_every_day_between_is_explained() -> None:
    steps = due(OFFICE, at("2025-12-31T15:30"), 1, "working_day", time(15)).steps

    assert [(s.date.isoformat(), s.code, s.detail) for s in steps] == [
        ("2025-12-31", "received", "15:30"),
        ("2025-12-31", "after_cutoff", "15:00"),
        ("2026-01-01", "holiday", {"vi": "Tết Dương lịch", "en": "New Year's Day"}),
        ("2026-01-02", "swap_off", {"vi": "Nghỉ hoán đổi"}),
        ("2026-01-03", "weekend", ""),
        ("2026-01-04", "weekend", ""),
        ("2026-01-05", "accepted_on", ""),
        ("2026-01-06", "counted", "1/1"),
        ("2026-01-06", "due", "17:00"),
    ]


def test_a_half_day_limit_explains_the_days_between() -> None:
    steps = due(OFFICE, at("2025-12-12T14:00"), 1, "half_working_day").steps

    assert [s.code for s in steps] == ["received", "weekend", "weekend", "due"]


@pytest.mark.parametrize("unit", ["at_once", "same_day", "half_working_day", "working_day", "day"])
def test_a_calendar_that_never_serves_is_a_fault_of_ours(unit: str) -> None:
    never = WorkCalendar(Desk(weekdays=frozenset()))

    with pytest.raises(Broken):
        due(never, at("2025-12-08T09:00"), 2, unit)


@pytest.mark.parametrize(("value", "unit"), [(-1, "day"), (1, "week")])
def test_a_limit_that_means_nothing_is_refused(value: int, unit: str) -> None:
    with pytest.raises(ValueError, match="no limit"):
        due(OFFICE, at("2025-12-08T09:00"), value, unit)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no limit"):
        due(OFFICE, datetime(2025, 12, 8, 9), 1, "day")


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        pytest.param([], "2025-12-10T17:00", id="none"),
        pytest.param([("2025-12-09T09:00", "2025-12-09T10:30")], "2025-12-11T09:00", id="an-hour-and-a-half"),
        pytest.param([("2025-12-09T09:00", "2025-12-10T09:00")], "2025-12-11T17:00", id="one-working-day"),
        pytest.param([("2025-12-09T18:00", "2025-12-10T07:00")], "2025-12-10T17:00", id="a-night"),
        pytest.param([("2025-12-09T09:00", "2025-12-15T09:00")], "2025-12-16T17:00", id="over-a-weekend"),
        pytest.param([("2025-12-09T10:00", "2025-12-09T11:00"), ("2025-12-09T09:00", "2025-12-09T10:30")], "2025-12-11T09:30", id="overlapping"),
        pytest.param([("2025-12-09T09:00", "2025-12-09T10:30"), ("2025-12-11T08:30", "2025-12-11T09:30")], "2025-12-11T10:00", id="second-after-the-first-moved-it"),
        pytest.param([("2025-12-11T09:00", "2025-12-12T09:00")], "2025-12-10T17:00", id="after-the-date-was-missed"),
        pytest.param([("2025-12-10T16:00", "2025-12-30T16:00")], "2025-12-30T17:00", id="three-weeks"),
    ],
)  # fmt: skip
def test_pauses_move_a_due_date_by_their_working_time(pauses: list[tuple[str, str]], expected: str) -> None:
    assert extend(OFFICE, at("2025-12-10T17:00"), [(at(a), at(b)) for a, b in pauses]) == at(expected)


def test_a_pause_over_saturday_morning_counts_like_the_limit_does() -> None:
    friday, pause = at("2025-12-12T17:00"), [(at("2025-12-12T09:00"), at("2025-12-15T09:00"))]

    assert extend(POLICE, friday, pause) == at("2025-12-15T17:00")
    assert extend(POLICE, friday, pause, half_days=True) == at("2025-12-15T17:00")
    assert extend(
        POLICE, at("2025-12-13T11:30"), [(at("2025-12-13T09:00"), at("2025-12-13T10:00"))], half_days=True
    ) == at("2025-12-15T08:30")


@pytest.mark.parametrize(
    ("a", "b", "minutes"),
    [
        ("2025-12-08T07:30", "2025-12-08T17:00", 450),
        ("2025-12-08T11:00", "2025-12-08T14:00", 60),
        ("2025-12-08T17:00", "2025-12-09T07:30", 0),
        ("2025-12-12T16:00", "2025-12-15T08:30", 120),
        ("2025-12-09T09:00", "2025-12-08T09:00", 0),
        ("2025-12-31T16:00", "2026-01-05T08:00", 90),
    ],
)
def test_working_minutes(a: str, b: str, minutes: int) -> None:
    assert working_minutes(OFFICE, at(a), at(b)) == minutes


def test_working_minutes_count_the_saturday_desk_unless_told() -> None:
    saturday = (at("2025-12-13T00:00"), at("2025-12-14T00:00"))

    assert working_minutes(POLICE, *saturday) == 240
    assert working_minutes(POLICE, *saturday, half_days=False) == 0


STARTS = st.datetimes(datetime(2025, 11, 1), datetime(2026, 6, 1), timezones=st.just(VIETNAM))
CALENDARS = st.sampled_from([OFFICE, POLICE, STORM])


@given(CALENDARS, STARTS, st.integers(1, 40), st.sampled_from(["half_working_day", "working_day", "day"]))
def test_more_time_never_ends_earlier_and_an_end_is_a_time_of_closing(
    calendar: WorkCalendar, start: datetime, value: int, unit: str
) -> None:
    end = due(calendar, start, value, unit).at

    assert start < end <= due(calendar, start, value + 1, unit).at
    assert end in {closes for _opens, closes in calendar.sessions(end.date())}


@given(CALENDARS, STARTS, st.integers(0, 200), st.integers(0, 200))
def test_a_pause_cut_in_two_moves_the_date_as_far_as_whole(
    calendar: WorkCalendar, start: datetime, first: int, second: int
) -> None:
    begin = start.replace(second=0, microsecond=0)
    middle = begin + timedelta(hours=first)
    end = middle + timedelta(hours=second)
    due_at = due(calendar, start, 5, "working_day").at

    whole = extend(calendar, due_at, [(begin, end)])

    if middle < due_at:
        assert extend(calendar, due_at, [(begin, middle), (middle, end)]) == whole
    added = working_minutes(calendar, due_at, whole, half_days=False)
    assert added == working_minutes(calendar, begin, end, half_days=False)


def test_reasons_survive_json() -> None:
    steps = due(STORM, at("2025-12-08T15:30"), 12, "working_day", time(15)).steps

    assert reasons_from_json(reasons_as_json(steps)) == steps


def test_every_code_has_a_sentence_with_date_and_detail_in_each_language() -> None:
    for code in CODES:
        for language in ("vi", "fr", "en"):
            sentence = say(
                Reason(date(2026, 1, 2), code, {"vi": "chi tiết", "fr": "détail", "en": "detail"}), language
            )
            assert "02/01/2026" in sentence
            assert "%" not in sentence


def test_a_title_is_said_in_the_readers_language_or_in_vietnamese() -> None:
    new_year = Reason(date(2026, 1, 1), "holiday", DAYS[date(2026, 1, 1)].title)

    assert "New Year's Day" in say(new_year, "en")
    assert "Tết Dương lịch" in say(new_year, "fr")
