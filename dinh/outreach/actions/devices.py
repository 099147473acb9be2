"""Telephones of members: leave to enrol one, the enrolment, taking one off the list, what it tells of itself."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.journal.actions import action, record
from dinh.lib.errors import Refused, Stale
from dinh.outreach import sealing
from dinh.outreach.models import Device, EnrolCode
from dinh.outreach.policy import MANAGE
from dinh.outreach.queries.devices import active_devices
from dinh.outreach.queries.scope import FIELD, may_enrol, teams_of
from dinh.outreach.rules import devices as rules

TOUCH_SECONDS = 60


class CodeRefused(Refused):
    """The code opens nothing: unknown, used, or too old."""


class TooManyDevices(Refused):
    """The member has as many telephones as one may; `devices` are they."""

    def __init__(self, devices: Sequence[Device]) -> None:
        names = ", ".join(device.label for device in devices)
        super().__init__("outreach.too_many_devices", rules.TOO_MANY % {"devices": names})
        self.devices = tuple(devices)


class NotAMember(Refused):
    """The account may not use the field app, or has no village."""

    status = 403


@dataclass(frozen=True)
class Enrolled:
    """A telephone, with the token that only it will know."""

    device: Device
    token: str


@action
def make_enrol_code(*, account: Account, by: Account, at: datetime) -> tuple[EnrolCode, str]:
    """Give leave to enrol one telephone of an account within 24 hours; return the code, of which only a digest is kept.

    Who works in the field may do it for themself; who manages teams, for members of these alone: what the telephone
    then carries is of every village of the account, and it speaks in the account's name.
    Raises NotPermitted, NotAMember.
    """
    on = timezone.localdate(at)
    require_for(account, by, at, everywhere=True)
    if not may_enrol(account, on):
        raise NotAMember("outreach.no_member", rules.NO_MEMBER, account=account.pk)
    code = rules.new_code()
    made = EnrolCode.objects.create(
        account=account,
        digest=digest_of_code(code),
        made_by=by,
        made_at=at,
        expires_at=rules.expires_at(at),
    )
    changed = {"account": account.pk, "expires_at": made.expires_at}
    record(
        "outreach.enrol_code_made",
        subject=made,
        at=at,
        by=by.pk,
        unit=home_of(account, at),
        body={"set": changed},
    )
    return made, code


@action
def enrol(*, code: str, label: str, language: str, public: bytes, app: str, at: datetime) -> Enrolled:
    """Enrol a telephone with a code, and return it with its token.

    public  65 bytes: the P-256 point with which it signs

    Raises CodeRefused ("outreach.code_unknown", "code_used", "code_expired"), TooManyDevices, NotAMember, and
    NotOpened ("outreach.sealed_wrong") when the key is none.
    """
    found = _usable(code, at)
    # One after the other for one account: two codes at once must not make three telephones.
    account = Account.objects.select_for_update().get(pk=found.account_id)
    if not may_enrol(account, timezone.localdate(at)):
        raise NotAMember("outreach.no_member", rules.NO_MEMBER, account=account.pk)
    there = list(active_devices(account))
    if len(there) >= rules.DEVICES_MOST:
        raise TooManyDevices(there)
    _check_point(public)
    token = secrets.token_urlsafe(32)
    device = Device.objects.create(
        account=account, label=label, public=public, token=digest_of_token(token), language=language,
        enrolled_at=at, last_contact=at, app_version=app,
    )  # fmt: skip
    unit = home_of(account, at)
    changed = {"account": account.pk, "label": label, "language": language, "public": sealing.b64(public)}
    record("outreach.device_enrolled", subject=device, at=at, by=account.pk, unit=unit, body={"set": changed})
    use_code(code=found, device=device, at=at, unit=unit)
    return Enrolled(device, token)


@action
def use_code(*, code: EnrolCode, device: Device, at: datetime, unit: UUID | None) -> None:
    """Note with which telephone a code was used; a second one finds it used."""
    guarded = EnrolCode.objects.filter(pk=code.pk, used_at__isnull=True)
    if not guarded.update(used_at=at, device=device, version=code.version + 1):
        raise CodeRefused("outreach.code_used", rules.CODE_USED, code_id=code.pk)
    code.used_at, code.device, code.version = at, device, code.version + 1
    changed = {"used_at": at, "device": device.pk}
    record(
        "outreach.enrol_code_used",
        subject=code,
        at=at,
        by=device.account_id,
        unit=unit,
        body={"set": changed},
    )


@action
def revoke_device(*, device: Device, reason: str, by: Account, at: datetime) -> None:
    """Take a telephone off the list: its pack is erased at its next contact; what it did not send yet is kept for review.

    Raises NotPermitted, Stale when somebody did so first.
    """
    require_for(device.account, by, at)
    reason = reason.strip()[:200]
    guarded = Device.objects.filter(pk=device.pk, version=device.version, revoked_at__isnull=True)
    if not guarded.update(revoked_at=at, revoked_by=by, reason=reason, version=device.version + 1):
        raise Stale("outreach.device_gone", rules.GONE, device=device.pk)
    device.revoked_at, device.revoked_by, device.reason = at, by, reason
    device.version += 1
    changed = {"revoked_at": at, "revoked_by": by.pk, "reason": reason}
    record(
        "outreach.device_revoked", subject=device, at=at, by=by.pk, unit=home_of(device.account, at),
        body={"set": changed},
    )  # fmt: skip


def note_wiped(*, device: Device, at: datetime) -> None:
    """Note that a telephone says it erased its pack; said again, it stays as first noted."""
    if device.wiped_at is None:
        _note_wiped(device, at)


@action
def _note_wiped(device: Device, at: datetime) -> None:
    guarded = Device.objects.filter(pk=device.pk, version=device.version)
    if not guarded.update(wiped_at=at, version=device.version + 1):
        raise Stale("outreach.device_gone", rules.GONE, device=device.pk)
    device.wiped_at, device.version = at, device.version + 1
    record(
        "outreach.device_wiped", subject=device, at=at, by=device.account_id,
        unit=home_of(device.account, at), body={"set": {"wiped_at": at}},
    )  # fmt: skip


def touch(device: Device, at: datetime, **told: object) -> None:
    """Note a contact, and what the telephone told of itself.

    Not an act but the state of a machine, several times an hour on thousands of them: it makes no entry. Written at
    most once a minute, unless the telephone told something.
    """
    if told or (at - device.last_contact).total_seconds() >= TOUCH_SECONDS:
        Device.objects.filter(pk=device.pk).update(last_contact=at, **told)


def require_for(account: Account, by: Account, at: datetime, *, everywhere: bool = False) -> None:
    """Raise NotPermitted unless `by` works in the field and it is their own, or manages teams where the account works.

    everywhere  every team of the account: who manages those of one commune gives no leave to carry another's houses
    """
    on = timezone.localdate(at)
    if by.pk == account.pk and policy.may(by, FIELD, on=on):
        return
    teams = set(teams_of(account, on).values_list("unit", flat=True))
    managed = {
        unit for unit in {*teams, account.unit_id} if unit and policy.may(by, MANAGE, unit=unit, on=on)
    }
    if not managed or (everywhere and teams - managed):
        raise policy.refusal(MANAGE, by, member=account.pk)


def home_of(account: Account, at: datetime) -> UUID | None:
    """Return the unit whose matter the account's telephones are: that of its first team."""
    found = (
        teams_of(account, timezone.localdate(at))
        .order_by("opened_on", "pk")
        .values_list("unit", flat=True)
        .first()
    )
    return found or account.unit_id


def digest_of_code(code: str) -> str:
    """Return what the node keeps of a code."""
    return hashlib.sha256(f"dinh enrol {rules.plain_code(code)}".encode()).hexdigest()


def digest_of_token(token: str) -> str:
    """Return what the node keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _usable(code: str, at: datetime) -> EnrolCode:
    found = EnrolCode.objects.filter(digest=digest_of_code(code)).first()
    if found is None:
        raise CodeRefused("outreach.code_unknown", rules.NO_CODE)
    if found.used_at is not None:
        raise CodeRefused("outreach.code_used", rules.CODE_USED, code_id=found.pk)
    if at >= found.expires_at:
        raise CodeRefused("outreach.code_expired", rules.CODE_EXPIRED, code_id=found.pk)
    return found


def _check_point(public: bytes) -> None:
    try:
        sealing.public_key(public)
    except ValueError as wrong:
        raise sealing.NotOpened("outreach.sealed_wrong", sealing.SEALED_WRONG) from wrong
