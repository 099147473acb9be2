"""200 MB: refused before they are read, with a page in each language, and the draft goes on as it was."""

from __future__ import annotations

import socket
import time

import pytest
from django.test import Client

from dinh.dossiers.tests.world import World, begun, filled
from tests.faults.conftest import LANGUAGES, words

SIZE = 200 * 1024 * 1024
SAID = {"vi": "20 MB", "fr": "20 Mo", "en": "at most 20 MB"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_200_megabytes_are_answered_long_before_they_are_sent(
    world: World, phuc: Client, live_server: object, language: str
) -> None:
    draft = filled(world, begun(world, "certified_copy"))
    host, _colon, port = str(live_server.url).removeprefix("http://").partition(":")  # type: ignore[attr-defined]
    cookies = "; ".join(f"{name}={one.value}" for name, one in phuc.cookies.items())
    head = (
        f"POST /{language}/draft/{draft.code}/papers/ HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {SIZE}\r\n\r\n"
    )
    began, said = time.monotonic(), b""

    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head.encode() + b"x" * 64 * 1024)  # of 200 MB
        while b"</html>" not in said and (piece := connection.recv(65536)):
            said += piece

    html = said.decode()
    assert html.startswith("HTTP/1.1 413")
    assert time.monotonic() - began < 15
    assert f'<html lang="{language}"' in html and SAID[language] in words(html)
    assert f'href="/{language}/draft/{draft.code}/papers/"' in html  # the way back
    assert draft.attachments.count() == 1
    assert phuc.get(f"/{language}/draft/{draft.code}/check/").status_code == 200
