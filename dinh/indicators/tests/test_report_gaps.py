"""What a report says of figures that are not known: that nothing was looked at is not that nothing happened."""

from __future__ import annotations

from uuid import UUID

from dinh.catalogue import store
from dinh.indicators.queries.value import Value
from dinh.indicators.reports.composing import why_missing

UNIT = UUID(int=1)


def empty(denominator: int | None) -> Value:
    return Value(
        UNIT, 202512, 202512, "", value=None, numerator=0, denominator=denominator, told=1, expected=1, estimated=False,
        locked=False, few=False, masked=False, mark="", points=None, target=None, counted_at=None, waits=False, broken=False,
    )  # fmt: skip


def test_a_rate_of_what_is_there_says_that_nothing_was_looked_at() -> None:
    known = store.get().indicators

    assert "chưa có trường hợp nào được rà soát" in why_missing(empty(0), known["verified_rate"])
    assert why_missing(empty(0), known["on_time_rate"]) == "Trong kỳ không phát sinh trường hợp nào"
    assert why_missing(empty(None), known["verified_rate"]) == "Chưa có đơn vị nào báo cáo"


def test_what_was_sent_back_is_not_said_to_be_told_by_nobody() -> None:
    online = store.get().indicators["d766_3_2"]
    half = {"procedures_with_online_dossiers"}

    assert why_missing(None, online, half) == why_missing(empty(None), online, half)
    assert "bị trả lại" in why_missing(None, online, half)
    assert why_missing(None, online, {"pupils_all"}) == "Chưa có đơn vị nào báo cáo"


def test_findings_are_told_of_where_something_was_verified() -> None:
    told = [
        one for section in store.get().reports["registers_month"].sections for one in section.paragraphs
        if "findings_decided_count" in one.text
    ]  # fmt: skip

    assert told and all("verified_rate" in one.needs for one in told)
