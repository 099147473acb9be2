"""Telephones: what is a code, how many somebody may have, when one has been silent too long."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CODE_LENGTH = 12  # 60 bits
CODE_HOURS = 24
DEVICES_MOST = 2  # active, of one account
UNSENT_RED = timedelta(hours=24)
PACK_DAYS = 21  # without contact, after which a phone erases its list of houses

NO_CODE = _("There is no such code. Look at it again, or ask for a new one.")
CODE_USED = _("This code has been used. Each telephone needs a code of its own: ask for a new one.")
CODE_EXPIRED = _("This code is older than 24 hours. Ask for a new one.")
TOO_MANY = _(
    "This member already has two telephones. One of them has to be taken off the list first: %(devices)s."
)
NO_MEMBER = _("Only a member of a team who has villages to visit can have a telephone.")
GONE = _("This telephone is no longer on the list.")


def source_of(device: UUID) -> str:
    """Return the name of a telephone in the journal's inbox."""
    return f"device:{device}"


def new_code() -> str:
    """Return a fresh code, as it is written on paper: "K7M2-9QXT-3WAB"."""
    signs = "".join(secrets.choice(CODE_SIGNS) for _sign in range(CODE_LENGTH))
    return "-".join(signs[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def plain_code(typed: str) -> str:
    """Return a code as it was meant: capitals, no signs between, O as 0, I and L as 1."""
    signs = typed.upper().translate(str.maketrans("OIL", "011"))
    return "".join(sign for sign in signs if sign in CODE_SIGNS)[: CODE_LENGTH + 1]


def expires_at(made_at: datetime) -> datetime:
    """Return the moment from which a code is of no use."""
    return made_at + timedelta(hours=CODE_HOURS)


def is_late(oldest_unsent: datetime | None, at: datetime) -> bool:
    """Return whether a phone has kept something unsent for longer than a day."""
    return oldest_unsent is not None and at - oldest_unsent >= UNSENT_RED


def is_silent(last_contact: datetime, at: datetime) -> bool:
    """Return whether a phone's list of houses has expired."""
    return at - last_contact >= timedelta(days=PACK_DAYS)
