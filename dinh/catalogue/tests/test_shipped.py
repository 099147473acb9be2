"""The shipped catalogue: complete in three languages, short pages, sources beside what the law says."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from dinh.catalogue import layout, store
from dinh.catalogue.expressions import evaluate
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.procedure import Procedure
from dinh.lib.names import fold

CODES = {
    "birth_registration": "1.001193", "death_registration": "1.000656", "civil_status_extract_copy": "2.000635",
    "certified_copy": "2.000815", "permanent_residence": "1.004222", "temporary_residence": "1.004194",
    "stay_notification": "2.001159", "social_pension": "1.014027",
}  # fmt: skip
TODAY = date(2026, 11, 22)


def every_procedure() -> list[Procedure]:
    return list(store.get().procedures.values())


def texts_of(value: Any) -> list[Text]:
    """Return every text within a declaration."""
    if isinstance(value, Text):
        return [value]
    if isinstance(value, tuple):
        return [text for inner in value for text in texts_of(inner)]
    return (
        [text for inner in vars(value).values() for text in texts_of(inner)]
        if isinstance(value, BaseModel)
        else []
    )


def test_the_eight_procedures_have_their_national_codes() -> None:
    assert {procedure.id: procedure.code for procedure in every_procedure()} == CODES


@pytest.mark.parametrize("kind", list(store.SHAPES))
def test_every_text_is_written_in_three_languages(kind: str) -> None:
    missing = [
        (id, text.vi)
        for id, item in getattr(store.get(), kind).items()
        for text in texts_of(item)
        if not (text.vi.strip() and text.fr.strip() and text.en.strip())
    ]

    assert missing == []


def test_pages_ask_few_questions() -> None:
    long = {
        (procedure.id, page.id): len(page.fields)
        for procedure in every_procedure()
        for page in layout.pages(procedure)
        if not 1 <= len(page.fields) <= 8
    }

    assert long == {}


def test_everyday_words_include_some_without_accents() -> None:
    for procedure in every_procedure():
        plain = [word for word in procedure.words if word == fold(word)]
        assert len(procedure.words) >= 20, procedure.id
        assert len(plain) >= 5, procedure.id


def test_nobody_examines_and_approves_the_same_dossier() -> None:
    for procedure in every_procedure():
        assert ("examine", "approve") in procedure.exclusive, procedure.id
        roles = {step.kind: step.role for step in procedure.steps}
        permissions = {kind: store.get().roles[role].permissions for kind, role in roles.items()}
        for kind in ("receive", "examine", "approve", "return"):
            assert f"dossiers.{kind}" in permissions[kind], (procedure.id, kind)


def test_a_role_that_works_on_a_sector_covers_its_procedures() -> None:
    for procedure in every_procedure():
        for step in procedure.steps:
            sectors = store.get().roles[step.role].sectors
            assert not sectors or procedure.sector in sectors, (procedure.id, step.id)


@pytest.mark.parametrize(
    ("birth", "poverty", "other_pension", "stopped_by"),
    [
        pytest.param("1951-11-22", "none", False, set(), id="seventy-five-today"),
        pytest.param("1951-11-23", "none", False, {1}, id="seventy-five-tomorrow"),
        pytest.param("1951-11-23", "near_poor", False, set(), id="seventy-four-and-near-poor"),
        pytest.param("1956-11-23", "poor", False, {0}, id="sixty-nine"),
        pytest.param("1940", "none", True, {2}, id="has-a-pension"),
        pytest.param("", "", None, set(), id="nothing-known-yet"),
    ],
)
def test_the_social_pension_is_told_before_filing(
    birth: str, poverty: str, other_pension: bool | None, stopped_by: set[int]
) -> None:
    procedure = store.get().procedures["social_pension"]
    answers = {
        "for_whom": "self",
        "applicant.birth": birth,
        "household_poverty": poverty,
        "other_pension": other_pension,
    }

    stopped = {
        number
        for number, rule in enumerate(procedure.eligibility)
        if evaluate(rule.condition, answers, TODAY) is False
    }

    assert stopped == stopped_by


def test_the_pension_is_asked_of_the_elder_when_somebody_helps() -> None:
    procedure = store.get().procedures["social_pension"]
    answers = {
        "for_whom": "other",
        "applicant.birth": "2000",
        "elder.birth": "1952",
        "household_poverty": "poor",
        "other_pension": False,
    }

    assert all(evaluate(rule.condition, answers, TODAY) for rule in procedure.eligibility)


HOLIDAYS = """\
2025-04-26 swap_work
2025-05-02 swap_off
2026-01-02 swap_off
2026-01-10 swap_work
2026-02-16 holiday
2026-04-27 compensation
2026-08-22 swap_work
2026-08-31 swap_off
2026-11-24 holiday
2027-02-06 holiday
"""


def test_the_calendar_has_the_swapped_days() -> None:
    days = {day.on.isoformat(): day.kind for day in store.get().calendars["vietnam"].days}

    for on, kind in csv.reader(io.StringIO(HOLIDAYS), delimiter=" "):
        assert days[on] == kind
    assert len(days) == 46
    assert all(day.uncertain for day in store.get().calendars["vietnam"].days if day.on.year == 2027)


def test_the_police_desk_serves_on_saturday_morning() -> None:
    desks = {desk.id: desk for desk in store.get().calendars["vietnam"].desks}

    assert desks["police"].half_days == (5,)
    assert desks["office"].half_days == ()
    assert desks["office"].weekdays == desks["police"].weekdays == (0, 1, 2, 3, 4)


def test_dong_nai_becomes_a_city_and_ten_of_its_communes_wards() -> None:
    patches = store.get().places["after_2025"].patches

    upgraded = {p.code: p.value for p in patches if p.op == "upgrade" and p.on == date(2026, 4, 30)}

    assert upgraded.pop("75") == "thành phố"
    assert len(upgraded) == 10
    assert set(upgraded.values()) == {"phường"}
    assert {"25270", "26485"} <= set(upgraded)
    assert {patch.code: patch.value for patch in patches if patch.op == "alias"} == {"06970": "06978"}
    assert all(patch.uncertain for patch in patches if patch.op == "trait")


def test_every_province_has_one_agency_code() -> None:
    codes = store.get().offices["commune"].agency_codes

    assert len(codes) == len(set(codes.values())) == 34
    assert (codes["15"], codes["38"], codes["31"]) == ("H38", "H56", "H24")
