"""Notices: at every change, once, in the dossier's language, with the handler's name and the times."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from dinh.dossiers import actions, notices
from dinh.dossiers.tests.world import NOW, World, approved, begun, filed, filled, received, returned
from dinh.journal.models import Entry
from dinh.messages.models import Delivery, Message

pytestmark = pytest.mark.django_db


def told(subject: UUID) -> list[Message]:
    """Tell of every entry of a dossier, twice, as a worker that was killed would."""
    for _again in range(2):
        for entry in Entry.objects.filter(subject=subject).order_by("subject_version"):
            notices.on_change(entry)
    return list(Message.objects.filter(subject=subject).order_by("created_at", "pk"))


def test_every_change_is_told_once_on_screen_and_by_mail(world: World) -> None:
    dossier = returned(world)

    messages = told(dossier.pk)

    assert [one.kind for one in messages] == [
        "dossiers.filed", "dossiers.received", "dossiers.examined", "dossiers.approved", "dossiers.returned",
    ]  # fmt: skip
    assert {one.account for one in messages} == {world.cast.citizen.pk}
    assert set(Delivery.objects.values_list("address", flat=True)) == {"phuc@example.vn"}
    assert Delivery.objects.count() == len(messages)


def test_acceptance_names_the_handler_the_times_and_whom_to_call(world: World) -> None:
    dossier = received(world)

    message = told(dossier.pk)[-1]

    assert "Lò Thị Hương" in message.body
    assert "08:30" in message.body
    assert "17:00 ngày 23/11/2026" in message.body
    assert "0214 000 0000" in message.body
    assert dossier.number in message.title


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "được tiếp nhận"), ("fr", "est accepté"), ("en", "is accepted")]
)
def test_it_speaks_the_language_of_the_dossier(world: World, language: str, words: str) -> None:
    draft = filled(world, begun(world, language=language))
    dossier = actions.file(draft=draft, by=world.cast.citizen, at=NOW)
    actions.receive(dossier=dossier, by=world.cast.reception, at=NOW + timedelta(minutes=1))

    message = told(dossier.pk)[-1]

    assert message.language == language
    assert words in message.title


def test_a_request_to_complete_lists_every_item_in_words(world: World) -> None:
    dossier = received(world)
    actions.request_supplement(
        dossier=dossier, by=world.cast.examiner, at=NOW + timedelta(hours=1),
        items=[
            {"item": "applicant.birth", "fault": "incorrect", "note": "Khác với thẻ"},
            {"item": "old_paper", "fault": "outdated", "note": ""},
        ],
    )  # fmt: skip

    body = told(dossier.pk)[-1].body

    assert "Ngày, tháng, năm sinh" in body
    assert "Khác với thẻ" in body
    assert body.count("\n- ") == 2


def test_who_holds_a_dossier_is_told_only_when_examination_begins(world: World) -> None:
    dossier = approved(world)
    before = len(told(dossier.pk))

    actions.take(dossier=dossier, by=world.cast.reception, at=NOW + timedelta(hours=3))

    assert len(told(dossier.pk)) == before


def test_a_refusal_gives_its_reason(world: World) -> None:
    dossier = filed(world)
    actions.refuse(
        dossier=dossier,
        reason="Không thuộc thẩm quyền",
        by=world.cast.reception,
        at=NOW + timedelta(minutes=1),
    )

    assert "Không thuộc thẩm quyền" in told(dossier.pk)[-1].body


def test_somebody_without_account_or_address_has_the_notice_kept(world: World) -> None:
    draft = begun(
        world, account=None, person=world.elder, helper=world.cast.reception, consent={"how": "spoken"}, channel=1
    )  # fmt: skip
    filled(world, draft, by=world.cast.reception, changed={"applicant.email": ""})
    dossier = actions.file(draft=draft, by=world.cast.reception, at=NOW)

    [message] = told(dossier.pk)

    assert (message.account, message.person) == (None, dossier.applicant_id)
    assert not Delivery.objects.exists()
