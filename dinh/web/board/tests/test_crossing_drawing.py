"""Drawings of answers: names beside lines none over another, times none over another nor beyond the edges. No database."""

from __future__ import annotations

import re
from decimal import Decimal

from dinh.web.board import crossing_drawing
from dinh.web.board.crossing_drawing import LETTER, NAME, Line

TIMES = [f"{month:02d}/2026 – {month + 2:02d}/2026" for month in (1, 4, 7, 10)]


def drawn(*ends: int) -> str:
    found = [
        Line(f"thôn {number}", (Decimal(9), Decimal(5), Decimal(5), Decimal(end)), ("", "", "", ""))
        for number, end in enumerate(ends)
    ]
    return crossing_drawing.lines(found, TIMES, "Title", "vi")


def test_names_of_lines_that_end_together_stand_one_below_the_other_and_inside() -> None:
    heights = sorted(
        float(y) for y in re.findall(r'class="cross-name[^>]* y="([\d.]+)"', drawn(0, 0, 0, 0, 0, 0))
    )

    assert len(heights) == 6 and heights[-1] <= 300 - crossing_drawing.BOTTOM + 4
    assert all(after - before >= NAME for before, after in zip(heights, heights[1:], strict=False))


def test_times_on_a_telephone_stand_apart_and_inside_and_the_newest_is_among_them() -> None:
    narrow = drawn(1).split("<svg")[2]
    found = [(float(x), title) for x, title in re.findall(r'chart-month" x="([\d.]+)"[^>]*>([^<]+)<', narrow)]

    half = max(len(title) for title in TIMES) * LETTER / 2
    assert found[-1][1] == TIMES[-1]
    assert all(half <= x <= 344 - half for x, _title in found)
    assert all(right - left >= 2 * half for (left, _), (right, _) in zip(found, found[1:], strict=False))
