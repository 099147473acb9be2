"""Checking answers: types, faults that help, conditions, warnings that never block."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from dinh.catalogue import store
from dinh.dossiers.rules import answers, values
from dinh.dossiers.tests.declared import TODAY, field, procedure
from dinh.lib.errors import Fault

PROCEDURE = procedure()
GOOD = {"full_name": "Vàng Văn Phúc", "number": "010075001234", "birth": "12/03/1975", "sex": "1"}


def check(page: str = "who", known: dict[str, Any] | None = None, **raw: Any) -> answers.PageCheck:
    return answers.check_page(PROCEDURE, page, {**GOOD, **raw}, known or {}, TODAY, "vi", lists={})


def codes(faults: tuple[Fault, ...]) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in faults]


def test_good_answers_are_kept_in_the_form_of_the_house() -> None:
    checked = check(number="010 075 001 234", full_name="  Vàng   Văn Phúc ", married="no", copies="2")

    assert checked.ok
    assert checked.values["number"] == "010075001234"
    assert checked.values["full_name"] == "Vàng Văn Phúc"
    assert checked.values["birth"] == "1975-03-12"
    assert checked.values["married"] is False
    assert checked.values["copies"] == 2


@pytest.mark.parametrize(
    ("type", "raw", "kept"),
    [
        pytest.param("partial_date", "1951", "1951", id="only-the-year"),
        pytest.param("partial_date", "03/1951", "1951-03", id="month-and-year"),
        pytest.param("date", "29/2/2024", "2024-02-29", id="leap-day"),
        pytest.param("date", "22112026", "2026-11-22", id="date-without-separators"),
        pytest.param("time", "14h30", "14:30", id="time-with-h"),
        pytest.param("time", "7 giờ", "07:00", id="time-in-words"),
        pytest.param("money", "1.350.000 đ", 1350000, id="money-with-dots"),
        pytest.param("integer", "1.000", 1000, id="thousands"),
        pytest.param("yes_no", "Có", True, id="yes-in-vietnamese"),
        pytest.param("phone", "+84 912 345 678", "0912345678", id="phone-with-country"),
        pytest.param("email", "lan@example.vn", "lan@example.vn", id="email"),
        pytest.param("year", "1999", 1999, id="year"),
        pytest.param("name", "Hoà\u200b Y K’Đam", "Hoà Y K’Đam", id="name-with-apostrophe"),
        pytest.param("text", "a\x00b   c", "ab c", id="control-signs-fall-out"),
    ],
)
def test_what_people_write_is_understood(type: str, raw: str, kept: Any) -> None:
    assert values.read(field("x", type), raw, {}, TODAY) == kept


@pytest.mark.parametrize(
    ("type", "raw", "code"),
    [
        pytest.param("date", "12/03/20255", "year_too_long", id="year-20255"),
        pytest.param("date", "20255-03-12", "year_too_long", id="year-20255-first"),
        pytest.param("year", "20255", "not_a_year", id="year-alone-20255"),
        pytest.param("date", "31/02/2025", "no_such_day", id="no-such-day"),
        pytest.param("date", "1951", "date_incomplete", id="only-a-year"),
        pytest.param("date", "12/03/0951", "year_out_of_range", id="year-951"),
        pytest.param("date", "12/03/51", "short_year", id="two-digit-year"),
        pytest.param("citizen_number", "01007500123", "zero_lost", id="eleven-digits"),
        pytest.param("citizen_number", "0100750012345", "wrong_length", id="thirteen-digits"),
        pytest.param("citizen_number", "01007500123x", "not_digits", id="a-letter"),
        pytest.param("name", "Phúc 2", "not_a_name", id="a-digit-in-a-name"),
        pytest.param("integer", "hai", "not_a_number", id="a-word"),
        pytest.param("integer", "²", "not_a_number", id="a-superscript"),
        pytest.param("phone", "12345", "not_a_phone", id="short-phone"),
        pytest.param("email", "lan@", "not_an_email", id="half-an-address"),
        pytest.param("time", "25:00", "not_a_time", id="hour-25"),
        pytest.param("yes_no", "maybe", "not_yes_or_no", id="maybe"),
        pytest.param("place", "Cốc San", "not_chosen", id="a-place-not-chosen"),
        pytest.param("people", "An", "not_people", id="people-as-text"),
    ],
)
def test_what_cannot_be_read_has_a_fault_of_its_own(type: str, raw: str, code: str) -> None:
    with pytest.raises(values.Wrong) as caught:
        values.read(field("x", type), raw, {}, TODAY)

    assert caught.value.code == code
    assert "{" not in str(caught.value.message)


def test_a_fault_names_the_field_says_what_is_wrong_and_keeps_what_was_typed() -> None:
    checked = check(birth="12/03/20255")

    [fault] = checked.faults
    assert (fault.path, fault.code) == ("birth", "dossiers.year_too_long")
    with translation.override("en"):
        assert "birth" in str(fault.message)
        assert "20255" in str(fault.message)
        assert "2026" in str(fault.message)
    assert checked.typed == {"birth": "12/03/20255"}
    assert checked.values["birth"] is None


def test_tomorrow_is_refused_where_the_future_is() -> None:
    assert codes(check(birth="24/11/2026").faults) == [("birth", "dossiers.date_ahead")]
    assert check(birth="23/11/2026").ok


def test_all_faults_come_at_once_in_the_order_of_the_page() -> None:
    checked = answers.check_page(PROCEDURE, "who", {"copies": "11"}, {}, TODAY, lists={})

    assert codes(checked.faults) == [
        ("full_name", "dossiers.answer_missing"),
        ("number", "dossiers.answer_missing"),
        ("birth", "dossiers.answer_missing"),
        ("copies", "dossiers.too_large"),
    ]


def test_a_question_asked_only_sometimes_is_needed_only_then() -> None:
    assert check(married="no").ok
    assert codes(check(married="yes").faults) == [("spouse", "dossiers.answer_missing")]
    assert check(married="yes", spouse="Lý Thị Mai").values["spouse"] == "Lý Thị Mai"


def test_a_hidden_answer_is_dropped_and_its_faults_do_not_count() -> None:
    checked = check(married="no", spouse="123", known={"spouse": "Lý Thị Mai", "why": "x"})

    assert checked.ok
    assert "spouse" not in checked.values
    assert {"spouse", "why"} <= checked.hidden


def test_a_number_that_says_something_else_warns_and_does_not_block() -> None:
    checked = check(sex="2", birth="1976")

    assert checked.ok
    assert codes(checked.warnings) == [
        ("number", "dossiers.sex_differs"),
        ("number", "dossiers.birth_year_differs"),
    ]


def test_rows_of_people_come_as_mappings_or_as_numbered_keys() -> None:
    people = procedure(
        pages=(PROCEDURE.pages[0].model_copy(update={"fields": (field("members", "people"),)}),)
    )
    row = {"full_name": "Vàng Thị Lan", "birth": "2001", "number": "", "sex": "", "relation": "03"}
    flat = {f"members.0.{key}": value for key, value in row.items()} | {"members.1.full_name": ""}

    for raw in ({"members": [row, {}]}, flat):
        checked = answers.check_page(people, "who", raw, {}, TODAY, lists={})
        assert checked.values["members"] == [{"full_name": "Vàng Thị Lan", "birth": "2001", "relation": "03"}]


def test_a_fault_in_a_row_names_its_line() -> None:
    with pytest.raises(values.Wrong) as caught:
        values.read(field("members", "people"), [{"full_name": "An"}, {"birth": "2001"}], {}, TODAY)

    with translation.override("en"):
        assert "Line 2" in str(caught.value.message)


COMPLETE = {"full_name": "Vàng Văn Phúc", "number": "010075001234", "birth": "1975-03-12"}


def test_a_complete_request_has_no_fault() -> None:
    assert answers.check_all(PROCEDURE, COMPLETE, {"proof"}, TODAY, lists={}) == {}


def test_faults_of_all_pages_and_papers_are_told_page_by_page() -> None:
    plain = {**COMPLETE, "birth": None, "copies": 3, "married": True, "spouse": "Lý Thị Mai"}

    faults = answers.check_all(PROCEDURE, plain, set(), TODAY, lists={})

    assert {page: [fault.path for fault in found] for page, found in faults.items()} == {
        "who": ["birth"],
        "more": ["why"],
        "documents": ["proof", "marriage"],
    }


def test_an_answer_that_the_form_no_longer_accepts_is_found_before_filing() -> None:
    faults = answers.check_all(PROCEDURE, {**COMPLETE, "copies": 99}, {"proof"}, TODAY, lists={})

    assert [fault.code for fault in faults["who"]] == ["dossiers.too_large"]


@pytest.mark.parametrize(
    ("birth", "stopped"),
    [("2008-11-23", False), ("2008-11-24", True), (None, False)],
)
def test_ineligibility_is_told_only_when_it_is_known(birth: str | None, stopped: bool) -> None:
    assert bool(answers.ineligibility(PROCEDURE, {**COMPLETE, "birth": birth}, TODAY)) is stopped


TYPES = (
    "text",
    "long_text",
    "name",
    "date",
    "partial_date",
    "time",
    "yes_no",
    "integer",
    "money",
    "phone",
    "email",
)


@given(st.sampled_from(TYPES), st.text(max_size=30))
def test_reading_what_was_kept_gives_the_same(type: str, raw: str) -> None:
    one = field("x", type)
    try:
        kept = values.read(one, raw, {}, TODAY)
    except values.Wrong:
        return

    assert values.read(one, kept, {}, TODAY) == kept


@given(
    st.sampled_from(TYPES),
    st.one_of(st.integers(), st.lists(st.integers(), max_size=2), st.booleans(), st.floats()),
)
def test_no_answer_breaks_the_reader(type: str, raw: Any) -> None:
    try:
        values.read(field("x", type), raw, {}, TODAY)
    except values.Wrong as wrong:
        assert str(wrong.message)


@pytest.mark.parametrize(
    ("from_on", "until_on", "wrong"),
    [
        pytest.param("25/11/2026", "24/11/2026", True, id="the-day-before"),
        pytest.param("25/11/2026", "25/11/2026", False, id="the-same-day"),
        pytest.param("25/11/2026", "26/11/2026", False, id="the-day-after"),
        pytest.param("31/12/2026", "1/1/2026", True, id="the-year-not-turned"),
        pytest.param("", "24/11/2026", False, id="nothing-to-compare-with"),
    ],
)
def test_a_stay_does_not_end_before_it_begins(from_on: str, until_on: str, wrong: bool) -> None:
    stay = store.get_procedure("stay_notification")

    checked = answers.check_page(
        stay, "stay", {"from_on": from_on, "until_on": until_on}, {}, date(2026, 11, 22), "vi"
    )

    assert (("until_on", "dossiers.before_the_first") in codes(checked.faults)) is wrong


def test_a_day_is_not_called_earlier_than_a_month_that_holds_it() -> None:
    until = field("until", "partial_date").model_copy(update={"not_before": "from"})

    assert not answers._faults_of(until, {"from": "2026-11-25", "until": "2026-11"}, None, TODAY, "vi")
    assert answers._faults_of(until, {"from": "2026-11-25", "until": "2026-10"}, None, TODAY, "vi")
