"""Finding a procedure in plain words."""

from __future__ import annotations

import time

import pytest

from dinh.catalogue import queries, store


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("bản sao giấy khai sinh", "civil_status_extract_copy", id="title"),
        pytest.param("ban sao giay khai sinh", "civil_status_extract_copy", id="no-accents"),
        pytest.param("MẤT GIẤY KHAI SINH", "civil_status_extract_copy", id="capitals"),
        pytest.param("trích lục kai sinh", "civil_status_extract_copy", id="a-letter-missing"),
        pytest.param("dang ky khia sinh cho con", "birth_registration", id="letters-swapped"),
        pytest.param("con mới đẻ", "birth_registration", id="everyday-words"),
        pytest.param("bố mất", "death_registration", id="what-happened"),
        pytest.param("giấy chứng tử", "death_registration", id="old-name"),
        pytest.param("công trứng", "certified_copy", id="common-misspelling"),
        pytest.param("sao y", "certified_copy", id="short"),
        pytest.param("nhập khẩu cho con", "permanent_residence", id="everyday-residence"),
        pytest.param("hooj khaaur", "permanent_residence", id="telex-keys-left-in"),
        pytest.param("thuê trọ", "temporary_residence", id="a-situation"),
        pytest.param("khách ngủ lại nhà", "stay_notification", id="a-guest"),
        pytest.param("tiền người già", "social_pension", id="what-people-call-it"),
        pytest.param("1.004194", "temporary_residence", id="national-code"),
        pytest.param("acte de naissance perdu", "civil_status_extract_copy", id="french"),
        pytest.param("mất giấy kết hôn", "civil_status_extract_copy", id="marriage-lost"),
        pytest.param("trich luc ket hon", "civil_status_extract_copy", id="marriage-no-accents"),
        pytest.param("copie acte de mariage", "civil_status_extract_copy", id="marriage-french"),
        pytest.param("register a birth", "birth_registration", id="english"),
    ],
)
def test_the_right_procedure_comes_first(text: str, first: str) -> None:
    found = queries.find_procedures(text, "vi")

    assert found[0].id == first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("hộ chiếu", "Hộ chiếu", id="passport"),
        pytest.param("dang ky ket hon", "kết hôn", id="marriage-without-accents"),
        pytest.param("làm sổ đỏ", "Đất đai", id="a-word-that-a-procedure-knows-too"),
        pytest.param("building permit", "xây dựng", id="english"),
        pytest.param("casier judiciaire", "lý lịch", id="french"),
        pytest.param("căn cước công dân", "căn cước", id="identity-card"),
        pytest.param("vay vốn ngân hàng", "", id="unknown-to-all"),
    ],
)
def test_what_is_not_offered_is_not_passed_off_as_found(text: str, said: str) -> None:
    found = queries.look_for(text, "vi")

    assert not found.sure
    assert said in found.elsewhere.vi if found.elsewhere else not said


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        pytest.param("công chứng sổ đỏ", True, id="a-paper-of-elsewhere-certified-here"),
        pytest.param("thuê trọ", False, id="not-the-tax-it-sounds-like"),
        pytest.param("đăng kí thường trú", False, id="spelt-with-i"),
        pytest.param("ma mère est morte", False, id="french"),
    ],
)
def test_what_is_offered_is_found_for_sure(text: str, elsewhere: bool) -> None:
    found = queries.look_for(text, "vi")

    assert found.sure
    assert (found.elsewhere is not None) is elsewhere


@pytest.mark.parametrize("text", ["xyzzy qwerty", "@@@", "0000000000"])
def test_nonsense_finds_nothing_or_all(text: str) -> None:
    found = queries.find_procedures(text, "vi")

    assert len(found) in {0, len(store.get().procedures)}


def test_an_empty_text_lists_all_by_title() -> None:
    found = queries.find_procedures("  ", "fr")

    titles = [procedure.title.fr for procedure in found]
    assert len(found) == len(store.get().procedures)
    assert titles[0].startswith("Avis") or titles == sorted(titles)


def test_a_very_long_text_is_answered_quickly() -> None:
    queries.find_procedures("khai sinh")

    started = time.process_time()
    queries.find_procedures("tôi muốn xin lại giấy khai sinh để bán ruộng mà không biết làm thế nào " * 50)

    assert time.process_time() - started < 0.05  # the aim is 5 ms; the machine is shared


def test_list_title_falls_back_to_the_code() -> None:
    assert queries.list_title("ethnic_groups", "25").vi == "Giáy"
    assert queries.list_title("ethnic_groups", "77").vi == "77"
    assert queries.list_title("no_list", "1").vi == "1"
