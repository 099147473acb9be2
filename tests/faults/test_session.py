"""A session that ends in mid-form: what was typed comes back, and is kept once the person has signed in again."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import World, begun, filed
from dinh.web.portal.tests.conftest import BACKEND
from dinh.web.portal.tests.sending import form_of
from tests.faults.conftest import LANGUAGES, words

TYPED = "bán đất cho ông <An> & bà Bình"
SAID = {"vi": "không mất", "fr": "rien de ce que vous avez", "en": "nothing that you typed is lost"}


def strict(account: object) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(account, backend=BACKEND)  # type: ignore[arg-type]
    return client


def token_of(html: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert found
    return found.group(1)


def resent(html: str) -> tuple[str, dict[str, str]]:
    """Return where the page "your answers are still here" sends, and what."""
    form = html[html.index("<main") : html.index("</main>")]
    action = re.search(r'<form method="post" action="([^"]+)"', form)
    assert action
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return action.group(1), {name: unescape(value) for name, value in fields}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_citizen_s_answers_come_back_and_are_kept_after_the_sign_in(world: World, language: str) -> None:
    draft, origin = begun(world), {"origin": "http://testserver"}
    path = f"/{language}/draft/{draft.code}/page/copies/"
    client = strict(world.cast.citizen)
    html = client.get(path).content.decode()
    data = {**form_of(html), "copies": "7", "purpose": TYPED, "csrfmiddlewaretoken": token_of(html)}
    client.session.flush()  # the session has ended meanwhile

    stopped = client.post(path, data, headers=origin)
    page = stopped.content.decode()
    assert stopped.status_code == 403
    assert SAID[language] in words(page)
    draft.refresh_from_db()
    assert draft.answers.get("copies", {}).get("value") != 7

    client.force_login(world.cast.citizen, backend=BACKEND)  # in the window beside it
    response = stopped
    for _press in range(2):  # a sign-in makes a new token: at most one more press
        action, fields = resent(response.content.decode())
        assert fields["purpose"] == TYPED
        response = client.post(action, fields, headers=origin)
        if response.status_code == 302:
            break

    assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.answers["copies"]["value"] == 7
    assert draft.answers["purpose"]["value"] == TYPED


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_officer_s_words_come_back_too(world: World, language: str) -> None:
    dossier = filed(world, "certified_copy")
    path = f"/{language}/desk/dossier/{dossier.number}/act/refuse"
    client = strict(world.cast.reception)
    token = token_of(client.get(f"/{language}/desk/dossier/{dossier.number}/").content.decode())
    sent = {"csrfmiddlewaretoken": token, "reason": TYPED, "version": str(dossier.version), "on_site": "on"}
    client.session.flush()

    stopped = client.post(path, sent, headers={"origin": "http://testserver"})

    assert stopped.status_code == 403
    assert SAID[language] in words(stopped.content.decode())
    action, fields = resent(stopped.content.decode())
    assert (action, fields["reason"]) == (path, TYPED)
    assert f'href="/{language}/account/login/"' in stopped.content.decode()
    assert Dossier.objects.get().version == dossier.version
