"""The API of verification: the same people see the same rows as on the pages, and each correction is fetched once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast, make_data_officer
from dinh.journal.models import Access, Entry, Unsealed
from dinh.journal.sealer import seal_once
from dinh.population.models import Person
from dinh.registers import actions as registers
from dinh.verification import actions
from dinh.verification.models import Finding, Match, Rate, Submission
from dinh.web.api.tests.test_api import caller

VERIFICATION = "/api/verification"
DATA = {"pupil_code": "HS1", "full_name": "Vang Van Phuc", "guardian_phone": "0912345678"}


@pytest.fixture
def officer(cast: Cast) -> Account:
    return make_data_officer(cast)


@pytest.fixture
def finding(cast: Cast) -> Finding:
    """A pupil whose name lost its accents, in a register verified once."""
    at = timezone.now()
    row = registers.enter(
        register="pupils", unit=cast.cocsan, data=DATA, registered_on=timezone.localdate(),
        person_name="Vang Van Phuc", provenance="import", by=None, at=at,
    )  # fmt: skip
    run = Submission.objects.create(
        register="pupils", unit=cast.cocsan, state="done", rows=1, again=1, at=at, finished_at=at
    )
    Rate.objects.create(
        submission=run, register="pupils", unit=cast.cocsan, at=at, rows=1, verdicts={"corrected": 1},
        reasons={"name_marks_lost": 1}, dung=0, du=1, sach=1, song=1,
    )  # fmt: skip
    person = Person.objects.create(
        number="010075001234", full_name="Vàng Văn Phúc", name_key="vang van phuc", name_words="phuc van vang",
        sex="1", birth="1975-03-12", birth_year=1975, unit=cast.cocsan,
    )  # fmt: skip
    Match.objects.create(
        record=row, submission=run, register="pupils", unit=cast.cocsan, record_version=1, person=person,
        verdict="corrected", score=30.0, dung=False, du=True, sach=True, song=True, reasons=["name_marks_lost"],
        proposed={"full_name": "Vàng Văn Phúc", "guardian_phone": "0999888777"},
    )  # fmt: skip
    return Finding.objects.create(
        record=row, register="pupils", unit=cast.cocsan, kind="correct", code="name_marks_lost", gain=19.8, bulk=True,
        record_version=1, found_at=at,
    )  # fmt: skip


def test_rates_and_findings_are_those_in_reach(officer: Account, finding: Finding, cast: Cast) -> None:
    mine = caller(officer)

    rates = mine.get(f"{VERIFICATION}/registers/pupils").json()
    found = mine.get(f"{VERIFICATION}/findings?register=pupils").json()

    assert (rates["rows"], rates["verified"], rates["dung"], rates["du"], rates["band"]) == (
        1,
        0.0,
        0.0,
        1.0,
        "red",
    )
    assert [one["code"] for one in rates["reasons"]] == ["name_marks_lost"]
    assert found["count"] == 1 and found["rows"][0]["proposed"]["full_name"] == "Vàng Văn Phúc"
    assert Access.objects.filter(purpose="api", subject_type="person").exists()
    leader = caller(cast.leader).get(f"{VERIFICATION}/findings").json()
    assert "guardian_phone" not in leader["rows"][0]["proposed"]  # a field of other roles
    assert caller(cast.next_leader).get(f"{VERIFICATION}/findings").json()["rows"] == []
    assert caller(cast.reception).get(f"{VERIFICATION}/registers/pupils").status_code == 404
    assert caller(cast.citizen).get(f"{VERIFICATION}/findings").status_code == 403


def test_a_run_is_started_and_asked_how_far_it_is(officer: Account, finding: Finding, cast: Cast) -> None:
    given = caller(officer).post(f"{VERIFICATION}/registers/pupils/submissions?full=true")

    assert (given.status_code, given.json()["state"], given.json()["full"]) == (202, "waiting", True)
    path = f"{VERIFICATION}/submissions/{given.json()['id']}"
    assert caller(officer).get(path).json()["register"] == "pupils"
    assert caller(cast.next_leader).get(path).status_code == 404
    assert caller(cast.auditor).post(f"{VERIFICATION}/registers/pupils/submissions").status_code == 403
    elsewhere = f"{VERIFICATION}/registers/pupils/submissions?unit={cast.next_commune.pk}"
    assert caller(officer).post(elsewhere).status_code == 403


def test_a_file_is_verified_and_without_one_the_fault_is_told(officer: Account, cast: Cast) -> None:
    path = f"{VERIFICATION}/registers/pupils/files"
    file = SimpleUploadedFile("a.csv", "ma,full_name\n1,Vàng Văn Phúc\n".encode())

    given = caller(officer).post(path, {"file": file})

    assert (given.status_code, given.json()["source"]) == (202, "file")
    assert caller(officer).post(path).status_code == 422
    answer = f"{VERIFICATION}/submissions/{given.json()['id']}/answer"
    assert caller(officer).get(answer).status_code == 404  # not yet


def test_a_workbook_is_verified_on_a_node_that_never_received_a_file(
    officer: Account, cast: Cast, tmp_path: Path, settings: Any
) -> None:
    settings.DINH_HOME = tmp_path
    book = openpyxl.Workbook()
    book.active.append(["ma", "full_name"])
    book.active.append(["1", "Vàng Văn Phúc"])
    book.save(tmp_path / "a.xlsx")
    file = SimpleUploadedFile("a.xlsx", (tmp_path / "a.xlsx").read_bytes())

    given = caller(officer).post(f"{VERIFICATION}/registers/pupils/files", {"file": file})

    assert (given.status_code, given.json()["filename"]) == (202, "a.csv")


def test_each_correction_is_fetched_once_and_one_taken_back_comes_again(
    officer: Account, finding: Finding
) -> None:
    path, client = f"{VERIFICATION}/registers/pupils/corrections", caller(officer)
    actions.correct_all(findings=[finding], by=officer, at=timezone.now())
    assert client.get(path).json()["rows"] == []  # not yet sealed
    seal_once(log_heads=False)

    first = client.get(path).json()

    assert [(one["key"], one["changed"]) for one in first["rows"]] == [
        (
            "HS1",
            {"full_name": ["Vang Van Phuc", "Vàng Văn Phúc"], "guardian_phone": ["0912345678", "0999888777"]},
        )
    ]
    assert client.get(f"{path}?since={first['next']}").json() == {"rows": [], "next": first["next"]}
    actions.undo(finding=Finding.objects.get(), by=officer, at=timezone.now())
    seal_once(log_heads=False)
    assert (
        client.get(f"{path}?since={first['next']}").json()["rows"][0]["changed"]["full_name"][1]
        == "Vang Van Phuc"
    )


def test_a_correction_committed_late_is_fetched_although_later_numbers_were(
    officer: Account, cast: Cast
) -> None:
    """Its transaction took longer than that of the one after: other readers see it, and its entry, later."""
    path, client, at = f"{VERIFICATION}/registers/pupils/corrections", caller(officer), timezone.now()
    late, early = (
        registers.enter(
            register="pupils", unit=cast.cocsan, data={**DATA, "pupil_code": code}, registered_on=at.date(),
            person_name=code, provenance="import", by=None, at=at,
        )
        for code in ("HS1", "HS2")
    )  # fmt: skip
    for row in (late, early):
        registers.amend(
            row=row, changes={"full_name": "Vàng A"}, reason="x", provenance="correction", by=None, at=at
        )
    waiting = Unsealed.objects.filter(item__in=Entry.objects.filter(subject=late.pk).values("pk"))
    hidden = list(waiting)
    waiting.delete()
    seal_once(log_heads=False)

    first = client.get(path).json()
    Unsealed.objects.bulk_create(hidden)
    seal_once(log_heads=False)
    second = client.get(f"{path}?since={first['next']}").json()

    assert [[one["key"] for one in got["rows"]] for got in (first, second)] == [["HS2"], ["HS1"]]
    paged = client.get(f"{path}?limit=1").json()
    assert [one["key"] for one in paged["rows"]] == ["HS2"] and paged["next"] <= first["next"]
