"""Rates: sign-in, the check page and uploads answer 429 with the time at which one may go on, in each language."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dinh.directory.tests.cast import Cast
from dinh.dossiers.tests.world import PDF, begun, filled, settled
from dinh.web.portal.tests.conftest import signed_in
from dinh.web.portal.views import sending


def test_codes_of_papers_cannot_be_guessed_by_the_thousand(cast: Cast) -> None:
    client = Client()
    answers = [client.get(f"/k/ZZZZZZZZ{n:02d}/?lang=en", REMOTE_ADDR="203.0.113.9") for n in range(61)]

    assert {one.status_code for one in answers[:60]} == {404}
    assert answers[60].status_code == 429
    assert int(answers[60].headers["Retry-After"]) > 0
    assert (
        client.get("/k/ZZZZZZZZ99/", REMOTE_ADDR="198.51.100.7").status_code == 404
    )  # somebody else goes on


def test_files_cannot_be_checked_without_end(cast: Cast) -> None:
    client = Client()
    answers = [
        client.post("/k/", {"file": SimpleUploadedFile("a.pdf", b"no pdf")}).status_code for _ in range(11)
    ]

    assert 429 not in answers[:10] and answers[10] == 429


@pytest.mark.parametrize("language", ["vi", "fr", "en"])
def test_citizens_numbers_cannot_be_tried_without_end(cast: Cast, language: str) -> None:
    client = Client()
    answers = [client.post(f"/{language}/sign-in/", {"number": f"0100750{n:05d}"}) for n in range(61)]

    assert 429 not in {one.status_code for one in answers[:60]}
    assert answers[60].status_code == 429
    assert f'<html lang="{language}"' in answers[60].content.decode()
    assert int(answers[60].headers["Retry-After"]) > 0


def test_a_forged_forwarding_header_gives_no_new_tries(cast: Cast) -> None:
    client = Client()
    answers = [
        client.get(f"/k/ZZZZZZZZ{n:02d}/", headers={"x-forwarded-for": f"198.51.100.{n}"}).status_code
        for n in range(61)
    ]

    assert answers[60] == 429


def test_uploads_of_one_account_are_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    world = settled(cast)
    monkeypatch.setattr(sending, "UPLOADS", "2/1h")
    draft = filled(world, begun(world, "certified_copy"))
    document, client = draft.attachments.get().document, signed_in(cast.citizen)

    answers = [
        client.post(
            f"/vi/draft/{draft.code}/papers/",
            {document: SimpleUploadedFile("a.pdf", PDF + bytes([n])), "_upload": ""},
        ).status_code
        for n in range(3)
    ]

    assert answers == [200, 200, 429]
    assert draft.attachments.count() == 3  # the first, and two of the three
