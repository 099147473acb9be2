"""What people type and send wrongly: each gets a clear answer in three languages, and nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dinh.dossiers.models import Attachment, Dossier
from dinh.dossiers.tests.world import PDF, World, begun, filed, filled
from dinh.journal.models import Entry
from dinh.papers.models import Blob
from dinh.web.portal.tests.conftest import signed_in
from dinh.web.portal.tests.sending import form_of, send
from tests.faults.conftest import LANGUAGES, words

DIGITS = {"vi": "11 chữ số", "fr": "11 chiffres", "en": "11 digits"}
YEAR = {"vi": "Năm 20255", "fr": "20255", "en": "year 20255"}
NOT_A_FILE = {
    "vi": "ảnh (JPG, PNG) hay PDF",
    "fr": "PDF, ni un JPEG, ni un PNG",
    "en": "not a PDF, a JPEG or a PNG",
}
NOT_YOURS = {"vi": "kiểm tra lại mã hồ sơ", "fr": "numéro", "en": "Check the number"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [("applicant.number", "01007500123", DIGITS), ("applicant.birth", "12/03/20255", YEAR)],
)
def test_a_wrong_number_or_year_names_its_field_and_keeps_what_was_typed(
    world: World, phuc: Client, language: str, field: str, typed: str, said: dict[str, str]
) -> None:
    draft = begun(world)
    control = f"id_{field.replace('.', '-')}"

    response = send(phuc, f"/{language}/draft/{draft.code}/page/applicant/", **{field: typed})
    html = response.content.decode()
    summary = html[html.index('id="errors"') : html.index("<h1>")]

    assert response.status_code == 422
    assert f'<html lang="{language}"' in html
    assert f'href="#{control}"' in summary and "autofocus" in html
    assert said[language] in words(summary)
    assert f'value="{typed}"' in html and f"{control}_error" in html
    draft.refresh_from_db()
    assert draft.answers[field]["typed"] == typed  # and it is there again tomorrow
    assert "applicant" not in draft.done_pages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "data"), [("giay.pdf", b"MZ\x90 not a pdf"), ("anh.png", PDF), ("a.jpg", b"<svg/>")]
)
def test_a_file_that_is_not_what_its_name_says_is_refused_and_the_others_stay(
    world: World, phuc: Client, language: str, name: str, data: bytes
) -> None:
    draft = filled(world, begun(world, "certified_copy"))
    document = draft.attachments.get().document

    response = phuc.post(
        f"/{language}/draft/{draft.code}/papers/", {document: SimpleUploadedFile(name, data)}
    )
    html = response.content.decode()

    assert response.status_code == 422
    assert f'href="#id_{document}"' in html
    assert NOT_A_FILE[language] in words(html)
    assert Attachment.objects.filter(draft=draft).count() == 1
    assert Blob.objects.count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dossier_of_another_person_or_commune_is_told_to_nobody(
    world: World, phuc: Client, language: str
) -> None:
    dossier = filed(world, "certified_copy")
    stranger = signed_in(world.cast.representative)
    officer = signed_in(world.cast.next_reception)

    theirs = stranger.get(f"/{language}/dossier/{dossier.number}/")
    elsewhere = officer.get(f"/{language}/desk/dossier/{dossier.number}/")

    assert theirs.status_code == 404
    assert NOT_YOURS[language] in words(theirs.content.decode())
    assert elsewhere.status_code == 403
    for response in (theirs, elsewhere):
        assert f'<html lang="{language}"' in response.content.decode()
        assert "Phúc" not in response.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_click_on_send_files_once_and_shows_the_same_number(
    world: World, phuc: Client, language: str
) -> None:
    draft = filled(world, begun(world, "certified_copy"))
    path = f"/{language}/draft/{draft.code}/check/"
    sent = {"_key": form_of(phuc.get(path).content.decode())["_key"], "true": "on"}
    sent |= dict.fromkeys(re.findall(r'name="(consent-\w+)"', phuc.get(path).content.decode()), "on")

    first, second, another_page = (
        phuc.post(path, sent),
        phuc.post(path, sent),
        phuc.post(path, {**sent, "_key": "x" * 32}),
    )

    assert first.headers["Location"] == second.headers["Location"] == another_page.headers["Location"]
    number = Dossier.objects.get().number
    assert number in first.headers["Location"]
    assert number in words(phuc.get(first.headers["Location"]).content.decode())
    assert Entry.objects.filter(kind="dossiers.filed").count() == 1
