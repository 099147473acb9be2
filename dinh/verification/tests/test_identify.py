"""Who is meant is found by number, else by name and birth; nobody is guessed."""

from typing import Any

import pytest

from dinh.population.actions import close_person
from dinh.population.models import Person
from dinh.population.tests.givens import AT, PHUC, a_person
from dinh.verification.identify import identify
from dinh.verification.identifying import experience

pytestmark = pytest.mark.django_db


@pytest.fixture
def phuc() -> Person:
    return a_person(**PHUC, old_number="060123456")


SAID = {"number": PHUC["number"], "full_name": PHUC["full_name"], "birth": PHUC["birth"], "sex": "1"}


@pytest.mark.parametrize(
    ("change", "verdict", "codes"),
    [
        pytest.param({}, "same", [], id="all-agrees"),
        pytest.param({"number": "010 068 001 234"}, "same", [], id="spaces"),
        pytest.param({"number": "060123456"}, "same", [], id="old-number"),
        pytest.param({"full_name": "", "birth": ""}, "same", [], id="number-alone"),
        pytest.param({"number": ""}, "same", [], id="name-and-birth"),
        pytest.param({"number": "", "full_name": "VÀNG VĂN PHÚC", "sex": None}, "same", [], id="capitals"),
        pytest.param({"number": "", "full_name": "phuc vang van"}, "differs", ["name_order"], id="any-order"),
        pytest.param(
            {"number": "", "full_name": "vang van phuc"}, "differs", ["name_accents"], id="accent-free"
        ),
        pytest.param({"number": "", "birth": "1968"}, "same", ["birth_less_exact"], id="year-of-birth"),
        pytest.param({"full_name": "Vàng A Phúc"}, "differs", ["name_differs"], id="other-name"),
        pytest.param({"birth": "1967-05-20"}, "differs", ["birth_differs"], id="other-birth"),
        pytest.param({"sex": "2"}, "differs", ["sex_differs"], id="other-sex"),
        pytest.param({"number": "010068001243"}, "differs", ["number_differs"], id="slip-in-the-number"),
        pytest.param({"number": "01006800123"}, "differs", ["number_differs"], id="a-digit-too-few"),
        pytest.param({"number": "10068001234"}, "differs", ["number_differs"], id="a-zero-lost"),
        pytest.param(
            {"number": "", "full_name": "Vàng Vằn Phcú"}, "differs", ["name_slip"], id="a-slip-in-the-name"
        ),
        pytest.param({"full_name": "Vàng Phúc"}, "differs", ["name_shortened"], id="a-word-left-out"),
    ],
)
def test_a_person_is_found(phuc: Person, change: dict[str, Any], verdict: str, codes: list[str]) -> None:
    found = identify(**{**SAID, **change})

    assert (found.person, found.verdict) == (phuc, verdict)
    assert [one["code"] for one in found.findings] == codes


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"number": "", "birth": ""}, id="a-name-alone"),
        pytest.param({"number": "", "full_name": ""}, id="a-birth-alone"),
        pytest.param({"number": "", "sex": "2"}, id="a-namesake-of-the-other-sex"),
        pytest.param({"number": "038168009999"}, id="a-namesake-born-elsewhere"),
        pytest.param({"number": "010068009999", "full_name": "", "birth": ""}, id="an-unknown-number"),
    ],
)
def test_nobody_is_found(phuc: Person, change: dict[str, Any]) -> None:
    found = identify(**{**SAID, **change})

    assert (found.person, found.verdict) == (None, "not_found")
    assert [one["code"] for one in found.findings] == ["not_found"]


def test_somebody_elses_number_shows_nothing_of_its_owner(phuc: Person) -> None:
    found = identify(number=PHUC["number"], full_name="Lý Thị Mẩy", birth="1951", sex="2")

    assert (found.person, found.verdict) == (None, "differs")
    assert [one["code"] for one in found.findings] == ["number_of_another"]
    assert "Phúc" not in str(found.findings)
    assert "1968" not in str(found.findings)


def test_somebody_elses_number_is_not_believed_for_half_a_name_and_a_swapped_day() -> None:
    a_person("Vàng Văn Phúc", birth="1968-05-03", sex="1", number=PHUC["number"])

    found = identify(number=PHUC["number"], full_name="Lý Văn Phúc", birth="1968-03-05")

    assert (found.person, [one["code"] for one in found.findings]) == (None, ["number_of_another"])


def test_somebody_elses_number_does_not_hide_who_is_meant(phuc: Person) -> None:
    may = a_person("Lý Thị Mẩy", birth="1951", sex="2", number="010151000001")

    found = identify(number=PHUC["number"], full_name="Lý Thị Mẩy", birth="1951", sex="2")

    assert (found.person, found.verdict) == (may, "differs")
    assert [one["code"] for one in found.findings] == ["number_of_another"]


def test_two_who_fit_equally_are_ambiguous(phuc: Person) -> None:
    a_person(PHUC["full_name"], birth=PHUC["birth"], sex="1")

    found = identify(number="", full_name=PHUC["full_name"], birth=PHUC["birth"])

    assert (found.person, found.verdict) == (None, "ambiguous")


def test_the_better_fit_is_taken_before_a_worse_one(phuc: Person) -> None:
    a_person("Vàng Văn Phục", birth=PHUC["birth"], sex="1")
    a_person("Phúc Văn Vàng", birth=PHUC["birth"], sex="1")

    assert identify(full_name="Vàng Văn Phúc", birth=PHUC["birth"]).person == phuc
    assert identify(full_name="Vang Van Phuc", birth=PHUC["birth"]).verdict == "ambiguous"


def test_a_person_without_number_is_found_and_the_number_told() -> None:
    may = a_person("Lý Thị Mẩy", birth="1951")

    found = identify(number="010151000001", full_name="Lý Thị Mẩy", birth="1951")

    assert found.person == may
    assert found.findings == (
        {"code": "number_unknown", "field": "number", "typed": "010151000001", "register": ""},
    )


def test_the_deceased_are_found_and_told(phuc: Person) -> None:
    close_person(person=phuc, died_on="2026-01-01", by=None, at=AT)

    found = identify(**SAID)

    assert (found.person, found.verdict) == (phuc, "same")
    assert [one["code"] for one in found.findings] == ["dead"]


def test_a_number_that_settles_it_costs_one_query_and_another_three(
    phuc: Person, django_assert_max_num_queries: Any
) -> None:
    experience.weights_of_node()  # read once in an hour
    with django_assert_max_num_queries(1):
        identify(**SAID)
    with django_assert_max_num_queries(3):  # the number, the people of the blocks, how rare their names are
        identify(**{**SAID, "number": "010068009999"})


def test_among_more_namesakes_than_are_read_nobody_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dinh.verification.identifying.candidates.MOST", 2)
    for name in ("Nguyen Van Hung", "Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "Nguyễn Văn Hùng"):
        a_person(name, sex="1", birth="1985-03-01")

    found = identify(full_name="Nguyễn Văn Hùng", birth="1985-03-01")

    assert (found.person, found.verdict) == (None, "ambiguous")


def test_namesakes_of_another_day_do_not_hide_the_one_who_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dinh.verification.identifying.candidates.MOST", 2)
    for day in range(1, 6):
        a_person("Nguyễn Văn Hùng", sex="1", birth=f"1985-03-0{day}")
    meant = a_person("Nguyễn Văn Hùng", sex="1", birth="1985-04-01")

    assert identify(full_name="Nguyễn Văn Hùng", birth="1985-04-01").person == meant


def test_day_and_month_swapped_are_found_and_told() -> None:
    may = a_person("Lý Thị Mẩy", birth="1951-03-12")

    found = identify(full_name="Lý Thị Mẩy", birth="1951-12-03")

    assert (found.person, [one["code"] for one in found.findings]) == (may, ["birth_swapped"])


@pytest.mark.parametrize("change", [{"birth": "1968-05-21"}, {"full_name": "Vàng Thế Phúc"}])
def test_somebody_of_another_name_or_birth_is_not_told_without_a_number(
    phuc: Person, change: dict[str, str]
) -> None:
    found = identify(**{**SAID, "number": "", **change})

    assert (found.person, found.verdict, found.several) == (None, "ambiguous", False)
    assert [one["code"] for one in found.findings] == ["uncertain"]
    assert [one["register"] for one in found.findings] == [""]


def test_a_year_alone_does_not_tell_a_common_name() -> None:
    for year in range(1950, 1990):
        a_person("Nguyễn Văn Hùng", sex="1", birth=f"{year}-03-01")

    assert identify(full_name="Nguyễn Văn Hùng", birth="1985").verdict == "ambiguous"
    assert identify(full_name="Nguyễn Văn Hùng", birth="1985-03-01").person is not None


def test_a_number_of_ones_twin_leads_to_neither(phuc: Person) -> None:
    a_person("Vàng Thị Hoa", birth=PHUC["birth"], sex="2", number="010168004321")

    found = identify(number=PHUC["number"], full_name="Vàng Thị Hoa", birth=PHUC["birth"])

    assert found.person is None
    assert "Phúc" not in str(found.findings)


def test_of_several_who_hold_an_old_number_name_and_birth_tell(phuc: Person) -> None:
    a_person("Lý Thị Mẩy", birth="1951", old_number=phuc.old_number)

    found = identify(number=phuc.old_number, full_name=PHUC["full_name"], birth=PHUC["birth"])

    assert (found.person, found.findings) == (phuc, ())
    assert identify(number=phuc.old_number).person is None
