"""No personal data in the log: a whole life over HTTP, with every slip on the way, and not a name in any line."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from dinh.config.logs import JsonFormatter
from dinh.directory.tests.cast import Cast
from dinh.dossiers.tests.world import World, begun, filed, filled, settled
from dinh.journal.testing import settle
from dinh.lib.errors import Broken
from dinh.web.portal.tests.conftest import signed_in

PERSONAL = (
    "Phúc", "Vàng Văn", "vang van", "010075001234", "01007500123", "phuc@example.vn", "nhà 12", "Ún Tà", "12/03/1975",
    "1975-03-12", "Lý Thị", "Lò Thị Hương", "bài-hát", "203.0.113.9",
)  # fmt: skip


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that a node would write, as it would write it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield out
    root.removeHandler(handler)
    root.setLevel(before)


def found(log: io.StringIO) -> list[str]:
    return [line for line in log.getvalue().splitlines() if any(word in line for word in PERSONAL)]


@pytest.fixture
def world(cast: Cast) -> World:
    return settled(cast)


def test_a_life_with_every_slip_on_the_way_leaves_no_personal_data(world: World, log: io.StringIO) -> None:
    draft = filled(world, begun(world, "certified_copy"))
    visitor, citizen, desk = Client(), signed_in(world.cast.citizen), signed_in(world.cast.reception)
    for number in ("01007500123", "010075001234"):
        visitor.post("/vi/sign-in/", {"number": number}, REMOTE_ADDR="203.0.113.9")
    visitor.post("/vi/sign-in/", {"step": "code", "code": "nope"})
    visitor.post("/vi/account/login/", {"login": "phuc@example.vn", "password": "bài-hát"})
    citizen.post(f"/vi/draft/{draft.code}/page/applicant/", {"applicant.number": "01007500123"})
    citizen.post(f"/vi/draft/{draft.code}/papers/", {})
    signed_in(world.cast.representative).get(f"/vi/draft/{draft.code}/")
    dossier = filed(world, "certified_copy")
    desk.get("/vi/desk/?view=all&q=vang+van+phuc")
    desk.post("/vi/desk/people/", {"q": "Vàng Văn Phúc"})
    desk.post(
        "/vi/desk/counter/scan", {"scan-text": "010075001234||Vàng Văn Phúc|12031975|Nam|Ún Tà|01012022"}
    )
    desk.post("/vi/desk/counter/scan", {"scan-text": "010075001234|rubbish"})
    desk.post(f"/vi/desk/dossier/{dossier.number}/act/receive", {"version": "1", "on_site": "on"})
    desk.get(f"/vi/desk/people/{world.phuc.pk}/")
    signed_in(world.cast.next_reception).get(f"/vi/desk/dossier/{dossier.number}/")
    visitor.get("/vi/find/?q=V%C3%A0ng+V%C4%83n+Ph%C3%BAc")
    settle()

    assert '"dinh.request"' in log.getvalue() and '"refused"' in log.getvalue()
    assert not found(log)


@pytest.mark.parametrize("send", ["get", "post", "put"])
def test_a_number_typed_into_an_address_is_not_logged_either(
    world: World, log: io.StringIO, send: str
) -> None:
    strict = Client(enforce_csrf_checks=True)
    for client in (signed_in(world.cast.citizen), strict):
        getattr(client, send)("/vi/dossier/010075001234/")
        getattr(client, send)("/vi/nowhere/010075001234/")

    assert '"django.' in log.getvalue()
    assert not found(log)


def test_the_words_of_an_exception_are_left_out(log: io.StringIO) -> None:
    try:
        try:
            int(PERSONAL[0])
        except ValueError as error:
            raise Broken("tests.broken") from error
    except Broken:
        logging.getLogger("dinh.tests").exception("tests.failed")

    [line] = log.getvalue().splitlines()
    assert "builtins.ValueError" in line and "dinh.lib.errors.Broken tests.broken" in line
    assert "test_logs.py" in line
    assert not found(log)
