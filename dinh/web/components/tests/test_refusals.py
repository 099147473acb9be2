"""What goes wrong becomes a page with a sentence and a next step, JSON for machines, a notice for a part."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.utils.translation import override

from dinh.lib.errors import Fault, Invalid, NotFound, NotPermitted, Refused, Stale
from dinh.web.components import views
from dinh.web.components.middleware import RefusalPages

SENTENCE = "Somebody was faster."


PART = {"HX-Request": "true"}  # what htmx sends for a part of a page


def visit(path: str = "/en/desk/", **headers: str) -> HttpRequest:
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get(path, headers=headers)
    request.user = AnonymousUser()
    return request


def answer(error: Exception, request: HttpRequest | None = None) -> HttpResponse:
    with override("en"):
        found = RefusalPages(lambda request: HttpResponse()).process_exception(request or visit(), error)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "status"), [(Refused, 409), (NotPermitted, 403), (NotFound, 404), (Stale, 409)]
)
def test_each_refusal_has_its_status_and_says_its_sentence(
    db: None, kind: Callable[..., Refused], status: int
) -> None:
    response = answer(kind("x.faster", SENTENCE))

    assert response.status_code == status
    assert SENTENCE in response.content.decode()
    assert "x.faster" in response.content.decode()


def test_a_stale_page_leads_to_how_it_is_now(db: None) -> None:
    assert 'href="/en/desk/"' in answer(Stale("x.stale", SENTENCE)).content.decode()


def test_one_is_led_back_where_one_came_from_but_never_elsewhere(db: None) -> None:
    ours = answer(NotFound("x"), visit(referer="http://testserver/en/find/?q=1")).content.decode()
    theirs = answer(NotFound("x"), visit(referer="https://evil.example/en/trap/")).content.decode()

    assert 'href="/en/find/"' in ours
    assert "evil" not in theirs and "/en/trap/" not in theirs


def test_faults_are_listed_in_the_summary(db: None) -> None:
    response = answer(Invalid("x.bad", [Fault("child.birth", "x", "No such day.")], SENTENCE))

    assert response.status_code == 422
    assert '<a href="#id_child-birth">No such day.</a>' in response.content.decode()


def test_machines_get_the_code_and_the_faults() -> None:
    import json

    error = Invalid("x.bad", [Fault("child.birth", "x.day", "No such day.")], SENTENCE)
    body = json.loads(answer(error, visit("/api/v1/dossiers")).content)

    assert body == {
        "code": "x.bad",
        "message": SENTENCE,
        "faults": [{"path": "child.birth", "code": "x.day", "message": "No such day."}],
    }


def test_a_part_of_a_page_gets_a_notice_not_a_page() -> None:
    html = answer(Stale("x", SENTENCE), visit(**PART)).content.decode()

    assert SENTENCE in html and "<html" not in html


@pytest.mark.parametrize(
    ("view", "status", "said"),
    [
        (lambda request: views.not_found(request, Exception()), 404, "The address may be mistyped"),
        (lambda request: views.forbidden(request, Exception()), 403, "Nothing was changed"),
        (lambda request: views.bad_request(request, Exception()), 400, "Go back and try again"),
        (views.server_error, 500, "It is not your fault"),
        (views.unavailable, 503, "Nothing was lost"),
        (lambda request: views.not_this_way(request, "POST"), 405, "Nothing was changed"),
    ],
)
def test_what_goes_wrong_in_a_part_is_a_sentence_in_it_and_asks_no_database(
    view: Callable[[HttpRequest], HttpResponse], status: int, said: str
) -> None:
    with override("en"):
        response = view(visit(**PART))

    html = response.content.decode()
    assert response.status_code == status
    assert 'role="alert"' in html and said in html
    assert "<html" not in html and "<main" not in html


def test_a_page_restored_from_history_is_a_page(db: None) -> None:
    with override("en"):
        response = views.not_found(visit(**PART, **{"HX-History-Restore-Request": "true"}), Exception())

    assert "<html" in response.content.decode()


def test_a_redirect_that_answers_a_part_moves_the_whole_window() -> None:
    led = RefusalPages(lambda request: HttpResponseRedirect("/en/account/login/?next=/en/desk/"))

    part, page = led(visit(**PART)), led(visit())

    assert (part.status_code, part["HX-Redirect"]) == (204, "/en/account/login/?next=/en/desk/")
    assert "Location" not in part.headers
    assert page.status_code == 302 and "HX-Redirect" not in page.headers


@pytest.mark.parametrize(
    "error", [OperationalError("database or disk is full"), OSError(errno.ENOSPC, "No space left on device")]
)
def test_a_full_disk_is_said_and_nothing_is_asked_of_the_database(error: Exception) -> None:
    response = answer(error)

    assert response.status_code == 503
    assert "Nothing was lost" in response.content.decode()


def test_a_surprise_is_not_taken_for_a_refusal() -> None:
    assert RefusalPages(lambda request: HttpResponse()).process_exception(visit(), ValueError()) is None


def test_the_page_of_a_surprise_needs_no_database() -> None:
    with override("fr"):
        html = views.server_error(visit()).content.decode()

    assert '<html lang="fr"' in html
    assert "Ce n’est pas votre faute" in html


def test_a_form_too_large_says_what_was_kept(db: None) -> None:
    with override("en"):
        response = views.bad_request(visit(), RequestDataTooBig())

    assert response.status_code == 413
    assert "20 MB" in response.content.decode()


@pytest.mark.parametrize("language", ["vi", "fr", "en"])
def test_nothing_here_is_said_in_the_reader_s_language(db: None, client: Client, language: str) -> None:
    response = client.get(f"/{language}/no/such/page/")

    assert response.status_code == 404
    assert f'<html lang="{language}"' in response.content.decode()


@pytest.mark.parametrize("language", ["vi", "fr", "en"])
def test_an_address_that_only_takes_forms_is_a_page_that_leads_on(db: None, language: str) -> None:
    # The language was changed on a page that a form had led to.
    request = visit(f"/{language}/draft/ABCD2345/page/start/nothing/here/")
    with override(language):
        response = RefusalPages(lambda request: HttpResponseNotAllowed(["POST"]))(request)

    html = response.content.decode()
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert html.count("<h1") == 1
    assert f'class="button" href="/{language}/draft/ABCD2345/page/start/"' in html


def test_a_machine_that_asks_the_wrong_way_gets_the_code() -> None:
    with override("en"):
        response = views.not_this_way(visit("/api/drafts/"), "POST")

    assert response.status_code == 405 and response.headers["Allow"] == "POST"
    assert b'"code": "web.not_this_way"' in response.content


@pytest.mark.parametrize(("size", "said"), [(5 * 1024 * 1024, "5 MB"), (512 * 1024, "512 KB")])
def test_the_limit_of_a_file_is_the_one_that_is_set(db: None, settings: Any, size: int, said: str) -> None:
    settings.DINH_MAX_UPLOAD_BYTES = size
    with override("en"):
        response = views.too_large(visit())

    assert said in response.content.decode()
