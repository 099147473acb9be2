"""Households get codes and a head; one head at a time."""

import pytest

from dinh.directory.tests.cast import Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, Stale
from dinh.population.actions import amend_household, close_person, set_head
from dinh.population.models import Household, Person
from dinh.population.queries import household_by_code, members
from dinh.population.tests.givens import AT, a_household, a_person, phuc_at_home

pytestmark = pytest.mark.django_db


def test_a_household_without_code_gets_the_next_of_its_commune(cast: Cast) -> None:
    a_household(cast, code="GIA-DINH-9")
    codes = [
        a_household(cast).code,
        a_household(cast).code,
        a_household(cast, unit=cast.next_commune, village=None).code,
    ]

    assert codes == ["02746-00001", "02746-00002", "02728-00001"]


def test_a_code_is_given_once(cast: Cast) -> None:
    a_household(cast, code="LC-12")

    with pytest.raises(Invalid) as refused:
        a_household(cast, code=" LC-12 ")

    assert refused.value.faults[0].code == "population.household_code_taken"


def test_faults_of_a_household_are_told_together(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        a_household(cast, address=" ", poverty="rich")

    assert {f.path for f in refused.value.faults} == {"address", "poverty"}


def test_a_new_head_takes_over_and_the_former_becomes_what_is_said(cast: Cast) -> None:
    phuc = phuc_at_home(cast)
    household = phuc.household
    assert household is not None
    may = a_person("Lý Thị Mẩy", sex="2", household=household, relation="01")

    set_head(household=household, person=may, old_head_relation="02", by=cast.police_officer, at=AT)

    assert Household.objects.get().head == may
    assert dict(Person.objects.values_list("full_name", "relation")) == {
        "Vàng Văn Phúc": "02",
        "Lý Thị Mẩy": "00",
    }
    cause = Entry.objects.filter(kind="population.head_set").latest("subject_version")
    assert Entry.objects.filter(cause=cause.pk).count() == 2


def test_a_stranger_or_the_deceased_cannot_be_head(cast: Cast) -> None:
    household = a_household(cast)
    member = close_person(person=a_person(household=household), died_on="2026", by=None, at=AT)

    for person in (a_person("Người Lạ"), member):
        with pytest.raises(Invalid, match="not_a_member"):
            set_head(household=household, person=person, by=None, at=AT)


def test_members_are_the_living_with_the_head_first(cast: Cast) -> None:
    phuc = phuc_at_home(cast)
    household = phuc.household
    child = a_person("Vàng Thị Lan", birth="2010-01-01", household=household, relation="08")
    wife = a_person("Lý Thị Mẩy", birth="1970", household=household, relation="01")
    close_person(
        person=a_person("Vàng A Páo", household=household, relation="03"), died_on="2020", by=None, at=AT
    )

    assert household is not None
    assert members(household) == [phuc, wife, child]


def test_poverty_is_amended_once_at_a_time(cast: Cast) -> None:
    household = a_household(cast)
    same = Household.objects.get()

    amend_household(
        household=household, changes={"poverty": "poor", "village": cast.tan_son}, by=cast.social, at=AT
    )

    assert Household.objects.get().poverty == "poor"
    assert Household.objects.get().village == cast.tan_son
    with pytest.raises(Stale):
        amend_household(household=same, changes={"poverty": ""}, by=cast.social, at=AT)


def test_a_household_is_found_by_code_in_any_capitals(cast: Cast) -> None:
    household = a_household(cast, code="LC-12")

    assert household_by_code(" lc-12") == household
    assert household_by_code("LC-1") is None
