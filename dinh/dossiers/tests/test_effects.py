"""Whose rows an approval changes: those whom the numbers of the answers mean, or nobody's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.catalogue import store
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier, Status
from dinh.dossiers.tests.world import NOW, World, actor, approved, examined
from dinh.journal.models import Entry
from dinh.lib.errors import Refused
from dinh.population import actions as population
from dinh.population import queries
from dinh.population.models import Person, Residence
from dinh.registers.models import Record
from dinh.verification.models import Submission

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)
OLD = "060123456"


def namesake(name: str, birth: str, sex: str = "2") -> Person:
    """Return somebody who was given the same old number."""
    return population.register_person(
        full_name=name, birth=birth, sex=sex, old_number=OLD, by=None, at=NOW - timedelta(days=99)
    )


def shared(person: Person) -> Person:
    """Give a person an old number, as the population register holds it."""
    return population.amend_person(
        person=person, changes={"old_number": OLD}, by=None, at=NOW - timedelta(days=99)
    )


def refused(world: World, dossier: Dossier) -> str:
    """Return why an approval was refused, after which nothing of it may stand."""
    by = actor(world, store.get_procedure(dossier.procedure), "approve")
    before = Entry.objects.count(), Record.objects.count(), Person.objects.count()
    with pytest.raises(Refused) as caught:
        actions.approve(dossier=dossier, by=by, at=LATER)
    assert (Entry.objects.count(), Record.objects.count(), Person.objects.count()) == before
    assert Dossier.objects.get(pk=dossier.pk).status == Status.IN_PROCESS
    return caught.value.code


def test_of_two_with_one_old_number_name_and_birth_tell_the_mother(world: World) -> None:
    namesake("Tẩn Sử Mẩy", "1962")
    mother = shared(world.mai)

    approved(world, "birth_registration", changed={"mother.number": OLD})

    child = Person.objects.get(full_name="Vàng Minh An")
    assert child.mother == mother
    assert {party.person for party in Record.objects.get(person=child).parties.all()} == {mother, world.phuc}


def test_a_book_that_was_verified_is_verified_again_with_the_new_line(world: World) -> None:
    unit = world.cast.cocsan
    Submission.objects.create(register="births", unit=unit, state="done", at=NOW)

    approved(world, "birth_registration")

    assert Submission.objects.get(state="waiting").register == "births"


def test_of_two_with_one_old_number_and_name_nobody_is_guessed(world: World) -> None:
    shared(world.mai)
    namesake("Lý Thị Mai", "1980")
    dossier = examined(world, "birth_registration", changed={"mother.number": OLD})

    assert refused(world, dossier) == "dossiers.several_persons"


def test_a_death_closes_neither_of_two_with_one_old_number(world: World) -> None:
    shared(world.elder)
    other = namesake("Lý Thị Mẩy", "1949")
    dossier = examined(world, "death_registration", changed={"deceased.number": OLD})

    assert refused(world, dossier) == "dossiers.several_persons"
    other.refresh_from_db()
    world.elder.refresh_from_db()
    assert {other.status, world.elder.status} == {Person.Status.ALIVE}


def test_a_family_moves_to_no_head_that_two_may_be(world: World) -> None:
    shared(world.phuc)
    namesake("Vàng Văn Phúc", "1990", "1")
    moved = {
        "scope": "me", "lodging": "relative", "ct01.relation": "99", "ct01.head_number": OLD, "ct01.head_full_name": "Vàng Văn Phúc",
        "consent.head": "sign", "consent.owner": "sign", "consent.guardian": "sign",
    }  # fmt: skip
    dossier = examined(world, "permanent_residence", changed=moved)

    assert refused(world, dossier) == "dossiers.several_persons"


def test_a_child_is_not_given_to_a_stranger_whose_number_was_typed(world: World) -> None:
    dossier = examined(world, "birth_registration", changed={"mother.number": world.lan.number})

    assert refused(world, dossier) == "dossiers.another_person"


def test_the_one_who_asks_is_not_taken_for_the_deceased(world: World) -> None:
    dossier = examined(world, "death_registration", changed={"deceased.number": world.phuc.number})

    assert refused(world, dossier) == "dossiers.another_person"
    world.phuc.refresh_from_db()
    assert world.phuc.status == Person.Status.ALIVE


def test_the_leader_is_told_which_number_it_is(world: World) -> None:
    shared(world.mai)
    namesake("Lý Thị Mai", "1980")
    dossier = examined(world, "birth_registration", changed={"mother.number": OLD})

    with pytest.raises(Refused) as caught:
        actions.approve(dossier=dossier, by=world.cast.leader, at=LATER)
    assert OLD in str(caught.value.message)


def test_a_birth_makes_no_residence_but_parents_who_may_act(world: World) -> None:
    dossier = approved(world, "birth_registration")

    child = Person.objects.get(full_name="Vàng Minh An")
    on = NOW.date()
    assert not Residence.objects.filter(person=child).exists()
    assert (child.household, child.unit) == (world.household, world.cast.cocsan)
    for parent in (world.mai, world.phuc):
        assert queries.acting_as(parent, child, "civil_status_extract_copy", on) == "parent"
    assert child in queries.principals_of(world.mai, on)
    assert dossier.result.record is not None
    assert dossier.result.record.person == child
