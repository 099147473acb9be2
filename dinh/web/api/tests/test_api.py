"""The API answers what the pages answer, to the same people, with the same traces."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.dossiers import actions
from dinh.dossiers.models import Channel, Dossier
from dinh.journal.models import Access
from dinh.population.models import Person

API = "/api"


def caller(account: Account, enforce_csrf_checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(account)
    return client


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    """A stay notified at the counter; the smallest dossier that can be made without papers."""
    from django.utils import timezone

    from dinh.directory import queries as directory
    from dinh.lib.ids import uuid7

    at = timezone.now()
    office = directory.office(cast.cocsan, "peoples_committee", timezone.localdate())
    return Dossier.objects.create(
        id=uuid7(), number="H38.02-261122-0001", procedure="certified_copy", procedure_version="2026.1",
        title="Chứng thực bản sao từ bản chính", unit=cast.cocsan, office=office, reception=cast.offices["service_centre"],
        channel=Channel.ONLINE, step="receive", local_status="cho_tiep_nhan", waiting_since=at, filed_at=at, due_at=at,
        applicant_name="Vàng Văn Phúc", applicant_key="vang van phuc",
    )  # fmt: skip


def test_procedures_are_public(client: Client, db: None) -> None:
    listed = client.get(f"{API}/procedures").json()
    one = client.get(f"{API}/procedures/certified_copy").json()

    assert {line["id"] for line in listed} >= {"certified_copy", "social_pension"}
    assert one["declaration"]["time_limit"]["unit"] == "same_day"
    assert client.get(f"{API}/procedures/no_such").status_code == 404


def test_the_document_describes_every_address(client: Client, db: None) -> None:
    document = client.get(f"{API}/openapi.json").json()

    assert set(document["paths"]) == {
        "/api/procedures", "/api/procedures/{procedure}", "/api/dossiers", "/api/dossiers/{key}", "/api/drafts/{code}/file",
        "/api/verification/registers", "/api/verification/registers/{register_id}",
        "/api/verification/registers/{register_id}/submissions", "/api/verification/registers/{register_id}/files",
        "/api/verification/registers/{register_id}/corrections", "/api/verification/submissions/{submission}",
        "/api/verification/submissions/{submission}/answer", "/api/verification/findings",
    }  # fmt: skip


def test_without_a_session_there_is_no_answer(client: Client, dossier: Dossier) -> None:
    for path in ("/dossiers", f"/dossiers/{dossier.number}"):
        assert client.get(f"{API}{path}").status_code == 401


def test_a_dossier_is_read_and_the_reading_written_down(cast: Cast, dossier: Dossier) -> None:
    answer = caller(cast.reception).get(f"{API}/dossiers/{dossier.number}")

    assert answer.json()["applicant_name"] == "Vàng Văn Phúc"
    assert Access.objects.get(kind="open", subject=dossier.pk).purpose == "api"


@pytest.mark.parametrize("who", ["next_reception", "next_leader", "administrator", "province_viewer"])
def test_others_are_refused_in_one_shape(cast: Cast, dossier: Dossier, who: str) -> None:
    answer = caller(getattr(cast, who)).get(f"{API}/dossiers/{dossier.number}")

    assert answer.status_code == 403
    assert set(answer.json()) == {"code", "message", "faults"}
    assert "Phúc" not in answer.content.decode()


def test_a_list_holds_only_what_is_in_reach(cast: Cast, dossier: Dossier) -> None:
    mine = caller(cast.reception).get(f"{API}/dossiers").json()
    theirs = caller(cast.next_reception).get(f"{API}/dossiers").json()

    assert [row["number"] for row in mine["rows"]] == [dossier.number]
    assert mine["after"] is None
    assert theirs["rows"] == []
    assert caller(cast.administrator).get(f"{API}/dossiers").status_code == 403


@pytest.mark.parametrize("query", ["view=nonsense", "state=purple", "limit=many"])
def test_a_wrong_question_is_answered_with_its_fault(cast: Cast, query: str) -> None:
    answer = caller(cast.reception).get(f"{API}/dossiers?{query}")

    assert answer.status_code == 422
    assert answer.json()["faults"]


def test_a_broken_place_in_the_list_is_a_fault_too(cast: Cast) -> None:
    assert caller(cast.reception).get(f"{API}/dossiers?after=x").json()["code"] == "dossiers.bad_page"


def test_a_draft_is_filed_once_under_its_key(cast: Cast) -> None:
    from django.utils import timezone

    from dinh.papers.actions import keep

    at = timezone.now()
    person = Person.objects.create(
        id=cast.citizen.person, number="010075001234", full_name="Vàng Văn Phúc", name_key="vang van phuc",
        name_words="phuc van vang", sex="1", birth="1975-03-12", birth_year=1975, unit=cast.cocsan,
    )  # fmt: skip
    draft = actions.begin_draft(
        procedure="certified_copy", unit=cast.cocsan, account=cast.citizen, person=person, at=at
    )
    given = {
        "paper_kind": "diploma", "paper_title": "Bằng", "original_state": "good", "pages": 1, "copies": 1,
        "electronic": False, "applicant.residence": "thôn Ún Tà", "applicant.phone": "0912345678",
    }  # fmt: skip
    draft.answers |= {key: {"value": value, "source": "typed"} for key, value in given.items()}
    draft.save()
    pdf = b"%PDF-1.4\n%%EOF\n"
    actions.attach(
        to=draft, document="original", blob=keep(pdf, at), filename="a.pdf", by=cast.citizen, at=at
    )
    client = caller(cast.citizen)
    path = f"{API}/drafts/{draft.code}/file"

    assert client.post(path).status_code == 422
    first = client.post(path, headers={"Idempotency-Key": "a-key-of-mine"})
    again = client.post(path, headers={"Idempotency-Key": "a-key-of-mine"})

    assert first.status_code == 200, json.dumps(first.json())
    assert first.json() == again.json()
    assert Dossier.objects.count() == 1
    assert (
        caller(cast.representative).post(path, headers={"Idempotency-Key": "another-key"}).status_code == 404
    )


def test_writing_asks_for_the_csrf_token(cast: Cast) -> None:
    client = caller(cast.citizen, enforce_csrf_checks=True)

    assert (
        client.post(f"{API}/drafts/ABCDEFGH/file", headers={"Idempotency-Key": "12345678"}).status_code == 403
    )
