"""People are found by words without accents, number, year, village and head of household, within reach only."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.directory.policy import EVERYTHING
from dinh.directory.tests.cast import Cast
from dinh.journal.models import Access
from dinh.lib.errors import NotFound, NotPermitted
from dinh.lib.ids import uuid7
from dinh.population.actions import close_person, give_mandate, move_residence
from dinh.population.models import Person
from dinh.population.queries import members, open_person, person_by_number, search_for, search_people
from dinh.population.tests.givens import AT, a_household, a_person, phuc_at_home

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def village(cast: Cast) -> dict[str, Person]:
    """Mr Phúc's household, two namesakes elsewhere in the commune, and one in the next."""
    phuc = phuc_at_home(cast, old_number="060123456")
    may = a_person("Lý Thị Mẩy", birth="1970", household=phuc.household, relation="01", unit=cast.cocsan)
    other = a_household(cast, village=cast.tan_son)
    return {
        "phuc": phuc,
        "may": may,
        "namesake": a_person("Phúc Văn Vàng", birth="1951-03", household=other, unit=cast.cocsan),
        "phuong": a_person(
            "Hoàng Thị Phượng", birth="1951", household=other, unit=cast.cocsan, number="010151000001"
        ),
        "next": a_person("Vàng Văn Phúc", birth="1990", unit=cast.next_commune),
    }


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        pytest.param("Vàng Văn Phúc", {}, {"phuc", "namesake", "next"}, id="words-in-any-order"),
        pytest.param("phuc vang", {}, {"phuc", "namesake", "next"}, id="without-accents"),
        pytest.param("vang phu", {}, {"phuc", "namesake", "next"}, id="last-word-unfinished"),
        pytest.param("phu", {}, {"phuc", "namesake", "phuong", "next"}, id="one-unfinished-word"),
        pytest.param("phu vang", {}, set(), id="a-first-word-must-be-whole"),
        pytest.param("huc", {}, set(), id="not-the-middle-of-a-word"),
        pytest.param("phuc 1951", {}, {"namesake"}, id="a-year-among-the-words"),
        pytest.param("1951", {}, {"namesake", "phuong"}, id="a-year-alone"),
        pytest.param("vang", {"birth_year": 1968}, {"phuc"}, id="year-of-birth"),
        pytest.param("010 068 001 234", {}, {"phuc"}, id="number"),
        pytest.param("060123456", {}, {"phuc"}, id="old-number"),
        pytest.param("010068001235", {}, set(), id="another-number"),
        pytest.param("02746-00001", {}, {"phuc", "may"}, id="code-of-the-household"),
        pytest.param("", {"head": "vang phuc"}, {"phuc", "may"}, id="head-of-household"),
        pytest.param("", {"head": "010068001234"}, {"phuc", "may"}, id="number-of-the-head"),
        pytest.param("may", {"head": "phúc"}, {"may"}, id="a-name-in-a-household"),
        pytest.param("%", {}, set(), id="not-a-pattern"),
        pytest.param("", {}, {"phuc", "may", "namesake", "phuong", "next"}, id="everybody"),
    ],
)
def test_search_people(
    village: dict[str, Person], text: str, more: dict[str, Any], expected: set[str]
) -> None:
    page = search_people(text, scope=EVERYTHING, **more)

    assert {name for name, person in village.items() if person in page.rows} == expected
    assert page.after is None


def test_search_by_village(cast: Cast, village: dict[str, Person]) -> None:
    page = search_people("", scope=EVERYTHING, village=cast.tan_son)

    assert set(page.rows) == {village["namesake"], village["phuong"]}


def test_the_deceased_are_left_out_when_asked(village: dict[str, Person]) -> None:
    close_person(person=village["may"], died_on="2026", by=None, at=AT)

    assert len(search_people("may", scope=EVERYTHING).rows) == 1
    assert search_people("may", scope=EVERYTHING, living=True).rows == ()


@pytest.mark.parametrize(
    ("officer", "expected"),
    [("reception", {"phuc", "namesake"}), ("next_reception", {"next"}), ("clerk", set())],
)
def test_nobody_out_of_reach_is_found(
    cast: Cast, village: dict[str, Person], officer: str, expected: set[str]
) -> None:
    scope = policy.scope(getattr(cast, officer), "population.read", TODAY)

    found = search_people("vang phuc", scope=scope).rows

    assert {name for name, person in village.items() if person in found} == expected


def test_pages_follow_each_other_without_gap_or_repeat(cast: Cast) -> None:
    for _ in range(3):
        for name in ("Vàng A Một", "Vàng A Hai", "Vàng A Ba", "Vàng Ạ Ba"):
            a_person(name, unit=cast.cocsan)

    seen: list[Person] = []
    after = None
    while True:
        page = search_people("vang", scope=EVERYTHING, limit=5, after=after)
        seen += page.rows
        after = page.after
        if after is None:
            break

    assert len(seen) == len({p.pk for p in seen}) == 12
    assert [p.name_key for p in seen] == sorted(p.name_key for p in seen)


def test_a_search_by_an_account_is_permitted_and_written_down(cast: Cast, village: dict[str, Person]) -> None:
    page = search_for(cast.reception, "Phúc", at=AT, purpose="counter")

    row = Access.objects.get()
    assert (row.kind, row.actor, row.purpose, row.count) == ("search", cast.reception.pk, "counter", 2)
    assert set(row.shown) == {person.pk.hex for person in page.rows}
    assert "phuc" not in str(vars(row))


@pytest.mark.parametrize("who", ["clerk", "citizen"])
def test_who_may_not_read_the_population_may_not_search(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        search_for(getattr(cast, who), "Phúc", at=AT, purpose="counter")

    assert not Access.objects.exists()


def test_nothing_typed_finds_nobody_and_writes_nothing(cast: Cast, village: dict[str, Person]) -> None:
    assert search_for(cast.reception, " ", at=AT, purpose="counter").rows == ()
    assert not Access.objects.exists()


Opens = Callable[[Account, Person], Person]


@pytest.fixture
def opens() -> Opens:
    return lambda account, person: open_person(person.pk, account, at=AT, purpose="dossier:1")


def test_an_officer_opens_a_person_of_the_commune_and_it_is_written_down(
    cast: Cast, village: dict[str, Person], opens: Opens
) -> None:
    assert opens(cast.reception, village["phuc"]) == village["phuc"]

    row = Access.objects.get()
    assert (row.kind, row.person, row.actor, row.purpose) == (
        "open",
        village["phuc"].pk,
        cast.reception.pk,
        "dossier:1",
    )


@pytest.mark.parametrize("who", ["next_reception", "clerk", "representative"])
def test_others_do_not(cast: Cast, village: dict[str, Person], opens: Opens, who: str) -> None:
    with pytest.raises(NotPermitted):
        opens(getattr(cast, who), village["phuc"])

    assert not Access.objects.exists()


def test_a_citizen_opens_herself_and_those_she_may_act_for(
    cast: Cast, village: dict[str, Person], opens: Opens
) -> None:
    lan = a_person("Vàng Thị Lan", id=cast.representative.person)
    assert opens(cast.representative, lan) == lan

    give_mandate(principal=village["phuc"], agent=lan, kind="chosen", from_on=TODAY, by=None, at=AT)

    assert opens(cast.representative, village["phuc"]) == village["phuc"]


def test_nobody_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        open_person(uuid7(), cast.reception, at=AT, purpose="x")


def test_a_move_takes_the_person_out_of_the_former_communes_reach(
    cast: Cast, village: dict[str, Person]
) -> None:
    scope = policy.scope(cast.reception, "population.read", TODAY)

    move_residence(
        person=village["phuc"],
        unit=cast.next_commune,
        address="tổ 1",
        from_on=TODAY,
        by=cast.police_chief,
        at=AT,
    )

    assert village["phuc"] not in search_people("vang phuc", scope=scope).rows
    assert village["phuc"].pk not in {p.pk for p in members(village["may"].household)}  # type: ignore[arg-type]


def test_person_by_number_takes_both_kinds_and_refuses_to_guess(village: dict[str, Person]) -> None:
    assert person_by_number("010.068.001.234") == village["phuc"]
    assert person_by_number("060 123 456") == village["phuc"]
    a_person("Người Trùng Số", old_number="060123456")
    assert person_by_number("060123456") is None
    assert person_by_number("123") is None
    assert person_by_number("") is None
