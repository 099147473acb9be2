"""National status 6: something is owed elsewhere, the clock stands still until the proof is seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.dossiers import actions, queries
from dinh.dossiers.models import Dossier, Status
from dinh.dossiers.rules import clock
from dinh.dossiers.tests.world import NOW, World, received
from dinh.journal.testing import settle
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.messages.models import Message

pytestmark = pytest.mark.django_db
PAID = NOW + timedelta(days=14)


def asked(world: World) -> Dossier:
    dossier = received(world, "permanent_residence")
    actions.ask_payment(
        dossier=dossier, what="Lệ phí trước bạ nhà đất, nộp cho Thuế cơ sở", amount_vnd=1_250_000,
        by=world.cast.police_officer, at=NOW,
    )  # fmt: skip
    return dossier


def test_the_citizen_is_told_what_and_how_much(world: World) -> None:
    dossier = asked(world)

    settle()

    told = Message.objects.get(kind="dossiers.payment_asked", subject=dossier.pk)
    assert "Lệ phí trước bạ" in told.body
    assert "1.250.000" in told.body


def test_the_clock_stands_still_and_then_runs_again(world: World) -> None:
    dossier = asked(world)
    due = dossier.due_at
    assert dossier.status == Status.FINANCIAL
    assert clock.state_of(dossier, PAID) == "waiting"

    actions.confirm_payment(dossier=dossier, proof="Biên lai 0012345", by=world.cast.police_officer, at=PAID)

    dossier.refresh_from_db()
    assert dossier.status == Status.IN_PROCESS
    assert due is not None
    assert dossier.due_at is not None
    assert dossier.due_at >= due + timedelta(
        days=13
    )  # nine whole days of service, and the weekends among them
    assert [pause["because"] for pause in dossier.pauses] == ["financial"]
    assert clock.on_time_verdict(dossier, PAID) == "on_time"
    assert "examine" in queries.verbs_for(dossier, world.cast.police_officer, at=PAID)


def test_it_waits_with_the_citizen_in_lists_and_counts(world: World) -> None:
    dossier = asked(world)

    rows = queries.worklist(world.cast.police_officer, "waiting", at=NOW).rows

    assert [row["number"] for row in rows] == [dossier.number]
    assert queries.counts(world.cast.police_officer, at=NOW)["waiting"] == 1


def test_a_citizen_does_not_confirm_the_own_payment(world: World) -> None:
    dossier = asked(world)

    assert "confirm_payment" not in queries.verbs_for(dossier, world.cast.citizen, at=PAID)
    with pytest.raises(NotPermitted):
        actions.confirm_payment(dossier=dossier, proof="x", by=world.cast.citizen, at=PAID)


def test_it_may_end_there(world: World) -> None:
    dossier = asked(world)

    actions.withdraw(dossier=dossier, by=world.cast.citizen, at=PAID)

    assert dossier.status == Status.WITHDRAWN


@pytest.mark.parametrize("amount", [0, -1, 100_000_000_001])
def test_an_amount_that_cannot_be_is_refused(world: World, amount: int) -> None:
    dossier = received(world, "permanent_residence")

    with pytest.raises(Invalid):
        actions.ask_payment(
            dossier=dossier, what="Thuế", amount_vnd=amount, by=world.cast.police_officer, at=NOW
        )


def test_what_is_not_owed_cannot_be_confirmed(world: World) -> None:
    dossier = received(world, "permanent_residence")

    with pytest.raises(Refused):
        actions.confirm_payment(dossier=dossier, proof="x", by=world.cast.police_officer, at=PAID)
