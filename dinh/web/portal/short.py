"""What pages with short addresses share: a language without `/vi/` in the address, and codes as people type them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override

CODES = {code for code, _title in settings.LANGUAGES}


def in_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page in the language of `?lang=`, else in the one the browser asks for."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get("lang", "")
        with override(wanted if wanted in CODES else get_language() or "vi"):
            return view(request, *args, **kwargs)

    return shown


def plain(text: str) -> str:
    """Return a code that was typed, or the end of an address that was pasted, fit to stand in an address."""
    last = text.strip().rstrip("/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isalnum() or sign == "-")[:20]
