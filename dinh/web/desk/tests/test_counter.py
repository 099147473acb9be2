"""The counter: whose draft, with what consent, from which card; filled and filed on the person's behalf."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dinh.directory.tests.cast import Cast
from dinh.dossiers.models import Attachment, Dossier, Draft
from dinh.journal.models import Access
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import NUMBER, PDF, make_draft, make_person, phuc

COUNTER = "/vi/desk/counter/"
CARD = f"{NUMBER}|076123456|Vàng Văn Phúc|12031975|Nam|Ún Tà, Cốc San, Lào Cai|05062022"


def open_draft(client: Client, code: str, how: str = "spoken", **more: str) -> Any:
    return client.post(
        f"{COUNTER}open", {"open-code": code, "open-how": how, **{f"open-{k}": v for k, v in more.items()}}
    )


def test_a_draft_opens_by_its_code_with_consent(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)

    answer = open_draft(
        at_desk(cast.reception), f"{draft.code[:4].lower()}-{draft.code[4:]}", witness="Lý Thị Mẩy"
    )

    assert answer["Location"] == f"{COUNTER}draft/{draft.code}/"
    draft.refresh_from_db()
    assert draft.helper == cast.reception
    assert (draft.consent["how"], draft.consent["witness"]) == ("spoken", "Lý Thị Mẩy")
    assert Access.objects.filter(subject=draft.pk, actor=cast.reception.pk).count() == 1


def test_a_scanned_address_gives_the_code(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)

    answer = open_draft(at_desk(cast.reception), f"https://example.vn/vi/draft/{draft.code}/")

    assert answer["Location"] == f"{COUNTER}draft/{draft.code}/"


def test_without_consent_nothing_opens(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)

    answer = open_draft(at_desk(cast.reception), draft.code, how="")

    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.helper is None


def test_a_wrong_code_says_so_and_keeps_the_form(cast: Cast, at_desk: Seat) -> None:
    answer = open_draft(at_desk(cast.reception), "ABCDEFGH")

    assert answer.status_code == 404
    assert answer.context["opening"].errors["code"]


def test_an_officer_of_the_next_commune_opens_no_draft_here(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)

    assert open_draft(at_desk(cast.next_reception), draft.code).status_code == 403
    assert at_desk(cast.next_reception).get(f"{COUNTER}draft/{draft.code}/check").status_code == 404


def test_a_draft_without_consent_is_not_reached_by_its_address(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)

    for path in ("", "check", "page/applicant"):
        assert at_desk(cast.reception).get(f"{COUNTER}draft/{draft.code}/{path}").status_code == 404


def test_what_the_citizen_typed_stays_theirs_and_the_officer_signs_their_own(
    cast: Cast, at_desk: Seat
) -> None:
    draft = make_draft(cast)
    client = at_desk(cast.reception)
    open_draft(client, draft.code)

    page = client.get(f"{COUNTER}draft/{draft.code}/page/paper")
    answer = client.post(
        f"{COUNTER}draft/{draft.code}/page/paper",
        {"_version": page.context["version"], "paper_kind": "diploma", "paper_title": "Bằng đại học",
         "original_state": "good", "pages": "2", "copies": "3", "electronic": "yes"},
    )  # fmt: skip

    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.answers["paper_title"]["by"] == str(cast.reception.pk)
    assert draft.answers["pages"]["by"] == str(cast.citizen.pk)


def test_a_fault_names_the_question_and_keeps_what_was_typed(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)
    client = at_desk(cast.reception)
    open_draft(client, draft.code)

    answer = client.post(
        f"{COUNTER}draft/{draft.code}/page/paper",
        {"paper_kind": "diploma", "paper_title": "Bằng đại học", "original_state": "good", "pages": "hai",
         "copies": "3", "electronic": "yes"},
    )  # fmt: skip

    assert answer.status_code == 422
    assert [fault.path for fault in answer.context["faults"]] == ["pages"]
    assert 'value="hai"' in answer.content.decode()


def test_a_page_changed_in_another_window_is_not_overwritten(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)
    client = at_desk(cast.reception)
    open_draft(client, draft.code)
    page = {
        "paper_kind": "diploma",
        "paper_title": "Một",
        "original_state": "good",
        "pages": "2",
        "copies": "3",
        "electronic": "yes",
    }
    version = client.get(f"{COUNTER}draft/{draft.code}/page/paper").context["version"]
    client.post(f"{COUNTER}draft/{draft.code}/page/paper", {**page, "_version": version})

    answer = client.post(
        f"{COUNTER}draft/{draft.code}/page/paper", {**page, "paper_title": "Hai", "_version": version}
    )

    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.answers["paper_title"]["value"] == "Một"


def test_filed_on_behalf_it_names_the_helper_and_is_filed_once(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)
    client = at_desk(cast.reception)
    open_draft(client, draft.code)
    check = f"{COUNTER}draft/{draft.code}/check"
    key = client.get(check).context["key"]

    first = client.post(check, {"_key": key})
    second = client.post(check, {"_key": key})

    dossier = Dossier.objects.get()
    assert first["Location"] == second["Location"] == f"/vi/desk/dossier/{dossier.number}/"
    assert dossier.helper == cast.reception
    assert dossier.account == cast.citizen
    assert dossier.consent["how"] == "spoken"


def test_an_incomplete_draft_is_not_filed_and_says_what_is_missing(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)
    draft.attachments.all().delete()
    client = at_desk(cast.reception)
    open_draft(client, draft.code)

    answer = client.post(f"{COUNTER}draft/{draft.code}/check", {"_key": "k" * 12})

    assert answer.status_code == 422
    assert not Dossier.objects.exists()


def test_a_paper_is_added_and_taken_out_again(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)
    draft.attachments.all().delete()
    client = at_desk(cast.reception)
    open_draft(client, draft.code)
    file = SimpleUploadedFile("ban-chinh.pdf", PDF, "application/pdf")

    client.post(f"{COUNTER}draft/{draft.code}/attach", {"document": "original", "copy": "0", "file": file})

    given = draft.attachments.get()
    assert given.copy == Attachment.Copy.ORIGINAL
    client.post(f"{COUNTER}draft/{draft.code}/detach/{given.pk}")
    assert not draft.attachments.exists()


def test_a_file_that_is_not_what_its_name_says_is_refused_on_the_page(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)
    client = at_desk(cast.reception)
    open_draft(client, draft.code)
    file = SimpleUploadedFile("anh.pdf", b"MZ\x90\x00 a program", "application/pdf")

    answer = client.post(
        f"{COUNTER}draft/{draft.code}/attach", {"document": "original", "copy": "0", "file": file}
    )

    assert answer.status_code == 422
    assert draft.attachments.count() == 1


def test_a_card_stands_beside_the_population(cast: Cast, at_desk: Seat) -> None:
    phuc(cast)
    client = at_desk(cast.reception)

    answer = client.post(f"{COUNTER}scan", {"scan-text": CARD.replace("Vàng Văn", "Vàng A")})

    differing = [line.label for line in answer.context["compared"] if line.differs]
    assert len(differing) == 1
    assert Access.objects.filter(kind="open", purpose="counter:card").count() == 1


def test_the_card_of_somebody_of_another_commune_shows_nothing_of_theirs(cast: Cast, at_desk: Seat) -> None:
    make_person(cast.next_commune, full_name="Giàng A Phúc")

    answer = at_desk(cast.reception).post(f"{COUNTER}scan", {"scan-text": CARD})

    assert answer.context["elsewhere"]
    assert "Giàng" not in answer.content.decode()


def test_a_text_that_is_no_card_is_refused_and_not_repeated(cast: Cast, at_desk: Seat) -> None:
    answer = at_desk(cast.reception).post(f"{COUNTER}scan", {"scan-text": "8934588012345"})

    assert answer.status_code == 422
    assert answer.context["scanning"].errors["text"]


def test_a_request_begun_with_a_card_is_filled_from_it(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.reception)
    client.post(f"{COUNTER}scan", {"scan-text": CARD})

    client.post(f"{COUNTER}begin", {"procedure": "certified_copy", "how": "spoken", "card": NUMBER})

    draft = Draft.objects.get()
    mark = draft.answers["applicant.full_name"]
    assert (mark["value"], mark["source"]) == ("Vàng Văn Phúc", "card")
    assert draft.channel == 1
    assert draft.account is None


def test_a_request_for_a_known_person_is_filled_from_the_register(cast: Cast, at_desk: Seat) -> None:
    person = phuc(cast)

    at_desk(cast.reception).post(
        f"{COUNTER}begin", {"procedure": "certified_copy", "how": "spoken", "person": str(person.pk)}
    )

    draft = Draft.objects.get()
    assert draft.answers["applicant.full_name"]["source"] == "register"
    assert draft.person == person


def test_nobody_begins_for_a_person_of_another_commune_without_their_card(cast: Cast, at_desk: Seat) -> None:
    person = make_person(cast.next_commune)
    data = {"procedure": "certified_copy", "how": "spoken", "person": str(person.pk)}

    assert at_desk(cast.reception).post(f"{COUNTER}begin", data).status_code == 403
    assert not Draft.objects.exists()


def test_without_consent_no_request_begins(cast: Cast, at_desk: Seat) -> None:
    person = phuc(cast)

    at_desk(cast.reception).post(f"{COUNTER}begin", {"procedure": "certified_copy", "person": str(person.pk)})

    assert not Draft.objects.exists()


def test_only_those_who_help_have_a_counter(cast: Cast, at_desk: Seat) -> None:
    assert at_desk(cast.reception).get(COUNTER).status_code == 200
    for account in (cast.leader, cast.clerk, cast.administrator, cast.citizen):
        assert at_desk(account).get(COUNTER).status_code == 403


def test_a_draft_of_somebody_with_an_account_is_theirs_to_throw_away(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)
    client = at_desk(cast.reception)
    open_draft(client, draft.code)

    assert client.post(f"{COUNTER}draft/{draft.code}/discard").status_code == 404
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_a_page_that_is_no_longer_asked_leads_to_one_that_is(cast: Cast, at_desk: Seat) -> None:
    draft = make_draft(cast)
    client = at_desk(cast.reception)
    open_draft(client, draft.code)

    answer = client.get(f"{COUNTER}draft/{draft.code}/page/of-another-time")

    assert answer.headers["Location"] == f"{COUNTER}draft/{draft.code}/"


def test_a_draft_s_code_read_as_a_card_is_kept_where_it_belongs(cast: Cast, at_desk: Seat) -> None:
    code = make_draft(cast).code

    scanned = {"scan-text": f"https://example.vn/vi/draft/{code}/"}
    html = at_desk(cast.reception).post("/en/desk/counter/scan", scanned).content.decode()

    assert f'value="{code[:4]}-{code[4:]}"' in html
    assert "That is the code of a draft" in html
