"""Who dies or moves away is head no more: it is recorded, told to those who can name another, and listed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date

import pytest

from dinh.directory import policy
from dinh.directory.tests.cast import Cast
from dinh.journal.fold import fold, history
from dinh.journal.models import Entry
from dinh.journal.testing import settle
from dinh.messages.models import Message
from dinh.population import commands
from dinh.population.actions import close_person, end_residence, move_residence, set_head
from dinh.population.models import Household, Person, Residence
from dinh.population.queries import households_without_head
from dinh.population.tests.givens import AT, a_household, a_person, phuc_at_home

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


@pytest.fixture
def phuc(cast: Cast) -> Person:
    return phuc_at_home(cast)


@pytest.fixture
def may(phuc: Person) -> Person:
    return a_person("Lý Thị Mẩy", birth="1970", household=phuc.household, relation="01")


def _dies(cast: Cast, phuc: Person) -> None:
    close_person(person=phuc, died_on=DAY, by=cast.examiner, at=AT)


def _moves_away(cast: Cast, phuc: Person) -> None:
    move_residence(
        person=phuc, unit=cast.next_commune, address="tổ 1", from_on=DAY, by=cast.police_chief, at=AT
    )


def _is_struck_off(cast: Cast, phuc: Person) -> None:
    end_residence(residence=Residence.objects.get(person=phuc), ended_on=DAY, by=cast.police_chief, at=AT)


@pytest.mark.parametrize("leaves", [_dies, _moves_away, _is_struck_off])
def test_who_leaves_is_head_no_more(
    cast: Cast, phuc: Person, may: Person, leaves: Callable[[Cast, Person], None]
) -> None:
    leaves(cast, phuc)

    home = Household.objects.get()
    entry = Entry.objects.get(kind="population.head_left")
    assert home.head is None
    assert (entry.subject, entry.unit, entry.cause is None) == (home.pk, cast.cocsan.pk, False)
    assert fold(history(home.pk))["head_id"] is None
    assert list(households_without_head(policy.EVERYTHING)) == [home]


def test_who_moves_within_the_household_stays_its_head(cast: Cast, phuc: Person) -> None:
    move_residence(
        person=phuc, unit=cast.cocsan, household=phuc.household, address="nhà 14", relation="00", from_on=DAY,
        by=cast.police_chief, at=AT,
    )  # fmt: skip

    assert Household.objects.get().head == phuc
    assert not Entry.objects.filter(kind="population.head_left").exists()


def test_those_who_may_name_another_are_told_once(cast: Cast, phuc: Person, may: Person) -> None:
    _dies(cast, phuc)

    settle()
    settle()

    told = Message.objects.filter(kind="population.head_left")
    assert {row.account for row in told} == {cast.examiner.pk, cast.police_officer.pk}
    assert all("02746-00001" in row.body for row in told)
    assert not any("Phúc" in row.body or "Mẩy" in row.body for row in told)


def test_nobody_is_told_of_an_empty_house_or_of_one_that_has_a_head_again(
    cast: Cast, phuc: Person, may: Person
) -> None:
    lonely = a_household(cast)
    old = a_person("Vàng A Páo", household=lonely, relation="00")
    set_head(household=lonely, person=old, by=None, at=AT)
    close_person(person=old, died_on=DAY, by=cast.examiner, at=AT)
    _dies(cast, phuc)
    set_head(household=Household.objects.get(members=may), person=may, by=cast.examiner, at=AT)

    settle()

    assert not Message.objects.exists()
    assert not households_without_head(policy.EVERYTHING)


def test_the_list_keeps_to_what_is_in_reach(cast: Cast, phuc: Person, may: Person) -> None:
    _dies(cast, phuc)

    for officer, seen in ((cast.reception, 1), (cast.next_reception, 0), (cast.clerk, 0)):
        scope = policy.scope(officer, "population.read", DAY)
        assert len(households_without_head(scope)) == seen


def test_the_command_lists_codes_and_no_names(
    cast: Cast, phuc: Person, may: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["population", "check"])
    assert arguments.run(arguments) == 0

    _dies(cast, phuc)

    assert arguments.run(arguments) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "02746-00001"
