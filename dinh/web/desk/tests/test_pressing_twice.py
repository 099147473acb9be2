"""A button pressed twice does its work once, and ends where the first press would have: not with a refusal."""

from __future__ import annotations

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.verification.models import Finding
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.proving import make_row


def test_a_record_is_corrected_and_closed_once(officer: Account, cast: Cast, at_desk: Seat) -> None:
    row, desk = make_row(cast.cocsan, "HS1"), at_desk(officer)
    correcting = {
        **{id: str(value) for id, value in row.data.items()}, "birth": "12/03/1975", "school": "Trường Ún Tà",
        "version": str(row.version), "reason": "Theo học bạ", "confirmed": "1",
    }  # fmt: skip
    closing = {"version": str(row.version + 1), "reason": "Chuyển trường"}

    corrected = [desk.post(f"/vi/desk/records/{row.pk}/correct", correcting) for _press in range(2)]
    closed = [desk.post(f"/vi/desk/records/{row.pk}/close", closing) for _press in range(2)]

    assert [one["Location"] for one in corrected + closed] == [f"/vi/desk/records/{row.pk}/"] * 4
    before = row.version
    row.refresh_from_db()
    assert (row.data["school"], row.state, row.version) == ("Trường Ún Tà", "closed", before + 2)


def test_a_decision_pressed_twice_goes_on_as_after_the_first(
    officer: Account, finding: Finding, at_desk: Seat
) -> None:
    address = f"/vi/desk/findings/{finding.pk}/"
    desk, sent = at_desk(officer), {"decision": "kept", "note": "Đúng giấy"}

    first, again = (desk.post(f"{address}decide", sent) for _press in range(2))

    assert (first.status_code, again["Location"]) == (302, first["Location"])
    assert desk.post(f"{address}decide", {"decision": "neither"}).status_code == 409
