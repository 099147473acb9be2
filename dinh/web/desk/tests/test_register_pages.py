"""Registers at the desk: listed with rates, searched, filtered, taken away; records entered, corrected, closed."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast, enrol, make_account, make_grant
from dinh.journal.models import Access
from dinh.registers import actions
from dinh.registers.models import Record, Version
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import phuc
from dinh.web.desk.tests.proving import make_finding, make_row, make_submission
from dinh.web.desk.views import parcels_map, register_page

pytestmark = pytest.mark.django_db
PUPILS = "/vi/desk/registers/pupils/"
MAI = {
    "pupil_code": "HS002", "full_name": "Giàng Thị Mai", "birth": "2015-09-05", "residence": "thôn Ún Tà",
    "guardian_phone": "0912000111", "class_name": "2A",
}  # fmt: skip


@pytest.fixture
def keeper(cast: Cast) -> Account:
    """The officer of Cốc San who brings in, writes and takes away registers."""
    account = make_account("lien", "Sùng Thị Liên", unit=cast.cocsan)
    make_grant(account, "data_officer", cast.cocsan, office=cast.offices["culture_social"])
    enrol([account])
    return account


@pytest.fixture
def desk(keeper: Account, at_desk: Seat) -> Client:
    return at_desk(keeper)


def pupil(cast: Cast, **more: Any) -> Record:
    data = {**MAI, **more}
    return actions.enter(
        register="pupils", unit=cast.cocsan, data=data, registered_on=date(2026, 9, 1), person_name=data["full_name"],
        provenance="desk", by=None, at=timezone.now(),
    )  # fmt: skip


def taken(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def form_of(row: Record, **changes: str) -> dict[str, str]:
    """Return what the form sends: the record as it is drawn, with some fields typed anew."""
    shown = {**row.data, **(row.as_written or {}), "birth": "05/09/2015"}
    return {
        **{key: str(value) for key, value in shown.items()},
        "version": str(row.version),
        "reason": "Theo giấy khai sinh",
        **changes,
    }


def test_registers_stand_by_field_and_are_found_by_words(desk: Client, cast: Cast) -> None:
    pupil(cast)

    whole = desk.get("/vi/desk/registers/").context["lines"]
    found = desk.get("/vi/desk/registers/?q=hoc+sinh").context["lines"]

    assert [one["place"] for one in whole] == sorted(one["place"] for one in whole)
    assert [(one["id"], one["rows"]) for one in found] == [("pupils", 1)]


def test_records_are_filtered_by_state_freshness_and_source(desk: Client, cast: Cast) -> None:
    row, old, gone = (pupil(cast, pupil_code=code) for code in ("A1", "A2", "A3"))
    Record.objects.filter(pk=old.pk).update(confirmed_on=date(2020, 1, 1))
    actions.close(row=gone, reason="nhầm", provenance="correction", by=None, at=timezone.now())

    def numbers(query: str) -> set[str]:
        return {line["number"] for line in desk.get(f"{PUPILS}?{query}").context["lines"]}

    assert numbers("") == {"A1", "A2"}
    assert numbers("fresh=old") == {"A2"}
    assert numbers("fresh=fresh&source=desk") == {"A1"}
    assert numbers("source=import") == set()
    assert numbers("state=closed") == {"A3"}


def test_a_file_holds_every_row_that_fits_and_no_field_that_is_not_read(
    desk: Client, cast: Cast, at_desk: Seat
) -> None:
    pupil(cast)
    pupil(cast, pupil_code="HS003", full_name="Lý A Sáng")

    mine = taken(desk.get(f"{PUPILS}?q=mai&form=csv"))
    leaders = taken(at_desk(cast.leader).get(f"{PUPILS}?form=csv"))

    assert [(one["pupil_code"], one["guardian_phone"]) for one in mine] == [("HS002", "0912000111")]
    assert len(leaders) == 2 and "guardian_phone" not in leaders[0]
    assert Access.objects.filter(kind="export").count() == 2


def test_more_rows_than_a_page_gives_are_told_on_the_list(
    desk: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupil(cast)
    monkeypatch.setitem(register_page.EXPORT_AT_MOST, "xlsx", 0)

    page = desk.get(PUPILS, {"form": "xlsx", "order": "name"}, follow=True)

    assert page.redirect_chain == [(f"{PUPILS}?order=name", 302)]
    assert "dinh register export" in page.content.decode()


def test_who_may_not_take_a_register_away_is_refused(cast: Cast, at_desk: Seat) -> None:
    assert at_desk(cast.social).get(f"{PUPILS}?form=parquet").status_code == 403


def test_a_record_is_corrected_after_it_was_looked_at_and_taken_back(desk: Client, cast: Cast) -> None:
    row = pupil(cast)
    sent = form_of(row, class_name="2C")
    address = f"/vi/desk/records/{row.pk}/"

    shown = desk.post(f"{address}correct", sent)
    assert shown.context["changes"] == [("Lớp", "2A", "2C")]
    assert Record.objects.get(pk=row.pk).version == 1

    desk.post(f"{address}correct", {**sent, "confirmed": "1"})
    row.refresh_from_db()
    assert (row.data["class_name"], row.version, Version.objects.get(record=row, version=2).provenance) == (
        "2C",
        2,
        "correction",
    )

    assert desk.get(address).context["takes_back"]
    desk.post(f"{address}take-back", {"version": "2"})
    row.refresh_from_db()
    assert (row.data["class_name"], row.version) == ("2A", 3)


def test_a_text_that_was_kept_as_written_is_told_and_settled_by_a_correction(
    desk: Client, cast: Cast
) -> None:
    row = pupil(cast)
    Record.objects.filter(pk=row.pk).update(
        data={key: value for key, value in row.data.items() if key != "birth"},
        as_written={"birth": "31/02/2016"},
    )
    row.refresh_from_db()
    address = f"/vi/desk/records/{row.pk}/"

    said = next(line for line in desk.get(address).context["lines"] if line["value"] == "31/02/2016")
    untouched = desk.post(f"{address}correct", form_of(row, birth="31/02/2016"))
    wrong = desk.post(f"{address}correct", form_of(row, birth="32/13/2016"))
    desk.post(f"{address}correct", {**form_of(row, birth="02/03/2016"), "confirmed": "1"})

    assert "31/02/2016" in said["note"]
    assert untouched.status_code == wrong.status_code == 422
    row.refresh_from_db()
    assert (row.data["birth"], row.as_written) == ("2016-03-02", None)


def test_a_field_that_is_not_read_is_not_shown_and_who_may_not_write_does_not_correct(
    cast: Cast, at_desk: Seat
) -> None:
    row = pupil(cast)
    Record.objects.filter(pk=row.pk).update(data={**row.data, "guardian_phone": "0999"})
    row.refresh_from_db()

    page = at_desk(cast.leader).get(f"/vi/desk/records/{row.pk}/")

    assert "0999" not in page.content.decode()
    assert at_desk(cast.leader).get(f"/vi/desk/records/{row.pk}/correct").status_code == 403


def test_somebody_else_was_first(desk: Client, cast: Cast) -> None:
    row = pupil(cast)
    sent = {**form_of(row, class_name="2C"), "confirmed": "1"}
    actions.amend(
        row=row, changes={"grade": 2}, reason="x", provenance="correction", by=None, at=timezone.now()
    )

    assert desk.post(f"/vi/desk/records/{row.pk}/correct", sent).status_code == 409


def test_a_record_is_entered_by_hand(desk: Client, cast: Cast) -> None:
    sent = {
        "unit": str(cast.cocsan.pk),
        "on": "01/09/2026",
        "pupil_code": "HS7",
        "full_name": "Lù Thị Dín",
        "birth": "2016",
    }

    lacking = desk.post(f"{PUPILS}new", {**sent, "full_name": ""})
    looked_at = desk.post(f"{PUPILS}new", sent)
    confirmed = {**sent, "confirmed": "1", "_key": looked_at.context["key"]}
    entered = [desk.post(f"{PUPILS}new", confirmed)["Location"] for _press in range(2)]

    assert entered[0] == entered[1]  # pressed twice, entered once
    assert (lacking.status_code, looked_at.status_code) == (422, 200)
    row = Record.objects.get()
    assert (row.number, row.person_name, row.data["birth"], row.provenance) == (
        "HS7",
        "Lù Thị Dín",
        "2016",
        "desk",
    )


def test_a_record_is_closed_with_its_reason_and_put_in_force_again(desk: Client, cast: Cast) -> None:
    row = pupil(cast)
    address = f"/vi/desk/records/{row.pk}/close"

    assert desk.post(address, {"version": "1"}).status_code == 422
    desk.post(address, {"version": "1", "reason": "Chuyển trường"})

    row.refresh_from_db()
    assert row.state == "closed"
    assert Version.objects.get(record=row, version=2).reason == "Chuyển trường"
    page, again = f"/vi/desk/records/{row.pk}/", f"/vi/desk/records/{row.pk}/reopen"
    assert again in desk.get(page).content.decode()
    assert desk.get(again).status_code == 200
    opened = desk.post(again, {"version": "2", "reason": "Nhầm"}, follow=True)
    row.refresh_from_db()
    assert (row.state, opened.context["takes_back"]) == ("valid", False)


def test_a_parcel_that_a_map_only_names_is_written_down_as_shown(desk: Client, cast: Cast) -> None:
    ring = [[103.92, 22.45], [103.921, 22.45], [103.921, 22.451], [103.92, 22.451], [103.92, 22.45]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    for code, more in (("T8", {"geometry": polygon}), ("T9", {})):
        row = actions.enter(
            register="land_parcels", unit=cast.cocsan, data={"parcel_id": code, "commune": "Cốc San", **more},
            registered_on=date(2026, 9, 1), provenance="desk", by=None, at=timezone.now(),
        )  # fmt: skip

    page = desk.get("/vi/desk/registers/land_parcels/map/?box=103,21,103.1,21.1")

    assert [fault.number for fault in page.context["unplaced"]] == ["T9"]
    assert Access.objects.get(purpose="map:land_parcels").shown == [row.pk.hex]


def test_a_map_draws_outlines_and_marks_what_overlaps(
    desk: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parcel(code: str, west: float) -> Record:
        ring = [[west, 22.45], [west + 0.001, 22.45], [west + 0.001, 22.451], [west, 22.451], [west, 22.45]]
        data = {
            "parcel_id": code,
            "commune": "Cốc San",
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        return actions.enter(
            register="land_parcels", unit=cast.cocsan, data=data, registered_on=date(2026, 9, 1),
            provenance="desk", by=None, at=timezone.now(),
        )  # fmt: skip

    first, _second, alone = parcel("T1", 103.92), parcel("T2", 103.9205), parcel("T3", 103.93)
    address = "/vi/desk/registers/land_parcels/map/"

    whole = desk.get(address)
    near = desk.get(f"{address}?mark={alone.pk}")
    nowhere = desk.get(f"{address}?box=a,b,c,nan")

    assert whole.content.decode().count('class="parcel overlap') == 2
    assert f"/vi/desk/records/{first.pk}/" in whole.content.decode()
    assert [line["label"] for line in near.context["lines"]] == ["T3"]
    assert nowhere.status_code == 200
    monkeypatch.setattr(parcels_map, "DRAWN_AT_MOST", 2)
    squares = desk.get(address)
    assert [line["label"] for line in squares.context["lines"]] == ["T1", "T2"]
    assert 'aria-label="2 ranh ở phần này, 2 có lỗi"' in squares.content.decode()


def test_rows_stand_with_what_the_verification_says_of_them(desk: Client, cast: Cast) -> None:
    wrong = make_finding(make_row(cast.cocsan, "HS1"), make_submission(cast.cocsan), phuc(cast))
    pupil(cast)  # entered since, judged by nobody yet

    page, faulty, rare, never = (
        desk.get(PUPILS, {"verdict": one}) for one in ("", "faulty", "corrected", "never")
    )
    record = desk.get(f"/vi/desk/records/{wrong.record_id}/")

    said = {line["number"]: str(line["verdict"]) for line in page.context["lines"]}
    assert "cần sửa" in said["HS1"]
    assert said["HS002"] == ""
    assert [[line["number"] for line in one.context["lines"]] for one in (faulty, rare, never)] == [
        ["HS1"],
        ["HS1"],
        ["HS002"],
    ]
    assert f"/vi/desk/findings/{wrong.pk}/" in record.content.decode()
