"""The key of a kiosk in its cookie: which machine asks, without saying who sits before it.

The cookie is signed, so that a forged one costs no look into the database; HttpOnly, so that no page reads it; and
the only one that outlives a person's visit.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from dinh.lib.ids import as_uuid
from dinh.outreach.models import Kiosk
from dinh.outreach.queries.kiosks import find_kiosk, seen

COOKIE = "dinh_kiosk"
DAYS = 400  # the longest that browsers keep a cookie; written anew at each end of a visit
SALT = "dinh.kiosk"


def kiosk_of(request: HttpRequest) -> Kiosk | None:
    """Return the kiosk that asks, and note that it was used today; None for every other machine."""
    found = _read(request.COOKIES.get(COOKIE, ""))
    kiosk = find_kiosk(*found) if found else None
    if kiosk is not None:
        seen(kiosk, timezone.localdate())
    return kiosk


def put(response: HttpResponseBase, kiosk: UUID, key: str) -> None:
    """Give the machine its key."""
    _set(response, signing.Signer(salt=SALT).sign(f"{kiosk}.{key}"))


def put_again(request: HttpRequest, response: HttpResponseBase) -> None:
    """Write the key that was sent once more, beside whatever is cleared."""
    _set(response, request.COOKIES[COOKIE])


def take(response: HttpResponseBase) -> None:
    """Take the key away."""
    response.delete_cookie(COOKIE, samesite="Strict")


def _set(response: HttpResponseBase, value: str) -> None:
    response.set_cookie(
        COOKIE, value, max_age=DAYS * 86400, secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True,
        samesite="Strict",
    )  # fmt: skip


def _read(cookie: str) -> tuple[UUID, str] | None:
    try:
        text = signing.Signer(salt=SALT).unsign(cookie)
    except signing.BadSignature:
        return None
    pk, _dot, key = text.partition(".")
    found = as_uuid(pk)
    return (found, key) if found else None
