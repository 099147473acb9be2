"""How clean a register is: rates in bands, through time, by reason; runs; a file handed in and its answer."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast, enrol, make_account, make_grant
from dinh.journal.models import Access
from dinh.lib.ids import natural_id
from dinh.registers.models import Record
from dinh.verification.models import Finding, Submission
from dinh.verification.runs import files
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import phuc
from dinh.web.desk.tests.proving import make_finding, make_rates, make_row, make_submission

PAGE = "/vi/desk/registers/pupils/verification/"


@pytest.fixture
def verified(cast: Cast) -> Submission:
    """A register verified twice: seven rows of ten, then nine."""
    now = timezone.now()
    make_rates(make_submission(cast.cocsan, now - timedelta(days=7)), 7)
    last = make_submission(cast.cocsan, now)
    make_rates(last, 9, c2746=9, c2728=4)
    return last


def test_rates_stand_in_bands_and_move(officer: Account, verified: Submission, at_desk: Seat) -> None:
    page = at_desk(officer).get(PAGE)

    html = page.content.decode()
    assert 'aria-label="Đã xác thực: 70,0\u00a0% – 90,0\u00a0%"' in html
    assert "90,0\u00a0%" in html and "state green" in html and "<svg" in html
    assert [one["code"] for one in page.context["communes"]] == ["02728", "02746"]  # the worst first
    assert "?register=pupils&amp;code=name_marks_lost" in html
    assert page.context["days"][-1][1] == "70,0\u00a0%"
    du = at_desk(officer).get(PAGE, {"criterion": "du"})
    assert du.context["days"][0][1] == "90,0\u00a0%"


def test_a_commune_has_a_line_through_time_of_its_own(
    officer: Account, verified: Submission, cast: Cast, at_desk: Seat
) -> None:
    make_rates(make_submission(cast.cocsan, timezone.now() + timedelta(days=1)), 9, c2746=5, c2728=4)
    desk = at_desk(officer)

    page = desk.get(PAGE, {"criterion": "dung", "commune": "02746"})

    assert [share for _day, share in page.context["days"]] == ["50,0\u00a0%", "90,0\u00a0%"]
    assert "Cốc San" in page.context["criterion_label"]
    assert len(desk.get(PAGE, {"commune": "99999"}).context["days"]) == 3  # nobody's: all rows


def test_a_register_never_verified_says_so_and_offers_it(officer: Account, at_desk: Seat) -> None:
    page = at_desk(officer).get(PAGE)

    assert "chart" not in page.context
    assert f"{PAGE}start" in page.content.decode()


def test_pressing_verify_twice_starts_one_run_and_its_page_tells_how_far(
    officer: Account, at_desk: Seat
) -> None:
    client = at_desk(officer)

    first = client.post(f"{PAGE}start")
    again = client.post(f"{PAGE}start")

    assert first["Location"] == again["Location"]
    Submission.objects.update(state="running", stage="rank")
    page = client.get(first["Location"])
    part = client.get(first["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" in part and "<html" not in part and "<progress" in part
    Submission.objects.update(state=Submission.State.DONE)
    ended = client.get(first["Location"], headers={"HX-Request": "true"})
    assert ended["HX-Refresh"] == "true"  # the page is read again, now with what was found
    assert page.status_code == 200
    Submission.objects.update(state="failed", error="Đĩa đầy.")
    assert "Đĩa đầy." in client.get(first["Location"]).content.decode()


def test_others_see_no_rates_and_start_nothing(verified: Submission, cast: Cast, at_desk: Seat) -> None:
    for account in (cast.reception, cast.auditor, cast.examiner):
        assert at_desk(account).post(f"{PAGE}start").status_code in {403, 404}
    assert at_desk(cast.reception).get(PAGE).status_code == 404
    assert at_desk(cast.next_leader).get(PAGE).context.get("rates") is None
    assert at_desk(cast.next_leader).get(f"/vi/desk/verifications/{verified.pk}/").status_code == 404


def workbook(merged: str = "", title: str = "") -> bytes:
    book = openpyxl.Workbook()
    if title:
        book.active.append([title])
    book.active.append(["ma", "full_name", "number"])
    book.active.append(["A-1", "Vang Van Phuc", "010075001234"])
    book.active.append(["A-2", "Vang Van Phuc", "010075001234"])
    if merged:
        book.active.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("hs.csv", "ma,full_name\nA-1,Vàng Văn Phúc\n".encode(), id="csv"),
        pytest.param("hs.xlsx", workbook(), id="a-workbook"),
        pytest.param("hs.xlsx", workbook(title="DANH SÁCH"), id="a-workbook-with-a-title"),
    ],
)
def test_a_file_handed_in_is_given_to_the_engine_and_entered_nowhere(
    name: str, content: bytes, officer: Account, at_desk: Seat
) -> None:
    answer = at_desk(officer).post(f"{PAGE}file", {"file": SimpleUploadedFile(name, content)})

    given = Submission.objects.get()
    assert str(given.pk) in answer["Location"]
    path = files.given(given)
    assert path is not None and path.read_text().splitlines()[1].startswith("A-1,")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("hs.pdf", b"%PDF-1.4", id="another-format"),
        pytest.param("hs.xlsx", b"PK\x03\x04 broken", id="a-broken-workbook"),
        pytest.param("hs.xlsx", workbook(merged="B2:B3"), id="merged-cells"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    name: str, content: bytes, officer: Account, at_desk: Seat
) -> None:
    answer = at_desk(officer).post(f"{PAGE}file", {"file": SimpleUploadedFile(name, content)})

    assert (answer.status_code, Submission.objects.count()) == (422, 0)
    assert answer.context["form"].errors["file"]


def streamed(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def answered(cast: Cast, pid: str = "=1+1", second_pid: str = "", **more: Any) -> Submission:
    """Return a file's verification whose answer lies where the engine wrote it."""
    one = make_submission(cast.cocsan, source="file", filename="truong-a.csv", **more)
    path: Path = files.answer(one)
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select 'A-1' rid, '{pid}' pid, '{second_pid}' second_pid, 'corrected' verdict, ['name_marks_lost'] reasons, true dung, "
            f"{{'name': 'Vàng Văn Phúc'}} proposed) to '{path}' (format parquet)"
        )
    path.with_name(path.name + ".json").write_text('{"rows": 1}')
    return one


def test_its_answer_is_taken_away_row_by_row_and_gone_after_the_days_promised(
    officer: Account, cast: Cast, at_desk: Seat
) -> None:
    one, client = answered(cast), at_desk(officer)
    base = f"/vi/desk/verifications/{one.pk}/answer"

    taken = {form: streamed(client.get(f"{base}.{form}")) for form in ("csv", "xlsx", "parquet", "json")}

    head, row = taken["csv"].decode("utf-8-sig").splitlines()
    assert head == "rid,pid,second_pid,verdict,reasons,dung,proposed"
    assert row == "A-1,'=1+1,,corrected,name_marks_lost,1,name: Vàng Văn Phúc"
    sheet = openpyxl.load_workbook(io.BytesIO(taken["xlsx"])).active
    assert [cell.value for cell in sheet[2]][:4] == ["A-1", "=1+1", None, "corrected"]
    assert taken["parquet"][:4] == b"PAR1" and taken["json"] == b'{"rows": 1}'
    Submission.objects.update(finished_at=timezone.now() - timedelta(days=9))
    assert client.get(f"{base}.csv").status_code == 404


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_whom_an_answer_names_is_written_down(form: str, officer: Account, cast: Cast, at_desk: Seat) -> None:
    meant, second = natural_id("meant"), natural_id("second")
    one = answered(cast, pid=meant.hex, second_pid=str(second))

    streamed(at_desk(officer).get(f"/vi/desk/verifications/{one.pk}/answer.{form}"))

    shown = Access.objects.get(kind="export", subject_type="person")
    assert {UUID(pid) for pid in shown.shown} == {meant, second} and shown.actor == officer.pk
    assert Access.objects.filter(kind="export", subject_type="submission").count() == 1


CORRECTIONS = "/vi/desk/registers/pupils/corrections"


def taken(client: Any, form: str = "xlsx", query: str = "") -> bytes:
    return streamed(client.get(f"{CORRECTIONS}.{form}{query}"))


def filled(content: bytes, answer: str) -> SimpleUploadedFile:
    """Return the workbook with an answer in its first row, as an office sends it back."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    titles = [cell.value for cell in sheet[1]]
    assert sheet.protection.sheet and not sheet.cell(3, titles.index("decision") + 1).protection.locked
    sheet.cell(3, titles.index("decision") + 1, answer)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("tra-loi.xlsx", out.getvalue())


def test_a_workbook_goes_out_and_its_answers_come_back(officer: Account, cast: Cast, at_desk: Seat) -> None:
    make_finding(make_row(cast.cocsan, "HS1"), make_submission(cast.cocsan), phuc(cast))
    client = at_desk(officer)
    workbook = taken(client)

    wrong = client.post(f"{CORRECTIONS}/", {"file": filled(workbook, "có lẽ")})
    assert (wrong.status_code, Finding.objects.get().state) == (422, "open")
    assert [place for place, _message in wrong.context["wrong"]] == ["dòng 3, cột L"]

    assert client.post(f"{CORRECTIONS}/", {"file": filled(workbook, "correct")}).status_code == 302
    assert Record.objects.get().data["full_name"] == "Vàng Văn Phúc"
    day = timezone.localdate().isoformat()
    assert "Vang Van Phuc,Vàng Văn Phúc" in taken(client, "csv", f"?since={day}").decode("utf-8-sig")


def test_those_who_take_no_files_away_take_no_corrections(cast: Cast, at_desk: Seat) -> None:
    assert at_desk(cast.social).get(f"{CORRECTIONS}.csv").status_code == 403
    assert at_desk(cast.reception).get(f"{CORRECTIONS}/").status_code == 403


def test_rows_of_a_commune_in_which_one_only_reads_are_not_taken_away(cast: Cast, at_desk: Seat) -> None:
    """Who takes files away in the next commune, and reads in this one, takes none of this one."""
    grown = make_finding(make_row(cast.cocsan, "HS1"), make_submission(cast.cocsan), phuc(cast))
    make_finding(make_row(cast.next_commune, "HS2"), make_submission(cast.next_commune), phuc(cast))
    both = make_account("hai-xa", "Lù Thị Hai", unit=cast.cocsan)
    make_grant(both, "social_officer", cast.cocsan)
    make_grant(both, "data_officer", cast.next_commune)
    enrol([both])
    desk = at_desk(both)

    corrections = taken(desk, "csv").decode("utf-8-sig")
    findings = desk.get("/vi/desk/findings/", {"form": "csv"}).content.decode("utf-8-sig")
    rows = streamed(desk.get("/vi/desk/registers/pupils/", {"form": "csv"})).decode("utf-8-sig")

    assert [("HS1" in text, "HS2" in text) for text in (corrections, findings, rows)] == [(False, True)] * 3
    assert desk.get(f"/vi/desk/findings/{grown.pk}/").status_code == 200


def test_the_answer_of_a_file_is_taken_where_one_verifies_or_takes_files_away(
    cast: Cast, at_desk: Seat
) -> None:
    run = answered(cast, register="births")
    both = make_account("hai-xa", "Lù Thị Hai", unit=cast.cocsan)
    make_grant(both, "reception_officer", cast.cocsan)  # reads births, and starts nothing
    make_grant(both, "data_officer", cast.next_commune)
    enrol([both])

    assert at_desk(both).get(f"/vi/desk/verifications/{run.pk}/").status_code == 200
    assert at_desk(both).get(f"/vi/desk/verifications/{run.pk}/answer.csv").status_code == 403
