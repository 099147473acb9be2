"""Filling a request from the first question to the number, and everything that may go wrong on the way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dinh.directory.models import Account
from dinh.dossiers.models import Attachment, Dossier, Draft
from dinh.dossiers.tests.world import PDF, World, begun, filled
from dinh.web.portal.tests.conftest import signed_in


def form_of(html: str) -> dict[str, Any]:
    """Return what a browser would send of the first form in `main`, unchanged."""
    body = html[html.index("<main") : html.index("</main>")]
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", body):
        kept = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = kept.get("type", "text")
        if kind in {"radio", "checkbox"} and " checked" not in tag:
            continue
        if "name" in kept and kind != "file":
            data[kept["name"]] = kept.get("value", "")
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        data[name] = chosen.group(1) if chosen else ""
    data.pop("csrfmiddlewaretoken", None)
    return data


def send(client: Client, path: str, **changed: Any) -> Any:
    """Open a page, change some answers and send it."""
    data = form_of(client.get(path).content.decode())
    return client.post(path, {**data, **changed})


def test_a_visitor_is_led_to_the_sign_in_and_back(world: World, client: Client) -> None:
    response = client.get("/vi/begin/civil_status_extract_copy/")

    assert response.status_code == 302
    assert response.headers["Location"] == "/vi/sign-in/?next=%2Fvi%2Fbegin%2Fcivil_status_extract_copy%2F"


def test_a_demonstration_identity_signs_in_with_the_code_on_the_screen(world: World, client: Client) -> None:
    page = client.post("/vi/sign-in/", {"number": "0100 7500 1234", "next": "/vi/mine/"}).content.decode()
    code = re.search(r'class="code"[^>]*>(\d{6})<', page)
    assert code

    response = client.post("/vi/sign-in/", {"step": "code", "code": code.group(1), "next": "/vi/mine/"})

    assert response.headers["Location"] == "/vi/mine/"
    assert "Vàng Văn" in client.get("/vi/mine/").content.decode()


def test_a_wrong_number_or_code_says_so_and_keeps_what_was_typed(world: World, client: Client) -> None:
    wrong = client.post("/vi/sign-in/", {"number": "12345"})
    client.post("/vi/sign-in/", {"number": "010075001234"})
    code = client.post("/vi/sign-in/", {"step": "code", "code": "no"})

    assert wrong.status_code == code.status_code == 422
    assert 'value="12345"' in wrong.content.decode()
    assert "<title>Lỗi:" in wrong.content.decode()


def test_a_stranger_s_address_is_not_followed_after_sign_in(world: World, phuc: Client) -> None:
    assert phuc.get("/vi/sign-in/?next=https://evil.example/").headers["Location"] == "/vi/mine/"


def test_a_whole_request_is_filled_and_sent(world: World, phuc: Client) -> None:
    response = phuc.post("/vi/begin/civil_status_extract_copy/", {})
    asked = []
    while "/page/" in response.headers.get("Location", ""):
        path = response.headers["Location"]
        asked.append(path.rstrip("/").rpartition("/")[2])
        response = send(phuc, path)
        assert response.status_code == 302, response.content.decode()
    assert response.headers["Location"].endswith("/check/")
    summary = response.headers["Location"]
    key = form_of(phuc.get(summary).content.decode())["_key"]
    sent = phuc.post(summary, {"_key": key, "true": "on"})

    dossier = Dossier.objects.get()
    assert sent.headers["Location"] == f"/vi/filed/{dossier.number}/"
    assert dossier.number in phuc.get(sent.headers["Location"]).content.decode()
    assert asked[0] == "what" and "applicant" in asked


def test_a_second_click_on_send_makes_no_second_dossier(world: World, phuc: Client) -> None:
    draft = filled(world, begun(world))
    path = f"/vi/draft/{draft.code}/check/"
    key = form_of(phuc.get(path).content.decode())["_key"]

    first = phuc.post(path, {"_key": key, "true": "on"})
    second = phuc.post(path, {"_key": key, "true": "on"})

    assert Dossier.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_sending_without_the_declaration_is_asked_again(world: World, phuc: Client) -> None:
    draft = filled(world, begun(world))

    response = phuc.post(f"/vi/draft/{draft.code}/check/", {"_key": "k"})

    assert response.status_code == 422
    assert 'href="#id_true"' in response.content.decode()
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("typed", ["12/03/20255", "31/02/1975", "hôm qua"])
def test_a_wrong_date_names_the_field_and_keeps_what_was_typed(
    world: World, phuc: Client, typed: str
) -> None:
    draft = begun(world)
    path = f"/vi/draft/{draft.code}/page/applicant/"

    response = send(phuc, path, **{"applicant.birth": typed})
    html = response.content.decode()

    assert response.status_code == 422
    assert "<title>Lỗi:" in html
    assert 'href="#id_applicant-birth"' in html
    assert f'value="{typed}"' in html
    assert f'value="{typed}"' in phuc.get(path).content.decode()


def test_prefilled_answers_say_where_they_come_from(world: World, phuc: Client) -> None:
    draft = begun(world)

    html = phuc.get(f"/vi/draft/{draft.code}/page/applicant/").content.decode()

    assert 'value="Vàng Văn Phúc"' in html
    assert 'id="id_applicant-full_name_source"' in html


def test_an_answer_that_calls_up_a_question_is_asked_on_the_same_page(world: World, phuc: Client) -> None:
    draft = begun(world)
    path = f"/vi/draft/{draft.code}/page/what/"

    response = send(phuc, path, for_whom="other")
    html = response.content.decode()

    assert response.status_code == 200
    assert 'name="relation"' in html
    assert 'class="summary"' not in html  # a question just called up is no mistake of theirs


def test_keeping_and_stopping_shows_the_code(world: World, phuc: Client) -> None:
    draft = begun(world)
    path = f"/vi/draft/{draft.code}/page/copies/"

    response = send(phuc, path, copies="7", _later="")

    assert response.headers["Location"] == f"/vi/draft/{draft.code}/"
    html = phuc.get(response.headers["Location"]).content.decode()
    assert f"{draft.code[:4]}-{draft.code[4:]}" in html
    assert "<svg" in html
    draft.refresh_from_db()
    assert draft.answers["copies"]["value"] == 7


def test_a_place_is_found_by_name_and_chosen_without_script(world: World, phuc: Client) -> None:
    draft = begun(world, "permanent_residence")
    page = _page_with(draft, "new.unit")
    path = f"/vi/draft/{draft.code}/page/{page}/"

    searched = send(phuc, path, **{"new.unit": "", "new.unit__query": "muong hum", "_search": "new.unit"})
    html = searched.content.decode()
    assert "xã Mường Hum" in html
    assert f'value="{world.cast.next_commune.pk}"' in html

    missing = send(phuc, path, **{"new.unit": "", "new.unit__query": "atlantis"})
    assert missing.status_code == 422
    assert 'href="#id_new-unit"' in missing.content.decode()


def _page_with(draft: Draft, field: str) -> str:
    from dinh.catalogue import layout, store

    pages = layout.pages(store.get_procedure(draft.procedure))
    return next(page.id for page in pages if field in {one.id for one in page.fields})


def test_rows_of_persons_are_added_kept_and_removed(world: World, phuc: Client) -> None:
    draft = begun(world, "permanent_residence")
    path = f"/vi/draft/{draft.code}/page/{_page_with(draft, 'members')}/"
    send(phuc, path, scope="family")

    added = send(
        phuc,
        path,
        **{"scope": "family", "members.0.full_name": "Lý Thị Mai", "members__rows": "1", "_add": "members"},
    )
    html = added.content.decode()
    assert 'name="members.1.full_name"' in html
    assert 'value="Lý Thị Mai"' in html

    removed = send(phuc, path, scope="family", members__rows="1", _remove="members.0")
    assert 'value="Lý Thị Mai"' not in removed.content.decode()


def test_an_ineligible_person_is_stopped_kindly_before_sending(world: World, phuc: Client) -> None:
    draft = begun(world, "social_pension")

    response = send(phuc, f"/vi/draft/{draft.code}/page/{_page_with(draft, 'for_whom')}/", for_whom="self")
    while "/page/" in response.headers.get("Location", ""):
        response = send(phuc, response.headers["Location"])
    html = phuc.get(f"/vi/draft/{draft.code}/check/").content.decode()

    assert "70" in html
    assert 'name="true"' not in html


def test_papers_are_kept_and_a_disguised_file_is_refused_by_name(world: World, phuc: Client) -> None:
    draft = filled(world, begun(world, "certified_copy"))
    document = draft.attachments.first()
    assert document
    path = f"/vi/draft/{draft.code}/papers/"

    bad = phuc.post(path, {document.document: SimpleUploadedFile("giay.pdf", b"MZ not a pdf")})
    good = phuc.post(path, {document.document: SimpleUploadedFile("hai.pdf", PDF + b"2"), "_upload": ""})

    assert bad.status_code == 422
    assert f'href="#id_{document.document}"' in bad.content.decode()
    assert "hai.pdf" in good.content.decode()
    assert Attachment.objects.filter(draft=draft, document=document.document).count() == 2


def test_a_paper_can_be_taken_out_again(world: World, phuc: Client) -> None:
    draft = filled(world, begun(world, "certified_copy"))
    row = draft.attachments.first()
    assert row

    phuc.post(f"/vi/draft/{draft.code}/papers/", {"_remove": str(row.pk)})

    assert not Attachment.objects.filter(pk=row.pk).exists()


def test_two_windows_do_not_overwrite_each_other(world: World, phuc: Client) -> None:
    draft = begun(world)
    path = f"/vi/draft/{draft.code}/page/copies/"
    old = form_of(phuc.get(path).content.decode())
    send(phuc, path, copies="3")

    response = phuc.post(path, {**old, "copies": "9"})

    assert response.status_code == 409
    draft.refresh_from_db()
    assert draft.answers["copies"]["value"] == 3
    again = form_of(response.content.decode())
    assert again["copies"] == "9"  # what was typed here is shown again, over the newer draft
    assert phuc.post(path, again).status_code == 302
    draft.refresh_from_db()
    assert draft.answers["copies"]["value"] == 9


def test_a_session_that_ended_in_mid_form_loses_no_answer(world: World, phuc: Client) -> None:
    draft = begun(world)
    path = f"/vi/draft/{draft.code}/page/copies/"
    data = form_of(phuc.get(path).content.decode())
    phuc.logout()

    response = phuc.post(path, {**data, "copies": "4", "purpose": "bán <b>đất</b>"})
    html = response.content.decode()

    assert response.status_code == 403
    assert 'name="copies" value="4"' in html
    assert "bán &lt;b&gt;đất&lt;/b&gt;" in html
    assert f'action="{path}"' in html


def test_a_page_grown_old_can_be_sent_again_but_not_from_elsewhere(world: World) -> None:
    draft = begun(world)
    path = f"/vi/draft/{draft.code}/page/copies/"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.cast.citizen, backend="allauth.account.auth_backends.AuthenticationBackend")

    ours = strict.post(path, {"copies": "4"}, headers={"origin": "http://testserver"})
    theirs = strict.post(path, {"copies": "4"}, headers={"origin": "https://evil.example"})

    assert ours.status_code == theirs.status_code == 403
    assert 'name="copies" value="4"' in ours.content.decode()
    assert 'name="copies"' not in theirs.content.decode()


def test_secrets_are_never_shown_again(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)

    html = strict.post(
        "/vi/account/login/",
        {"login": "huong", "password": "bai-hat"},
        headers={"origin": "http://testserver"},
    ).content.decode()

    assert "bai-hat" not in html


def test_somebody_else_s_draft_is_not_there(world: World) -> None:
    draft = begun(world)
    lan = signed_in(world.cast.representative)

    for end in ("/", "/page/what/", "/papers/", "/check/"):
        assert lan.get(f"/vi/draft/{draft.code}{end}").status_code == 404


def test_staff_are_told_that_this_is_the_citizens_side(world: World) -> None:
    staff = Account.objects.get(pk=world.cast.reception.pk)

    response = signed_in(staff).get("/vi/mine/")

    assert response.status_code in {302, 403}  # 302: the second factor comes first


def test_a_draft_is_thrown_away_only_when_sure(world: World, phuc: Client) -> None:
    draft = begun(world)

    asked = phuc.post(f"/vi/draft/{draft.code}/discard/")
    assert asked.status_code == 200 and Draft.objects.filter(pk=draft.pk).exists()
    phuc.post(f"/vi/draft/{draft.code}/discard/", {"sure": "1"})

    assert not Draft.objects.filter(pk=draft.pk).exists()
