"""Rate limits shared by every process of the node: sign-in, check page, upload.

`limit("check", address(request), "60/1m", now)` counts one and raises TooMany when there were more than
sixty in the minute that began with the first. Counts stand in a small table, moved by one statement, so they
hold for several processes on SQLite and on PostgreSQL. Call it before the transaction of the act: a refusal
inside one would take its count back.
"""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Attempt
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Refused

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SWEPT_EVERY = 64  # one key in so many takes the rows that have ended with it

COUNT = """
INSERT INTO directory_attempt (key, scope, count, until) VALUES (%s, %s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN directory_attempt.until <= %s THEN 1 ELSE directory_attempt.count + 1 END,
    until = CASE WHEN directory_attempt.until <= %s THEN excluded.until ELSE directory_attempt.until END
RETURNING count, until
"""


class TooMany(Refused):
    """Done too often; `again_at` says when it may be tried again."""

    status = 429

    def __init__(self, scope: str, again_at: datetime) -> None:
        message = _("Too many attempts. You can try again at %(time)s.") % {"time": show_datetime(again_at)}
        super().__init__("directory.too_many", message, scope=scope)
        self.again_at = again_at


@dataclass(frozen=True)
class Rate:
    """So many in so many seconds."""

    amount: int
    seconds: int


@lru_cache(maxsize=64)
def rate(text: str) -> Rate:
    """Return the rate of "5/15m": a number, and a time in s, m, h or d. Raises ValueError."""
    amount, _slash, span = text.partition("/")
    return Rate(int(amount), int(span[:-1]) * UNITS[span[-1]])


def limit(scope: str, key: str, per: str, at: datetime) -> int:
    """Count one act, and return how many more are free in this span.

    scope  what is limited ("check", "upload")
    key    whose acts are counted together: an address, an account's id; only a keyed hash is kept
    per    "60/1m", see `rate`

    One statement. Raises TooMany when this one was over the limit.
    """
    most, now = rate(per), int(at.timestamp())
    hashed = _hashed(scope, key)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [hashed, scope, now + most.seconds, now, now])
        count, until = cursor.fetchone()
    if count == 1 and int(hashed[:8], 16) % SWEPT_EVERY == 0:
        Attempt.objects.filter(until__lte=now).delete()
    if count > most.amount:
        raise TooMany(scope, datetime.fromtimestamp(until, UTC))
    return most.amount - int(count)


def check(scope: str, key: str, per: str, at: datetime) -> None:
    """Raise TooMany when nothing is free, without counting: for limits that count failures only."""
    row = Attempt.objects.filter(key=_hashed(scope, key), until__gt=int(at.timestamp())).first()
    if row is not None and row.count >= rate(per).amount:
        raise TooMany(scope, datetime.fromtimestamp(row.until, UTC))


def clear(scope: str, key: str) -> None:
    """Forget what was counted: after a success, when failures are what is limited."""
    Attempt.objects.filter(key=_hashed(scope, key)).delete()


def address(request: HttpRequest) -> str:
    """Return the client's address; of an IPv6 address the /64, which one client has whole.

    A socket that serves both families writes an IPv4 address as ::ffff:a.b.c.d; that is the IPv4 address.
    Behind our own proxy the last entry of X-Forwarded-For is the one that the proxy wrote.
    """
    given = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        given = forwarded.rsplit(",", 1)[-1].strip()
    try:
        parsed = ipaddress.ip_address(given)
    except ValueError:
        return "0.0.0.0"  # noqa: S104  # a Unix socket: one client, the proxy
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Network(f"{parsed}/64", strict=False).network_address)
    return str(parsed)


def _hashed(scope: str, key: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{scope}\x1f{key}".encode(), sha256).hexdigest()
