"""200 MB are refused over a real connection: early, with a page, and without being read."""

from __future__ import annotations

import socket
import time

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from dinh.papers import uploads

MIDDLEWARE = "dinh.papers.uploads.RefuseLargeRequests"


def answer(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("went on")


def test_a_request_within_the_limit_goes_on(settings: LazySettings) -> None:
    request = RequestFactory().post("/vi/", data=b"x" * 100, content_type="text/plain")

    assert uploads.RefuseLargeRequests(answer)(request).status_code == 200


@pytest.mark.parametrize(("length", "status"), [(0, 200), (1, 413), ("nonsense", 200), ("", 200)])
def test_the_declared_length_decides(db: None, length: object, status: int) -> None:
    declared = str(uploads.largest_request() + length) if isinstance(length, int) else length
    request = RequestFactory().post("/vi/", CONTENT_LENGTH=declared)
    request.user = AnonymousUser()

    assert uploads.RefuseLargeRequests(answer)(request).status_code == status


@pytest.mark.django_db(transaction=True)
def test_two_hundred_megabytes_get_a_page_before_they_are_sent(
    settings: LazySettings, request: pytest.FixtureRequest
) -> None:
    if MIDDLEWARE not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE[:-1], MIDDLEWARE, settings.MIDDLEWARE[-1]]
    server = request.getfixturevalue("live_server")
    host, _colon, port = server.url.removeprefix("http://").partition(":")
    began = time.monotonic()

    with socket.create_connection((host, int(port)), timeout=20) as connection:
        size = 200 * 1024 * 1024
        connection.sendall(
            f"POST /vi/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            f"Content-Length: {size}\r\n\r\n".encode()
            + b"x" * 1024 * 1024
        )
        said = b""
        while b"</html>" not in said and (piece := connection.recv(65536)):
            said += piece

    assert said.startswith(b"HTTP/1.1 413")
    assert "quá lớn" in said.decode() or "too large" in said.decode()
    assert "20 MB" in said.decode()
    assert time.monotonic() - began < 15
