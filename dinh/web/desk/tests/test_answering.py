"""Answers given anew: corrected by the examiner, completed by the citizen at the counter; and the letter of a late office."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier, Status
from dinh.dossiers.tests import world as acts
from dinh.dossiers.tests.world import World
from dinh.papers.models import Paper
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import PDF, make_dossier


def address(dossier: Dossier, path: str = "") -> str:
    return f"/vi/desk/dossier/{dossier.number}/{path}"


def as_shown(client: Client, url: str) -> dict[str, Any]:
    """Return what a browser would send of the page, unchanged."""
    page = client.get(url)
    return {view.name: view.value for part in page.context["sections"] for view in part.fields}


def test_only_what_was_changed_is_corrected_and_the_old_answer_stays_visible(
    cast: Cast, at_desk: Seat
) -> None:
    dossier = make_dossier(cast, "received")
    client, url = at_desk(cast.examiner), address(dossier, "correct")
    shown = as_shown(client, url)

    answer = client.post(
        url, {**shown, "copies": "5", "version": dossier.version, "proposal": "approve", "on_site": "on"}
    )

    assert answer.status_code == 302, answer.context["faults"]
    dossier.refresh_from_db()
    assert dossier.answers["copies"]["value"] == 5
    assert dossier.answers["copies"]["before"]["value"] == 3
    assert [key for key, mark in dossier.answers.items() if "before" in mark] == ["copies"]
    assert dossier.step == "approve"


def test_a_correction_that_does_not_hold_is_shown_beside_its_question(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "received")
    client, url = at_desk(cast.examiner), address(dossier, "correct")

    answer = client.post(
        url, {**as_shown(client, url), "copies": "nhiều", "version": dossier.version, "proposal": "approve"}
    )

    assert answer.status_code == 422
    assert [fault.path for fault in answer.context["faults"]] == ["copies"]
    assert Dossier.objects.get(pk=dossier.pk).step == "examine"


def test_what_was_typed_beside_a_mistake_is_still_there(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "received")
    client, url = at_desk(cast.examiner), address(dossier, "correct")
    typed = {"copies": "nhiều", "paper_title": "Bằng đại học", "version": dossier.version}

    answer = client.post(url, {**as_shown(client, url), **typed, "proposal": "approve"})

    assert answer.status_code == 422
    assert "Bằng đại học" in answer.content.decode()


def moving(world: World, cast: Cast) -> Dossier:
    """Return a request to move house of which the persons are asked for again."""
    at = timezone.now() - timedelta(days=1)
    dossier = acts.received(world, "permanent_residence", at=at)
    items = [{"item": "members", "fault": "incomplete", "note": "Thiếu một người"}]
    actions.request_supplement(
        dossier=dossier, items=items, by=cast.police_officer, at=at + timedelta(hours=1)
    )
    return dossier


@pytest.mark.parametrize("button", [{"_add": "members"}, {"_remove": "members.0"}])
def test_a_row_more_or_less_prepares_the_page_and_sends_nothing(
    cast: Cast, at_desk: Seat, button: dict[str, str]
) -> None:
    dossier = moving(acts.settled(cast), cast)
    url = address(dossier, "complete")
    client = at_desk(cast.police_officer)
    html = client.get(url).content.decode()
    row = {"members__rows": "1", "members.0.full_name": "Lý Thị Mai", "version": dossier.version}

    answer = client.post(url, {**row, **button})

    assert answer.status_code == 200
    assert ("members.1.full_name" in answer.content.decode()) == ("_add" in button)
    assert Dossier.objects.get(pk=dossier.pk).status == Status.SUPPLEMENT
    form = html[html.index("data-once") :]
    assert form.index("<button") < form.index('name="_remove"')  # what the Enter key presses stands first


def test_one_whose_step_it_is_not_corrects_nothing(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    assert at_desk(cast.examiner).get(address(dossier, "correct")).status_code == 409
    assert at_desk(cast.reception).get(address(dossier, "correct")).status_code == 403
    assert at_desk(cast.next_reception).get(address(dossier, "complete")).status_code == 403


def asked_for_more(cast: Cast) -> Dossier:
    dossier = make_dossier(cast, "received")
    items = [
        {"item": "original", "fault": "incomplete", "note": "Thiếu trang 2"},
        {"item": "copies", "fault": "incorrect", "note": "Xin ghi lại số bản"},
    ]
    actions.request_supplement(dossier=dossier, items=items, by=cast.examiner, at=timezone.now())
    return dossier


def test_only_what_was_asked_is_asked_again(cast: Cast, at_desk: Seat) -> None:
    dossier = asked_for_more(cast)

    page = at_desk(cast.reception).get(address(dossier, "complete"))

    assert [view.name for part in page.context["sections"] for view in part.fields] == ["copies"]
    assert [view.name for view in page.context["papers"]] == ["original"]


def test_what_the_citizen_brings_is_taken_in_and_the_clock_runs_again(cast: Cast, at_desk: Seat) -> None:
    dossier = asked_for_more(cast)
    file = SimpleUploadedFile("trang-2.pdf", PDF + b"2", "application/pdf")

    answer = at_desk(cast.reception).post(
        address(dossier, "complete"), {"version": dossier.version, "copies": "4", "original": file}
    )

    assert answer.status_code == 302
    dossier.refresh_from_db()
    assert dossier.status == Status.IN_PROCESS
    assert dossier.answers["copies"]["value"] == 4
    assert dossier.attachments.count() == 2
    assert all(pause["to"] for pause in dossier.pauses)


def late(cast: Cast) -> Dossier:
    dossier = make_dossier(cast, "received")
    Dossier.objects.filter(pk=dossier.pk).update(due_at=timezone.now() - timedelta(days=1))
    dossier.refresh_from_db()
    return dossier


def letter(dossier: Dossier, **more: Any) -> dict[str, Any]:
    promised = (timezone.localdate() + timedelta(days=2)).isoformat()
    return {"version": dossier.version, "reason": "Mất điện hai ngày", "promised": promised, **more}


def test_the_citizen_of_a_late_dossier_is_told_once_why_and_until_when(cast: Cast, at_desk: Seat) -> None:
    dossier = late(cast)
    client = at_desk(cast.examiner)

    assert client.post(address(dossier, "apology"), letter(dossier)).status_code == 302
    dossier.refresh_from_db()
    again = client.post(address(dossier, "apology"), letter(dossier))

    dossier.refresh_from_db()
    assert dossier.promised_on == timezone.localdate() + timedelta(days=2)
    assert Paper.objects.get(template="apology").subject == dossier.pk
    assert again.status_code == 409


def test_a_day_that_is_past_is_not_promised(cast: Cast, at_desk: Seat) -> None:
    dossier = late(cast)

    answer = at_desk(cast.examiner).post(address(dossier, "apology"), letter(dossier, promised="2020-01-01"))

    assert answer.status_code == 422
    assert not Paper.objects.filter(template="apology").exists()


def test_nobody_apologises_for_what_is_not_late_or_not_theirs(cast: Cast, at_desk: Seat) -> None:
    in_time, not_mine = make_dossier(cast, "received"), late(cast)
    Dossier.objects.filter(pk=in_time.pk).update(due_at=timezone.now() + timedelta(days=30))

    assert at_desk(cast.examiner).post(address(in_time, "apology"), letter(in_time)).status_code == 409
    assert at_desk(cast.leader).post(address(not_mine, "apology"), letter(not_mine)).status_code == 403


def test_a_payment_owed_elsewhere_is_asked_for_and_seen(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "received")
    sent = {"version": dossier.version, "what": "Thuế đất, nộp cho Thuế cơ sở", "amount_vnd": "250000"}
    client = at_desk(cast.examiner)

    assert client.post(address(dossier, "act/ask_payment"), sent).status_code == 302
    page = at_desk(cast.reception).get(address(dossier))
    dossier.refresh_from_db()
    seen = {"version": dossier.version, "proof": "Biên lai 0012345, 20/11/2026"}
    answer = at_desk(cast.reception).post(address(dossier, "act/confirm_payment"), seen)

    assert "Đã thấy chứng từ, giải quyết tiếp" in page.content.decode()
    assert "250.000" in page.content.decode()
    assert answer.status_code == 302
    dossier.refresh_from_db()
    assert dossier.status == Status.IN_PROCESS


def test_an_amount_in_words_is_asked_for_again(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "received")
    sent = {"version": dossier.version, "what": "Thuế đất", "amount_vnd": "hai trăm"}

    answer = at_desk(cast.examiner).post(address(dossier, "act/ask_payment"), sent)

    assert answer.status_code == 422
    assert "hai trăm" in answer.content.decode()
