"""What is different on a machine that many people use: stands behind sign-in, before the pages.

For every other machine it reads one cookie and does nothing. On a kiosk: nothing is kept by the browser; nothing is
downloaded; a visit begins at the start page and ends by itself; whoever helps with an office account sees the pages
of helping alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_from_path, override

from dinh.directory.models import Account
from dinh.dossiers.rules import numbers
from dinh.papers.rules import EXTENSIONS
from dinh.web.kiosk import keys, speech, visits

# Reached without a visit: the machine's own pages, and what its pages are made of.
FREE = frozenset({"kiosk:home", "kiosk:finish", "kiosk:finished", "kiosk:alive", "kiosk:door", "kiosk:pair", "kiosk:ticket", "kiosk:board", "kiosk:speech", "healthz"})  # fmt: skip
# What an office account may open here: helping somebody with their request, and leaving.
HELPING = (
    "kiosk:", "check:", "short:", "account_log", "account_reauth", "mfa_auth", "portal:home", "portal:find", "portal:procedure",
    "portal:draft", "portal:discard", "portal:page", "portal:papers", "portal:check_answers", "portal:filed", "portal:comm",
    "portal:helping", "portal:complain", "portal:privacy", "portal:real",
)  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """What the bar on every page of a visit shows: the draft that is open, who helps, whether text can be spoken."""

    on: bool
    code: str = ""  # of the draft, as it is read
    helper: str = ""
    warn_seconds: int = visits.WARN_SECONDS
    end_seconds: int = visits.END_SECONDS
    slow_seconds: int = visits.SLOW_SECONDS
    speech: bool = False

    @classmethod
    def of(cls, request: HttpRequest, kwargs: Mapping[str, Any]) -> Bar:
        """Return the bar of a page."""
        code = kwargs.get("draft_code", "")
        user = request.user
        helper = user.full_name if isinstance(user, Account) and user.kind == Account.Kind.STAFF else ""
        return cls(visits.is_on(request), numbers.show_code(code), helper, speech=speech.available())


class KioskMode:
    """Middleware; `request.kiosk` is the machine, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kiosk = keys.kiosk_of(request) if keys.COOKIE in request.COOKIES else None
        request.kiosk = kiosk  # type: ignore[attr-defined]
        if kiosk is None:
            return self.get_response(request)
        if visits.is_over(request):
            response = ended(request)
        else:
            response = self.get_response(request)
        return _kept_by_nobody(request, response)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Lead to the start whoever comes without a visit (Back after the last person), and staff to helping."""
        if getattr(request, "kiosk", None) is None:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        request.kiosk_bar = Bar.of(request, kwargs)  # type: ignore[attr-defined]
        if not visits.is_on(request):
            return None if name in FREE else redirect("kiosk:home")
        if name != "kiosk:alive":
            visits.touch(request)
        user = request.user
        if isinstance(user, Account) and user.kind == Account.Kind.STAFF and not name.startswith(HELPING):
            wanted = kwargs["procedure_id"] if name == "portal:begin" else ""
            return redirect(
                reverse("kiosk:helping") + (f"?{urlencode({'procedure': wanted})}" if wanted else "")
            )
        return None


def ended(request: HttpRequest) -> HttpResponse:
    """End the visit and lead to the page that says so."""
    visits.forget(request)
    with override(get_language_from_path(request.path_info) or "vi"):
        response = redirect("kiosk:finished")
    response.status_code = 303
    visits.clear(request, response)
    return response


def _kept_by_nobody(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the answer so that the browser neither keeps nor downloads it."""
    disposition = response.headers.get("Content-Disposition", "")
    if disposition.startswith("attachment"):
        if response.headers.get("Content-Type", "").partition(";")[0] in EXTENSIONS:
            response["Content-Disposition"] = "inline" + disposition.removeprefix("attachment")
        else:
            response = render(request, "kiosk/no_download.html", {"back": reverse("kiosk:home")}, status=403)
    response["Cache-Control"] = "no-store"
    return response
