"""Refuses a request that is too large before its body is read.

`RefuseLargeRequests` stands last in MIDDLEWARE but one (before `RefusalPages`, after
the session, the language and the account, which its page shows). A body cannot be
longer than its declared length, because the server reads no further: the header
alone decides. An upload handler of Django would come too late: what it raises while
the CSRF check reads the form becomes an error 500. Each file is measured again
while it is kept (`blobs.keep`).
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
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
        if _declared(request) <= largest_request():
            return self.get_response(request)
        context = {
            "most": show_size(settings.DINH_MAX_UPLOAD_BYTES, get_language() or "vi"),
            "back": request.path,
        }
        page = render_to_string("papers/too_large.html", context, request=request).encode()
        response = StreamingHttpResponse(_say_then_linger(page, request), status=413)
        response["Content-Length"] = str(len(page))
        response["Cache-Control"] = "no-store"
        return response


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
