"""Following a dossier: what is shown, what may be done, and that nobody else sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from dinh.catalogue import store
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier, Rating, Status
from dinh.dossiers.tests import world as acts
from dinh.dossiers.tests.world import NOW, PDF, World
from dinh.journal import access
from dinh.journal.models import Access
from dinh.journal.sealer import seal_once
from dinh.lib.ids import uuid7
from dinh.messages.actions import notify
from dinh.papers.models import Paper
from dinh.web.portal.tests.conftest import signed_in


def ask_for_more(world: World, procedure: str = "certified_copy") -> Dossier:
    """Return a dossier whose citizen is asked for a field and a paper."""
    yesterday = timezone.now() - timedelta(days=1)  # the answer comes at the true time
    dossier = acts.received(world, procedure, at=yesterday)
    by = acts.actor(world, store.get_procedure(procedure), "examine")
    items = [
        {"item": "paper_title", "fault": "incorrect", "note": "Ghi đúng tên bằng"},
        {"item": "original", "fault": "incomplete", "note": "Thiếu trang 2"},
    ]
    actions.request_supplement(dossier=dossier, items=items, by=by, at=yesterday + timedelta(hours=1))
    return dossier


def page(client: Client, dossier: Dossier, end: str = "", language: str = "vi") -> str:
    response = client.get(f"/{language}/dossier/{dossier.number}/{end}")
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_tells_who_did_what_and_what_comes(world: World, phuc: Client) -> None:
    dossier = acts.examined(world)

    html = page(phuc, dossier)

    assert world.cast.reception.full_name in html
    assert world.cast.examiner.full_name in html
    assert 'aria-current="step"' in html
    assert Access.objects.filter(subject=dossier.pk, actor=world.cast.citizen.pk).exists()


def test_a_due_date_is_explained_day_by_day(world: World, phuc: Client) -> None:
    html = page(phuc, acts.received(world), language="en")

    assert "Why this date" in html
    assert html.count("<li>23/11/2026") + html.count("<li>24/11/2026") >= 1


@pytest.mark.parametrize("end", ["", "supplement/", "withdraw/", "receipt/"])
def test_somebody_else_s_dossier_is_not_there(world: World, end: str) -> None:
    dossier = acts.received(world)
    lan = signed_in(world.cast.representative)

    assert lan.get(f"/vi/dossier/{dossier.number}/{end}").status_code == 404
    assert lan.get(f"/vi/filed/{dossier.number}/").status_code == 404


def test_a_supplement_shows_only_what_was_asked_and_takes_the_answer(world: World, phuc: Client) -> None:
    dossier = ask_for_more(world)

    html = page(phuc, dossier, "supplement/")
    assert "Thiếu trang 2" in html and "Ghi đúng tên bằng" in html
    assert 'name="applicant.full_name"' not in html

    response = phuc.post(
        f"/vi/dossier/{dossier.number}/supplement/",
        {"paper_title": "Bằng tốt nghiệp THPT", "original": SimpleUploadedFile("du.pdf", PDF + b"3")},
    )
    assert response.status_code == 302
    dossier.refresh_from_db()
    assert dossier.answers["paper_title"]["value"] == "Bằng tốt nghiệp THPT"
    assert dossier.status == Status.IN_PROCESS


def test_a_supplement_without_its_paper_keeps_the_rest_and_says_what_is_missing(
    world: World, phuc: Client
) -> None:
    dossier = ask_for_more(world)

    response = phuc.post(f"/vi/dossier/{dossier.number}/supplement/", {"paper_title": "Bằng tốt nghiệp THPT"})

    assert response.status_code == 422
    assert 'value="Bằng tốt nghiệp THPT"' in response.content.decode()
    dossier.refresh_from_db()
    assert dossier.status == Status.SUPPLEMENT


def test_whoever_owes_something_elsewhere_is_told_so_and_asked_for_no_answer(
    world: World, phuc: Client
) -> None:
    dossier = acts.received(world)
    actions.ask_payment(
        dossier=dossier, what="Thuế đất, nộp cho Thuế cơ sở", amount_vnd=250_000, by=world.cast.examiner,
        at=NOW + timedelta(hours=1),
    )  # fmt: skip

    html = page(phuc, dossier, language="en")

    assert "Something must be paid elsewhere first" in html
    assert "Thuế đất, nộp cho Thuế cơ sở: 250.000" in html
    assert "/supplement/" not in html


def test_a_request_is_withdrawn_after_a_question(world: World, phuc: Client) -> None:
    dossier = acts.received(world)

    html = page(phuc, dossier, "withdraw/")
    phuc.post(
        f"/vi/dossier/{dossier.number}/withdraw/", {"reason": "Tự tìm thấy giấy", "_version": dossier.version}
    )

    dossier.refresh_from_db()
    assert "<form" in html
    assert dossier.status == Status.WITHDRAWN


def test_a_result_is_rated_once(world: World, phuc: Client) -> None:
    dossier = acts.returned(world)
    assert 'name="stars"' in page(phuc, dossier)

    nothing = phuc.post(f"/vi/dossier/{dossier.number}/rate/", {"comment": "Nhanh"})
    phuc.post(f"/vi/dossier/{dossier.number}/rate/", {"stars": "5", "comment": "Nhanh"})
    again = phuc.post(f"/vi/dossier/{dossier.number}/rate/", {"stars": "1"})

    assert nothing.status_code == 422 and "Nhanh" in nothing.content.decode()
    assert Rating.objects.get().stars == 5
    assert again.status_code == 409


def test_a_paper_not_issued_yet_is_not_handed_over(world: World, phuc: Client) -> None:
    dossier = acts.approved(world)
    paper = Paper.objects.filter(subject=dossier.pk, template="birth_extract_copy").get()

    html = page(phuc, dossier)
    response = phuc.get(f"/vi/dossier/{dossier.number}/paper/{paper.check_code}/")

    assert response.status_code == 404
    assert "/paper/" not in html


def test_what_was_handed_in_can_be_read_again(world: World, phuc: Client) -> None:
    dossier = acts.filed(world, "certified_copy")
    row = dossier.attachments.get()

    mine = phuc.get(f"/vi/dossier/{dossier.number}/file/{row.pk}/")
    other = acts.filed(world, "death_registration", at=NOW + timedelta(minutes=1))

    assert b"".join(mine.streaming_content) == PDF  # type: ignore[attr-defined]
    assert phuc.get(f"/vi/dossier/{other.number}/file/{row.pk}/").status_code == 404


def test_my_dossiers_are_listed_searched_and_taken_out(world: World, phuc: Client) -> None:
    first = acts.filed(world)
    second = acts.filed(world, "certified_copy", at=NOW + timedelta(minutes=1))

    everything = phuc.get("/vi/mine/").content.decode()
    searched = phuc.get("/vi/mine/", {"q": second.number.lower()}).content.decode()
    csv = phuc.get("/vi/mine/export/csv/").content.decode()
    xlsx = phuc.get("/vi/mine/export/xlsx/").content

    assert first.number in everything and second.number in everything
    assert second.number in searched and first.number not in searched
    assert first.number in csv and csv.startswith("\ufeff")
    assert xlsx[:2] == b"PK"
    assert Access.objects.filter(kind="export", actor=world.cast.citizen.pk).count() == 2


def test_a_cell_is_never_a_formula(world: World, phuc: Client) -> None:
    Dossier.objects.filter(pk=acts.filed(world).pk).update(applicant_name="=1+1")

    assert "'=1+1" in phuc.get("/vi/mine/export/csv/").content.decode()


def test_an_empty_list_says_where_to_begin(world: World, phuc: Client) -> None:
    assert "/vi/find/" in phuc.get("/vi/mine/").content.decode()


def test_a_notice_is_new_until_it_is_read(world: World, phuc: Client) -> None:
    dossier = acts.filed(world)
    notify(
        account=world.cast.citizen, person=None, subject_type="dossier", subject=dossier.pk, kind="dossiers.received",
        cause=None, title="Đã tiếp nhận", body="Hồ sơ đã được tiếp nhận.", language="vi", at=timezone.now(),
    )  # fmt: skip

    before = phuc.get("/vi/notices/").content.decode()
    phuc.post("/vi/notices/")
    after = phuc.get("/vi/notices/").content.decode()

    assert "Đã tiếp nhận" in before and 'class="count"' in before
    assert f"/vi/dossier/{dossier.number}/" in before
    assert 'class="count"' not in after


def test_older_notices_come_on_pages_of_their_own(
    world: World, phuc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinh.web.portal.views.mine.NOTICES", 2)
    at = timezone.now()
    for number in range(3):  # all of one moment: nothing may fall between two pages
        notify(
            account=world.cast.citizen, person=None, subject_type="dossier", subject=uuid7(), kind="dossiers.received",
            cause=None, title=f"Tin {number}", body="", language="vi", at=at,
        )  # fmt: skip

    first = phuc.get("/vi/notices/")
    rest = phuc.get("/vi/notices/" + first.context["older"])

    assert sorted(row["title"] for row in [*first.context["rows"], *rest.context["rows"]]) == [
        "Tin 0",
        "Tin 1",
        "Tin 2",
    ]
    assert rest.context["older"] == ""


def test_my_data_shows_the_registers_and_who_looked(world: World, phuc: Client) -> None:
    dossier = acts.received(world)
    from dinh.dossiers.queries import get_dossier

    get_dossier(dossier.number, world.cast.examiner, at=timezone.now())
    html = phuc.get("/vi/my-data/").content.decode()

    assert "010075001234" in html
    assert world.cast.examiner.full_name in html
    assert f"để giải quyết hồ sơ {dossier.number}" in html


def test_the_telephones_of_volunteers_are_told_once_a_day(world: World, phuc: Client) -> None:
    member, at = world.cast.examiner, timezone.now()
    for at_, ids in ((at, [world.household.pk, uuid7()]), (at, [world.household.pk]), (at, [uuid7()])):
        access.listed(
            subject_type="household", query={}, ids=ids, by=member, at=at_, purpose="field.pack",
        )  # fmt: skip
    seal_once()

    looked = phuc.get("/en/my-data/").content.decode().partition('id="looked"')[2]

    assert looked.count("had the card of your house on the telephone") == 1
    assert member.full_name in looked


def test_one_s_own_reading_is_not_called_handling(world: World, phuc: Client) -> None:
    dossier = acts.received(world)
    phuc.get(f"/en/dossier/{dossier.number}/")

    looked = phuc.get("/en/my-data/").content.decode().partition('id="looked"')[2]

    assert f"opened, dossier {dossier.number}" in looked
    assert "to handle" not in looked


def test_somebody_unknown_to_the_registers_is_told_so(world: World) -> None:
    from dinh.directory.tests.cast import make_account

    stranger = make_account("stranger", "Người Lạ", "citizen")

    assert signed_in(stranger).get("/vi/my-data/").status_code == 200


def test_who_has_answered_is_not_told_that_we_wait_for_them(world: World, phuc: Client) -> None:
    dossier = acts.filed(world, "certified_copy")
    item = {"item": "paper_title", "fault": "incorrect", "note": "Ghi đúng tên bằng"}
    actions.request_supplement(
        dossier=dossier, items=[item], by=world.cast.reception, at=NOW + timedelta(minutes=5)
    )
    waiting = page(phuc, dossier, language="en")
    assert "Waiting for your papers" in waiting
    assert "If it is received as it is, due" not in waiting

    actions.supplement(
        dossier=dossier, by=world.cast.citizen, at=NOW + timedelta(minutes=9), answers={"paper_title": "Bằng"}
    )

    for html in (page(phuc, dossier, language="en"), phuc.get("/en/mine/").content.decode()):
        assert "Completed, waiting for reception" in html
        assert "Waiting for your papers" not in html
    assert "Completed, waiting for reception" in phuc.get("/en/mine/export/csv/").content.decode("utf-8-sig")


def test_who_does_not_agree_is_shown_how_to_complain(world: World, phuc: Client) -> None:
    dossier = acts.filed(world)
    later = NOW + timedelta(hours=1)
    actions.refuse(dossier=dossier, reason="Không thuộc thẩm quyền", by=world.cast.reception, at=later)

    assert "/en/complain/" in page(phuc, dossier, language="en").partition("<footer")[0]
    assert "90 days" in phuc.get("/en/complain/").content.decode()
