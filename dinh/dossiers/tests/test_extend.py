"""The longer limit for verification: declared by the procedure, once, while the limit runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.dossiers import actions, queries
from dinh.dossiers.tests.world import NOW, World, received
from dinh.journal.testing import settle
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.messages.models import Message

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(hours=1)


def test_the_due_date_is_counted_anew_and_the_citizen_told(world: World) -> None:
    dossier = received(world, "certified_copy")
    due = dossier.due_at

    actions.extend(dossier=dossier, reason="Đối chiếu với nơi cấp", by=world.cast.examiner, at=SOON)
    settle()

    dossier.refresh_from_db()
    assert due is not None
    assert dossier.due_at is not None
    assert dossier.due_at > due
    assert "Đối chiếu với nơi cấp" in Message.objects.get(kind="dossiers.extended").body


def test_after_a_supplement_the_longer_limit_still_holds(world: World) -> None:
    dossier = received(world, "certified_copy")
    actions.extend(dossier=dossier, reason="x", by=world.cast.examiner, at=SOON)
    due = dossier.due_at
    items = [{"item": "copies", "fault": "incorrect"}]
    actions.request_supplement(dossier=dossier, items=items, by=world.cast.examiner, at=SOON)

    actions.supplement(dossier=dossier, by=world.cast.citizen, at=SOON + timedelta(minutes=1))

    assert due is not None
    assert dossier.due_at is not None
    assert dossier.due_at >= due


def test_it_is_done_once(world: World) -> None:
    dossier = received(world, "certified_copy")
    actions.extend(dossier=dossier, reason="x", by=world.cast.examiner, at=SOON)

    assert "extend" not in queries.verbs_for(dossier, world.cast.examiner, at=SOON)
    with pytest.raises(Refused):
        actions.extend(dossier=dossier, reason="x", by=world.cast.examiner, at=SOON)


def test_a_procedure_without_a_longer_limit_offers_none(world: World) -> None:
    dossier = received(world, "civil_status_extract_copy")

    assert "extend" not in queries.verbs_for(dossier, world.cast.examiner, at=SOON)
    with pytest.raises(Refused):
        actions.extend(dossier=dossier, reason="x", by=world.cast.examiner, at=SOON)


def test_what_is_late_is_not_made_punctual(world: World) -> None:
    dossier = received(world, "certified_copy")

    with pytest.raises(Refused) as refused:
        actions.extend(dossier=dossier, reason="x", by=world.cast.examiner, at=NOW + timedelta(days=3))
    assert refused.value.code == "dossiers.too_late_to_extend"


def test_a_reason_is_owed(world: World) -> None:
    with pytest.raises(Invalid):
        actions.extend(dossier=received(world, "certified_copy"), reason=" ", by=world.cast.examiner, at=SOON)


@pytest.mark.parametrize("who", ["reception", "leader", "social", "next_leader", "clerk", "citizen"])
def test_only_the_one_who_examines_needs_longer(world: World, who: str) -> None:
    by = getattr(world.cast, who)
    dossier = received(world, "certified_copy")

    assert "extend" not in queries.verbs_for(dossier, by, at=SOON)
    with pytest.raises(NotPermitted):
        actions.extend(dossier=dossier, reason="x", by=by, at=SOON)
    dossier.refresh_from_db()
    assert dossier.extended_at is None
