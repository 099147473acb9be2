"""Numbers of dossiers and codes of drafts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinh.dossiers.rules import numbers


@pytest.mark.parametrize(
    ("agency", "sequence", "expected"),
    [
        pytest.param("H38.02", 1, "H38.02-261122-0001", id="first-of-the-day"),
        pytest.param("H15.50.05.13", 975, "H15.50.05.13-261122-0975", id="four-parts"),
        pytest.param("H38", 10000, "H38-261122-10000", id="more-than-four-digits"),
    ],
)
def test_a_number_is_written_as_the_national_portal_writes_it(
    agency: str, sequence: int, expected: str
) -> None:
    number = numbers.dossier_number(agency, date(2026, 11, 22), sequence)

    assert number == expected
    assert numbers.parts_of(number) == (agency, date(2026, 11, 22), sequence)


@pytest.mark.parametrize(
    "number", ["H38.02-261122-001", "X38.02-261122-0001", "H38.02-26112-0001", "H38.02-261322-0001", ""]
)
def test_what_is_not_a_national_number_is_told_apart(number: str) -> None:
    assert numbers.parts_of(number) is None


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("G15.99.42-261008-1500123", True),
        ("000.00.00.G15-KQ/12", True),
        ("12", False),
        ("a b c d", False),
        ("x" * 41, False),
        ("12345\n", False),
    ],
)
def test_an_external_number_is_kept_when_it_can_be_written(number: str, kept: bool) -> None:
    assert numbers.is_external(number) is kept


def test_codes_use_only_letters_that_nobody_confuses() -> None:
    codes = {numbers.draft_code() for _ in range(500)}

    assert len(codes) == 500
    assert all(len(code) == 8 and set(code) <= set(numbers.ALPHABET) for code in codes)
    assert not set("01ILOU") & set(numbers.ALPHABET)


@given(st.text(alphabet=numbers.ALPHABET, min_size=8, max_size=8))
def test_a_code_is_found_however_it_is_written(code: str) -> None:
    shown = numbers.show_code(code)

    for written in (shown, shown.lower(), f" {code} ", f"https://x.example/vi/ho-so/{code}/", " ".join(code)):
        assert numbers.clean_code(written) == code
