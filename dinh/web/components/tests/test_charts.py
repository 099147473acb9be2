"""A rate through time is drawn to be read: bands, last value, days; and said as people read it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dinh.web.components.charts.rates import Axis, percent, rate_line

POINTS = [
    (datetime(2026, 11, day, 3, tzinfo=UTC), share) for day, share in ((1, 0.671), (8, 0.74), (22, 0.913))
]


def test_a_line_says_its_days_its_last_value_and_the_bands() -> None:
    drawn = rate_line(POINTS, "Người phụ thuộc <giảm trừ>", "vi")

    assert "01/11/2026" in drawn and "22/11/2026" in drawn and "91,3\u00a0%" in drawn
    assert all(f"chart-{band}" in drawn for band in ("green", "gold", "red"))
    assert "&lt;giảm trừ&gt;" in drawn and "style=" not in drawn


def test_one_day_is_no_line() -> None:
    assert rate_line(POINTS[:1], "", "vi") == ""


@pytest.mark.parametrize(
    ("shares", "low", "high"),
    [
        pytest.param([0.975, 0.976], 0.9, 1.0, id="high-and-hardly-moving"),
        pytest.param([0.0, 0.0], 0.0, 0.1, id="nothing-verified"),
        pytest.param([1.0, 1.0], 0.9, 1.0, id="everything"),
        pytest.param([0.3, 0.8], 0.25, 0.85, id="a-long-way"),
    ],
)
def test_the_axis_holds_the_line(shares: list[float], low: float, high: float) -> None:
    axis = Axis.of(shares)

    assert [axis.low, axis.high] == pytest.approx([low, high])


def test_a_rate_is_cut_not_rounded_up_into_the_next_band() -> None:
    assert percent(0.8996, "vi") == "89,9\u00a0%"
    assert percent(0.57, "vi") == "57,0\u00a0%"  # 0.57 * 100 is 56.99999999999999
    assert percent(None, "vi") == "–"


def test_what_is_rare_is_not_nothing() -> None:
    assert percent(0.0001, "vi") == "<\u00a00,1\u00a0%"
    assert percent(0.0, "vi") == "0,0\u00a0%"
