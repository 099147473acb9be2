"""Panel, reports, gatherings, badges, slips and voices at the desk: what each shows, keeps and refuses."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.journal.models import Access
from dinh.outreach.models import Badge, FieldReport, Recording, SlipBook, Workshop
from dinh.outreach.queries.happenings import month_of
from dinh.outreach.tests import doing
from dinh.outreach.tests.enrolled import Field, make_field, make_house
from dinh.papers.models import Blob, Paper
from dinh.web.desk.tests.conftest import Seat

BASE = "/vi/desk/teams"
OGG = b"OggS" + bytes(24) + b"OpusHead" + bytes(64)


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def last_month() -> str:
    before = month_of(timezone.localdate()).before
    return f"{before.from_on:%Y-%m}"


def composed(client: Any, field: Field) -> FieldReport:
    client.post(f"{BASE}/reports/compose", {"team": str(field.team.pk), "month": last_month()})
    return FieldReport.objects.get()


def test_the_panel_shows_all_teams_to_a_supervisor_and_her_own_to_a_leader(
    cast: Cast, field: Field, at_desk: Seat
) -> None:
    doing.visit(field.volunteer, make_house(cast.un_ta, cast.cocsan, 1), timezone.now())
    whole = at_desk(cast.leader).get(f"{BASE}/panel/")
    own = at_desk(field.leader).get(f"{BASE}/panel/")

    assert [line.title for line, _numbers in whole.context["lines"]] == ["Tổ Ún Tà"]
    assert whole.context["panel"].total["visits"] == own.context["panel"].total["visits"] == 1
    assert own.context["drawn"] == [] and not own.context["asked_again"]
    assert at_desk(field.leader).get(f"{BASE}/panel/?form=csv")["Content-Type"].startswith("text/csv")


def test_a_number_opens_into_its_rows_which_are_journalled(cast: Cast, field: Field, at_desk: Seat) -> None:
    visit = doing.visit(field.volunteer, make_house(cast.un_ta, cast.cocsan, 1), timezone.now())
    page = at_desk(cast.leader).get(f"{BASE}/panel/rows/visits/?unit={cast.cocsan.pk}")

    assert page.context["number"] == 1
    assert "02746-00001" in page.content.decode()
    assert visit.pk.hex in Access.objects.get(purpose="team figure:visits").shown
    assert (
        at_desk(cast.next_leader).get(f"{BASE}/panel/rows/visits/?unit={cast.cocsan.pk}").status_code == 403
    )
    assert at_desk(cast.leader).get(f"{BASE}/panel/rows/nothing/").status_code == 404


def test_drawn_visits_become_tasks_once(cast: Cast, field: Field, at_desk: Seat) -> None:
    doing.visit(field.volunteer, make_house(cast.un_ta, cast.cocsan, 1), timezone.now())
    client = at_desk(cast.leader)
    for expected in (1, 0):
        made = client.post(f"{BASE}/panel/revisit", {"unit": str(cast.cocsan.pk)}, follow=True)
        assert (str(expected) in str(next(iter(made.context["messages"])))) is True


def test_a_leader_writes_reviews_and_sends_the_month(cast: Cast, field: Field, at_desk: Seat) -> None:
    client = at_desk(field.leader)
    report = composed(client, field)
    page = f"{BASE}/reports/{report.pk}"
    client.post(f"{page}/review", {"done": "Đi hết thôn.", "version": report.version})
    client.post(f"{page}/send")
    report.refresh_from_db()

    assert (report.state, report.words["done"]) == ("sent", "Đi hết thôn.")
    assert 'textarea id="w-done"' not in client.get(f"{page}/").content.decode()
    client.post(f"{page}/correct", {"reason": "Ghi sót"})
    assert FieldReport.objects.get(edition=2).reason == "Ghi sót"


def test_a_report_that_somebody_changed_meanwhile_is_not_overwritten(
    cast: Cast, field: Field, at_desk: Seat
) -> None:
    client = at_desk(field.leader)
    report = composed(client, field)
    client.post(f"{BASE}/reports/{report.pk}/write", {"done": "Một", "version": 1})
    client.post(f"{BASE}/reports/{report.pk}/write", {"done": "Hai", "version": 1})
    report.refresh_from_db()

    assert report.words["done"] == "Một"


def test_a_report_is_taken_away_and_printed(cast: Cast, field: Field, at_desk: Seat) -> None:
    client = at_desk(field.leader)
    report = composed(client, field)
    with zipfile.ZipFile(io.BytesIO(client.get(f"{BASE}/reports/{report.pk}/document").content)) as archive:
        assert "TỔ ÚN TÀ" in archive.read("word/document.xml").decode()
    printed = client.post(f"{BASE}/reports/{report.pk}/print")
    paper = Paper.objects.get(template="field_report")

    assert printed.headers["Location"] == f"{BASE}/papers/{paper.pk}/"
    assert client.get(printed.headers["Location"]).status_code == 200
    assert at_desk(cast.next_leader).get(printed.headers["Location"]).status_code == 404
    assert at_desk(cast.next_leader).get(f"{BASE}/reports/{report.pk}/").status_code == 404


def planned(client: Any, village: Any) -> Workshop:
    day = timezone.localdate()
    client.post(
        f"{BASE}/gatherings/new",
        {
            "unit": str(village.pk), "kind": "awareness", "title": "Nhận biết lừa đảo", "topic": "scams",
            "place": "Nhà văn hóa", "on": day.isoformat(), "starts": "19:00", "ends": "21:00",
        },
    )  # fmt: skip
    return Workshop.objects.get()


def test_a_gathering_is_planned_invited_held_and_listed(cast: Cast, field: Field, at_desk: Seat) -> None:
    make_house(cast.un_ta, cast.cocsan, 1)
    client = at_desk(field.leader)
    workshop = planned(client, cast.un_ta)
    page = f"{BASE}/gatherings/{workshop.pk}"
    client.post(f"{page}/invite", {"audience": "everyone"})
    person = workshop.invitations.values_list("person", flat=True)[0]
    client.post(f"{page}/attend", {"person": str(person), "before.payment": "0", "after.payment": "2"})
    client.post(f"{page}/attend", {"name": "Bà Mẩy"})
    client.post(f"{page}/hold", {"present": "9"})
    shown = client.get(f"{page}/")

    assert (workshop.invitations.count(), shown.context["workshop"].present) == (3, 9)
    assert shown.context["counts"] == {"invited": 3, "reached": 0, "came": 2, "walkins": 1}
    assert shown.context["learnt"][0][1].gained == 1
    assert "Bà Mẩy" in client.get(f"{page}/?form=csv").content.decode()
    assert client.post(f"{page}/poster").headers["Location"].startswith(f"{BASE}/papers/")
    assert at_desk(cast.next_leader).get(f"{page}/").status_code == 404


def test_a_plan_that_ends_before_it_begins_is_asked_again(cast: Cast, field: Field, at_desk: Seat) -> None:
    page = at_desk(field.leader).post(
        f"{BASE}/gatherings/new",
        {"unit": str(cast.un_ta.pk), "kind": "workshop", "title": "A", "topic": "scams", "place": "B",
         "on": timezone.localdate().isoformat(), "starts": "19:00", "ends": "18:00"},
    )  # fmt: skip
    assert page.status_code == 422
    assert not Workshop.objects.exists()


def test_badges_are_given_printed_and_revoked(cast: Cast, field: Field, at_desk: Seat) -> None:
    client = at_desk(field.officer)
    until = timezone.localdate() + timedelta(days=90)
    given = client.post(
        f"{BASE}/badges/give", {"account": [str(field.volunteer.pk)], "until": until.isoformat()}
    )
    badge = Badge.objects.get()

    assert given.headers["Location"].startswith(f"{BASE}/papers/")
    assert client.get(given.headers["Location"]).status_code == 200
    client.post(f"{BASE}/badges/{badge.pk}/revoke")
    badge.refresh_from_db()
    assert badge.revoked_at is not None
    client.post(f"{BASE}/badges/give", {"account": [str(cast.reception.pk)], "until": until.isoformat()})
    assert Badge.objects.count() == 1  # no member of a team


def test_slips_are_given_and_looked_up(cast: Cast, field: Field, at_desk: Seat) -> None:
    client = at_desk(field.officer)
    client.post(f"{BASE}/slips/give", {"account": str(field.volunteer.pk), "amount": "8"})
    doing.visit(field.volunteer, make_house(cast.un_ta, cast.cocsan, 1), timezone.now(), slip="000003")
    page = client.get(f"{BASE}/slips/?number=3")

    assert SlipBook.objects.get().last == 8
    assert "02746-00001" in page.content.decode()
    assert page.context["books"][0][2] == 1


def test_a_voice_is_recorded_approved_by_another_and_heard_by_all(
    cast: Cast, field: Field, at_desk: Seat
) -> None:
    given = {"key": "notice.welcome", "language": "hmn", "file": SimpleUploadedFile("v.ogg", OGG)}
    at_desk(field.volunteer).post(f"{BASE}/voices/record", given)
    recording = Recording.objects.get()
    public = at_desk(cast.citizen)
    assert public.get("/voice/notice.welcome/hmn").status_code == 404
    at_desk(field.officer).post(f"{BASE}/voices/{recording.pk}/approve")
    heard = public.get("/voice/notice.welcome/hmn")

    assert (heard.status_code, heard.content, heard["Content-Type"]) == (200, OGG, "audio/ogg")
    part = public.get("/voice/notice.welcome/hmn", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content, part["Content-Range"]) == (206, b"OggS", f"bytes 0-3/{len(OGG)}")
    assert (
        public.get("/voice/notice.welcome/hmn", headers={"If-None-Match": heard["ETag"]}).status_code == 304
    )


def test_nobody_approves_their_own_voice_and_no_picture_is_kept(
    cast: Cast, field: Field, at_desk: Seat
) -> None:
    client = at_desk(field.officer)
    picture = SimpleUploadedFile("v.ogg", b"\x89PNG\r\n\x1a\n" + bytes(80))
    client.post(f"{BASE}/voices/record", {"key": "notice.welcome", "language": "hmn", "file": picture})
    assert not Recording.objects.exists()
    client.post(
        f"{BASE}/voices/record",
        {"key": "notice.welcome", "language": "hmn", "file": SimpleUploadedFile("v", OGG)},
    )
    recording = Recording.objects.get()
    client.post(f"{BASE}/voices/{recording.pk}/approve")
    recording.refresh_from_db()

    assert recording.approved_by is None
    assert client.get(f"{BASE}/voices/?language=hmn&state=waits").context["lines"][0].recording == recording


def test_words_that_changed_ask_for_a_new_voice(cast: Cast, field: Field, at_desk: Seat) -> None:
    sound = Blob.objects.create(
        sha256="0" * 64, size_bytes=1, media_type="audio/ogg", created_at=timezone.now()
    )
    Recording.objects.create(
        key="notice.welcome", language="hmn", blob=sound, text_digest="0" * 64, recorded_by=field.volunteer,
        at=timezone.now(), approved_by=field.officer,
    )  # fmt: skip
    page = at_desk(field.officer).get(f"{BASE}/voices/?language=hmn&state=outdated")

    assert [one.sentence.key for one in page.context["lines"]] == ["notice.welcome"]
    assert at_desk(field.officer).get("/voice/notice.welcome/hmn").status_code == 404


def test_volunteers_open_neither_panel_nor_badges(field: Field, at_desk: Seat) -> None:
    client = at_desk(field.volunteer)
    for path in ("panel/", "reports/", "gatherings/", "badges/", "slips/"):
        assert client.get(f"{BASE}/{path}").status_code == 403
