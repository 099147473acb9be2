"""Turns refusals into pages: every expected "no" is shown with its sentence and a next step.

HTML for people, JSON for `/api/`, a notice for a part of a desk page (htmx).
Surprises pass through to Django, which logs them once and answers 500.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from dinh.lib.errors import Refused
from dinh.web.components import views

log = logging.getLogger("dinh.web")

FORM_ALLOWANCE = 1024 * 1024  # the rest of a form beside its file
DRAIN_UP_TO = 256 * 1024 * 1024


class RefusalPages:
    """Shows refusals, stops bodies that are too large before they are read into a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _body_size(request) > settings.DINH_MAX_UPLOAD_BYTES + FORM_ALLOWANCE:
            _drain(request)
            return views.too_large(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            log.info(
                "refused",
                extra={"code": exception.code, "status": exception.status, **_safe(exception.params)},
            )
            return views.refused(request, exception)
        if isinstance(exception, OperationalError) or _disk_full(exception):
            log.error("unavailable", exc_info=exception)
            return views.unavailable(request)
        return None


def _safe(params: dict[str, object]) -> dict[str, object]:
    return {f"about_{key}": str(value) for key, value in params.items()}


def _body_size(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _drain(request: HttpRequest) -> None:
    """Read and forget what the browser is still sending: it shows our answer only when it may finish."""
    left = min(_body_size(request), DRAIN_UP_TO)
    while left > 0:
        chunk = request.read(min(left, 65536))
        if not chunk:
            return
        left -= len(chunk)


def _disk_full(exception: BaseException) -> bool:
    return isinstance(exception, OSError) and exception.errno == 28
