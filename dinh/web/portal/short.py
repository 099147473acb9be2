"""What pages with short addresses share: a language without `/vi/` in the address, codes as people type them, limits.

A whole village may stand behind one address (the house of culture, a telephone network). So what is counted by address
are codes that are none: whoever asks about a paper in their hand is answered, whoever guesses is stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, override

from dinh.directory import limits

CODES = {code for code, _title in settings.LANGUAGES}
WRONG = "60/10m"  # codes that are none, by address
SAME = "600/10m"  # one code from one address: more are no people who look


def in_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page in the language of `?lang=`, else in the one the browser asks for."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with override(chosen(request) or get_language() or "vi"):
            return view(request, *args, **kwargs)

    return shown


def chosen(request: HttpRequest) -> str:
    """Return the language of `?lang=`; "" when none was chosen."""
    wanted = request.GET.get("lang", "")
    return wanted if wanted in CODES else ""


def lead(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Lead from a form to the page of its code, in the language that was chosen."""
    lang = chosen(request)
    return redirect(reverse(name, args=[code]) + (f"?{urlencode({'lang': lang})}" if lang else ""))


def hold_back(scope: str, request: HttpRequest, at: datetime) -> None:
    """Raise TooMany for an address from which too many codes came that are none. Before looking one up."""
    limits.check(f"{scope}-wrong", limits.address(request), WRONG, at)


def count(scope: str, request: HttpRequest, code: str, at: datetime, *, known: bool) -> None:
    """Count a code that was looked up; raises TooMany. Before anything is written."""
    where = limits.address(request)
    if known:
        limits.limit(scope, f"{where} {code}", SAME, at)
    else:
        limits.limit(f"{scope}-wrong", where, WRONG, at)


def plain(text: str) -> str:
    """Return a code that was typed, or the end of an address that was pasted, fit to stand in an address."""
    last = text.strip().rstrip("/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isalnum() or sign == "-")[:20]
