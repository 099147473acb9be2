"""The check page: what anyone may learn of a paper, and how often they may ask."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from dinh.dossiers.tests import world as acts
from dinh.dossiers.tests.world import PDF, World
from dinh.papers.actions import keep
from dinh.papers.models import Paper


@pytest.fixture
def paper(world: World) -> Paper:
    """An issued extract of Mr Phúc's (its file is a small PDF; drawing and signing are tested with papers)."""
    dossier = acts.approved(world)
    found = Paper.objects.filter(subject=dossier.pk, template="birth_extract_copy").get()
    now = timezone.now()
    Paper.objects.filter(pk=found.pk).update(
        state="issued", issued_at=now, blob=keep(PDF, now), number="1/TLKS-BS"
    )
    found.refresh_from_db()
    return found


def test_a_genuine_paper_is_said_to_be_and_nobody_is_named(paper: Paper, client: Client) -> None:
    response = client.get(f"/k/{paper.check_code}/?lang=vi")
    html = response.content.decode()

    assert response.status_code == 200
    assert "Giấy thật" in html and "1/TLKS-BS" in html
    assert "Phúc" not in html
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_a_code_is_found_however_it_is_typed(paper: Paper, client: Client) -> None:
    code = paper.check_code
    typed = f"{code[:5].lower()}-{code[5:].lower()}"

    response = client.get("/k/", {"code": typed, "lang": "fr"}, follow=True)

    assert "Authentique" in response.content.decode()


def test_a_revoked_paper_is_said_to_be_with_the_reason(paper: Paper, client: Client) -> None:
    Paper.objects.filter(pk=paper.pk).update(
        state="revoked", revoked_at=timezone.now(), revoked_because="Ghi sai tên"
    )

    html = client.get(f"/k/{paper.check_code}/?lang=en").content.decode()

    assert "Revoked" in html and "Ghi sai tên" in html
    assert "verdict red" in html


def test_an_unknown_code_is_no_accident(db: None, client: Client) -> None:
    response = client.get("/k/ZZZZZZZZZZ/?lang=en")

    assert response.status_code == 404
    assert "Unknown" in response.content.decode()


def test_the_file_itself_is_checked(paper: Paper, client: Client) -> None:
    good = client.post("/k/?lang=en", {"file": SimpleUploadedFile("a.pdf", PDF)}).content.decode()
    bad = client.post("/k/?lang=en", {"file": SimpleUploadedFile("a.pdf", PDF + b"altered")}).content.decode()

    assert "not one letter was changed" in good
    assert "verdict green" not in bad and "verdict" in bad


def test_no_file_is_said_kindly(db: None, client: Client) -> None:
    response = client.post("/k/?lang=en", {})

    assert response.status_code == 422
    assert "Choose the PDF file first." in response.content.decode()


def test_codes_cannot_be_guessed_without_end(db: None, client: Client) -> None:
    answers = [client.get(f"/k/AAAAAAAA{n:02}/?lang=en").status_code for n in range(61)]

    assert set(answers[:60]) == {404}
    assert answers[60] == 429


def test_the_language_of_the_page_can_be_changed_though_its_address_has_none(
    paper: Paper, client: Client
) -> None:
    html = client.get(f"/k/{paper.check_code}/?lang=vi").content.decode()

    assert f'href="/k/{paper.check_code}/?lang=fr"' in html
    assert '<html lang="vi"' in html


def test_the_language_of_the_house_goes_along_to_the_check_page(paper: Paper, client: Client) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    html = client.get("/vi/").content.decode()
    assert '"/k/?lang=vi"' in html

    form = client.get("/k/?lang=vi").content.decode()
    assert '<input type="hidden" name="lang" value="vi">' in form
    told = client.get(f"/k/?lang=vi&code={paper.check_code}", follow=True).content.decode()
    assert '<html lang="vi"' in told


@pytest.mark.parametrize(("locked", "word"), [(False, "Draft"), (True, "Unsigned copy")])
def test_a_report_that_nobody_signed_is_not_called_issued(
    paper: Paper, client: Client, locked: bool, word: str
) -> None:
    Paper.objects.filter(pk=paper.pk).update(
        subject_type="report", signers=[], number="", data={"values": {"locked": locked}}
    )

    by_code = client.get(f"/k/{paper.check_code}/?lang=en").content.decode()
    file = SimpleUploadedFile("report.pdf", PDF, "application/pdf")
    by_file = client.post("/k/?lang=en", {"file": file}).content.decode()

    for html in (by_code, by_file):
        assert word in html and "nobody signed it" in html
        assert "Issued" not in html and "Genuine" not in html and "verdict gold" in html


def test_a_slip_that_bears_no_signature_is_not_said_to_be_signed(paper: Paper, client: Client) -> None:
    Paper.objects.filter(pk=paper.pk).update(signers=[], subject_type="workshop")

    file = SimpleUploadedFile("slip.pdf", PDF, "application/pdf")
    html = client.post("/k/?lang=en", {"file": file}).content.decode()

    assert "Genuine" in html and "bears no signature" in html and "as the office signed it" not in html
