"""Drafts end after thirty days without an answer, and never without notice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.dossiers import actions
from dinh.dossiers.actions.drafts import DRAFT_DAYS
from dinh.dossiers.models import Attachment, Draft
from dinh.dossiers.rules import numbers
from dinh.dossiers.tasks import tidy
from dinh.dossiers.tests.world import NOW, PDF, World, begun, blob, filed, filled
from dinh.lib.errors import NotFound, Refused
from dinh.messages.models import Message
from dinh.papers.blobs import path_of
from dinh.papers.models import Blob

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


@pytest.mark.django_db(transaction=True)
def test_what_was_handed_in_with_a_draft_goes_with_it(world: World) -> None:
    draft = filled(world, begun(world, "certified_copy", at=NOW))
    digest = draft.attachments.get().blob_id
    late = NOW + timedelta(days=DRAFT_DAYS + 20)

    tidy(late)
    tidy(late + timedelta(days=6))

    assert not Attachment.objects.exists()
    assert not Blob.objects.filter(pk=digest).exists()
    assert not path_of(digest).exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_that_a_dossier_names_too_stays(world: World) -> None:
    dossier = filed(world, "certified_copy")
    draft = filled(world, begun(world, "certified_copy"))

    actions.discard(draft=draft, by=world.cast.citizen, at=NOW)

    kept = dossier.attachments.get()
    assert list(Attachment.objects.all()) == [kept]
    assert path_of(kept.blob_id).exists()


def test_a_draft_sent_in_another_window_is_not_thrown_away(world: World) -> None:
    draft = filled(world, begun(world, "certified_copy"))
    seen = Draft.objects.get(pk=draft.pk)
    file = draft.attachments.select_related("draft").get()
    actions.file(draft=draft, by=world.cast.citizen, at=NOW)

    for act in (
        lambda: actions.discard(draft=seen, by=world.cast.citizen, at=NOW),
        lambda: actions.detach(attachment=file, by=world.cast.citizen, at=NOW),
        lambda: actions.attach(
            to=seen, document="original", blob=blob(), filename="b.pdf", by=world.cast.citizen, at=NOW
        ),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "dossiers.already_filed"
        seen.dossier_id = None  # as the other window still believes

    assert draft.attachments.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_not_accepted_is_not_kept(world: World) -> None:
    draft = begun(world, "certified_copy")

    with pytest.raises(NotFound):
        actions.hand_in(
            to=draft, document="nothing", pieces=[PDF], filename="a.pdf", by=world.cast.citizen, at=NOW
        )

    assert not Blob.objects.exists()


def test_a_file_without_a_name_that_can_be_kept_has_that_of_its_document(world: World) -> None:
    draft = begun(world, "certified_copy")

    kept = actions.hand_in(
        to=draft, document="original", pieces=[PDF], filename="???", by=world.cast.citizen, at=NOW
    )

    assert kept.filename == "original"
