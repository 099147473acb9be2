"""What goes over the line: texts small, files and streams as they are."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from dinh.config.middleware import CompressedText

LONG = b"<p>x\xc3\xa3 C\xe1\xbb\x91c San</p>" * 100


def sent(response: HttpResponseBase, accepts: str = "gzip") -> HttpResponseBase:
    request = RequestFactory().get("/vi/", headers={"accept-encoding": accepts})
    return CompressedText(lambda request: response).process_response(request, response)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json", "image/svg+xml"])
def test_a_text_is_sent_small(kind: str) -> None:
    answer = sent(HttpResponse(LONG, content_type=kind))

    assert isinstance(answer, HttpResponse)
    assert len(answer.content) < len(LONG) / 5
    assert gzip.decompress(answer.content) == LONG
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(LONG, content_type="application/pdf"),
        HttpResponse(LONG, content_type="text/html", headers={"Content-Encoding": "br"}),
        StreamingHttpResponse([LONG], content_type="text/html"),
    ],
    ids=["file", "already", "stream"],
)
def test_what_gains_nothing_is_left_as_it_is(response: HttpResponseBase) -> None:
    was = response.get("Content-Encoding")

    assert sent(response).get("Content-Encoding") == was


def test_who_does_not_take_it_gets_it_as_it_is() -> None:
    assert "Content-Encoding" not in sent(HttpResponse(LONG), accepts="identity")
