"""A number's structure is read; what disagrees is a warning, never a block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinh.lib import citizen_number
from dinh.lib.errors import Invalid


@pytest.mark.parametrize(
    ("century_digit", "sex", "year"),
    [
        ("0", "1", 1951),
        ("1", "2", 1951),
        ("2", "1", 2051),
        ("3", "2", 2051),
        ("5", "2", 2151),
        ("9", "2", 2351),
    ],
)
def test_the_fourth_digit_tells_century_and_sex(century_digit: str, sex: str, year: int) -> None:
    number = citizen_number.parse(f"010{century_digit}51001234")

    assert (number.kind, number.province_code, number.sex, number.birth_year) == ("citizen", "010", sex, year)


def test_an_old_number_means_nothing_by_itself() -> None:
    number = citizen_number.parse("060 123 456")

    assert number == citizen_number.CitizenNumber("060123456", "old")
    assert citizen_number.warnings("060123456", "2", "1951") == ()


@pytest.mark.parametrize(
    "typed",
    ["010 051 001 234", "010.051.001.234", "010-051-001-234", "\u200b010051001234 ", "０１０051001234"],
)
def test_separators_are_forgiven(typed: str) -> None:
    assert citizen_number.parse(typed).digits == "010051001234"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "citizen_number.empty"),
        ("  - ", "citizen_number.empty"),
        ("01005100123O", "citizen_number.not_digits"),
        ("10051001234", "citizen_number.zero_lost"),
        ("0100510012345", "citizen_number.wrong_length"),
        ("12345678", "citizen_number.wrong_length"),
        ("٠١٠٠٥١٠٠١٢٣٤", "citizen_number.not_digits"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        citizen_number.parse(typed)

    assert refused.value.code == refused.value.faults[0].code == code
    assert typed.strip() == "" or typed not in str(refused.value)  # personal data stay out of logs


@pytest.mark.parametrize(
    ("digits", "sex", "birth", "expected"),
    [
        ("010051001234", "1", "1951-03-12", ()),
        ("010051001234", "2", "1951-03-12", ("sex_differs",)),
        ("010051001234", "1", "1952", ("birth_year_differs",)),
        ("003051001234", "2", "1950", ("sex_differs", "birth_year_differs", "unknown_province")),
        ("010051001234", "9", "", ()),
        ("010051001234", None, None, ()),
        ("not a number", "1", "1951", ()),
    ],
)
def test_warnings(digits: str, sex: str | None, birth: str | None, expected: tuple[str, ...]) -> None:
    assert citizen_number.warnings(digits, sex, birth) == expected


def test_there_are_63_provinces_of_registration() -> None:
    assert len(citizen_number.PROVINCES) == 63


@given(st.from_regex(r"\A[0-9]{12}\Z"))
def test_every_twelve_digits_are_a_number_that_agrees_with_itself(digits: str) -> None:
    number = citizen_number.parse(digits)

    assert set(citizen_number.warnings(digits, number.sex, str(number.birth_year))) <= {"unknown_province"}


@given(st.text(max_size=20))
def test_whatever_is_typed_is_parsed_or_refused(typed: str) -> None:
    try:
        assert len(citizen_number.parse(typed).digits) in {9, 12}
    except Invalid as refused:
        assert refused.faults
