"""A visit at a kiosk: how it begins, what it may open, and that nothing of it is left."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from dinh.dossiers.models import Dossier
from dinh.dossiers.tests import world as acts
from dinh.dossiers.tests.world import World
from dinh.outreach.actions import kiosks, trust
from dinh.outreach.models import BadgeCheck, Kiosk, QueueTicket
from dinh.outreach.tests.enrolled import make_field
from dinh.papers import actions as papers
from dinh.papers.models import Paper
from dinh.web.kiosk import keys, visits

pytestmark = pytest.mark.django_db
BACKEND = "dinh.directory.signed_in.Backend"


def signed_in(machine: Client, account: object) -> None:
    """Sign somebody in during a visit, as the sign-in pages do: what the session holds stays."""
    machine.get("/vi/kiosk/door/ask/")
    machine.force_login(account, backend=BACKEND)  # type: ignore[arg-type]
    session = machine.session
    session[visits.BEGAN] = session[visits.TOUCHED] = int(time.time())
    session.save()


def issued(dossier: Dossier) -> Paper:
    """Return the receipt slip of a dossier, drawn."""
    slip = Paper.objects.get(subject=dossier.pk, template="receipt")
    now = timezone.now()
    return papers.issue(paper=slip, pdf=b"%PDF-1.7 slip", signed_by=(), signed_at=now, at=now)


def test_any_other_machine_is_told_how_it_becomes_one(client: Client, world: World) -> None:
    page = client.get("/vi/kiosk/")
    assert page.status_code == 200
    assert "kiosk-bar" not in page.content.decode()
    assert client.get("/vi/kiosk/door/ask/").headers["Location"] == "/vi/kiosk/"
    assert client.post("/vi/kiosk/machine/", {"code": "K7M2-9QXD"}).status_code == 422
    assert "kiosk" not in client.get("/vi/").content.decode()


def test_a_forged_or_revoked_key_opens_nothing(
    client: Client, machine: Client, registered: tuple[Kiosk, str]
) -> None:
    client.cookies[keys.COOKIE] = f"{registered[0].pk}.secret:forged"
    assert "kiosk-doors" not in client.get("/vi/kiosk/").content.decode()
    assert "kiosk-doors" in machine.get("/vi/kiosk/").content.decode()
    kiosk = Kiosk.objects.get()
    kiosks.revoke_kiosk(kiosk=kiosk, by=kiosk.made_by, at=kiosk.made_at)
    assert "kiosk-doors" not in machine.get("/vi/kiosk/").content.decode()


def test_a_visit_begins_behind_a_door_and_not_by_going_back(machine: Client) -> None:
    assert machine.get("/vi/find/").headers["Location"] == "/vi/kiosk/"
    assert machine.get("/vi/kiosk/door/ask/").headers["Location"] == "/vi/"
    page = machine.get("/vi/find/")
    assert page.headers["Cache-Control"] == "no-store"
    assert "kiosk-bar" in page.content.decode()


def test_the_badge_of_a_volunteer_is_checked_in_the_language_of_the_kiosk(machine: Client) -> None:
    led = machine.get("/fr/kiosk/door/badge/")
    assert led.headers["Location"] == "/t/?lang=fr"
    assert machine.get("/t/?lang=fr").status_code == 200


def test_finishing_leaves_the_key_of_the_machine_alone(machine: Client, world: World) -> None:
    signed_in(machine, world.cast.citizen)
    assert machine.get("/vi/mine/").status_code == 200
    key = machine.cookies[keys.COOKIE].value
    session = machine.cookies[settings.SESSION_COOKIE_NAME].value

    answer = machine.post("/vi/kiosk/finish/")

    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.cookies[keys.COOKIE].value == key
    assert answer.cookies[keys.COOKIE]["httponly"]
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"):
        assert answer.cookies[name]["max-age"] == 0
    assert not Session.objects.filter(session_key=session).exists()
    assert machine.get("/vi/mine/").headers["Location"] == "/vi/kiosk/"
    assert "kiosk-doors" in machine.get("/vi/kiosk/").content.decode()


@pytest.mark.parametrize(
    ("script", "away", "over"),
    [(False, 590, False), (False, 610, True), (True, 145, False), (True, 155, True)],
)
def test_a_visit_that_nobody_ends_ends_by_itself(
    machine: Client, world: World, script: bool, away: int, over: bool
) -> None:
    signed_in(machine, world.cast.citizen)
    if script:
        assert machine.post("/vi/kiosk/alive/").status_code == 204
    session = machine.session
    session[visits.TOUCHED] = int(time.time()) - away
    session.save()

    answer = machine.get("/vi/mine/")

    assert (answer.status_code == 303) is over
    if over:
        assert answer.headers["Location"] == "/vi/kiosk/finished/"
        assert machine.post("/vi/kiosk/alive/").status_code == 410


def test_nothing_is_downloaded(machine: Client, world: World) -> None:
    dossier = acts.returned(world, "civil_status_extract_copy")
    slip = issued(dossier)
    signed_in(machine, world.cast.citizen)
    shown = machine.get(f"/vi/dossier/{dossier.number}/paper/{slip.check_code}/")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Cache-Control"] == "no-store"
    printed = machine.get(f"/vi/kiosk/print/{slip.pk}/")
    assert printed.headers["Content-Disposition"].startswith("inline")
    assert slip.title in machine.get("/vi/kiosk/print/").content.decode()
    assert machine.get("/vi/mine/export/csv/").status_code == 403


def test_a_paper_is_printed_for_its_owner_alone(machine: Client, world: World) -> None:
    dossier = acts.returned(world, "civil_status_extract_copy")
    slip = issued(dossier)
    machine.get("/vi/kiosk/door/print/")
    assert machine.get(f"/vi/kiosk/print/{slip.pk}/").status_code == 302
    signed_in(machine, world.cast.representative)
    assert machine.get(f"/vi/kiosk/print/{slip.pk}/").status_code == 404


def test_who_holds_the_slip_reads_where_the_request_is_and_no_name(machine: Client, world: World) -> None:
    dossier = acts.returned(world, "civil_status_extract_copy")
    slip = issued(dossier)
    machine.get("/vi/kiosk/door/follow/")
    told = machine.post("/vi/kiosk/follow/", {"number": dossier.number, "code": slip.check_code})
    page = told.content.decode()
    assert told.status_code == 200
    assert dossier.number in page
    assert dossier.applicant_name not in page
    wrong = machine.post("/vi/kiosk/follow/", {"number": dossier.number, "code": "0000000000"})
    assert wrong.status_code == 422


def test_a_scan_is_handed_to_the_draft_of_its_code(machine: Client, world: World) -> None:
    machine.get("/vi/kiosk/door/scan/")
    assert machine.post("/vi/kiosk/scan/", {"code": "hello"}).status_code == 422
    led = machine.post("/vi/kiosk/scan/", {"code": "k7m2-9qxd"})
    assert led.headers["Location"] == "/vi/draft/K7M29QXD/papers/"


def test_a_ticket_is_given_printed_and_read_on_a_telephone(
    machine: Client, client: Client, world: World
) -> None:
    machine.get("/vi/kiosk/door/ticket/")
    given = machine.post("/vi/kiosk/ticket/", {"wish": "file"}, follow=True)
    ticket = QueueTicket.objects.get()
    assert given.status_code == 200
    assert "<svg" in given.content.decode()
    assert machine.post("/vi/kiosk/ticket/", {"wish": "sing"}).status_code == 422
    phone = client.get(f"/vi/kiosk/ticket/{ticket.code}/")
    assert ticket.code in phone.content.decode()
    assert client.get("/vi/kiosk/ticket/XXXX-XXXX/").status_code == 404
    wall = client.get(f"/vi/kiosk/board/{ticket.office_id}/")
    assert wall.headers["Cache-Control"] == "no-store"


def test_speech_is_made_by_the_program_and_kept_only_for_pages_of_everybody(
    machine: Client, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = tmp_path / "calls"
    program = tmp_path / "espeak-ng"
    program.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n/usr/bin/printf RIFF\n/bin/cat\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    machine.get("/vi/kiosk/door/ask/")
    home = "http://testserver/vi/kiosk/guidance/"
    for _again in range(2):
        sound = machine.post("/vi/kiosk/speech/", {"text": "Xin chào  ông bà"}, HTTP_REFERER=home)
        assert sound.content == "RIFFXin chào ông bà".encode()
    assert calls.read_text().count("\n") == 1
    assert "-v vi" in calls.read_text()

    told = "http://testserver/vi/kiosk/follow/"  # what it says belongs to who holds the slip
    machine.post("/vi/kiosk/speech/", {"text": "Hồ sơ H38.02-261122-0001"}, HTTP_REFERER=told)
    signed_in(machine, world.cast.citizen)
    for _again in range(2):
        machine.post("/vi/kiosk/speech/", {"text": "Hồ sơ của ông Phúc"}, HTTP_REFERER=home)

    assert calls.read_text().count("\n") == 4
    kept = Path(settings.DINH_HOME) / "cache" / "speech"
    assert len(list(kept.glob("*.wav"))) == 1
    program.write_text("#!/bin/sh\nexit 1\n")
    assert machine.post("/vi/kiosk/speech/", {"text": "khác"}).status_code == 404


def test_a_cookie_of_an_impossible_name_keeps_no_visit_from_ending(machine: Client) -> None:
    machine.get("/vi/kiosk/door/ask/")
    machine.cookies["fine"] = "1"
    header = "; ".join(f"{one.key}={one.value}" for one in machine.cookies.values())
    answer = machine.post("/vi/kiosk/finish/", HTTP_COOKIE=f"{header}; path=x; a@b=1; [x]=2")

    assert answer.status_code == 303
    assert answer.cookies["fine"]["max-age"] == 0


def test_a_machine_gives_no_more_tickets_than_people_could_take(
    machine: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinh.web.kiosk.views.tickets.TAKEN", "2/10m")
    machine.get("/vi/kiosk/door/ticket/")

    answers = [machine.post("/vi/kiosk/ticket/", {"wish": "file"}).status_code for _press in range(3)]

    assert answers == [302, 302, 429]
    assert QueueTicket.objects.count() == 2


def test_a_badge_that_is_checked_at_a_kiosk_is_counted_as_such(machine: Client, world: World) -> None:
    field = make_field(world.cast)
    badge = trust.give_badge(
        account=field.volunteer, unit=world.cast.cocsan, expires_on=date(2099, 1, 1), by=field.officer, at=timezone.now()
    )  # fmt: skip
    machine.get("/vi/kiosk/door/badge/")
    assert machine.get(f"/t/{badge.code}/").status_code == 200
    assert BadgeCheck.objects.get().way == "kiosk"


def test_who_is_signed_in_at_home_may_have_a_page_read_and_nobody_else(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinh.web.kiosk.speech.available", lambda: True)
    assert client.post("/vi/kiosk/speech/", {"text": ""}).status_code == 302
    client.force_login(world.cast.citizen, backend=BACKEND)
    assert client.post("/vi/kiosk/speech/", {"text": ""}).status_code == 204
    monkeypatch.setattr("dinh.web.kiosk.speech.available", lambda: False)
    assert client.post("/vi/kiosk/speech/", {"text": ""}).status_code == 404
