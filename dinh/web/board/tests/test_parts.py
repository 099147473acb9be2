"""What an address asks for, how lines are drawn, and how numbers are said: no database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils.translation import override

from dinh.directory.lines import On
from dinh.indicators.queries.figures import Value
from dinh.web.board import arranging, asking, saying
from dinh.web.board.asking import Asked
from dinh.web.components.charts.bars import bar
from dinh.web.components.charts.years import Month, spark, year

TODAY = date(2026, 11, 22)


def asked(**more: Any) -> Asked:
    return Asked(**{"unit": uuid4(), "level": "commune", "month": 202611, "today": TODAY, **more})


def value(number: str | None, **more: Any) -> Value:
    known: dict[str, Any] = {
        "unit": uuid4(), "first": 202611, "last": 202611, "part": "", "value": None if number is None else Decimal(number),
        "numerator": 1, "denominator": 2, "told": 1, "expected": 1, "estimated": False, "locked": False, "few": False,
        "masked": False, "mark": "", "points": None, "target": None, "counted_at": None, "waits": False, "broken": False,
    }  # fmt: skip
    return Value(**{**known, **more})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11", 202611),
        ("2026-13", None),
        ("2026-00", None),
        ("", None),
        ("202611", None),
        ("2026-11-01", None),
    ],
)
def test_a_month_is_read_or_is_not_said(text: str, found: int | None) -> None:
    assert asking.read_month(text) == found


def test_a_span_begins_with_its_quarter_or_its_year() -> None:
    assert [asked(span=span).first for span in asking.SPANS] == [202611, 202610, 202601]
    assert asked(month=202601, span="quarter").first == 202601
    assert asked(month=202601).trend_from == 202502


def test_an_address_says_only_what_is_not_usual_and_says_it_again() -> None:
    one = asked(span="year", lines="2025-06-30")
    assert "span=year" in one.query() and "lines=2025-06-30" in one.query()
    assert "span" not in asked().query() and "lines" not in asked().query()
    assert asked().boundaries is None
    assert one.boundaries == On(date(2025, 6, 30))
    assert asked(lines="today").boundaries == On(TODAY)


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        ({}, "was"),
        ({"lines": "today"}, "today"),
        ({"lines": "day", "on": "2025-06-30"}, "2025-06-30"),
        ({"lines": "2025-06-30"}, "2025-06-30"),
        ({"lines": "day"}, "was"),
        ({"lines": "1999-01-01"}, "was"),
        ({"lines": "2026-12-31"}, "was"),
        ({"lines": "nonsense"}, "was"),
    ],
)
def test_boundaries_that_cannot_be_are_those_of_the_time(found: dict[str, str], lines: str) -> None:
    assert asking._lines(found, TODAY) == lines


@pytest.mark.parametrize(
    ("known", "direction", "state"),
    [
        (value(None), "up", arranging.NOTHING),
        (value("97", target=Decimal(97)), "up", arranging.REACHED),
        (value("96.9", target=Decimal(97), mark="good"), "up", arranging.NEAR),
        (value("40", target=Decimal(97), mark="weak"), "up", arranging.HELP),
        (value("5", target=Decimal(10)), "down", arranging.REACHED),
        (value("40", mark="weak", few=True), "up", arranging.FEW),
        (value("88", mark="good"), "up", arranging.GOOD),
        (value("88"), "none", arranging.PLAIN),
    ],
)
def test_a_state_follows_target_then_thresholds(known: Value, direction: str, state: arranging.State) -> None:
    assert arranging.state_of(known, direction) is state


def test_a_line_is_not_drawn_over_months_that_nobody_told() -> None:
    points = [Decimal(1), Decimal(2), None, Decimal(3), Decimal(4)]
    drawn = spark(points, None, "Title")
    assert drawn.count("<polyline") == 2
    assert 'aria-label="Title"' in drawn
    assert spark([None, Decimal(1)], None, "Title") == ""


def test_a_year_is_drawn_for_wide_and_narrow_pages_with_its_target() -> None:
    months = [
        Month(f"{number}/2026", f"{number}/26", Decimal(90 + number) if number > 3 else None, str(90 + number), number < 6)
        for number in range(1, 13)
    ]  # fmt: skip
    drawn = year(months, Decimal(97), "target 97", "Title", "vi", columns=False)
    assert drawn.count("<svg") == 2 and "wide-only" in drawn and "narrow-only" in drawn
    assert drawn.count("target 97") == 2
    assert drawn.count("chart-dot open") == 14 and drawn.count('class="chart-dot"') == 4
    nothing = [Month("1/2026", "1/26", None, "", False)]
    assert year(nothing, None, "", "Title", "vi", columns=True) == ""


def test_a_year_of_zeros_and_a_year_of_one_value_can_be_drawn() -> None:
    for number in ("0", "100"):
        months = [Month("1/2026", "1/26", Decimal(number), number, False)] * 2
        for columns in (True, False):
            assert "NaN" not in year(months, None, "", "Title", "vi", columns=columns)


def test_a_bar_never_leaves_its_box() -> None:
    assert 'width="100.0"' in bar(Decimal(140), Decimal(100))
    assert bar(None, Decimal(100)) == ""


def test_months_and_parts_are_said_in_words() -> None:
    with override("vi"):
        assert saying.month(202611) == "tháng 11/2026"
        assert saying.part("sex", "2", "vi") == "Nữ"
        assert saying.part("age_band", "75+", "vi") == "từ 75 tuổi"
        assert saying.part("device", "0", "vi") == "không"
        assert saying.part("kind", "something_else", "vi") == "something else"
