"""At the counter: accept, refuse, hold this person, take the next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dinh.directory.models import Closure
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier, Status, Step
from dinh.dossiers.tests.world import NOW, World, examined, filed, received
from dinh.journal.models import Entry
from dinh.lib.dates import local_date
from dinh.lib.errors import Invalid, NotPermitted, Refused, Stale
from dinh.papers.models import Paper

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=30)


def due_on(dossier: Dossier) -> str:
    assert dossier.due_at is not None
    return local_date(dossier.due_at).isoformat()


def test_acceptance_starts_the_clock_and_fixes_the_date_with_its_reason(world: World) -> None:
    dossier = filed(world, "permanent_residence")

    actions.receive(dossier=dossier, by=world.cast.reception, at=LATER)

    dossier.refresh_from_db()
    assert (dossier.status, dossier.local_status, dossier.step) == (
        Status.ACCEPTED,
        "cho_phan_cong",
        "examine",
    )
    assert dossier.received_at == LATER
    assert due_on(dossier) == "2026-12-03"
    assert [one["detail"] for one in dossier.due_reasons if one["code"] == "counted"][-1] == "7/7"
    assert "holiday" in {one["code"] for one in dossier.due_reasons}  # 24 November


def test_a_closure_of_the_deciding_office_moves_the_date_and_is_the_reason(world: World) -> None:
    Closure.objects.create(
        office=world.cast.offices["police"], on=NOW.date() + timedelta(days=2), reason="Mưa lũ, đường bị sạt"
    )

    dossier = received(world, "permanent_residence")

    assert due_on(dossier) == "2026-12-04"
    assert ("closed_day", "Mưa lũ, đường bị sạt") in {
        (one["code"], one["detail"]) for one in dossier.due_reasons if isinstance(one["detail"], str)
    }


def test_the_step_says_who_in_which_role_when_and_where(world: World) -> None:
    dossier = filed(world)

    actions.receive(dossier=dossier, by=world.cast.reception, at=LATER, on_site=False)

    step = Step.objects.get(dossier=dossier)
    assert (step.verb, step.step, step.role, step.actor) == (
        "receive",
        "receive",
        "reception_officer",
        world.cast.reception,
    )
    assert (step.started_at, step.done_at, step.on_site) == (NOW, LATER, False)


def test_the_receipt_is_requested_with_its_data(world: World) -> None:
    dossier = received(world)

    paper = Paper.objects.get(subject=dossier.pk)
    assert (paper.template, paper.state) == ("receipt", Paper.State.REQUESTED)
    assert paper.data["dossier"]["number"] == dossier.number
    assert paper.data["dossier"]["fee"] == "16.000 đ"
    assert paper.data["agency"]["parent"] == "Ủy ban nhân dân tỉnh Lào Cai"
    assert paper.data["agency"]["place"] == "Cốc San"
    caused = Entry.objects.get(kind="papers.requested")
    assert caused.cause == Entry.objects.get(kind="dossiers.received").pk


def test_nobody_accepts_twice_nor_after_a_colleague(world: World) -> None:
    dossier = filed(world)
    also = Dossier.objects.get(pk=dossier.pk)
    actions.receive(dossier=dossier, by=world.cast.reception, at=LATER)

    with pytest.raises(Refused):
        actions.receive(dossier=dossier, by=world.cast.reception, at=LATER)
    with pytest.raises(Stale):
        actions.receive(dossier=also, by=world.cast.reception, at=LATER)
    assert Step.objects.count() == 1


@pytest.mark.parametrize(
    "who", ["leader", "examiner", "next_reception", "police_officer", "administrator", "citizen"]
)
def test_only_reception_of_this_commune_accepts(world: World, who: str) -> None:
    with pytest.raises(NotPermitted):
        actions.receive(dossier=filed(world), by=getattr(world.cast, who), at=LATER)


def test_a_role_with_the_permission_but_not_of_the_step_does_not_accept(world: World) -> None:
    stay = filed(world, "stay_notification")  # received by the police, as the procedure says

    with pytest.raises(NotPermitted) as caught:
        actions.receive(dossier=stay, by=world.cast.reception, at=LATER)
    assert caught.value.code == "dossiers.other_role"


def test_a_refusal_has_its_reason_and_slip_and_is_the_end(world: World) -> None:
    dossier = filed(world)
    with pytest.raises(Invalid):
        actions.refuse(dossier=dossier, reason="  ", by=world.cast.reception, at=LATER)

    actions.refuse(
        dossier=dossier, reason="Không thuộc thẩm quyền của xã.", by=world.cast.reception, at=LATER
    )

    dossier.refresh_from_db()
    assert (dossier.status, dossier.step, dossier.received_at) == (Status.NOT_ACCEPTED, "", None)
    paper = Paper.objects.get(subject=dossier.pk)
    assert (paper.template, paper.data["values"]["reason"]) == ("refusal", "Không thuộc thẩm quyền của xã.")
    assert dossier.result.reason == "Không thuộc thẩm quyền của xã."
    with pytest.raises(Refused):
        actions.receive(dossier=dossier, by=world.cast.reception, at=LATER)


def test_an_accepted_dossier_is_refused_no_more(world: World) -> None:
    with pytest.raises(Refused):
        actions.refuse(dossier=received(world), reason="x", by=world.cast.reception, at=LATER)


def test_taking_begins_the_examination_and_keeps_others_out(world: World) -> None:
    dossier = received(world)

    actions.take(dossier=dossier, by=world.cast.examiner, at=LATER)

    dossier.refresh_from_db()
    assert (dossier.holder, dossier.status) == (world.cast.examiner, Status.IN_PROCESS)
    assert dossier.local_status == "dang_tham_dinh"
    version = dossier.version
    actions.take(dossier=dossier, by=world.cast.examiner, at=LATER)
    assert dossier.version == version


def test_what_one_holds_no_colleague_takes_until_it_is_put_back(world: World) -> None:
    dossier = examined(world)
    actions.take(dossier=dossier, by=world.cast.leader, at=LATER)

    with pytest.raises(Refused) as caught:
        actions.take(dossier=dossier, by=world.cast.chair, at=LATER)
    assert caught.value.code == "dossiers.held"
    actions.release(dossier=dossier, by=world.cast.leader, at=LATER)
    actions.take(dossier=dossier, by=world.cast.chair, at=LATER)
    assert dossier.holder_id == world.cast.chair.pk


def test_the_decider_may_put_back_what_an_absent_officer_holds(world: World) -> None:
    dossier = received(world)
    actions.take(dossier=dossier, by=world.cast.examiner, at=LATER)

    with pytest.raises(NotPermitted):
        actions.release(dossier=dossier, by=world.cast.reception, at=LATER)
    actions.release(dossier=dossier, by=world.cast.leader, at=LATER)
    assert dossier.holder_id is None
    with pytest.raises(Refused):
        actions.release(dossier=dossier, by=world.cast.leader, at=LATER)


def test_on_a_day_off_the_clock_begins_on_the_next_working_day(world: World) -> None:
    sunday = datetime(2026, 11, 29, 9, 0, tzinfo=NOW.tzinfo)

    dossier = received(world, at=sunday)

    assert due_on(dossier) == "2026-11-30"
