"""Pure rules of work: pace of goals, order of a walk, which difficulties are one question."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinh.work.rules.cards import Said, due_on, groups
from dinh.work.rules.pace import Pace, expected_by, month_days, previous_months
from dinh.work.rules.tasks import again_on, days_of, walking_key

NOVEMBER = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2026, 10, 31), 0), (date(2026, 11, 1), 1), (date(2026, 11, 15), 21), (date(2026, 11, 29), 40),
     (date(2026, 11, 30), 42), (date(2026, 12, 9), 42)],
)  # fmt: skip
def test_a_goal_is_expected_day_by_day_and_ends_with_the_month(on: date, expected: int) -> None:
    assert expected_by(42, NOVEMBER, on) == expected


@given(st.integers(0, 5000), st.dates(date(2026, 1, 1), date(2026, 12, 30)))
def test_expectation_never_falls_and_never_passes_the_goal(goal: int, on: date) -> None:
    month = on.replace(day=1)
    today, tomorrow = (expected_by(goal, month, day) for day in (on, date.fromordinal(on.toordinal() + 1)))

    assert 0 <= today <= tomorrow <= goal
    assert expected_by(goal, month, month_days(month)[1]) == goal


def test_pace_is_said_in_words_and_percent() -> None:
    assert Pace(40, 10, 20).behind and Pace(40, 10, 20).percent == 25
    assert Pace(0, 3, 0).percent == 100 and not Pace(0, 3, 0).behind
    assert previous_months(date(2026, 1, 20), 2) == [date(2025, 12, 1), date(2025, 11, 1)]


def test_houses_are_walked_by_their_numbers() -> None:
    addresses = ["Số 12A", "nhà trên đồi", "Số 9", "Số 12", "Số 100"]
    ordered = sorted(addresses, key=lambda one: walking_key(one, "02746-00001"))

    assert ordered == ["Số 9", "Số 12", "Số 12A", "Số 100", "nhà trên đồi"]


@given(st.lists(st.tuples(st.text(max_size=12), st.text("0123456789-", min_size=1, max_size=6)), max_size=8))
def test_any_addresses_can_be_put_in_order(houses: list[tuple[str, str]]) -> None:
    assert len(sorted(houses, key=lambda one: walking_key(*one))) == len(houses)


def test_days_and_reasons() -> None:
    assert days_of(date(2026, 12, 10), -14, 30, 60) == (
        date(2026, 10, 27),
        date(2026, 11, 26),
        date(2027, 1, 25),
    )
    assert again_on("absent", NOVEMBER) == date(2026, 11, 4)
    assert again_on("refused", NOVEMBER) is None


class TestQuestions:
    def said(self, words: str, kind: str = "network", procedure: str = "") -> Said:
        return Said(uuid4(), kind, procedure, words)

    def test_near_words_of_one_kind_are_one_question(self) -> None:
        a = self.said("Sóng điện thoại yếu ở đầu thôn")
        b = self.said("đầu thôn sóng rất yếu")
        c = self.said("Quên mật khẩu", "skill")
        d = self.said("Sóng yếu ở đầu thôn", "device")

        assert groups([a, b, c, d]) == [[a.id, b.id]]

    def test_the_most_urgent_decides_the_day(self) -> None:
        assert due_on(["low", "urgent", "normal"], NOVEMBER) == date(2026, 11, 4)
        assert due_on([], NOVEMBER) == date(2026, 11, 11)

    def test_wordless_ones_stay_alone(self) -> None:
        alone: list[list[UUID]] = groups([self.said("?"), self.said("?")])

        assert alone == []
