"""Identity of citizens in a demonstration: a number, then a code that is shown on the screen.

It stands where the national electronic identity will stand (OpenID Connect), and works only when
`settings.DINH_DEMO` is on. The population is a higher package: who has a number is asked through
`settings.DINH_PERSON_FINDER`, the dotted path of a function from a number to a person (`pk`, `full_name`) or None.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from dinh.directory import limits
from dinh.directory.accounts import open_account
from dinh.directory.models import Account
from dinh.lib import citizen_number
from dinh.lib.errors import Fault, Invalid, NotFound, Refused
from dinh.lib.ids import uuid7

LASTS = timedelta(minutes=10)
TRIES = "5/10m"  # codes typed for one challenge
UNKNOWN = "60/10m"  # numbers that are nobody's, of one address: a class or an office may sit behind it


@dataclass(frozen=True)
class Challenge:
    """A code waiting to be typed by one person; kept in the visitor's session by `pack`."""

    id: UUID
    person: UUID
    full_name: str
    code: str  # shown on the screen: a demonstration
    expires_at: datetime


def start(number: str, *, address: str = "", at: datetime | None = None) -> Challenge:
    """Begin to sign in with a citizen number, as typed.

    address  of the visitor; numbers that are nobody's are counted by it, those that are somebody's are not
    at       default: now

    Raises Invalid for what cannot be a number or is nobody's; TooMany after too many of these; NotFound when
    this is no demonstration.
    """
    _only_in_a_demonstration()
    now = at or timezone.now()
    digits = citizen_number.parse(number).digits
    if address:
        limits.check("demo_identity.unknown", address, UNKNOWN, now)
    person = import_string(settings.DINH_PERSON_FINDER)(digits)
    if person is None:
        if address:
            limits.limit("demo_identity.unknown", address, UNKNOWN, now)
        message = _("Nobody in this commune has this number. Check it, or ask at the counter.")
        raise Invalid(
            "directory.unknown_number", [Fault("number", "directory.unknown_number", message)], message
        )
    code = f"{secrets.randbelow(10**6):06d}"
    return Challenge(uuid7(), person.pk, person.full_name, code, now + LASTS)


def finish(challenge: Challenge, code: str, *, at: datetime | None = None) -> Account:
    """Return the citizen's account when the code is right; it is opened the first time.

    Raises Refused for a wrong code, one that has expired, or a closed account; TooMany after five tries.
    """
    _only_in_a_demonstration()
    now = at or timezone.now()
    limits.limit("demo_identity.code", str(challenge.id), TRIES, now)
    if now >= challenge.expires_at:
        raise Refused("directory.code_expired", _("This code has expired. Begin again with your number."))
    if not compare_digest("".join(code.split()).encode(), challenge.code.encode()):
        raise Refused("directory.code_wrong", _("This is not the code on the screen. Type its six digits."))
    account = Account.objects.filter(person=challenge.person).first() or _opened(challenge, now)
    if not account.is_active:
        raise Refused("directory.account_closed", _("This account is closed. Ask at the counter."))
    return account


def _opened(challenge: Challenge, at: datetime) -> Account:
    try:
        return open_account(
            username=f"dan-{challenge.person.hex}",
            full_name=challenge.full_name,
            kind=Account.Kind.CITIZEN,
            person=challenge.person,
            demonstration=True,
            by=None,
            at=at,
        )
    except (Invalid, IntegrityError):  # the same person pressed twice: the other press opened it
        account = Account.objects.filter(person=challenge.person).first()
        if account is None:
            raise
        return account


def pack(challenge: Challenge) -> dict[str, str]:
    """Return a challenge as plain values, for the session."""
    return {
        "id": str(challenge.id),
        "person": str(challenge.person),
        "full_name": challenge.full_name,
        "code": challenge.code,
        "expires_at": challenge.expires_at.isoformat(),
    }


def unpack(kept: Mapping[str, Any]) -> Challenge:
    """Return the challenge of `pack`."""
    return Challenge(
        id=UUID(kept["id"]),
        person=UUID(kept["person"]),
        full_name=kept["full_name"],
        code=kept["code"],
        expires_at=datetime.fromisoformat(kept["expires_at"]),
    )


def _only_in_a_demonstration() -> None:
    if not settings.DINH_DEMO:
        raise NotFound("directory.no_demonstration")
