"""The request's context (an id for the log lines of one request, one line when it is done), and pages sent small."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from dinh.config.metrics import count_request
from dinh.lib.ids import uuid7
from dinh.lib.request import request_id

log = logging.getLogger("dinh.request")
TEXTS = {"application/json", "application/xml", "image/svg+xml"}


class RequestContext:
    """Gives each request an id, answers with it, and logs path pattern, status and milliseconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid7().hex)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            match = request.resolver_match
            route = match.route if match else ""
            seconds = time.perf_counter() - began
            count_request(request.method or "", route, response.status_code, seconds)
            # The route, not the path: a path may hold a code or a number of a person.
            log.info(
                "request",
                extra={
                    "method": request.method,
                    "route": route,
                    "status": response.status_code,
                    "ms": round(seconds * 1000, 1),
                },
            )
            return response
        finally:
            request_id.reset(token)


class CompressedText(GZipMiddleware):
    """Sends texts as gzip to who takes it: a fifth of the bytes where a line carries 50,000 a second.

    Files are left as they are (a PDF gains nothing), and so is what is streamed. Django pads each answer at random, so
    that its length tells nothing of a token in it (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.get("Content-Type", "").partition(";")[0]
        if response.streaming or not (kind.startswith("text/") or kind in TEXTS):
            return response
        return super().process_response(request, response)
