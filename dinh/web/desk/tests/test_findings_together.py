"""Findings are corrected together with every row before and after, and taken back together."""

from __future__ import annotations

from typing import Any

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.journal.models import Access
from dinh.registers.models import Record
from dinh.verification.models import Finding, Match
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import phuc
from dinh.web.desk.tests.proving import make_finding, make_row, make_submission, names

FINDINGS = "/vi/desk/findings/"


def test_what_can_be_done_together_stands_first_with_its_letters_marked(
    officer: Account, finding: Finding, cast: Cast, at_desk: Seat
) -> None:
    page = at_desk(officer).get(FINDINGS)

    assert [group["number"] for group in page.context["groups"]] == ["1"]
    (line,) = page.context["lines"]
    assert [(one.before, one.after) for one in line["changes"]] == [
        (
            "V<mark>a</mark>ng V<mark>a</mark>n Ph<mark>u</mark>c",
            "V<mark>à</mark>ng V<mark>ă</mark>n Ph<mark>ú</mark>c",
        )
    ]
    shown = Access.objects.get(purpose="findings", subject_type="person").shown
    assert shown == [phuc(cast).pk.hex]


def test_a_row_left_out_of_a_bulk_correction_stays_and_the_others_are_taken_back_at_once(
    officer: Account, finding: Finding, cast: Cast, at_desk: Seat
) -> None:
    other = make_finding(make_row(cast.cocsan, "HS2"), make_submission(cast.cocsan), phuc(cast))
    client = at_desk(officer)

    preview = client.get(f"{FINDINGS}bulk", {"register": "pupils", "code": "name_marks_lost"})
    done = client.post(f"{FINDINGS}bulk", {"finding": [str(finding.pk)], **shown(preview)})

    assert [line["pk"] for line in preview.context["lines"]] == [finding.pk, other.pk]
    assert "Đã sửa" in done.content.decode()
    assert names() == {"HS1": "Vàng Văn Phúc", "HS2": "Vang Van Phuc"}
    client.post(f"{FINDINGS}undo", {"finding": [str(finding.pk)]})
    assert names() == {"HS1": "Vang Van Phuc", "HS2": "Vang Van Phuc"}
    assert set(Finding.objects.values_list("state", flat=True)) == {"open"}


def shown(page: Any) -> dict[str, str]:
    """Return the digests that the page carries beside its marks."""
    return {f"seen-{line['pk']}": line["seen"] for line in page.context["lines"]}


def test_a_row_changed_meanwhile_is_skipped_and_told(
    officer: Account, finding: Finding, at_desk: Seat
) -> None:
    client = at_desk(officer)
    preview = client.get(f"{FINDINGS}bulk", {"register": "pupils"})
    Record.objects.filter(pk=finding.record_id).update(version=7)

    done = client.post(f"{FINDINGS}bulk", {"finding": [str(finding.pk)], **shown(preview)})

    assert [one["pk"] for one, _why in done.context["skipped"]] == [finding.pk]
    assert names() == {"HS1": "Vang Van Phuc"}


def test_what_is_proposed_anew_is_shown_before_it_is_written(
    officer: Account, finding: Finding, at_desk: Seat
) -> None:
    client = at_desk(officer)
    preview = client.get(f"{FINDINGS}bulk", {"register": "pupils"})
    Match.objects.update(proposed={"full_name": "Vàng Văn Phức"})  # by a verification that ran meanwhile

    done = client.post(f"{FINDINGS}bulk", {"finding": [str(finding.pk)], **shown(preview)})

    ((line, _why),) = done.context["skipped"]
    assert names() == {"HS1": "Vang Van Phuc"}
    assert "Ph<mark>ứ</mark>c" in done.content.decode()
    client.post(f"{FINDINGS}bulk", {"finding": [str(finding.pk)], f"seen-{finding.pk}": line["seen"]})
    assert names() == {"HS1": "Vàng Văn Phức"}


def test_marked_rows_that_are_not_certain_are_opened_alone(
    officer: Account, finding: Finding, at_desk: Seat
) -> None:
    Finding.objects.update(bulk=False)

    answer = at_desk(officer).post(f"{FINDINGS}bulk", {"finding": [str(finding.pk)], "preview": "1"})

    assert answer.status_code == 302
    assert names() == {"HS1": "Vang Van Phuc"}
