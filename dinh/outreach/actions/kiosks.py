"""Registering the shared computers of the commune, giving them their key, taking it back.

A machine becomes a kiosk by a code that an officer reads from the desk and types on it; the key that it gets
in return never leaves it again, and the node keeps its digest only.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account, Office, Unit
from dinh.directory.writing import change, created, length_faults, refuse_if
from dinh.dossiers.rules import numbers
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, NotFound
from dinh.lib.names import tidy
from dinh.outreach.models import Kiosk
from dinh.outreach.queries.kiosks import MANAGE, digest

CODE_MINUTES = 30
DIGESTS = ("code_digest", "key_digest")  # not in the journal: a code of eight signs is found from its digest
NO_CODE = _("This code is not known, was already used, or is older than half an hour. Ask for a new one.")


@action
def register_kiosk(
    *, unit: Unit, name: str, place: str = "", office: Office | None = None, by: Account, at: datetime
) -> tuple[Kiosk, str]:
    """Write down a machine and return it with the code that makes it a kiosk, valid for half an hour.

    office  whose counter its tickets are for; none means it gives no tickets

    Raises NotPermitted, Invalid.
    """
    policy.require(by, MANAGE, unit=unit.pk, on=local_date(at))
    columns = {"name": tidy(name), "place": tidy(place)}
    faults = length_faults(Kiosk, columns)
    if not columns["name"]:
        faults.append(Fault("name", "missing", _("Give the machine a name, so that it can be found again.")))
    if office is not None and office.unit_id != unit.pk:
        faults.append(Fault("office", "elsewhere", _("This office belongs to another unit.")))
    refuse_if(faults, "outreach.kiosk_invalid")
    code = numbers.draft_code()
    kiosk = Kiosk(
        unit=unit, office=office, made_at=at, made_by=by, code_digest=digest(code),
        code_until=at + timedelta(minutes=CODE_MINUTES), **columns,
    )  # fmt: skip
    kiosk.save(force_insert=True)
    created(kiosk, "outreach.kiosk_registered", by=by, at=at, unit=unit.pk, leave_out=DIGESTS)
    return kiosk, code


@action
def renew_code(*, kiosk: Kiosk, by: Account, at: datetime) -> str:
    """Return a new code for a machine: its key so far, if it had one, opens nothing any more."""
    policy.require(by, MANAGE, unit=kiosk.unit_id, on=local_date(at))
    code = numbers.draft_code()
    change(
        kiosk, "outreach.kiosk_code_renewed", by=by, at=at, unit=kiosk.unit_id, code_digest=digest(code),
        code_until=at + timedelta(minutes=CODE_MINUTES), key_digest="", paired_at=None, revoked_at=None,
        leave_out=DIGESTS,
    )  # fmt: skip
    return code


@action
def pair(*, code: str, at: datetime) -> tuple[Kiosk, str]:
    """Make the machine on which this code was typed a kiosk; return its row and its key, which is told once.

    Nobody is signed in on that machine: the code stands for the officer who was given it. Callers count tries.
    Raises NotFound.
    """
    known = digest(numbers.clean_code(code))
    kiosk = Kiosk.objects.filter(code_digest=known, code_until__gt=at, revoked_at=None).first()
    if kiosk is None:
        raise NotFound("outreach.no_kiosk_code", NO_CODE)
    key = secrets.token_urlsafe(32)
    change(
        kiosk, "outreach.kiosk_paired", by=None, at=at, unit=kiosk.unit_id, code_digest="", code_until=None,
        key_digest=digest(key), paired_at=at, leave_out=DIGESTS,
    )  # fmt: skip
    return kiosk, key


@action
def revoke_kiosk(*, kiosk: Kiosk, by: Account, at: datetime) -> None:
    """Take a machine's key back: at its next request it is a computer like any other."""
    policy.require(by, MANAGE, unit=kiosk.unit_id, on=local_date(at))
    change(
        kiosk, "outreach.kiosk_revoked", by=by, at=at, unit=kiosk.unit_id, revoked_at=at, key_digest="",
        code_digest="", code_until=None, leave_out=DIGESTS,
    )  # fmt: skip
