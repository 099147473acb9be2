"""The receipt code: the same on the phone, on the slip and here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinh.outreach.rules.receipts import clean_receipt, receipt_of

GOLDEN = json.loads((Path(__file__).parent / "golden" / "receipts.json").read_text())


@pytest.mark.parametrize("example", GOLDEN, ids=[one["op_id"] for one in GOLDEN])
def test_the_code_is_that_of_the_golden_examples(example: dict[str, str]) -> None:
    assert receipt_of(example["op_id"]) == example["receipt"]


@given(st.uuids(version=4))
def test_what_is_read_out_is_understood(op_id: object) -> None:
    code = receipt_of(str(op_id))

    assert clean_receipt(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code


@pytest.mark.parametrize("typed", ["", "K7M2-9QX", "K7M2-9QXU", "K7M2-9QXT0"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert clean_receipt(typed) == ""
