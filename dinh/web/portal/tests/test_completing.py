"""Completing a dossier: a row more, a search and the Enter key prepare the answer, they do not send it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from dinh.catalogue import store
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier, Status
from dinh.dossiers.tests import world as acts
from dinh.dossiers.tests.world import PDF, World
from dinh.web.portal.tests.sending import form_of, send


def asked_again(world: World, *items: str) -> Dossier:
    """Return a request to move house of which these answers or papers are asked again."""
    yesterday = timezone.now() - timedelta(days=1)
    dossier = acts.received(world, "permanent_residence", at=yesterday)
    by = acts.actor(world, store.get_procedure(dossier.procedure), "examine")
    asked = [{"item": one, "fault": "incorrect", "note": "Xin xem lại"} for one in items]
    actions.request_supplement(dossier=dossier, items=asked, by=by, at=yesterday + timedelta(hours=1))
    return dossier


def still_waits(dossier: Dossier) -> bool:
    fresh = Dossier.objects.get(pk=dossier.pk)
    return fresh.status == Status.SUPPLEMENT and fresh.answers == dossier.answers


def page_of(dossier: Dossier) -> str:
    return f"/vi/dossier/{dossier.number}/supplement/"


def test_a_person_is_added_to_the_page_before_it_is_sent(world: World, phuc: Client) -> None:
    dossier = asked_again(world, "members")

    added = send(phuc, page_of(dossier), _add="members")
    html = added.content.decode()

    assert added.status_code == 200
    assert 'name="members.1.full_name"' in html and 'value="Lý Thị Mai"' in html
    assert still_waits(dossier)


def test_a_person_is_taken_out_of_the_page_before_it_is_sent(world: World, phuc: Client) -> None:
    dossier = asked_again(world, "members")

    removed = send(phuc, page_of(dossier), _remove="members.0")

    assert removed.status_code == 200
    assert 'value="Lý Thị Mai"' not in removed.content.decode()
    assert still_waits(dossier)


def test_a_place_is_searched_and_chosen_before_it_is_sent(world: World, phuc: Client) -> None:
    dossier = asked_again(world, "new.unit")

    searched = send(phuc, page_of(dossier), **{"new.unit__query": "Muong Hum", "_search": "new.unit"})
    html = searched.content.decode()

    assert still_waits(dossier)
    assert searched.status_code == 200
    assert str(world.cast.next_commune.pk) in html
    sent: dict[str, Any] = {**form_of(html), "new.unit": str(world.cast.next_commune.pk)}
    assert phuc.post(page_of(dossier), sent).status_code == 302
    dossier.refresh_from_db()
    assert dossier.answers["new.unit"]["value"] == str(world.cast.next_commune.pk)


def test_a_place_that_nobody_knows_is_asked_again(world: World, phuc: Client) -> None:
    dossier = asked_again(world, "new.unit")

    missed = send(phuc, page_of(dossier), **{"new.unit": "", "new.unit__query": "atlantis"})

    assert missed.status_code == 422
    assert 'href="#id_new-unit"' in missed.content.decode()
    assert still_waits(dossier)


def test_a_file_chosen_before_a_search_is_kept(world: World, phuc: Client) -> None:
    dossier = asked_again(world, "new.unit", "lodging_proof")
    data = form_of(phuc.get(page_of(dossier)).content.decode())

    data |= {"new.unit__query": "Muong Hum", "_search": "new.unit"}
    answer = phuc.post(page_of(dossier), {**data, "lodging_proof": SimpleUploadedFile("nha.pdf", PDF + b"7")})

    assert "nha.pdf" in answer.content.decode()
    assert still_waits(dossier)


def test_the_enter_key_sends_the_page_and_presses_no_other_button(world: World, phuc: Client) -> None:
    html = phuc.get(page_of(asked_again(world, "members"))).content.decode()

    form = html.partition("data-once")[2]
    assert form.index("<button") < form.index("_remove")
    assert "name=" not in form[form.index("<button") : form.index("</button>")]


def test_a_name_typed_without_accents_is_asked_again_before_sending(world: World, phuc: Client) -> None:
    hasty = acts.filled(
        world, acts.begun(world, "birth_registration"), changed={"child.full_name": "vang minh an"}
    )
    careful = acts.filled(world, acts.begun(world, "birth_registration"))

    assert "This name has no accents" in phuc.get(f"/en/draft/{hasty.code}/check/").content.decode()
    assert "This name has no accents" not in phuc.get(f"/en/draft/{careful.code}/check/").content.decode()


def test_whose_answer_is_asked_again_is_said(world: World, phuc: Client) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    dossier = acts.filed(world, "birth_registration")
    item = {"item": "child.full_name", "fault": "incorrect", "note": "Xin ghi đủ dấu"}
    actions.request_supplement(dossier=dossier, items=[item], by=world.cast.reception, at=yesterday)

    assert "Full name (The child)" in phuc.get(f"/en/dossier/{dossier.number}/supplement/").content.decode()
