"""The apology: once, near the due date, with a day that can be kept; the date of the law stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.dossiers import actions, queries
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import NOW, World, filed, received
from dinh.journal.models import Entry
from dinh.journal.testing import settle
from dinh.lib.dates import local_date
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.messages.models import Message
from dinh.papers.models import Paper

pytestmark = pytest.mark.django_db
LATE = NOW + timedelta(days=3)
SOON = local_date(LATE) + timedelta(days=2)


def apologise(dossier: Dossier, world: World, **more: object) -> Paper:
    known = {"reason": "Mất điện hai ngày", "promised": SOON, "by": world.cast.examiner, "at": LATE, **more}
    return actions.apologise(dossier=dossier, **known)  # type: ignore[arg-type]


def test_the_letter_is_a_paper_and_the_due_date_stays(world: World) -> None:
    dossier = received(world, "certified_copy")
    due = dossier.due_at

    paper = apologise(dossier, world)

    dossier.refresh_from_db()
    assert (dossier.promised_on, dossier.due_at) == (SOON, due)
    assert paper.template == "apology"
    assert paper.data["values"]["promised"] == SOON.isoformat()
    assert paper.data["values"]["officer"] == world.cast.examiner.full_name
    entry = Entry.objects.get(kind="dossiers.apologised")
    assert entry.body is not None
    assert entry.body["reason"] == "Mất điện hai ngày"
    assert Entry.objects.get(kind="papers.requested", subject=paper.pk).cause == entry.pk


def test_the_citizen_is_told_why_and_until_when(world: World) -> None:
    dossier = received(world, "certified_copy")
    apologise(dossier, world)

    settle()

    told = Message.objects.get(kind="dossiers.apologised", subject=dossier.pk)
    assert "Mất điện hai ngày" in told.body
    assert f"{SOON:%d/%m/%Y}" in told.body
    assert told.account == world.cast.citizen.pk


def test_it_is_sent_once(world: World) -> None:
    dossier = received(world, "certified_copy")
    apologise(dossier, world)

    assert "apologise" not in queries.verbs_for(dossier, world.cast.examiner, at=LATE)
    with pytest.raises(Refused) as refused:
        apologise(dossier, world)
    assert refused.value.code == "dossiers.already_apologised"


def test_while_there_is_time_nobody_apologises(world: World) -> None:
    dossier = received(world, "social_pension")

    assert "apologise" not in queries.verbs_for(dossier, world.cast.social, at=NOW)
    with pytest.raises(Refused) as refused:
        apologise(dossier, world, by=world.cast.social, at=NOW, promised=SOON + timedelta(days=60))
    assert refused.value.code == "dossiers.still_in_time"


def test_the_day_before_the_deadline_is_time_to_tell(world: World) -> None:
    dossier = received(world, "certified_copy")

    assert "apologise" in queries.verbs_for(dossier, world.cast.examiner, at=NOW)


@pytest.mark.parametrize("days", [-1, -400])
def test_a_day_that_is_past_is_not_promised(world: World, days: int) -> None:
    with pytest.raises(Invalid):
        apologise(received(world, "certified_copy"), world, promised=local_date(LATE) + timedelta(days=days))


def test_the_day_of_the_law_is_no_new_day(world: World) -> None:
    dossier = received(world, "certified_copy")
    assert dossier.due_at is not None

    with pytest.raises(Invalid):
        apologise(dossier, world, at=NOW, promised=local_date(dossier.due_at))


def test_a_reason_is_owed(world: World) -> None:
    with pytest.raises(Invalid):
        apologise(received(world, "certified_copy"), world, reason="  ")


def test_only_the_one_whose_step_it_is_apologises(world: World) -> None:
    with pytest.raises(NotPermitted):
        apologise(received(world, "certified_copy"), world, by=world.cast.leader)


def test_before_reception_there_is_no_clock_to_be_late_for(world: World) -> None:
    with pytest.raises(Refused):
        apologise(filed(world, "certified_copy"), world, by=world.cast.reception)
