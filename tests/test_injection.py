"""What is typed stays text: in pages, in tables, in spreadsheets, in names of files and in addresses."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dinh.catalogue import layout, store
from dinh.directory.tests.cast import Cast
from dinh.dossiers.models import Attachment, Dossier
from dinh.dossiers.tests.world import PDF, World, begun, filed, filled, settled
from dinh.web.portal.tests.conftest import signed_in

PROCEDURES = Path(__file__).resolve().parent.parent / "catalogue" / "procedures"
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>' OR 1=1; DROP TABLE dossiers_dossier; --"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")')
SIGNS = ("<script>alert", "<img src=x")


@pytest.fixture
def world(cast: Cast) -> World:
    return settled(cast)


def harmless(response: Any) -> bool:
    body = response.content.decode()
    return response.status_code < 500 and not any(sign in body for sign in SIGNS)


@pytest.mark.parametrize("procedure", sorted(path.stem for path in PROCEDURES.glob("*.toml")))
def test_every_field_of_every_procedure_takes_hostile_words_as_words(world: World, procedure: str) -> None:
    draft, client = begun(world, procedure), signed_in(world.cast.citizen)
    for page in layout.pages(store.get_procedure(procedure)):
        path = f"/vi/draft/{draft.code}/page/{page.id}/"
        sent = {field.id: HOSTILE for field in page.fields}
        assert harmless(client.post(path, sent)), page.id
        assert harmless(client.get(path)), page.id
    assert harmless(client.get(f"/vi/draft/{draft.code}/check/"))
    assert Dossier.objects.count() == 0  # the table is still there


def test_words_that_were_kept_are_words_on_every_page_that_shows_them(world: World) -> None:
    dossier = filed(world, "certified_copy", changed={"paper_title": HOSTILE[:150]})
    Dossier.objects.update(applicant_name=HOSTILE[:100], title=HOSTILE[:100])
    citizen, desk = signed_in(world.cast.citizen), signed_in(world.cast.reception)

    for path in ("/vi/mine/", f"/vi/dossier/{dossier.number}/", f"/vi/filed/{dossier.number}/"):
        assert harmless(citizen.get(path)), path
    for path in (
        "/vi/desk/?view=all",
        f"/vi/desk/dossier/{dossier.number}/",
        f"/vi/desk/dossier/{dossier.number}/looked",
    ):
        assert harmless(desk.get(path)), path
    assert "&lt;script&gt;" in desk.get("/vi/desk/?view=all").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "find/?q=",
        "mine/?q=",
        "mine/?sort=",
        "desk/?q=",
        "desk/?after=",
        "desk/?procedure=",
        "desk/registers/births/?q=",
    ],
)
def test_questions_in_an_address_are_questions(world: World, path: str) -> None:
    who = world.cast.reception if path.startswith("desk") else world.cast.citizen

    assert harmless(
        signed_in(who).get("/vi/" + path.partition("=")[0] + "=", {path.split("?")[1][:-1]: HOSTILE})
    )


def test_people_are_searched_for_with_hostile_words(world: World) -> None:
    desk = signed_in(world.cast.reception)

    for field in ("q", "head", "year", "village", "after"):
        response = desk.post("/vi/desk/people/", {field: HOSTILE, "q": HOSTILE})
        assert harmless(response), field
        assert "Vàng Văn Phúc" not in response.content.decode()  # OR 1=1 found nobody


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("who", ["citizen", "leader"])
def test_a_spreadsheet_computes_nothing_that_somebody_typed(world: World, formula: str, who: str) -> None:
    filed(world, "certified_copy")
    Dossier.objects.update(applicant_name=formula)
    client = signed_in(getattr(world.cast, who))
    paths = ("mine/export/{}/", "desk/export.{}?view=all")

    path = "/vi/" + paths[who == "leader"]
    table = list(csv.reader(io.StringIO(client.get(path.format("csv")).content.decode("utf-8-sig"))))
    with zipfile.ZipFile(io.BytesIO(client.get(path.format("xlsx")).content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()

    assert any(cell == f"'{formula}" for row in table for cell in row)
    assert not any(cell.startswith(("=", "+", "@", "-")) for row in table for cell in row)
    assert "<f>" not in sheet and "<hyperlink" not in sheet


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.pdf",
        "..\\..\\boot.pdf",
        "a\r\nSet-Cookie: x=1.pdf",
        '"; filename="b.exe',
        "<b>.pdf",
        ".pdf",
    ],
)
def test_the_name_of_a_file_is_a_name(world: World, name: str) -> None:
    draft, client = filled(world, begun(world, "certified_copy")), signed_in(world.cast.citizen)
    Attachment.objects.all().delete()
    client.post(f"/vi/draft/{draft.code}/papers/", {"original": SimpleUploadedFile(name, PDF), "_upload": ""})
    kept = Attachment.objects.first()
    if kept is None:
        return  # refused: a name without a name is no file
    draft.refresh_from_db()
    from dinh.dossiers import actions

    dossier = actions.file(draft=draft, by=world.cast.citizen, at=draft.updated_at)
    served = client.get(f"/vi/dossier/{dossier.number}/file/{kept.pk}/")

    assert not set(kept.filename) & set('/\\\r\n"<>')
    assert "Set-Cookie" not in served.headers and "\n" not in served.headers["Content-Disposition"]
    assert served.headers["Content-Type"] == "application/pdf"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    [
        "/k/../../etc/passwd", "/k/%2e%2e%2fetc%2fpasswd/", "/vi/draft/..%2f..%2fkeys/", "/static/../keys/django.secret",
        "/static/%2e%2e/%2e%2e/keys/django.secret", "/vi/dossier/../../etc/passwd/", "/vi/desk/dossier/..%2f../slip",
        "/vi/desk/registers/..%2fkeys/", "/vi/procedure/..%2f..%2fkeys/", "/vi/desk/export.csv%00.html",
    ],
)  # fmt: skip
def test_an_address_leads_to_no_file_of_the_machine(world: World, path: str) -> None:
    for who in (world.cast.citizen, world.cast.reception):
        response = signed_in(who).get(path)
        assert response.status_code in {302, 400, 403, 404}, (path, response.status_code)


def test_no_stored_file_is_run_by_a_browser(world: World) -> None:
    draft, client = filled(world, begun(world, "certified_copy")), signed_in(world.cast.citizen)
    for name, data in (
        ("a.svg", b"<svg onload=alert(1)/>"),
        ("a.html", b"<html>"),
        ("a.pdf", b"<html>%PDF-1.4"),
    ):
        answer = client.post(f"/vi/draft/{draft.code}/papers/", {"original": SimpleUploadedFile(name, data)})
        assert answer.status_code == 422, name
    assert draft.attachments.count() == 1


def test_a_very_long_number_in_a_form_breaks_nothing(world: World) -> None:
    draft, client = begun(world), signed_in(world.cast.citizen)

    answer = Client.post(
        client, f"/vi/draft/{draft.code}/page/copies/", {"copies": "9" * 4000, "_version": "1"}
    )

    assert answer.status_code == 422
