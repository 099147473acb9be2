"""Findings are decided: what happens to the record, to the finding, and to the rates after the next verification."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from dinh.catalogue import store
from dinh.directory.models import Account, Grant
from dinh.directory.tests.cast import MONDAY_MORNING, make_account, make_grant
from dinh.journal.models import Access, Entry
from dinh.journal.testing import at_once
from dinh.lib.errors import NotPermitted, Refused, Stale
from dinh.lib.ids import uuid7
from dinh.population.models import Person
from dinh.registers import actions as registers
from dinh.registers.models import Record
from dinh.verification import actions, queries
from dinh.verification.models import Finding, Match, Rate, Submission
from dinh.verification.runs import running
from dinh.verification.tests.register.conftest import ON, Town

pytestmark = pytest.mark.django_db
AT = MONDAY_MORNING
State = Finding.State


def finding(kind: str, **more: object) -> Finding:
    return Finding.objects.filter(kind=kind, state=State.OPEN, **more).order_by("-gain", "record__sequence")[
        0
    ]


def run_waiting() -> Submission:
    """Run the verification that waits, as the worker would in a few seconds."""
    waiting = Submission.objects.get(state=Submission.State.WAITING)
    assert (
        running.run(waiting.pk, at=timezone.now()) == Submission.State.DONE
    )  # the first run went by this clock too
    waiting.refresh_from_db()
    return waiting


def employ(town: Town, pupil: Person) -> Record:
    """Enter a pupil among the employed, in a register that was verified before."""
    row = registers.enter(
        register="employment", unit=town.cast.cocsan, data={"full_name": pupil.full_name, "status": "employed"},
        registered_on=ON, provenance="desk", by=None, at=AT,
    )  # fmt: skip
    Match.objects.create(
        record=row, submission=town.submission, register="employment", unit=town.cast.cocsan, record_version=1,
        person=pupil, verdict="verified", score=30.0, dung=True, du=True, sach=True, song=True,
    )  # fmt: skip
    return row


def test_a_day_of_decisions_and_the_verification_that_follows(town: Town) -> None:
    """Certain corrections together, one person chosen, one refused, one row kept, one closed: one run for all."""
    before = Rate.objects.get(commune="")
    some = queries.find_findings(
        town.officer, ON, queries.Which(register="pupils", code="name_marks_lost", bulk=True), limit=15
    )
    told = actions.correct_all(findings=some, by=town.officer, at=AT)
    assert (len(told.done), told.skipped) == (15, {})
    first, other = Finding.objects.filter(kind="choose").order_by("record__sequence")[:2]
    person = Match.objects.get(record=first.record).person_id
    actions.decide(finding=first, decision="first", by=town.officer, at=AT)
    actions.decide(finding=other, decision="neither", by=town.officer, at=AT)
    kept = actions.decide(
        finding=finding("correct", code="name_slip"), decision="kept", by=town.officer, at=AT
    )
    copy = finding("duplicate")
    with pytest.raises(Refused, match="say_why"):
        actions.decide(finding=copy, decision="closed", by=town.officer, at=AT)
    actions.decide(finding=copy, decision="closed", note="Trùng dòng", by=town.officer, at=AT)
    assert at_once().filter(queue_name="long").count() == 0  # in a moment
    assert person is not None
    employed = employ(town, Person.objects.get(pk=person))

    row = run_waiting()

    assert Finding.objects.get(code="employed_and_pupil").record == employed  # of the other register

    after = Rate.objects.get(submission=row, commune="")
    assert after.rows == before.rows - 1
    assert after.verdicts["verified"] == before.verdicts["verified"] + 15
    assert row.summary["loaded"]["written"] < 60
    assert row.summary["verified_again"] < 60
    assert {one.state for one in Finding.objects.filter(pk__in=[one.pk for one in some])} == {State.DECIDED}
    chosen, refused = Match.objects.get(record=first.record), Match.objects.get(record=other.record)
    assert (chosen.person_id, chosen.record.person_id) == (person, person)
    assert chosen.verdict == "corrected"  # the number is still somebody else's
    assert refused.verdict == "not_found"
    assert not Match.objects.filter(record=copy.record).exists()
    kept.refresh_from_db()
    assert (kept.state, kept.decision) == (State.DECIDED, "kept")
    told_of = queries.series(town.officer, "pupils", ON)
    assert [round(share, 3) for _at, share in told_of] == [
        round(rate.verdicts["verified"] / rate.rows, 3) for rate in (before, after)
    ]


def test_a_correction_writes_what_the_population_says_and_keeps_where_it_came_from(town: Town) -> None:
    one = finding("correct", code="name_marks_lost")
    match = Match.objects.get(record=one.record)
    name = match.proposed["full_name"]

    actions.decide(finding=one, decision="corrected", by=town.officer, at=AT)

    record = one.record
    record.refresh_from_db()
    assert record.data["full_name"] == record.person_name == name
    version = record.versions.get(version=record.version)
    assert (version.provenance, version.provenance_id) == ("correction", one.pk)
    entry = Entry.objects.get(kind="verification.decided", subject=one.pk)
    assert Entry.objects.get(kind="registers.amended", subject=record.pk).cause == entry.pk


def test_a_decision_taken_back_leaves_the_record_as_it_was(town: Town) -> None:
    one = finding("correct", code="birth_swapped")
    before = dict(one.record.data)
    decided = actions.decide(finding=one, decision="corrected", by=town.officer, at=AT)

    back = actions.undo(finding=decided, by=town.officer, at=AT)

    back.record.refresh_from_db()
    assert back.record.data == before
    assert (back.state, back.decision, back.changed) == (State.OPEN, "", {})
    with pytest.raises(Refused, match="not_decided"):
        actions.undo(finding=back, by=town.officer, at=AT)


def test_a_record_that_a_decision_closed_is_in_force_again_when_it_is_taken_back(town: Town) -> None:
    one = finding("correct")
    decided = actions.decide(finding=one, decision="closed", note="Đã chuyển đi", by=town.officer, at=AT)
    assert Record.objects.get(pk=one.record_id).state == "closed"

    back = actions.undo(finding=decided, by=town.officer, at=AT)

    record = Record.objects.get(pk=one.record_id)
    assert (record.state, record.data, back.state) == ("valid", one.record.data, State.OPEN)
    assert back.record_version == record.version
    entry = Entry.objects.get(kind="verification.undone", subject=one.pk)
    assert Entry.objects.get(kind="registers.reopened", subject=record.pk).cause == entry.pk


def test_a_decision_is_not_taken_back_over_a_later_change(town: Town) -> None:
    one = actions.decide(finding=finding("correct"), decision="corrected", by=town.officer, at=AT)
    record = one.record
    record.refresh_from_db()
    registers.amend(
        row=record,
        changes={"note": "đã xem"},
        reason="Bổ sung",
        provenance="correction",
        by=town.officer,
        at=AT,
    )

    with pytest.raises(Refused, match="changed_since"):
        actions.undo(finding=one, by=town.officer, at=AT)


def test_what_somebody_else_decided_first_is_told(town: Town) -> None:
    shown = finding("correct")
    actions.assign(findings=[shown], to=town.officer, by=town.officer, at=AT)

    with pytest.raises(Stale, match="changed"):
        actions.decide(finding=shown, decision="kept", by=town.officer, at=AT)
    told = actions.correct_all(findings=[shown, finding("search")], by=town.officer, at=AT)
    assert [refusal.code for refusal in told.skipped.values()] == [
        "verification.changed",
        "verification.not_together",
    ]


def test_a_person_contests_what_is_said_of_her(town: Town) -> None:
    match = Match.objects.filter(verdict="verified").select_related("record").order_by("record__sequence")[0]
    herself = make_account("010000000001", "Em", Account.Kind.CITIZEN, person=match.person_id)
    record = match.record

    said = actions.contest(record=record, field="school", says="Trường THCS Cốc San", by=herself, at=AT)

    assert (said.kind, said.says, said.state) == ("contested", {"school": "Trường THCS Cốc San"}, State.OPEN)
    other = make_account("010000000002", "Ai đó", Account.Kind.CITIZEN, person=uuid7())
    with pytest.raises(NotPermitted):
        actions.contest(record=record, field="school", says="x", by=other, at=AT)
    with pytest.raises(Refused, match="no_field"):
        actions.contest(record=record, field="guardian_phone", says="x", by=herself, at=AT)
    actions.decide(finding=said, decision="corrected", by=town.officer, at=AT)
    record.refresh_from_db()
    assert record.data["school"] == "Trường THCS Cốc San"


def test_an_opened_finding_shows_both_persons_and_writes_who_looked(town: Town) -> None:
    one = Finding.objects.filter(kind="choose").order_by("record__sequence")[0]

    opened = queries.open_finding(town.officer, one.pk, AT)

    assert opened.may_decide
    assert opened.first is not None
    fields = {field.id: field for field in opened.fields}
    assert fields["full_name"].first == opened.first.full_name
    assert fields["number"].differs
    assert Access.objects.filter(person=opened.first.pk, purpose=f"finding:{one.pk}").count() == 1


def test_only_who_may_decide_decides(town: Town) -> None:
    one = finding("correct")
    cast = town.cast
    elsewhere = make_account("du-lieu-2", "Cán bộ xã bên")
    make_grant(elsewhere, "data_officer", cast.next_commune)

    for who in (cast.reception, cast.leader, cast.examiner, elsewhere):
        with pytest.raises(NotPermitted):
            actions.decide(finding=one, decision="kept", by=who, at=AT)
        with pytest.raises(NotPermitted):
            actions.undo(finding=one, by=who, at=AT)
    for who in (cast.reception, elsewhere):
        with pytest.raises(NotPermitted):
            actions.submit(register="pupils", unit=cast.cocsan, by=who, at=AT)
        with pytest.raises((NotPermitted, Refused)):
            queries.open_finding(who, one.pk, AT)
        assert queries.count_findings(who, ON, queries.Which("pupils")) == 0
    assert actions.assign(findings=[one], to=cast.reception, by=town.officer, at=AT).skipped


def test_rights_are_those_that_roles_declare(town: Town) -> None:
    """Read from the declarations as plain text, not through the policy that is tested."""
    one, readers = finding("correct"), set(store.get().registers["pupils"].readers)
    folder = Path(__file__).resolve().parents[4] / "catalogue" / "roles"
    may = {path.stem: set(tomllib.loads(path.read_text())["permissions"]) for path in folder.glob("*.toml")}
    decided, started = {}, {}
    for grant in Grant.objects.select_related("account").filter(unit=town.cast.cocsan):
        who = grant.account
        decided[grant.role] = _allowed(actions.decide, finding=one, decision="kept", by=who, at=AT)
        started[grant.role] = _allowed(
            actions.submit, register="pupils", unit=town.cast.cocsan, by=who, at=AT
        )

    assert decided == {role: role in readers and "verification.decide" in may[role] for role in decided}
    assert started == {role: role in readers and "verification.start" in may[role] for role in started}
    assert set(decided.values()) == set(started.values()) == {True, False}


def _allowed(act: Callable[..., object], **given: object) -> bool:
    try:
        with transaction.atomic():
            act(**given)
            transaction.set_rollback(True)
    except NotPermitted:
        return False
    return True
