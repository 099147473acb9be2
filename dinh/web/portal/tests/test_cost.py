"""How many questions the citizens' pages ask the database: what stays cheap by being counted."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from dinh.dossiers.tests import world as acts
from dinh.dossiers.tests.world import World, begun, filled
from dinh.papers.models import Paper
from dinh.web.components.tests.counting import queries_of
from dinh.web.portal.tests.sending import form_of

DOSSIER, SAVE, SEND = 17, 9, 20


def test_a_dossier_is_read_with_few_questions(world: World, phuc: Client) -> None:
    dossier = acts.examined(world)
    Paper.objects.update(requested_at=timezone.now())  # it is being drawn: nobody has to be asked for it
    phuc.get("/vi/mine/")

    assert queries_of(phuc, f"/vi/dossier/{dossier.number}/") <= DOSSIER


def test_a_page_is_saved_with_few_questions(world: World, phuc: Client) -> None:
    draft = begun(world)
    address = f"/vi/draft/{draft.code}/page/applicant/"
    sent = form_of(phuc.get(address).content.decode())

    assert queries_of(phuc, address, sent) <= SAVE


def test_a_request_is_sent_with_few_questions(world: World, phuc: Client) -> None:
    draft = filled(world, begun(world))
    address = f"/vi/draft/{draft.code}/check/"
    key = form_of(phuc.get(address).content.decode())["_key"]

    assert queries_of(phuc, address, {"_key": key, "true": "on"}) <= SEND
