"""The view of verifications: the last result of each register stands until the next, as the page of rates tells."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from dinh.directory.tests.cast import HANOI, Cast
from dinh.verification.models import Rate, Submission
from dinh.verification.queries.rates import Figures

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 9, 3, 1, 0, tzinfo=HANOI)  # still the 2nd in UTC


def verify(cast: Cast, at: datetime, rows: int, verified: int, register: str = "pupils") -> Rate:
    made = Submission.objects.create(register=register, unit=cast.cocsan, state="done", at=at, rows=rows)
    Rate.objects.create(
        submission=made, register=register, unit=cast.cocsan, commune="02746", at=at, rows=1, verdicts={"verified": 1},
        dung=1, du=1, sach=1, song=1,
    )  # fmt: skip
    return Rate.objects.create(
        submission=made, register=register, unit=cast.cocsan, commune="", at=at, rows=rows,
        verdicts={"verified": verified, "corrected": 1}, dung=verified, du=rows, sach=rows, song=verified,
    )  # fmt: skip


def on_day(day: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT register, rows, verified, dung, du FROM facts_verification "
            "WHERE since <= %s AND (until IS NULL OR until > %s) ORDER BY register",
            [day, day],
        )
        return list(cursor.fetchall())


def test_each_result_stands_until_the_next_of_the_same_register(cast: Cast) -> None:
    verify(cast, FIRST, 10, 7)
    verify(cast, FIRST + timedelta(days=40), 12, 11)
    verify(cast, FIRST, 5, 5, "vehicles")
    assert on_day("2026-09-02") == []
    assert on_day("2026-09-30") == [("pupils", 10, 7, 7, 10), ("vehicles", 5, 5, 5, 5)]
    assert on_day("2026-10-31") == [("pupils", 12, 11, 11, 12), ("vehicles", 5, 5, 5, 5)]


def test_its_share_is_the_share_of_the_page(cast: Cast) -> None:
    rate = verify(cast, FIRST, 12, 11)
    ((_register, rows, verified, dung, _du),) = on_day(date(2026, 9, 30).isoformat())
    page = Figures(rate.rows, rate.verdicts["verified"], {"dung": rate.dung})
    assert (verified / rows, dung / rows) == (page.verified_share, page.dung)
