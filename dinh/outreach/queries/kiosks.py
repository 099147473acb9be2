"""Which machine asks: its kiosk, found by the key in its cookie."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from uuid import UUID

from django.db.models import UUIDField

from dinh.database.prepared import Prepared
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.outreach.models import Kiosk

MANAGE = "outreach.manage"

# Asked at every request of a kiosk, hence prepared.
_kiosk = Prepared(lambda kiosk: Kiosk.objects.filter(pk=kiosk, revoked_at=None), kiosk=UUIDField())


def digest(secret: str) -> str:
    """Return the SHA-256 of a code or a key, in hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_kiosk(pk: UUID, key: str) -> Kiosk | None:
    """Return the machine that has this key now; None when it was revoked or given another one. One query."""
    kiosk = _kiosk.first(kiosk=pk)
    if kiosk is None or not kiosk.key_digest or not hmac.compare_digest(kiosk.key_digest, digest(key)):
        return None
    return kiosk


def seen(kiosk: Kiosk, on: date) -> None:
    """Note that the machine was used on a day: one write a day, no entry, nothing about who used it."""
    if kiosk.seen_on != on:
        Kiosk.objects.filter(pk=kiosk.pk).update(seen_on=on)


def kiosks_of(account: Account, on: date) -> list[Kiosk]:
    """Return the machines of the units whose teams the account manages, by name. One query."""
    reach = policy.scope(account, MANAGE, on)
    found = reach.filter(Kiosk.objects.select_related("unit", "office"), "unit", None, villages=True)
    return list(found.order_by("revoked_at", "name"))
