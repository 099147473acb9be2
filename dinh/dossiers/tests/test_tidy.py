"""Drafts end after thirty days without an answer, and never without notice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.dossiers import actions
from dinh.dossiers.actions.drafts import DRAFT_DAYS
from dinh.dossiers.models import Draft
from dinh.dossiers.rules import numbers
from dinh.dossiers.tasks import tidy
from dinh.dossiers.tests.world import NOW, World, begun
from dinh.messages.models import Message

pytestmark = pytest.mark.django_db


def test_a_draft_expires_only_after_its_owner_was_told(world: World) -> None:
    draft = begun(world, at=NOW)
    young = begun(world, "certified_copy", at=NOW + timedelta(days=DRAFT_DAYS))
    late = NOW + timedelta(days=DRAFT_DAYS + 20)

    assert tidy(late) == 0
    told = Message.objects.get(subject=draft.pk)
    assert numbers.show_code(draft.code) in told.body
    assert told.account == world.cast.citizen.pk
    assert tidy(late + timedelta(days=1)) == 0
    assert tidy(late + timedelta(days=6)) == 1
    assert list(Draft.objects.values_list("pk", flat=True)) == [young.pk]


def test_answering_again_keeps_a_warned_draft(world: World) -> None:
    draft = begun(world, at=NOW)
    late = NOW + timedelta(days=DRAFT_DAYS - 1)
    tidy(late)
    draft.refresh_from_db()

    actions.save_page(
        draft=draft,
        page_id="what",
        raw={"event": "death", "relation": "child"},
        by=world.cast.citizen,
        at=late,
    )

    assert tidy(late + timedelta(days=10)) == 0
    assert Draft.objects.filter(pk=draft.pk).exists()
