"""The worklist shows what waits for whom, and nothing of another commune."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dinh.directory.tests.cast import Cast, enrol, make_account, make_grant
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier, Status
from dinh.journal.models import Access
from dinh.web.desk.models import SavedFilter
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier

HOME = "/vi/desk/"


def test_reception_begins_with_what_is_to_be_received(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    page = at_desk(cast.reception).get(HOME)

    assert page.status_code == 200
    assert dossier.number in page.content.decode()
    assert page.context["question"].view == "receive"


def test_an_officer_of_the_next_commune_sees_none_of_it(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    page = at_desk(cast.next_reception).get(f"{HOME}?view=all")

    assert dossier.number not in page.content.decode()


def test_an_administrator_is_led_to_administration(cast: Cast, at_desk: Seat) -> None:
    page = at_desk(cast.administrator).get(HOME)

    assert page.status_code == 302
    assert page["Location"] == "/vi/desk/people/"


def test_who_brings_registers_in_is_led_to_them(cast: Cast, at_desk: Seat) -> None:
    officer = make_account("so-nga", "Tẩn Thị Nga")
    make_grant(officer, "data_officer", cast.cocsan)
    enrol([officer])

    assert at_desk(officer).get(HOME)["Location"] == "/vi/desk/registers/"


def test_a_citizen_has_no_desk(cast: Cast, at_desk: Seat) -> None:
    assert at_desk(cast.citizen).get(HOME).status_code == 403


def test_somebody_who_is_not_signed_in_is_sent_to_sign_in(client, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    page = client.get(HOME)

    assert page.status_code == 302
    assert "/account/login" in page["Location"]


def test_the_counts_open_the_late_ones(cast: Cast, at_desk: Seat) -> None:
    late, fresh = make_dossier(cast), make_dossier(cast)
    Dossier.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=1))

    page = at_desk(cast.reception).get(f"{HOME}?view=all&state=late")

    shown = page.content.decode()
    assert late.number in shown
    assert fresh.number not in shown
    assert page.context["counts"][0]["number"] == 1


@pytest.mark.parametrize("words", ["vang van phuc", "Phúc Vàng", "VÀNG"])
def test_a_name_is_found_without_accents_and_in_any_order(cast: Cast, at_desk: Seat, words: str) -> None:
    dossier = make_dossier(cast)

    page = at_desk(cast.reception).get(HOME, {"view": "all", "q": words})

    assert dossier.number in page.content.decode()


def test_htmx_gets_the_list_alone(cast: Cast, at_desk: Seat) -> None:
    make_dossier(cast)

    page = at_desk(cast.reception).get(f"{HOME}?view=all", headers={"HX-Request": "true"})

    assert "<html" not in page.content.decode()
    assert 'data-status="' in page.content.decode()
    assert "HX-Request" in page["Vary"]


def test_it_opens_where_something_waits(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)
    actions.receive(dossier=dossier, by=cast.reception, at=timezone.now())
    make_grant(cast.examiner, "reception_officer", cast.cocsan)

    page = at_desk(cast.examiner).get(HOME)

    assert page.context["question"].view == "examine"
    assert dossier.number in page.content.decode()


def test_the_lines_stand_in_the_order_asked_for_and_are_taken_away_so(cast: Cast, at_desk: Seat) -> None:
    first, second = make_dossier(cast), make_dossier(cast)
    Dossier.objects.filter(pk=first.pk).update(applicant_order="zz", due_at=timezone.now())
    client = at_desk(cast.reception)

    def found(order: str) -> list[str]:
        lines = client.get(HOME, {"view": "receive", "order": order}).context["rows"]
        return [line["number"] for line in lines]

    assert found("due") == found("") == [first.number, second.number]
    assert found("name") == found("newest") == [second.number, first.number]
    assert found("oldest") == found("number") == [first.number, second.number]
    taken = at_desk(cast.leader).get("/vi/desk/export.csv", {"view": "all", "order": "name"}).content.decode()
    assert taken.index(second.number) < taken.index(first.number)


def test_a_kept_filter_keeps_its_order(cast: Cast, at_desk: Seat) -> None:
    sent = {"name": "Theo tên", "view": "all", "order": "name"}

    at_desk(cast.reception).post("/vi/desk/filters/save", sent)

    assert SavedFilter.objects.get().query == "view=all&order=name"


def test_what_is_done_is_counted(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)
    Dossier.objects.filter(pk=dossier.pk).update(status=Status.RETURNED)

    tabs = at_desk(cast.reception).get(HOME).context["tabs"]

    assert [tab["number"] for tab in tabs][-2:] == ["0", "1"]


def test_a_search_in_vain_leads_to_the_other_tabs(cast: Cast, at_desk: Seat) -> None:
    page = at_desk(cast.reception).get(HOME, {"view": "receive", "q": "nobody"}).content.decode()

    assert "?view=all&amp;q=nobody" in page
    assert "?view=done&amp;q=nobody" in page


def test_an_unknown_tab_or_state_falls_back(cast: Cast, at_desk: Seat) -> None:
    page = at_desk(cast.reception).get(f"{HOME}?view=nonsense&state=purple&channel=9")

    assert page.status_code == 200
    assert page.context["question"].state == ""


def test_a_broken_place_in_the_list_is_a_clear_answer(cast: Cast, at_desk: Seat) -> None:
    assert at_desk(cast.reception).get(f"{HOME}?view=all&after=yesterday").status_code == 422


def test_a_search_leaves_a_row_that_says_who_saw_what(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    at_desk(cast.reception).get(HOME, {"view": "all", "q": "phuc"})

    row = Access.objects.filter(actor=cast.reception.pk, kind="search").get()
    assert row.shown == [dossier.pk.hex]


def test_a_filter_is_kept_for_its_owner_alone(cast: Cast, at_desk: Seat) -> None:
    mine = at_desk(cast.reception)

    mine.post("/vi/desk/filters/save", {"name": "Chứng thực trễ", "view": "all", "state": "late"})

    assert SavedFilter.objects.get().query == "view=all&state=late"
    assert "Chứng thực trễ" in mine.get(HOME).content.decode()
    assert "Chứng thực trễ" not in at_desk(cast.examiner).get(HOME).content.decode()


def test_somebody_elses_filter_is_not_deleted(cast: Cast, at_desk: Seat) -> None:
    at_desk(cast.reception).post("/vi/desk/filters/save", {"name": "Của tôi", "view": "all"})
    kept = SavedFilter.objects.get()

    at_desk(cast.examiner).post(f"/vi/desk/filters/{kept.pk}/delete")
    assert SavedFilter.objects.count() == 1

    at_desk(cast.reception).post(f"/vi/desk/filters/{kept.pk}/delete")
    assert SavedFilter.objects.count() == 0


def test_a_filter_without_a_name_is_not_kept(cast: Cast, at_desk: Seat) -> None:
    at_desk(cast.reception).post("/vi/desk/filters/save", {"name": "  ", "view": "all"})

    assert not SavedFilter.objects.exists()
