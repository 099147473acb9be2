"""Pages as they are asked: shared groups in place, questions shown and hidden by what is answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dinh.catalogue import layout, store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.catalogue.tests.samples import small

TODAY = date(2026, 11, 22)


@pytest.fixture
def sample(tmp_path: Path) -> Procedure:
    return store.load([small(tmp_path)]).procedures["pavement_use"]


def shipped(id: str) -> Procedure:
    return store.get().procedures[id]


def test_a_group_takes_the_name_it_is_used_with(sample: Procedure) -> None:
    fields = layout.fields(sample)

    assert list(fields) == ["tables", "music", "applicant.full_name", "applicant.birth", "applicant.school"]
    assert fields["applicant.school"].visible_if == "(age(applicant.birth) < 18)"
    assert fields["applicant.full_name"].prefill == ("applicant.full_name",)
    assert fields["applicant.full_name"].identity == "applicant.full_name"


def test_the_group_of_the_subject_is_known_as_the_subject() -> None:
    fields = layout.fields(shipped("death_registration"))

    assert fields["deceased.birth"].prefill == ("subject.birth",)
    assert fields["deceased.number"].identity == "subject.number"
    assert fields["applicant.number"].identity == "applicant.number"


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        pytest.param({}, {"tables", "applicant.full_name", "applicant.birth"}, id="nothing-answered"),
        pytest.param(
            {"tables": 11}, {"tables", "music", "applicant.full_name", "applicant.birth"}, id="many-tables"
        ),
        pytest.param(
            {"applicant.birth": "2010"},
            {"tables", "applicant.full_name", "applicant.birth", "applicant.school"},
            id="a-minor",
        ),
    ],
)
def test_questions_are_shown_by_what_is_answered(
    sample: Procedure, answers: dict[str, Any], shown: set[str]
) -> None:
    pages, fields = layout.visible(sample, answers, TODAY)

    assert fields == shown
    assert pages == {"what", "who"}


def test_the_answer_of_a_hidden_question_counts_as_none() -> None:
    procedure = shipped("birth_registration")
    answers = {
        "evidence": "witness",
        "father_known": False,
        "father.full_name": "Vàng A Páo",
        "relation": "mother",
    }

    pages, fields = layout.visible(procedure, answers, TODAY)

    assert "father" not in pages
    assert not [id for id in fields if id.startswith("father.")]
    assert "notice_number" not in fields


def test_mr_phuc_is_asked_little_for_his_copy() -> None:
    procedure = shipped("civil_status_extract_copy")
    answers = {"event": "birth", "for_whom": "self", "birth_record": "01990000-0000-7000-8000-000000000001"}

    pages, _fields = layout.visible(procedure, answers, TODAY)

    assert [page.id for page in layout.pages(procedure) if page.id in pages] == [
        "what",
        "record",
        "copies",
        "applicant",
    ]


def test_who_finds_no_record_is_asked_what_he_remembers() -> None:
    pages, fields = layout.visible(
        shipped("civil_status_extract_copy"), {"event": "birth", "for_whom": "self"}, TODAY
    )

    assert "older" in pages
    assert {"registered_place", "registered_on", "record_number"} <= fields


def test_required_follows_its_condition() -> None:
    field = layout.fields(shipped("birth_registration"))["notice_number"]

    assert layout.required(field, {"evidence": "electronic"}, TODAY)
    assert not layout.required(field, {"evidence": "paper"}, TODAY)
    assert not layout.required(field, {}, TODAY)


def test_a_source_of_prefill_is_taken_when_its_condition_holds() -> None:
    field = layout.fields(shipped("birth_registration"))["mother.number"]

    assert layout.prefill_sources(field, {"relation": "mother"}, TODAY) == (
        "applicant.number",
        "mother.number",
    )
    assert layout.prefill_sources(field, {"relation": "father"}, TODAY) == ("mother.number",)


def test_the_paper_follows_the_answers() -> None:
    procedure = shipped("civil_status_extract_copy")

    birth = layout.result_paper(procedure, {"event": "birth"}, TODAY)
    marriage = layout.result_paper(procedure, {"event": "marriage"}, TODAY)
    death = layout.result_paper(procedure, {"event": "death"}, TODAY)

    assert (birth.template, birth.number_format) == ("birth_extract_copy", "{sequence}/TLKS-BS")
    assert (marriage.template, marriage.number_format) == ("marriage_extract", "{sequence}/TLKH-BS")
    assert (death.template, death.number_format) == ("death_extract", "{sequence}/TLKT-BS")
    assert death.signers == birth.signers


def test_away_from_its_page_a_question_says_whose_answer_it_is() -> None:
    names = layout.field_names(shipped("birth_registration"))

    assert names["child.full_name"].vi == "Họ, chữ đệm, tên (Trẻ được khai sinh)"
    assert names["mother.full_name"].fr == "Nom complet (La mère)"
    assert names["birth_place"].vi == "Nơi sinh"
    assert len({name.vi for name in names.values()}) == len(names)
