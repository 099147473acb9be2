"""What every answer carries and every form asks for: policy of contents, cookies, tokens, frames, hosts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dinh.journal.models import Entry
from tests.asking import Ask, address_of
from tests.house import House
from tests.paths import PATHS
from tests.rights import SIGN_IN, actors, closed

pytest_plugins = ["tests.asking"]
pytestmark = pytest.mark.django_db
VISITORS = ("anonymous", "the owner", "reception_officer here", "leader here", "administrator here")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+\s*=|javascript:", re.I)
BACKEND = "dinh.directory.signed_in.Backend"


@pytest.mark.parametrize("name", sorted(PATHS))
def test_every_page_has_a_policy_without_unsafe_and_stands_in_no_frame(
    name: str, house: House, ask: Ask
) -> None:
    path, wrong = PATHS[name], []
    for actor in actors(house):
        if actor.name not in VISITORS:
            continue
        method = "GET" if "GET" in path.methods else "POST"
        response = ask(actor, method, address_of(name, house), **(path.headers or {}))
        policy = response.headers.get("Content-Security-Policy", "")
        directives = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
        if (
            "unsafe" in policy
            or "*" in policy
            or not set(directives.get("default-src", ["*"])) <= {"'self'", "'none'"}
        ):
            wrong.append(f"{actor.name}: policy {policy!r}")
        if response.headers.get("X-Content-Type-Options") != "nosniff":
            wrong.append(f"{actor.name}: may be sniffed")
        framed = response.headers.get("X-Frame-Options") == "DENY"
        if not framed or not set(directives.get("frame-ancestors", ["*"])) <= {"'self'", "'none'"}:
            wrong.append(f"{actor.name}: may stand in a frame")
        if response.headers.get("Referrer-Policy") != "same-origin":
            wrong.append(f"{actor.name}: tells where one came from")
        kind = response.headers.get("Content-Type", "")
        if kind.startswith("text/html") and (found := INLINE.search(response.body)):
            wrong.append(f"{actor.name}: {found.group()!r} in the page")
    assert not wrong, "\n".join([name, *wrong])


# These read no session: a telephone shows its token, a kiosk the cookie of its own pairing. A forged form carries neither,
# and is answered as whoever is unknown: "enrol again", "not understood", the kiosk's first page.
WITHOUT_A_SESSION = {
    **dict.fromkeys(("field:beat", "field:lookup", "field:ops", "field:sealed", "field:wiped"), 401),
    "field:enrol": 422,
    **dict.fromkeys(("kiosk:alive", "kiosk:finish"), 302),
}
# Gives back as sound what was sent and changes nothing: 404 where no voice is installed.
CHANGES_NOTHING = {"kiosk:speech": {204, 404}}


@pytest.mark.parametrize("name", sorted(name for name in PATHS if "POST" in PATHS[name].methods))
def test_every_form_needs_its_token(name: str, house: House) -> None:
    path = PATHS[name]
    who = next(
        (actor for actor in actors(house) if actor.account and path.rule(actor) not in {"refused", SIGN_IN}),
        None,
    )
    client = Client(enforce_csrf_checks=True)
    if who is not None and who.account is not None:
        client.force_login(who.account, backend=BACKEND)
    address = address_of(name, house)  # makes what it names
    before = Entry.objects.count()

    response = client.post(address, {"a": "b"}, headers=dict(path.headers or {}))

    answers = CHANGES_NOTHING.get(name, {WITHOUT_A_SESSION.get(name, 403)})
    allowed = {404, 403} if path.rule is closed else answers
    assert response.status_code in allowed, (who and who.name, response.status_code)
    assert Entry.objects.count() == before


def test_behind_https_cookies_travel_over_https_only(tmp_path: Path) -> None:
    asked = "import dinh.config.settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"
    seen = {}
    for address in ("https://dichvu.example.vn", "http://127.0.0.1:8000"):
        environment = {**os.environ, "DINH_HOME": str(tmp_path), "DINH_PUBLIC_URL": address}
        done = subprocess.run(
            [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True,
            cwd=Path(__file__).resolve().parent.parent,
        )  # fmt: skip
        seen[address[:5]] = done.stdout.split()

    assert seen["https"][:2] == ["True", "True"] and int(seen["https"][2]) >= 31_536_000
    assert seen["http:"] == ["False", "False", "0"]


def test_the_session_of_before_the_sign_in_is_worth_nothing_after_it(house: House) -> None:
    planted = Client()
    planted.post("/vi/sign-in/", {"number": house.here.person.number})
    key = str(planted.session.session_key)
    victim = Client()
    victim.cookies["sessionid"] = key
    page = victim.post("/vi/sign-in/", {"number": house.here.person.number}).content.decode()
    code = re.search(r'class="code"[^>]*>(\d{6})<', page)
    assert code

    answer = victim.post("/vi/sign-in/", {"step": "code", "code": code.group(1)})

    assert answer.status_code == 302
    assert victim.session.session_key != key
    assert planted.get("/vi/mine/").status_code == 302  # led to sign in, like before


def test_a_session_key_that_somebody_invented_is_not_taken(db: None) -> None:
    client = Client()
    client.cookies["sessionid"] = "a" * 32

    client.post("/vi/sign-in/", {"number": "010075001234"})

    assert client.session.session_key != "a" * 32


EVIL = (
    "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "http:///evil.example",
    "javascript:alert(1)", "https:evil.example", "/\t/evil.example", " //evil.example", "//127.0.0.1@evil.example",
)  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_sign_in_leads_nowhere_else(evil: str, house: House) -> None:
    signed_in = Client()
    signed_in.force_login(house.here.citizen, backend=BACKEND)
    places = [
        signed_in.get("/vi/sign-in/", {"next": evil}),
        signed_in.get("/vi/account/login/", {"next": evil}),
        _by_code(house, evil),
        Client().post("/vi/account/logout/", {"next": evil}),
    ]

    for response in places:
        assert response.status_code in {200, 302}
        where = response.headers.get("Location", "/")
        assert where.startswith("/") and not where.startswith(("//", "/\\")), where


def _by_code(house: House, following: str) -> Any:
    client = Client()
    page = client.post(
        "/vi/sign-in/", {"number": house.here.person.number, "next": following}
    ).content.decode()
    code = re.search(r'class="code"[^>]*>(\d{6})<', page)
    assert code
    return client.post("/vi/sign-in/", {"step": "code", "code": code.group(1), "next": following})
