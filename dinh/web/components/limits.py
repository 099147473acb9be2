"""How often one address may try: sign-in, the check page, uploads.

Counts live in the cache. With the default cache each web process counts for
itself, so the true limit is the limit times the number of processes: good
enough against guessing, and nothing to operate.
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import Refused


class TooMany(Refused):
    """Too many tries from one address in a short time; waiting helps."""

    status = 429


def address_of(request: HttpRequest) -> str:
    """Return the client's address; behind our own proxy, the one the proxy saw."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))


def allow(request: HttpRequest, scope: str, *, times: int, seconds: int, who: str = "") -> None:
    """Count one try; raise TooMany above `times` in `seconds`.

    who  what is counted, when it is not the address: an account id, a citizen number
    """
    # Hashed, because a key may be shown in a tool: addresses and numbers are personal data.
    digest = hashlib.sha256(f"{settings.SECRET_KEY}{scope}{who or address_of(request)}".encode()).hexdigest()[
        :32
    ]
    key = f"limit:{scope}:{digest}"
    cache.add(key, 0, timeout=seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out between the two lines
        cache.set(key, 1, timeout=seconds)
        count = 1
    if count > times:
        raise TooMany(
            "web.too_many",
            _("There were too many tries from here in a short time. Wait a few minutes, then try again."),
            scope=scope,
        )
