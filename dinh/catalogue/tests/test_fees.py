"""What a request costs: steps of the law, exemptions, online amounts, late registration."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dinh.catalogue import fees, store

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("procedure", "answers", "online", "expected"),
    [
        pytest.param("civil_status_extract_copy", {"copies": 3}, True, 24000, id="three-copies"),
        pytest.param("civil_status_extract_copy", {}, False, 8000, id="price-before-an-answer"),
        pytest.param("civil_status_extract_copy", {"copies": 3, "exemption.group": "poor"}, True, 0, id="poor"),
        pytest.param("civil_status_extract_copy", {"copies": 3, "exemption.group": "none"}, True, 24000, id="no-exemption"),
        pytest.param("certified_copy", {"pages": 2, "copies": 1}, False, 4000, id="two-pages"),
        pytest.param("certified_copy", {"pages": 3, "copies": 1}, False, 5000, id="third-page-is-cheaper"),
        pytest.param("certified_copy", {"pages": 198, "copies": 1}, False, 200000, id="at-the-ceiling"),
        pytest.param("certified_copy", {"pages": 500, "copies": 2}, False, 400000, id="ceiling-is-for-each-copy"),
        pytest.param("birth_registration", {"child.birth": "2026-09-23"}, False, 0, id="sixtieth-day"),
        pytest.param("birth_registration", {"child.birth": "2026-09-22"}, False, 8000, id="sixty-first-day"),
        pytest.param("birth_registration", {"child.birth": "2026-09-22"}, True, 0, id="late-but-online"),
        pytest.param("death_registration", {"died_on": "2026-11-07"}, False, 0, id="fifteenth-day"),
        pytest.param("death_registration", {"died_on": "2026-11-06"}, False, 8000, id="sixteenth-day"),
        pytest.param("permanent_residence", {"applicant.birth": "1990"}, False, 20000, id="counter"),
        pytest.param("permanent_residence", {"applicant.birth": "1990"}, True, 10000, id="online"),
        pytest.param("permanent_residence", {"applicant.birth": "1966-11-22"}, True, 0, id="sixty-today"),
        pytest.param("permanent_residence", {"applicant.birth": "1966-11-23"}, True, 10000, id="sixty-tomorrow"),
        pytest.param("temporary_residence", {"scope": "me"}, True, 7000, id="alone"),
        pytest.param("temporary_residence", {"scope": "others", "members": [{}, {}, {}]}, False, 30000, id="by-list"),
        pytest.param("stay_notification", {}, True, 0, id="free"),
        pytest.param("social_pension", {}, True, 0, id="free-too"),
    ],
)  # fmt: skip
def test_total_is_what_the_law_says(
    procedure: str, answers: dict[str, Any], online: bool, expected: int
) -> None:
    declared = store.get().procedures[procedure]

    assert fees.total_vnd(declared, answers, TODAY, online=online) == expected


def test_an_exempt_line_stays_with_nothing_to_pay() -> None:
    declared = store.get().procedures["civil_status_extract_copy"]

    (line,) = fees.lines(declared, {"exemption.group": "merit"}, TODAY, online=False)

    assert (line.fee.id, line.amount_vnd, line.exempt) == ("copy", 0, True)


def test_a_line_that_is_not_owed_is_not_there() -> None:
    declared = store.get().procedures["birth_registration"]

    assert fees.lines(declared, {"child.birth": "2026-11-20"}, TODAY, online=False) == ()
