"""Payment codes: the same text as other makers give for the same account, and nothing for what no bank reads."""

from __future__ import annotations

from typing import Any

import pytest

from dinh.lib.vietqr import crc16, payload


@pytest.mark.parametrize(
    ("bank", "account", "more", "expected"),
    [
        pytest.param(
            "970423", "0123456789", {},
            "00020101021138540010A00000072701240006970423011001234567890208QRIBFTTA53037045802VN6304F64B",
            id="any-amount",
        ),
        pytest.param(
            "970407", "9602091996", {},
            "00020101021138540010A00000072701240006970407011096020919960208QRIBFTTA53037045802VN630434A0",
            id="another-bank",
        ),
        pytest.param(
            "970415", "0011001932418", {"amount_vnd": 120000, "note": "ung ho lu lut"},
            "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA5303704540612000058"
            "02VN62170813ung ho lu lut6304C15C",
            id="amount-and-note",
        ),
    ],
)  # fmt: skip
def test_the_text_is_what_other_makers_give(
    bank: str, account: str, more: dict[str, Any], expected: str
) -> None:
    assert payload(bank, account, **more) == expected


def test_the_check_sum_is_that_of_the_standard() -> None:
    assert crc16(b"123456789") == 0x29B1


@pytest.mark.parametrize(
    ("bank", "account", "more"),
    [
        ("97042", "0123456789", {}),
        ("970423", "", {}),
        ("970423", "0123 456", {}),
        ("970423", "1" * 20, {}),
        ("970423", "0123456789", {"amount_vnd": 0}),
        ("970423", "0123456789", {"note": "ủng hộ"}),
    ],
)
def test_what_no_bank_reads_is_refused(bank: str, account: str, more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a"):
        payload(bank, account, **more)
