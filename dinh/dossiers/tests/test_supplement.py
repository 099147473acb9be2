"""Asking the citizen to complete a dossier, and the clock meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dinh.dossiers import actions
from dinh.dossiers.models import Attachment, Dossier, Status, Supplement
from dinh.dossiers.rules import clock
from dinh.dossiers.tests.world import NOW, World, blob, filed, received
from dinh.lib.errors import Invalid, NotFound, NotPermitted, Refused
from dinh.papers.models import Paper
from dinh.registers.models import Record

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ITEMS = [
    {"item": "applicant.birth", "fault": "incorrect", "note": "Khác với thẻ căn cước"},
    {"item": "lodging_proof", "fault": "incomplete", "note": ""},
]


def asked(world: World, dossier: Dossier, **more: Any) -> Supplement:
    return actions.request_supplement(
        dossier=dossier, items=more.pop("items", ITEMS), by=more.pop("by", world.cast.police_officer),
        at=more.pop("at", NOW + HOUR), **more,
    )  # fmt: skip


def answered(world: World, dossier: Dossier, **more: Any) -> Dossier:
    return actions.supplement(
        dossier=dossier, by=more.pop("by", world.cast.citizen), at=more.pop("at", NOW + timedelta(days=2)),
        answers=more.pop("answers", {"applicant.birth": "12/03/1975"}), **more,
    )  # fmt: skip


def test_one_request_lists_everything_and_stops_the_clock(world: World) -> None:
    dossier = received(world, "permanent_residence")

    request = asked(world, dossier)

    dossier.refresh_from_db()
    assert (dossier.status, dossier.step, dossier.supplement_count) == (Status.SUPPLEMENT, "examine", 1)
    assert clock.state_of(dossier, NOW + timedelta(days=90)) == "waiting"
    assert [one["fault"] for one in request.items] == ["incorrect", "incomplete"]
    paper = Paper.objects.get(subject=dossier.pk, template="supplement_request")
    assert [one["title"] for one in paper.data["values"]["items"]][0] == "Ngày, tháng, năm sinh"


def test_the_answer_moves_the_date_by_the_working_time_that_was_waited(world: World) -> None:
    dossier = received(world, "permanent_residence")
    before = dossier.due_at
    assert before is not None
    wednesday = NOW + timedelta(days=2)
    asked(world, dossier, at=wednesday)

    answered(world, dossier, at=wednesday + timedelta(days=7))

    dossier.refresh_from_db()
    assert dossier.due_at == before + timedelta(days=7)
    assert (dossier.status, dossier.local_status, dossier.step) == (
        Status.IN_PROCESS,
        "dang_tham_dinh",
        "examine",
    )
    assert [one["to"] is not None for one in dossier.pauses] == [True]
    assert Supplement.objects.get().answered_at is not None


def test_a_weekend_of_waiting_moves_nothing(world: World) -> None:
    dossier = received(world, "permanent_residence")
    before = dossier.due_at
    friday = NOW.replace(hour=17) + timedelta(days=4)
    asked(world, dossier, at=friday)

    answered(world, dossier, at=friday + timedelta(days=2))

    assert dossier.due_at == before


def test_before_acceptance_no_clock_runs_and_the_dossier_waits_for_reception_again(world: World) -> None:
    dossier = filed(world)

    asked(
        world,
        dossier,
        by=world.cast.reception,
        items=[{"item": "copies", "fault": "incorrect", "note": "tối đa 5"}],
    )
    assert (dossier.pauses, dossier.step) == ([], "receive")
    answered(world, dossier, answers={"copies": "5"})

    assert (dossier.status, dossier.local_status) == (Status.SUPPLEMENT, "da_bo_sung_cho_tiep_nhan")
    actions.receive(dossier=dossier, by=world.cast.reception, at=NOW + timedelta(days=3))
    assert dossier.status == Status.ACCEPTED


def test_one_never_accepted_is_stopped_and_still_not_counted(world: World) -> None:
    dossier = filed(world)
    asked(world, dossier, by=world.cast.reception, items=[{"item": "copies", "fault": "incorrect"}])

    actions.refuse(
        dossier=dossier, reason="Quá thời hạn bổ sung.", by=world.cast.reception, at=NOW + timedelta(days=40)
    )

    assert dossier.status == Status.STOPPED
    assert clock.on_time_verdict(dossier, NOW + timedelta(days=60)) == "not_counted"


def test_a_second_request_needs_a_reason_and_counts_late(world: World) -> None:
    dossier = received(world, "permanent_residence")
    asked(world, dossier)
    answered(world, dossier)

    with pytest.raises(Invalid):
        asked(world, dossier, at=NOW + timedelta(days=3))
    asked(world, dossier, at=NOW + timedelta(days=3), reason="Giấy tờ vừa nộp không đọc được.")
    answered(world, dossier, at=NOW + timedelta(days=4))

    assert dossier.supplement_count == 2
    assert clock.on_time_verdict(dossier, NOW + timedelta(days=4)) == "late"


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"item": "no_such_field", "fault": "incorrect"}],
        [{"item": "applicant.birth", "fault": "strange"}],
        [*ITEMS, {"item": "", "fault": ""}],
    ],
)
def test_a_request_names_real_items_and_what_is_wrong(world: World, items: list[dict[str, str]]) -> None:
    dossier = received(world, "permanent_residence")

    with pytest.raises(Invalid):
        asked(world, dossier, items=items)
    dossier.refresh_from_db()
    assert dossier.status == Status.ACCEPTED


def test_corrected_answers_show_what_was_before_and_by_whom(world: World) -> None:
    dossier = received(world, "permanent_residence", changed={"applicant.birth": "13/03/1975"})
    assert [one["field"] for one in dossier.findings] == ["applicant.birth"]
    asked(world, dossier)

    answered(world, dossier)

    mark = dossier.answers["applicant.birth"]
    assert mark["value"] == "1975-03-12"
    assert mark["before"]["value"] == "1975-03-13"
    assert mark["before"]["by"] == str(world.cast.citizen.pk)
    assert dossier.findings == []


def test_who_no_longer_moves_along_stands_in_no_book(world: World) -> None:
    dossier = received(world, "permanent_residence")
    asked(world, dossier, items=[{"item": "scope", "fault": "incorrect", "note": "Ai chuyển đến?"}])

    answered(world, dossier, answers={"scope": "me"})

    assert "members" not in dossier.answers
    officer, chief = world.cast.police_officer, world.cast.police_chief
    actions.examine(dossier=dossier, by=officer, at=NOW + timedelta(days=2, hours=1))
    actions.approve(dossier=dossier, by=chief, at=NOW + timedelta(days=2, hours=2))
    assert "members" not in Record.objects.get(register="residence_changes").data


def test_an_answer_that_cannot_be_read_is_a_fault_and_changes_nothing(world: World) -> None:
    dossier = received(world, "permanent_residence")
    asked(world, dossier)

    with pytest.raises(Invalid) as caught:
        answered(world, dossier, answers={"applicant.birth": "31/02/1975", "no_such": "x"})

    assert [fault.path for fault in caught.value.faults] == ["applicant.birth", "no_such"]
    dossier.refresh_from_db()
    assert dossier.status == Status.SUPPLEMENT


def test_papers_come_while_they_are_waited_for_and_only_from_their_owner(world: World) -> None:
    dossier = received(world, "permanent_residence")
    paper: dict[str, Any] = {"document": "lodging_proof", "blob": blob(), "filename": "hợp đồng.pdf"}
    with pytest.raises(Refused):
        actions.attach(to=dossier, by=world.cast.citizen, at=NOW + HOUR, **paper)
    asked(world, dossier)

    with pytest.raises(NotFound):
        actions.attach(to=dossier, by=world.cast.representative, at=NOW + 2 * HOUR, **paper)
    with pytest.raises(NotPermitted):
        actions.attach(to=dossier, by=world.cast.next_reception, at=NOW + 2 * HOUR, **paper)
    added = actions.attach(to=dossier, by=world.cast.citizen, at=NOW + 2 * HOUR, **paper)
    actions.detach(attachment=added, by=world.cast.citizen, at=NOW + 3 * HOUR)
    actions.attach(to=dossier, by=world.cast.citizen, at=NOW + 3 * HOUR, **paper)
    answered(world, dossier, answers={})

    assert Attachment.objects.filter(dossier=dossier).count() == 1
    with pytest.raises(Refused):
        actions.detach(attachment=Attachment.objects.get(), by=world.cast.citizen, at=NOW + timedelta(days=3))


def test_an_officer_takes_the_answer_in_at_the_counter(world: World) -> None:
    dossier = received(world, "permanent_residence")
    asked(world, dossier)

    answered(world, dossier, by=world.cast.reception)

    assert dossier.answers["applicant.birth"]["value"] == "1975-03-12"
    assert dossier.status == Status.IN_PROCESS


@pytest.mark.parametrize(("who", "error"), [("representative", NotFound), ("next_reception", NotPermitted)])
def test_nobody_else_answers(world: World, who: str, error: type[Exception]) -> None:
    dossier = received(world, "permanent_residence")
    asked(world, dossier)

    with pytest.raises(error):
        answered(world, dossier, by=getattr(world.cast, who))


def test_one_who_never_answers_is_stopped_by_the_decider(world: World) -> None:
    dossier = received(world, "permanent_residence")
    asked(world, dossier)

    actions.reject(
        dossier=dossier,
        reason="Quá thời hạn bổ sung.",
        by=world.cast.police_chief,
        at=NOW + timedelta(days=60),
    )

    assert dossier.status == Status.STOPPED
    assert dossier.pauses[0]["to"] is not None
