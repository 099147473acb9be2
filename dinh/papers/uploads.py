"""Refuses a request that is too large before its body is read.

`RefuseLargeRequests` stands last in MIDDLEWARE but one (before `RefusalPages`, after
the session, the language and the account, which its page shows). A body cannot be
longer than its declared length, because the server reads no further: the header
alone decides. An upload handler of Django would come too late: what it raises while
the CSRF check reads the form becomes an error 500. Each file is measured again
while it is kept (`blobs.keep`).

A page that takes larger files (a register of a province) says so itself, with `takes_up_to`, and says for whom.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import get_language

from dinh.lib.sizes import show_size

GetResponse = Callable[[HttpRequest], HttpResponseBase]
LINGER_SECONDS = 3.0
LINGER_BYTES = 32 * 1024 * 1024


class RefuseLargeRequests:
    """Answers 413 with a page that says what to do, without reading what was sent."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        size = _declared(request)
        if size <= largest_request():
            return self.get_response(request)
        most = _taken_by_page(request)
        if size <= most + int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
            return self.get_response(request)
        context = {
            "most": show_size(most or settings.DINH_MAX_UPLOAD_BYTES, get_language() or "vi"),
            "back": request.path,
        }
        return answer_unread(
            request, render_to_string("papers/too_large.html", context, request=request), 413
        )


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def takes_up_to(setting: str, allowed: Callable[[HttpRequest], bool]) -> Callable[[View], View]:
    """Say that a page takes larger files than others: up to a setting's bytes, from those who are allowed to."""

    def mark(view: View) -> View:
        view.takes_up_to = (setting, allowed)  # type: ignore[attr-defined]
        return view

    return mark


def answer_unread(request: HttpRequest, page: str, status: int) -> StreamingHttpResponse:
    """Answer a page to a request whose body is not read."""
    content = page.encode()
    response = StreamingHttpResponse(_say_then_linger(content, request), status=status)
    response["Content-Length"] = str(len(content))
    response["Cache-Control"] = "no-store"
    return response


def _taken_by_page(request: HttpRequest) -> int:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return 0
    setting, allowed = getattr(view, "takes_up_to", ("", None))
    return int(getattr(settings, setting)) if allowed is not None and allowed(request) else 0


def largest_request() -> int:
    """Return the bytes a whole request may have: one file and the answers around it."""
    return int(settings.DINH_MAX_UPLOAD_BYTES) + int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)


def _declared(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdigit() else 0


def _say_then_linger(page: bytes, request: HttpRequest) -> Iterator[bytes]:
    """Give the answer first, then read a little of what still arrives.

    Closing at once with unread bytes resets the connection, and many browsers
    then show their own error in place of our page. After that the connection is
    dropped: the server would read what is left, however long it takes.
    """
    yield page
    until, left = time.monotonic() + LINGER_SECONDS, LINGER_BYTES
    while left > 0 and time.monotonic() < until:
        piece = request.read(64 * 1024)
        if not piece:
            return
        left -= len(piece)
    raise ConnectionResetError(errno.ECONNRESET, "the rest of a refused upload is not read")
