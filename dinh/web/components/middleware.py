"""Turns refusals into pages: every expected "no" is shown with its sentence and a next step.

HTML for people, JSON for `/api/`, a notice for a part of a desk page (htmx).
Surprises pass through to Django, which logs them once and answers 500.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from dinh.lib.errors import Refused
from dinh.web.components import views

log = logging.getLogger("dinh.web")


class RefusalPages:
    """Shows refusals, and what Django leaves blank: an address read that only takes forms. A body that is too large is refused before, by `papers.uploads`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            return views.not_this_way(request, response.headers.get("Allow", ""))
        if "Location" in response.headers and views.wants_part(request):
            return views.move_window(response)
        return response

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


def _disk_full(exception: BaseException) -> bool:
    return isinstance(exception, OSError) and exception.errno == 28
