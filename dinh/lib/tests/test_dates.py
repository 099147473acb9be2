"""Dates are read as people write them, whole or partly known."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinh.lib import dates
from dinh.lib.errors import Invalid


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("12/03/1951", "1951-03-12"),
        ("12/3/1951", "1951-03-12"),
        (" 12-03-1951 ", "1951-03-12"),
        ("12.3.1951", "1951-03-12"),
        ("12031951", "1951-03-12"),
        ("1951-03-12", "1951-03-12"),
        ("1951/3/12", "1951-03-12"),
        ("ngày 12 tháng 3 năm 1951", "1951-03-12"),
        ("Tháng 3 năm 1951", "1951-03"),
        ("03/1951", "1951-03"),
        ("3-1951", "1951-03"),
        ("1951-03", "1951-03"),
        ("00/03/1951", "1951-03"),
        ("1951", "1951"),
        ("năm 1951", "1951"),
        ("__/__/1951", "1951"),
        ("00/00/1951", "1951"),
        ("29/02/2024", "2024-02-29"),
    ],
)
def test_parse_partial(written: str, iso: str) -> None:
    assert dates.parse_partial(written) == iso


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "dates.empty"),
        ("hôm qua", "dates.not_a_date"),
        ("12/03/51", "dates.short_year"),
        ("12/03/20255", "dates.year_out_of_range"),
        ("20255", "dates.year_out_of_range"),
        ("1849", "dates.year_out_of_range"),
        ("12/03/2200", "dates.year_out_of_range"),
        ("30/02/2024", "dates.no_such_day"),
        ("29/02/2025", "dates.no_such_day"),
        ("12/13/1951", "dates.no_such_day"),
        ("12/00/1951", "dates.no_such_day"),
        ("13/1951", "dates.no_such_day"),
    ],
)
def test_parse_partial_refuses_with_the_reason(written: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        dates.parse_partial(written)

    assert refused.value.code == code


def test_parse_date_wants_the_whole_date() -> None:
    assert dates.parse_date("12/03/1951") == date(1951, 3, 12)
    with pytest.raises(Invalid, match="dates.incomplete"):
        dates.parse_date("03/1951")


@given(st.dates(date(1850, 1, 1), date(2199, 12, 31)))
def test_what_is_shown_is_read_back(day: date) -> None:
    assert dates.parse_partial(dates.show_date(day)) == day.isoformat()
    assert dates.parse_partial(dates.long_date_vi(day)) == day.isoformat()


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        ("1951-11-23", date(2026, 11, 22), 74),
        ("1951-11-22", date(2026, 11, 22), 75),
        ("1951-12", date(2026, 12, 1), 75),
        ("1951-12", date(2026, 11, 30), 74),
        ("1951", date(2026, 1, 1), 75),
        ("2004-02-29", date(2026, 2, 28), 21),
        ("2004-02-29", date(2026, 3, 1), 22),
        ("2004-02-29", date(2028, 2, 29), 24),
        ("2026-11-22", date(2026, 11, 22), 0),
        ("2026-11-23", date(2026, 11, 22), None),
        ("", date(2026, 11, 22), None),
    ],
)
def test_age_on(birth: str, on: date, age: int | None) -> None:
    assert dates.age_on(birth, on) == age


@pytest.mark.parametrize(
    ("value", "year"),
    [("1951", 1951), ("1951-03", 1951), (date(1951, 3, 12), 1951), ("", None), (None, None)],
)
def test_year_of(value: date | str | None, year: int | None) -> None:
    assert dates.year_of(value) == year


EVENING_IN_UTC = datetime(2026, 11, 21, 18, 5, tzinfo=UTC)  # already the 22nd in Viet Nam


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 11, 22), "22/11/2026"),
        (EVENING_IN_UTC, "22/11/2026"),
        ("1951-03-12", "12/03/1951"),
        ("1951-03", "03/1951"),
        ("1951", "1951"),
        ("", ""),
        (None, ""),
    ],
)
def test_show_date(value: date | datetime | str | None, shown: str) -> None:
    assert dates.show_date(value, "vi") == shown


def test_show_datetime_in_each_language() -> None:
    assert dates.show_datetime(EVENING_IN_UTC, "vi") == "01:05 ngày 22/11/2026"
    assert dates.show_datetime(EVENING_IN_UTC, "fr") == "22/11/2026 à 01 h 05"
    assert dates.show_datetime(EVENING_IN_UTC, "en") == "22/11/2026, 01:05"
    assert dates.show_datetime(None) == ""


def test_papers_write_a_0_before_small_days_and_the_first_two_months() -> None:
    assert dates.long_date_vi(date(2026, 2, 9)) == "ngày 09 tháng 02 năm 2026"
    assert dates.long_date_vi(date(2026, 9, 10)) == "ngày 10 tháng 9 năm 2026"
    assert dates.long_date_vi("1951-03") == "tháng 3 năm 1951"
    assert dates.long_date_vi("1951") == "năm 1951"


def test_certificates_spell_dates() -> None:
    assert dates.in_words_vi("1951-04-15") == "ngày mười lăm tháng tư năm một nghìn chín trăm năm mươi mốt"
    assert dates.in_words_vi("2005") == "năm hai nghìn không trăm lẻ năm"


def test_a_datetime_without_zone_has_no_local_date() -> None:
    with pytest.raises(ValueError, match="without zone"):
        dates.local_date(datetime(2026, 11, 22))
