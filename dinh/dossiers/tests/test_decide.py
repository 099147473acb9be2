"""Examining, approving, rejecting, sending back: rights, exclusions, effects all or none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.directory.models import Grant
from dinh.directory.tests.cast import make_delegation, make_grant
from dinh.dossiers import actions
from dinh.dossiers.models import Attachment, Dossier, Result, Status
from dinh.dossiers.tests.world import NOW, World, approved, blob, examined, filed, received
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotPermitted, Refused, Stale
from dinh.papers.models import Paper
from dinh.population.actions import close_person
from dinh.registers.models import Record

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


def test_an_examination_hands_on_with_a_proposal(world: World) -> None:
    dossier = received(world)

    actions.examine(dossier=dossier, note="Khớp với sổ", by=world.cast.examiner, at=LATER)

    assert (dossier.status, dossier.local_status, dossier.step) == (
        Status.IN_PROCESS,
        "cho_ky_duyet",
        "approve",
    )
    assert (dossier.proposal, dossier.holder_id) == ("approve", None)


def test_proposing_refusal_needs_a_reason(world: World) -> None:
    dossier = received(world)
    with pytest.raises(Invalid):
        actions.examine(dossier=dossier, by=world.cast.examiner, at=LATER, proposal="refuse")

    actions.examine(
        dossier=dossier, note="Không có trong sổ", by=world.cast.examiner, at=LATER, proposal="refuse"
    )

    assert dossier.proposal == "refuse"


def test_corrections_keep_who_typed_what(world: World) -> None:
    dossier = received(world)

    actions.examine(dossier=dossier, by=world.cast.examiner, at=LATER, corrections={"copies": "1"})

    mark = dossier.answers["copies"]
    assert (mark["value"], mark["by"]) == (1, str(world.cast.examiner.pk))
    assert (mark["before"]["value"], mark["before"]["by"]) == (2, str(world.cast.citizen.pk))
    entry = Entry.objects.get(kind="dossiers.examined")
    assert entry.body is not None and entry.body["corrected"] == ["copies"]


def test_what_a_colleague_holds_is_not_examined(world: World) -> None:
    dossier = received(world)
    other = make_grant(world.cast.clerk, "civil_status_officer", world.cast.cocsan).account
    actions.take(dossier=dossier, by=other, at=LATER)

    with pytest.raises(Refused) as caught:
        actions.examine(dossier=dossier, by=world.cast.examiner, at=LATER)
    assert caught.value.code == "dossiers.held"


@pytest.mark.parametrize("who", ["reception", "leader", "social", "next_leader", "auditor", "citizen"])
def test_only_the_role_of_the_step_examines(world: World, who: str) -> None:
    with pytest.raises(NotPermitted):
        actions.examine(dossier=received(world), by=getattr(world.cast, who), at=LATER)


def test_a_leader_does_not_decide_what_belongs_to_the_police(world: World) -> None:
    dossier = examined(world, "temporary_residence")

    with pytest.raises(NotPermitted):
        actions.approve(dossier=dossier, by=world.cast.leader, at=LATER)
    with pytest.raises(NotPermitted):
        actions.approve(dossier=examined(world), by=world.cast.police_chief, at=LATER)


def test_nobody_approves_what_they_examined(world: World) -> None:
    make_grant(world.cast.examiner, "leader", world.cast.cocsan)
    dossier = examined(world)

    with pytest.raises(Refused) as caught:
        actions.approve(dossier=dossier, by=world.cast.examiner, at=LATER)
    assert caught.value.code == "dossiers.excluded"
    actions.approve(dossier=dossier, by=world.cast.leader, at=LATER)
    assert dossier.status == Status.FINISHED


def test_who_received_may_also_examine(world: World) -> None:
    make_grant(world.cast.reception, "civil_status_officer", world.cast.cocsan)
    dossier = received(world)

    actions.examine(dossier=dossier, by=world.cast.reception, at=LATER)

    assert dossier.steps.get(verb="examine").role == "civil_status_officer"


def test_a_delegated_signature_is_recorded_as_such(world: World) -> None:
    grant = Grant.objects.get(account=world.cast.leader, role="leader")
    make_delegation(grant, world.cast.clerk, NOW.date(), NOW.date())
    dossier = examined(world)

    actions.approve(dossier=dossier, by=world.cast.clerk, at=LATER)

    step = dossier.steps.get(verb="approve")
    assert (step.role, step.actor, step.delegated_by) == ("leader", world.cast.clerk, world.cast.leader.pk)
    assert Entry.objects.get(kind="dossiers.approved").on_behalf_of == world.cast.leader.pk


def test_an_effect_that_is_refused_leaves_everything_as_it_was(world: World) -> None:
    dossier = examined(world, "death_registration")
    close_person(person=world.elder, died_on="2026-11-20", by=None, at=NOW)

    with pytest.raises(Refused):
        actions.approve(dossier=dossier, by=world.cast.leader, at=LATER)

    again = Dossier.objects.get(pk=dossier.pk)
    assert (again.status, again.step) == (Status.IN_PROCESS, "approve")
    assert not Record.objects.filter(register="deaths").exists()
    assert not Result.objects.exists()
    assert not Entry.objects.filter(kind="dossiers.approved").exists()
    assert not Paper.objects.filter(template="death_extract").exists()


def test_a_number_of_somebody_else_changes_no_strangers_life(world: World) -> None:
    dossier = examined(world, "death_registration", changed={"deceased.number": world.lan.number})

    with pytest.raises(Refused) as caught:
        actions.approve(dossier=dossier, by=world.cast.leader, at=LATER)

    assert caught.value.code == "dossiers.another_person"
    assert {one["code"] for one in dossier.findings} & {"number_of_another"}
    world.lan.refresh_from_db()
    assert world.lan.status == "alive"


def test_without_a_record_to_copy_the_leader_is_told_to_send_it_back(world: World) -> None:
    dossier = examined(world, birth_record="", registered_place="xã Cốc San, huyện Bát Xát")
    with pytest.raises(Refused) as caught:
        actions.approve(dossier=dossier, by=world.cast.leader, at=LATER)
    assert caught.value.code == "dossiers.no_record_to_copy"

    dossier = Dossier.objects.get(pk=dossier.pk)
    actions.send_back(dossier=dossier, reason="Tìm trong sổ 2025", by=world.cast.leader, at=LATER)
    actions.examine(
        dossier=dossier, by=world.cast.examiner, at=LATER, corrections={"birth_record": str(world.birth.pk)}
    )
    actions.approve(dossier=dossier, by=world.cast.leader, at=LATER)

    assert dossier.result.record == world.birth


def test_sent_back_to_its_examiner_with_the_reason(world: World) -> None:
    dossier = examined(world)
    with pytest.raises(Invalid):
        actions.send_back(dossier=dossier, reason="", by=world.cast.leader, at=LATER)

    actions.send_back(dossier=dossier, reason="Xem lại số bản", by=world.cast.leader, at=LATER)

    assert (dossier.status, dossier.local_status, dossier.step, dossier.proposal) == (
        Status.IN_PROCESS, "dang_tham_dinh", "examine", "",
    )  # fmt: skip


def test_a_rejection_has_its_reason_and_slip(world: World) -> None:
    dossier = examined(world)

    actions.reject(dossier=dossier, reason="Không có trong sổ hộ tịch", by=world.cast.leader, at=LATER)

    assert (dossier.status, dossier.local_status, dossier.finished_at) == (
        Status.STOPPED,
        "da_tu_choi",
        LATER,
    )
    assert dossier.result.decision == "refused"
    assert Paper.objects.get(template="refusal").data["values"]["reason"] == "Không có trong sổ hộ tịch"
    assert not Record.objects.exclude(pk=world.birth.pk).exists()


def test_two_leaders_at_once_decide_once(world: World) -> None:
    dossier = examined(world)
    also = Dossier.objects.get(pk=dossier.pk)
    actions.approve(dossier=dossier, by=world.cast.leader, at=LATER)

    with pytest.raises(Stale):
        actions.approve(dossier=also, by=world.cast.chair, at=LATER)
    assert Result.objects.count() == 1


def test_online_end_to_end_means_no_original_on_paper(world: World) -> None:
    online = approved(world)
    dossier = filed(world)
    actions.attach(
        to=dossier, document="old_paper", blob=blob(), filename="a.pdf", copy=Attachment.Copy.ORIGINAL,
        by=world.cast.reception, at=NOW,
    )  # fmt: skip
    actions.receive(dossier=dossier, by=world.cast.reception, at=LATER)
    actions.examine(dossier=dossier, by=world.cast.examiner, at=LATER)
    actions.approve(dossier=dossier, by=world.cast.leader, at=LATER)

    assert (online.online_processed, dossier.online_processed) == (True, False)


def test_numbers_of_results_follow_each_other_in_their_year(world: World) -> None:
    numbers = [approved(world).result.number, approved(world).result.number]
    pension = approved(world, "social_pension").result.number
    next_year = approved(world, at=NOW + timedelta(days=60)).result.number

    assert numbers == ["1/TLKS-BS", "2/TLKS-BS"]
    assert pension == "1/QĐ-UBND"
    assert next_year == "1/TLKS-BS"
