"""Filing: one dossier whatever is clicked, a number that nobody else has, every reason when it cannot be."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections

from dinh.directory.tests.cast import people
from dinh.dossiers import actions
from dinh.dossiers.actions import NotComplete, NotEligible
from dinh.dossiers.models import Attachment, Channel, Dossier, NumberSeries, Status
from dinh.dossiers.rules import numbers
from dinh.dossiers.tests.world import NOW, World, begun, blob, filed, filled, settled
from dinh.journal.models import Entry, Unsealed
from dinh.lib.errors import Invalid, Refused
from dinh.lib.names import column_key

pytestmark = pytest.mark.django_db


def test_a_dossier_has_its_number_version_office_due_date_and_reason(world: World) -> None:
    dossier = filed(world)

    assert dossier.number == "H38.027.46.01-261123-0001"
    assert numbers.parts_of(dossier.number)
    assert (dossier.status, dossier.local_status, dossier.step) == (
        Status.SUBMITTED,
        "cho_tiep_nhan",
        "receive",
    )
    assert dossier.procedure_version
    assert dossier.office == world.cast.offices["peoples_committee"]
    assert dossier.reception == world.cast.offices["service_centre"]
    assert dossier.due_at is not None and dossier.due_at.astimezone(NOW.tzinfo) == NOW.replace(hour=17)
    assert [reason["code"] for reason in dossier.due_reasons] == ["received", "due"]
    assert (dossier.applicant, dossier.subject) == (world.phuc, world.phuc)
    assert dossier.applicant_key == "vang van phuc"
    assert dossier.applicant_order == column_key("Vàng Văn Phúc")
    assert dossier.fee_vnd == 16000
    assert dossier.e_authenticated


def test_one_entry_says_all_of_it_and_waits_to_be_sealed(world: World) -> None:
    dossier = filed(world)

    entry = Entry.objects.get(subject=dossier.pk)
    assert entry.kind == "dossiers.filed"
    assert entry.body is not None and entry.body["set"]["number"] == dossier.number
    assert Unsealed.objects.filter(item=entry.pk).exists()


def test_numbers_of_a_day_follow_each_other_and_begin_again_the_next(world: World) -> None:
    found = [filed(world).number, filed(world, "certified_copy").number]
    later = filed(world, at=NOW + timedelta(days=1)).number

    assert [number[-4:] for number in found] == ["0001", "0002"]
    assert later == "H38.027.46.01-261124-0001"


def test_a_second_click_gives_the_same_dossier(world: World) -> None:
    draft = filled(world, begun(world))

    first = actions.file(draft=draft, by=world.cast.citizen, at=NOW)
    second = actions.file(draft=draft, by=world.cast.citizen, at=NOW + timedelta(seconds=1))

    assert first.pk == second.pk
    assert Dossier.objects.count() == 1
    assert Entry.objects.filter(kind="dossiers.filed").count() == 1


def test_a_repeated_key_gives_the_same_dossier_and_another_draft_under_it_is_refused(world: World) -> None:
    draft = filled(world, begun(world))
    other = filled(world, begun(world))
    key: dict[str, Any] = {"by": world.cast.citizen, "at": NOW, "idempotency_key": "click-1"}

    first = actions.file(draft=draft, **key)
    assert actions.file(draft=draft, **key).pk == first.pk
    with pytest.raises(Refused):
        actions.file(draft=other, **key)
    assert Dossier.objects.count() == 1


def test_a_number_allocated_elsewhere_is_kept_and_takes_none_of_ours(world: World) -> None:
    draft = filled(world, begun(world))

    dossier = actions.file(draft=draft, by=None, at=NOW, number="G15.99.42-261008-1500123")

    assert (dossier.number, dossier.external) == ("G15.99.42-261008-1500123", True)
    assert not NumberSeries.objects.exists()


def test_a_number_allocated_elsewhere_belongs_to_one_dossier(world: World) -> None:
    actions.file(draft=filled(world, begun(world)), by=None, at=NOW, number="G15.99.42-261008-1500123")
    draft = filled(world, begun(world))

    with pytest.raises(Refused) as caught:
        actions.file(draft=draft, by=None, at=NOW, number="G15.99.42-261008-1500123")
    assert caught.value.code == "dossiers.number_taken"
    with pytest.raises(Invalid):
        actions.file(draft=draft, by=None, at=NOW, number="a b")
    draft.refresh_from_db()
    assert draft.dossier is None


def test_a_number_that_another_system_gave_in_our_series_is_given_to_nobody_else(world: World) -> None:
    first = filed(world).number
    theirs = f"{first[:-4]}{int(first[-4:]) + 1:04d}"
    actions.file(draft=filled(world, begun(world)), by=None, at=NOW, number=theirs)

    ours = actions.file(draft=filled(world, begun(world)), by=world.cast.citizen, at=NOW)

    assert ours.number == f"{first[:-4]}{int(first[-4:]) + 2:04d}"


def test_what_is_missing_is_told_page_by_page_and_nothing_is_lost(world: World) -> None:
    draft = begun(world, "birth_registration")

    with pytest.raises(NotComplete) as caught:
        actions.file(draft=draft, by=world.cast.citizen, at=NOW)

    assert list(caught.value.pages) == ["start", "child", "mother", "father"]
    assert "child.full_name" in {fault.path for fault in caught.value.faults}
    assert not Dossier.objects.exists()
    assert not NumberSeries.objects.exists()


def test_a_missing_paper_is_told(world: World) -> None:
    draft = filled(world, begun(world, "certified_copy"))
    Attachment.objects.all().delete()

    with pytest.raises(NotComplete) as caught:
        actions.file(draft=draft, by=world.cast.citizen, at=NOW)

    assert list(caught.value.pages) == ["documents"]


def test_who_is_not_eligible_is_told_why_before_filing(world: World) -> None:
    draft = filled(world, begun(world, "social_pension"), other_pension="yes")

    with pytest.raises(NotEligible) as caught:
        actions.file(draft=draft, by=world.cast.citizen, at=NOW)

    assert caught.value.reasons
    assert not Dossier.objects.exists()


def test_an_officer_files_for_somebody_only_with_their_consent(world: World) -> None:
    draft = begun(
        world, account=None, person=world.elder, helper=world.cast.reception, channel=Channel.DIRECT
    )
    with pytest.raises(Refused):
        actions.file(draft=draft, by=world.cast.reception, at=NOW)

    actions.give_consent(draft=draft, officer=world.cast.reception, how="spoken", at=NOW)
    filled(world, draft, by=world.cast.reception)
    dossier = actions.file(draft=draft, by=world.cast.reception, at=NOW)

    assert not dossier.e_authenticated
    assert dossier.channel == Channel.DIRECT


def test_consent_by_electronic_identity_proves_who_asked(world: World) -> None:
    draft = begun(
        world, account=None, person=world.phuc, helper=world.cast.reception, consent={"how": "eid"}, channel=Channel.DIRECT
    )  # fmt: skip

    dossier = actions.file(
        draft=filled(world, draft, by=world.cast.reception), by=world.cast.reception, at=NOW
    )

    assert dossier.e_authenticated


def test_answers_prefilled_for_questions_that_fell_away_stay_behind(world: World) -> None:
    draft = begun(world, "birth_registration")
    filled(world, draft, father_known="no")

    dossier = actions.file(draft=draft, by=world.cast.citizen, at=NOW)

    assert not [key for key in dossier.answers if key.startswith("father.")]


def test_a_correction_of_the_register_becomes_a_finding_and_no_refusal(world: World) -> None:
    dossier = filed(world, changed={"applicant.birth": "13/03/1975"})

    found = [one for one in dossier.findings if one["field"] == "applicant.birth"]
    assert [(one["typed"], one["register"]) for one in found] == [("1975-03-13", "1975-03-12")]
    assert dossier.applicant == world.phuc


def test_received_after_three_the_date_is_the_next_working_day_and_says_why(world: World) -> None:
    friday = datetime(2026, 11, 27, 15, 1, tzinfo=NOW.tzinfo)

    dossier = filed(world, at=friday)

    assert (
        dossier.due_at is not None
        and dossier.due_at.astimezone(NOW.tzinfo).date().isoformat() == "2026-11-30"
    )
    assert "after_cutoff" in {reason["code"] for reason in dossier.due_reasons}


def test_papers_go_with_the_dossier(world: World) -> None:
    draft = begun(world)
    actions.attach(
        to=draft, document="old_paper", blob=blob(), filename="giấy cũ.pdf", by=world.cast.citizen, at=NOW
    )

    dossier = actions.file(draft=filled(world, draft), by=world.cast.citizen, at=NOW)

    assert [one.document for one in dossier.attachments.all()] == ["old_paper"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
def test_eight_people_at_once_get_eight_different_numbers() -> None:
    world = settled(people())
    drafts = [filled(world, begun(world)) for _ in range(24)]
    start = threading.Barrier(8)
    failures: list[BaseException] = []

    def work(part: list[Any]) -> None:
        try:
            start.wait(timeout=20)
            for draft in part:
                actions.file(draft=draft, by=world.cast.citizen, at=NOW)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(drafts[at::8],)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert failures == []
    given = sorted(Dossier.objects.values_list("number", flat=True))
    assert [number[-4:] for number in given] == [f"{n:04d}" for n in range(1, 25)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
def test_eight_clicks_at_once_on_one_draft_make_one_dossier() -> None:
    world = settled(people())
    draft = filled(world, begun(world))
    start = threading.Barrier(8)
    found: list[Any] = []

    def click() -> None:
        try:
            start.wait(timeout=20)
            found.append(actions.file(draft=draft, by=world.cast.citizen, at=NOW, idempotency_key="k").pk)
        except BaseException as error:
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(found) == 8
    assert set(found) == {Dossier.objects.get().pk}


def test_a_child_who_is_only_being_registered_is_not_missed_in_the_population(world: World) -> None:
    dossier = filed(
        world, "birth_registration", changed={"mother.number": "", "mother.full_name": "Lò Thị Chu"}
    )

    assert [one["field"] for one in dossier.findings if one["code"] == "not_found"] == ["mother.full_name"]
