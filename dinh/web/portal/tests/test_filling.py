"""Filling a request from the first question to the number, and everything that may go wrong on the way."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from dinh.catalogue import layout, store
from dinh.directory.models import Account
from dinh.dossiers.models import Dossier, Draft
from dinh.dossiers.tests.world import World, begun, filled
from dinh.web.portal.tests.sending import form_of, send


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


def test_a_draft_is_thrown_away_only_when_sure(world: World, phuc: Client) -> None:
    draft = begun(world)

    asked = phuc.post(f"/vi/draft/{draft.code}/discard/")
    assert asked.status_code == 200 and Draft.objects.filter(pk=draft.pk).exists()
    phuc.post(f"/vi/draft/{draft.code}/discard/", {"sure": "1"})

    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_the_question_before_throwing_away_can_be_read_in_another_language(
    world: World, phuc: Client
) -> None:
    draft = begun(world)

    html = phuc.get(f"/fr/draft/{draft.code}/discard/?sure=1").content.decode()

    assert f'action="/fr/draft/{draft.code}/discard/"' in html and '<html lang="fr"' in html
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_nobody_is_asked_twice_whether_the_others_agree(world: World, phuc: Client) -> None:
    draft = filled(world, begun(world, "permanent_residence"))

    html = phuc.get(f"/vi/draft/{draft.code}/check/").content.decode()

    assert "consent-" not in html
    assert "/page/household/" not in html  # a head of their own household is not asked who the head is


def test_whoever_has_a_guest_at_home_need_not_write_where_home_is(world: World, phuc: Client) -> None:
    draft = begun(world, "stay_notification")

    asked = form_of(phuc.get(f"/vi/draft/{draft.code}/page/stay/").content.decode())

    assert asked["place.unit"] == str(world.cast.cocsan.pk)
    assert asked["place.detail"]


def test_additional_copies_cost_what_the_law_says(world: World, phuc: Client) -> None:
    draft = filled(world, begun(world, "birth_registration"))
    send(phuc, f"/vi/draft/{draft.code}/page/delivery/", copies="3")

    html = phuc.get(f"/vi/draft/{draft.code}/check/").content.decode()

    assert "24.000\u00a0đ" in html
    asked = form_of(phuc.get(f"/vi/draft/{draft.code}/page/fees/").content.decode())
    assert asked["exemption.group"] == "none"  # called up later, it begins with its usual answer all the same
    assert "/page/fees/" in html  # the question of exemption is asked as soon as something is owed


def test_a_demonstration_offers_its_people_those_with_a_draft_first(world: World, client: Client) -> None:
    Account.objects.filter(kind="citizen").update(demonstration=True)
    begun(world, account=world.cast.representative)

    html = client.get("/vi/sign-in/").content.decode()

    assert 0 < html.index('value="010195000555"') < html.index('value="010075001234"')


def test_a_person_without_name_is_shown_before_sending_as_it_was_typed(world: World, phuc: Client) -> None:
    draft = begun(world, "permanent_residence")
    row = {"members__rows": "1", "members.0.number": "010180004321"}
    path = f"/vi/draft/{draft.code}/page/{_page_with(draft, 'members')}/"
    send(phuc, path, scope="family")
    send(phuc, path, scope="family", **row)

    html = phuc.get(f"/vi/draft/{draft.code}/check/").content.decode()

    assert re.search(r"<dd>\s*010180004321\s", html)
    assert "{" not in html.partition("<main")[2]


def test_a_number_of_a_thousand_digits_breaks_nothing(world: World, phuc: Client) -> None:
    draft = begun(world, "permanent_residence")
    path = f"/vi/draft/{draft.code}/page/{_page_with(draft, 'members')}/"
    long = "9" * 5000

    answer = send(phuc, path, scope="family", members__rows=long, _remove=f"members.{long}", _version=long)

    assert answer.status_code in {200, 422}


def test_what_cannot_be_asked_for_online_is_not_begun_by_its_address(
    world: World, phuc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = store.get_procedure("certified_copy").model_copy(update={"online": "none"})
    monkeypatch.setattr(store, "get_procedure", lambda *_which: declared)

    answer = phuc.post("/vi/begin/certified_copy/", {})

    assert answer.headers["Location"] == "/vi/procedure/certified_copy/"
    assert not Draft.objects.exists()
