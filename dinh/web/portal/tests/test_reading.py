"""Pages that anyone may read."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from dinh.catalogue import store
from dinh.dossiers.tests.world import World, begun

PAGES = ["", "find/", "helping/", "complain/", "real/", "privacy/", "offline/", "sign-in/"]


@pytest.mark.parametrize("language", ["vi", "fr", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_in_every_language(world: World, client: Client, page: str, language: str) -> None:
    response = client.get(f"/{language}/{page}")

    assert response.status_code == 200
    html = response.content.decode()
    assert f'<html lang="{language}"' in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("language", ["vi", "fr", "en"])
@pytest.mark.parametrize("procedure", sorted(store.get().procedures))
def test_every_procedure_is_told(world: World, client: Client, procedure: str, language: str) -> None:
    response = client.get(f"/{language}/procedure/{procedure}/")

    declared = store.get_procedure(procedure)
    assert response.status_code == 200
    assert declared.code in response.content.decode()
    assert f"/{language}/begin/{procedure}/" in response.content.decode()


def test_the_language_switch_keeps_page_and_question(world: World, client: Client) -> None:
    html = client.get("/vi/find/?q=khai+sinh").content.decode()

    assert 'href="/fr/find/?q=khai+sinh"' in html


@pytest.mark.parametrize("text", ["giay khai xinh", "sao giấy khai sinh", "copie acte de naissance"])
def test_plain_words_find_the_procedure(world: World, client: Client, text: str) -> None:
    html = client.get("/vi/find/", {"q": text}).content.decode()

    assert "/vi/procedure/civil_status_extract_copy/" in html


def test_words_that_fit_nothing_lead_on(world: World, client: Client) -> None:
    html = client.get("/vi/find/", {"q": "qwzx<b>"}).content.decode()

    assert "qwzx&lt;b&gt;" in html
    assert "/vi/procedure/birth_registration/" in html


@pytest.mark.parametrize(
    ("language", "text", "where"),
    [
        ("vi", "lam ho chieu", "Công an tỉnh"),
        ("fr", "passeport", "police provinciale"),
        ("en", "marriage", "counter"),
    ],
)
def test_what_is_done_elsewhere_is_said_and_the_nearest_is_not_passed_off_as_it(
    world: World, client: Client, language: str, text: str, where: str
) -> None:
    html = client.get(f"/{language}/find/", {"q": text}).content.decode()

    empty = html[html.index('class="empty"') :]
    assert where in empty and "tel:" in empty
    assert 'class="results"' not in html[: html.index('class="empty"')]


def test_a_paper_certified_is_offered_though_the_paper_itself_is_made_elsewhere(
    world: World, client: Client
) -> None:
    html = client.get("/vi/find/", {"q": "công chứng căn cước"}).content.decode()

    assert html.index("/vi/procedure/certified_copy/") < html.index("Công an xã")
    assert 'class="empty"' not in html


def test_an_unknown_procedure_is_a_page_not_an_accident(world: World, client: Client) -> None:
    response = client.get("/vi/procedure/flying_carpet/")

    assert response.status_code == 404
    assert "/vi/find/" in response.content.decode()


def weight(html: str) -> int:
    """Return the compressed bytes of a page with its styles, scripts and pictures."""
    used = set(re.findall(r'(?:href|src)="/static/([^"#]+)', html))
    css = [Path(str(finders.find(name))).read_text() for name in used if name.endswith(".css")]
    for sheet in css:
        used |= {f"dinh/{name}" for name in re.findall(r"url\(([^)]+)\)", sheet)}
    files = [Path(str(finders.find(name))).read_bytes() for name in used]
    return len(gzip.compress(html.encode())) + sum(len(gzip.compress(file)) for file in files)


def test_the_first_page_and_a_form_are_light(world: World, client: Client, phuc: Client) -> None:
    draft = begun(world)

    home = client.get("/vi/").content.decode()
    form = phuc.get(f"/vi/draft/{draft.code}/page/applicant/").content.decode()

    assert weight(home) <= 15 * 1024
    assert weight(form) <= 15 * 1024


def test_no_page_carries_script_or_style_of_its_own(world: World, client: Client, phuc: Client) -> None:
    draft = begun(world)
    pages = [client.get(f"/vi/{page}").content.decode() for page in PAGES]
    pages += [
        phuc.get(f"/vi/draft/{draft.code}{end}").content.decode()
        for end in ("/", "/page/applicant/", "/check/")
    ]

    for html in pages:
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)", html)


def test_a_printed_page_says_whose_it_is_and_when_it_was_printed(world: World, client: Client) -> None:
    html = client.get("/fr/procedure/birth_registration/").content.decode()

    printed = re.search(r'<p class="[^"]*only-print">(.*?)</p>', html, re.S)
    assert printed
    assert "Imprimé le" in printed.group(1) and "/fr/procedure/birth_registration/" in printed.group(1)
    assert re.search(r"\d\d/\d\d/\d{4}", printed.group(1))


def test_there_is_a_door_for_each_person(world: World, client: Client) -> None:
    html = client.get("/vi/").content.decode()

    for door in ("/vi/find/", "/vi/helping/", "/vi/desk/", "/vi/desk/chair/", "/vi/desk/figures/"):
        assert f'href="{door}"' in html
