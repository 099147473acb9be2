"""What a decision did is undone exactly, and what is said or decided meanwhile is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from dinh.catalogue import store
from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING, make_account
from dinh.registers.models import Record
from dinh.verification import actions, exports
from dinh.verification.models import Finding, Match
from dinh.verification.runs import contradictions
from dinh.verification.runs.wanted import Wanted
from dinh.verification.tests.register.conftest import ON, Town

pytestmark = pytest.mark.django_db
AT = MONDAY_MORNING
State = Finding.State


def to_choose() -> Finding:
    return Finding.objects.filter(kind="choose").order_by("record__sequence")[0]


def herself(record: Record, person: UUID | None) -> Account:
    Record.objects.filter(pk=record.pk).update(person=person)
    record.refresh_from_db()
    return make_account("010000000001", "Em", Account.Kind.CITIZEN, person=person)


@pytest.mark.parametrize("known", [False, True], ids=["nobody-before", "a-dossier-said-who"])
def test_whose_a_row_was_before_it_is_again(town: Town, known: bool) -> None:
    one = to_choose()
    person = Match.objects.get(record=one.record).person_id
    Record.objects.filter(pk=one.record_id).update(person=person if known else None)

    decided = actions.decide(finding=one, decision="first", by=town.officer, at=AT)
    assert Record.objects.get(pk=one.record_id).person_id == person
    back = actions.undo(finding=decided, by=town.officer, at=AT)

    assert Record.objects.get(pk=one.record_id).person_id == (person if known else None)
    assert (back.state, back.changed, back.person_id) == (State.OPEN, {}, None)


def test_what_is_contested_anew_carries_nothing_of_the_earlier_decision(town: Town) -> None:
    record = Match.objects.filter(verdict="verified").order_by("record__sequence")[0].record
    her = herself(record, record.match.person_id)
    first = actions.contest(record=record, field="school", says="Trường A", by=her, at=AT)
    actions.decide(finding=first, decision="corrected", by=town.officer, at=AT)
    record.refresh_from_db()

    again = actions.contest(record=record, field="school", says="Trường B", by=her, at=AT)

    assert (again.changed, again.candidates, again.person_id) == ({}, [], None)
    found = Finding.objects.filter(pk=again.pk).select_related("record", "record__match")
    shape = store.get().registers["pupils"]
    line = next(exports._lines(shape, found, None, None, None))
    told = dict(zip(exports.COLUMNS, line, strict=True))
    assert (told["stated"], told["proposed"]) == ("Trường A", "Trường B")


def test_a_contradiction_that_is_decided_while_others_are_looked_for_stays_decided(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = town.pupils()[0]
    common: dict[str, Any] = {
        "record": record, "register": "pupils", "unit": town.cast.cocsan, "kind": "contradiction",
        "gain": 1.0, "record_version": record.version, "found_at": AT,
    }  # fmt: skip
    still, no_longer = (Finding.objects.create(code=code, **common) for code in ("still", "no_longer"))

    def decided_meanwhile(*_: object) -> Iterator[tuple[UUID, Wanted]]:
        for one in (still, no_longer):
            actions.decide(finding=one, decision="kept", note="Đúng", by=town.officer, at=AT)
        yield record.pk, Wanted("contradiction", "still", 2.0, "", None, record.version)

    monkeypatch.setattr(contradictions, "_wanted", decided_meanwhile)
    contradictions.reconcile(store.get().registers["pupils"], town.cast.cocsan.pk, on=ON, at=AT)

    kept = Finding.objects.filter(pk__in=[still.pk, no_longer.pk]).values_list("state", "decision")
    assert list(kept) == [("decided", "kept")] * 2
