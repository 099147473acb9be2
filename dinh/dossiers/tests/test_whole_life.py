"""Each of the eight procedures from the first answer to the rating."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.catalogue import store
from dinh.dossiers import actions, queries
from dinh.dossiers.models import Result, Status
from dinh.dossiers.tests.typed import ANSWERS
from dinh.dossiers.tests.world import NOW, World, examined, married, returned
from dinh.journal.models import Entry
from dinh.lib.errors import Refused
from dinh.papers.models import Paper
from dinh.population.models import Person, Residence
from dinh.registers.models import Record

pytestmark = pytest.mark.django_db


def test_every_procedure_of_the_catalogue_is_lived_here() -> None:
    assert set(ANSWERS) == set(store.get().procedures)


@pytest.mark.parametrize("procedure", sorted(ANSWERS))
def test_a_request_becomes_a_result_in_the_citizens_hands(world: World, procedure: str) -> None:
    dossier = returned(world, procedure)
    actions.rate(dossier=dossier, stars=5, by=world.cast.citizen, at=NOW + timedelta(days=1))

    dossier.refresh_from_db()
    declared = store.get_procedure(procedure)
    result = Result.objects.get(dossier=dossier)
    assert dossier.status == Status.RETURNED
    assert [step.verb for step in dossier.steps.order_by("sequence")] == [
        "receive",
        "examine",
        "approve",
        "return",
    ]
    assert [step.role for step in dossier.steps.order_by("sequence")] == [
        step.role for step in declared.steps
    ]
    assert all(step.on_site for step in dossier.steps.all())
    assert result.paper is not None
    assert result.paper.template in {
        declared.result.template,
        *(one.template for one in declared.result.variants),
    }
    assert Paper.objects.filter(subject=dossier.pk, template="receipt").count() == 1
    assert dossier.rating.stars == 5
    assert [event.verb for event in queries.timeline(dossier)] == [
        "filed", "receive", "examine", "approve", "return", "rated",
    ]  # fmt: skip
    kinds = (
        Entry.objects.filter(subject=dossier.pk).order_by("subject_version").values_list("kind", flat=True)
    )
    assert list(kinds) == [
        "dossiers.filed", "dossiers.received", "dossiers.examined", "dossiers.approved", "dossiers.returned",
        "dossiers.rated",
    ]  # fmt: skip


def test_a_birth_makes_a_person_and_a_line_in_the_book(world: World) -> None:
    dossier = returned(world, "birth_registration")

    child = Person.objects.get(full_name="Vàng Minh An")
    record = Record.objects.get(register="births", person=child)
    assert (child.mother, child.father, child.household) == (world.mai, world.phuc, world.household)
    assert child.number is None
    assert {
        "code": "number_pending",
        "field": "child.number",
        "typed": None,
        "register": None,
    } in dossier.findings
    assert record.provenance_id == dossier.pk
    assert record.data["mother_name"] == "Lý Thị Mai"
    assert {(party.person, party.role) for party in record.parties.all()} == {
        (world.mai, "mother"),
        (world.phuc, "father"),
    }
    assert dossier.result.number == f"{record.sequence}/2026"


def test_a_death_closes_the_person_and_enters_the_book(world: World) -> None:
    dossier = returned(world, "death_registration")

    world.elder.refresh_from_db()
    assert (world.elder.status, world.elder.died_on) == (Person.Status.DEAD, "2026-11-21")
    assert Record.objects.get(register="deaths").person == world.elder
    assert dossier.subject == world.elder


def test_a_copy_shows_the_record_and_changes_nothing(world: World) -> None:
    before = Record.objects.count()

    dossier = returned(world, "civil_status_extract_copy")

    assert Record.objects.count() == before
    assert dossier.result.record == world.birth
    assert dossier.result.paper is not None
    values = dossier.result.paper.data["values"]
    assert values["mother_name"] == "Lý Thị Mẩy"
    assert values["record_number"] == world.birth.number
    assert dossier.result.number == "1/TLKS-BS"
    assert [one["role"] for one in dossier.result.paper.signers] == ["leader", "agency"]


def test_a_copy_of_a_marriage_shows_both_spouses(world: World) -> None:
    marriage = married(world)

    dossier = returned(world, changed={"event": "marriage", "marriage_record": str(marriage.pk)})

    paper = dossier.result.paper
    assert (dossier.result.record, dossier.subject) == (marriage, world.phuc)
    assert paper is not None
    assert (paper.template, paper.number) == ("marriage_extract", "1/TLKH-BS")
    assert paper.data["values"]["wife_name"] == "Lý Thị Mai"
    assert paper.data["values"]["husband_name"] == "Vàng Văn Phúc"
    assert paper.data["values"]["record_number"] == marriage.number
    assert "birth_record" not in dossier.answers


def test_of_a_marriage_in_an_older_book_both_names_are_asked(world: World) -> None:
    changed = {
        "event": "marriage", "marriage_record": "", "registered_place": "xã Cốc San", "spouse_name": "Lý Thị Mai"
    }  # fmt: skip

    dossier = examined(world, changed=changed)

    assert dossier.answers["spouse_name"]["value"] == "Lý Thị Mai"
    with pytest.raises(Refused) as refused:
        actions.approve(dossier=dossier, by=world.cast.leader, at=NOW + timedelta(hours=3))
    assert refused.value.code == "dossiers.no_record_to_copy"


def test_a_residence_is_moved_with_those_who_move_together(world: World) -> None:
    dossier = returned(world, "permanent_residence")

    for person in (world.phuc, world.mai):
        now = Residence.objects.get(person=person, kind="permanent", ended_on=None)
        assert (now.village, now.address, now.dossier) == (world.cast.tan_son, "nhà 7", dossier.pk)
    world.mai.refresh_from_db()
    assert world.mai.relation == "01"
    assert Record.objects.get(register="residence_changes").data["kind"] == "permanent"


def test_a_temporary_residence_is_added_and_ends_on_its_day(world: World) -> None:
    returned(world, "temporary_residence")

    stay = Residence.objects.get(person=world.phuc, kind="temporary")
    assert (stay.from_on.isoformat(), stay.until_on and stay.until_on.isoformat()) == (
        "2026-11-24",
        "2027-11-24",
    )


def test_a_guest_unknown_here_becomes_known_with_the_stay(world: World) -> None:
    dossier = returned(world, "stay_notification")

    guest = Person.objects.get(number="001090111222")
    assert guest.full_name == "Nguyễn Thị Hoa"
    assert guest.unit is None
    assert Residence.objects.get(person=guest).kind == "stay"
    assert dossier.result.paper is not None
    assert dossier.result.paper.data["values"]["kind"] == "thông báo lưu trú"


def test_a_pension_is_entered_for_the_elder_and_not_for_who_asked(world: World) -> None:
    dossier = returned(world, "social_pension")

    record = Record.objects.get(register="social_pensions")
    assert (record.person, record.data["amount_vnd"], record.data["group"]) == (world.elder, 540000, "age_75")
    assert (dossier.subject, dossier.applicant) == (world.elder, world.phuc)
