"""Returning, withdrawing, rating."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dinh.dossiers import actions
from dinh.dossiers.models import Rating, Status
from dinh.dossiers.tests.world import NOW, World, approved, examined, filed, received, returned
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotFound, NotPermitted, Refused

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=4)


def test_the_collector_is_checked_and_recorded(world: World) -> None:
    dossier = approved(world)

    actions.return_result(
        dossier=dossier, collector_name=" Vàng  Thị Lan ", relation="authorised", checked="card", by=world.cast.reception, at=LATER
    )  # fmt: skip

    dossier.refresh_from_db()
    assert (dossier.status, dossier.returned_at) == (Status.RETURNED, LATER)
    result = dossier.result
    result.refresh_from_db()
    assert (result.collector_name, result.collector_relation, result.collector_checked) == (
        "Vàng Thị Lan", "authorised", "card",
    )  # fmt: skip
    assert (result.returned_by, result.collected_at) == (world.cast.reception, LATER)


def test_all_that_is_missing_at_the_counter_is_told_at_once(world: World) -> None:
    dossier = approved(world)

    with pytest.raises(Invalid) as caught:
        actions.return_result(
            dossier=dossier,
            collector_name=" ",
            relation="",
            checked="by eye",
            by=world.cast.reception,
            at=LATER,
        )

    assert [fault.path for fault in caught.value.faults] == ["collector_name", "relation", "checked"]


def test_nothing_is_returned_before_the_decision_nor_by_the_leader(world: World) -> None:
    given: dict[str, Any] = {"collector_name": "A", "relation": "applicant", "checked": "card", "at": LATER}
    with pytest.raises(Refused):
        actions.return_result(dossier=examined(world), by=world.cast.reception, **given)
    with pytest.raises(NotPermitted):
        actions.return_result(dossier=approved(world), by=world.cast.leader, **given)


def test_a_citizen_takes_back_what_is_not_decided(world: World) -> None:
    dossier = received(world)

    actions.withdraw(dossier=dossier, by=world.cast.citizen, at=LATER)

    assert (dossier.status, dossier.step, dossier.finished_at) == (Status.WITHDRAWN, "", LATER)
    assert dossier.steps.get(verb="withdraw").role == "citizen"
    with pytest.raises(Refused):
        actions.withdraw(dossier=dossier, by=world.cast.citizen, at=LATER)


def test_a_decided_dossier_is_not_taken_back(world: World) -> None:
    with pytest.raises(Refused):
        actions.withdraw(dossier=approved(world), by=world.cast.citizen, at=LATER)


def test_an_officer_withdraws_only_with_the_reason_and_in_their_commune(world: World) -> None:
    dossier = filed(world)
    with pytest.raises(Invalid):
        actions.withdraw(dossier=dossier, by=world.cast.reception, at=LATER)
    with pytest.raises(NotPermitted):
        actions.withdraw(dossier=dossier, by=world.cast.next_reception, at=LATER, reason="x")
    with pytest.raises(NotFound):
        actions.withdraw(dossier=dossier, by=world.cast.representative, at=LATER)

    actions.withdraw(dossier=dossier, by=world.cast.reception, at=LATER, reason="Ông Phúc yêu cầu tại quầy")

    assert dossier.status == Status.WITHDRAWN


def test_who_writes_down_a_withdrawal_does_so_in_their_own_role(world: World) -> None:
    dossier = filed(world, "permanent_residence")

    actions.withdraw(dossier=dossier, by=world.cast.police_officer, at=LATER, reason="Ông Phúc đổi ý")

    step = dossier.steps.get(verb="withdraw")
    assert (step.role, step.actor, step.on_site) == ("police_officer", world.cast.police_officer, True)
    assert Entry.objects.get(kind="dossiers.withdrawn").on_behalf_of == world.phuc.pk


def test_it_is_rated_once_after_return_by_who_asked(world: World) -> None:
    dossier = returned(world)
    with pytest.raises(NotFound):
        actions.rate(dossier=dossier, stars=1, by=world.cast.representative, at=LATER)
    for stars in (0, 6):
        with pytest.raises(Invalid):
            actions.rate(dossier=dossier, stars=stars, by=world.cast.citizen, at=LATER)

    actions.rate(dossier=dossier, stars=4, comment="Nhanh", by=world.cast.citizen, at=LATER)

    assert Rating.objects.get().stars == 4
    with pytest.raises(Refused):
        actions.rate(dossier=dossier, stars=5, by=world.cast.citizen, at=LATER)


def test_nothing_is_rated_before_return(world: World) -> None:
    with pytest.raises(Refused):
        actions.rate(dossier=approved(world), stars=5, by=world.cast.citizen, at=LATER)
