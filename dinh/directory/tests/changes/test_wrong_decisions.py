"""A decision that is wrong says everything that is wrong with it, and nothing is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dinh.directory.changes.decisions import of_data
from dinh.directory.models import UnitChange
from dinh.directory.tests.cast import Cast
from dinh.directory.tests.changes.settings import (
    COCSAN,
    DAY,
    LATER,
    NEXT,
    amendment,
    applied,
    division,
    merger,
)  # fmt: skip
from dinh.lib.errors import Invalid

pytestmark = pytest.mark.usefixtures("roles")
VILLAGE = "02746-01"


def begins(code: str, parent: str) -> dict[str, Any]:
    """A unit begins below another."""
    unit = {"code": code, "name": "Đảo Xa", "type": "xã", "parent": parent}
    return {**merger(), "kind": "create", "parts": [], "makes": [unit]}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (merger(parts=[{"from": "09999", "to": COCSAN}, {"from": COCSAN, "to": COCSAN}]), "unknown"),
        (
            merger(code="02998", parts=[{"from": NEXT, "to": "02998"}, {"from": COCSAN, "to": "02997"}]),
            "to_unknown",
        ),
        (merger(parts=[{"from": COCSAN, "to": COCSAN}]), "form"),
        (merger(kind="tidy"), "literal_error"),
        (amendment("rename", {"unit": COCSAN, "type": "phường"}), "nothing"),
        (amendment("upgrade", {"unit": COCSAN, "type": "làng chài"}), "type"),
        (amendment("recode", {"unit": COCSAN, "code": NEXT}), "code_used"),
        (
            amendment("recode", {"unit": COCSAN, "code": "02990"}, {"unit": NEXT, "code": "02990"}),
            "code_twice",
        ),
        (amendment("recode", {"unit": COCSAN, "code": "25"}), "code_form"),
        (amendment("recode", {"unit": VILLAGE, "code": "02746"}), "code_form"),
        (begins("02746-3a", COCSAN), "code_form"),
        (begins("2746", "15"), "code_form"),
        (begins("02997", COCSAN), "parent_level"),
        (begins("02746-07", "15"), "parent_level"),
        (begins("25", "15"), "parent_level"),
        (amendment("transfer", {"unit": VILLAGE, "parent": VILLAGE}), "parent_level"),
        (amendment("transfer", {"unit": VILLAGE, "parent": "15"}), "parent_level"),
        (amendment("transfer", {"unit": COCSAN, "parent": COCSAN}), "parent_level"),
        (amendment("transfer", {"unit": COCSAN, "parent": VILLAGE}), "parent_level"),
    ],
)
def test_a_wrong_decision_says_what_is_wrong(cast: Cast, data: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        applied(data)

    assert code in {fault.code for fault in refused.value.faults}
    assert UnitChange.objects.count() == 0


@pytest.mark.parametrize(
    ("one", "two", "code"),
    [("1/3", "1/3", "shares"), ("x", "2/3", "share"), ("0", "1", "share"), ("1/3", "0.6666", "shares")],
)
def test_shares_sum_to_one(cast: Cast, one: str, two: str, code: str) -> None:
    data = division(cast)
    data["parts"][0]["share"], data["parts"][1]["share"] = one, two

    with pytest.raises(Invalid) as refused:
        of_data(data)

    assert {fault.code for fault in refused.value.faults} == {code}


def test_every_village_of_a_divided_commune_is_placed(cast: Cast) -> None:
    data = division(cast)
    data["parts"][0]["villages"] = []

    with pytest.raises(Invalid) as refused:
        applied(data)

    assert {fault.code for fault in refused.value.faults} == {"not_placed"}


def test_a_code_of_the_time_after_the_day_is_used(cast: Cast) -> None:
    later = DAY + timedelta(days=2)
    applied(amendment("recode", {"unit": COCSAN, "code": "02990"}))
    applied(amendment("recode", {"unit": "02990", "code": "02991"}, on=later), at=LATER)

    with pytest.raises(Invalid) as refused:
        applied(amendment("recode", {"unit": NEXT, "code": "02990"}), at=LATER)

    assert {fault.code for fault in refused.value.faults} == {"code_used"}
