"""A paper issued wrongly is taken back: its code says so, the citizen learns why, the dossier stays as it ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.dossiers import actions
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import NOW, World, approved
from dinh.journal.models import Entry
from dinh.journal.testing import settle
from dinh.lib.errors import Invalid, NotFound, NotPermitted, Refused, Stale
from dinh.messages.models import Message
from dinh.papers.models import Paper

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


@pytest.fixture
def decided(world: World) -> tuple[Dossier, Paper]:
    dossier = approved(world, "certified_copy")
    settle()
    dossier.refresh_from_db()
    return dossier, Paper.objects.exclude(template="receipt").get(subject=dossier.pk)


def test_who_checks_it_and_the_citizen_are_told_why(world: World, decided: tuple[Dossier, Paper]) -> None:
    dossier, paper = decided
    status = dossier.status

    actions.take_back_paper(
        dossier=dossier, paper=paper, reason="Sai ngày sinh", by=world.cast.leader, at=LATER
    )
    settle()

    paper.refresh_from_db()
    dossier.refresh_from_db()
    assert (paper.state, paper.revoked_because, dossier.status) == (
        Paper.State.REVOKED,
        "Sai ngày sinh",
        status,
    )
    entry = Entry.objects.get(kind="dossiers.paper_taken_back")
    assert Entry.objects.get(kind="papers.revoked").cause == entry.pk
    told = Message.objects.get(kind="dossiers.paper_taken_back")
    assert "Sai ngày sinh" in told.body
    assert paper.title in told.body


def test_only_who_may_and_with_a_reason(world: World, decided: tuple[Dossier, Paper]) -> None:
    dossier, paper = decided

    with pytest.raises(NotPermitted):
        actions.take_back_paper(dossier=dossier, paper=paper, reason="x", by=world.cast.examiner, at=LATER)
    with pytest.raises(Invalid):
        actions.take_back_paper(dossier=dossier, paper=paper, reason=" ", by=world.cast.leader, at=LATER)
    with pytest.raises(Stale):
        actions.take_back_paper(
            dossier=dossier,
            paper=paper,
            reason="x",
            by=world.cast.leader,
            at=LATER,
            version=dossier.version - 1,
        )


def test_a_paper_of_another_dossier_and_one_already_taken_back_are_refused(
    world: World, decided: tuple[Dossier, Paper]
) -> None:
    dossier, paper = decided
    other = approved(world, "certified_copy")

    with pytest.raises(NotFound):
        actions.take_back_paper(dossier=other, paper=paper, reason="x", by=world.cast.leader, at=LATER)
    actions.take_back_paper(dossier=dossier, paper=paper, reason="x", by=world.cast.leader, at=LATER)
    with pytest.raises(Refused):
        actions.take_back_paper(dossier=dossier, paper=paper, reason="x", by=world.cast.leader, at=LATER)
