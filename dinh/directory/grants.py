"""Who may do what: appoint, withdraw, delegate a signature, revoke. Reached through `directory.actions`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account, Delegation, Grant, Office, Unit
from dinh.directory.writing import change, created, length_faults, refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused


@action
def appoint(
    *,
    account: Account,
    role: str,
    unit: Unit,
    by: Account | None,
    at: datetime,
    office: Office | None = None,
    procedures: Sequence[str] = (),
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Grant:
    """Give an account a role over a unit and all below it.

    procedures  ids; none means all that the role covers
    valid_from  default: today; valid_to is the first day without the role

    Raises Invalid with every fault; Refused when somebody appoints themself; NotPermitted.
    """
    if by is not None:
        policy.require(by, "directory.manage_accounts", unit=unit.pk, on=local_date(at))
        if by.pk == account.pk:
            message = _("You cannot give a role to yourself. Ask another administrator.")
            raise Refused("directory.not_oneself", message, account=account.pk)
    since = valid_from or local_date(at)
    faults = [*_known(role, procedures), *_dates(since, valid_to)]
    if account.kind != Account.Kind.STAFF or not account.is_active:
        faults.append(Fault("account", "not_staff", _("Only an open account of staff can hold a role.")))
    if office is not None and office.unit_id != unit.pk:
        faults.append(Fault("office", "elsewhere", _("This office belongs to another unit.")))
    refuse_if(faults, "directory.grant_invalid")
    grant = Grant(
        account=account,
        role=role,
        unit=unit,
        office=office,
        procedures=sorted(set(procedures)),
        valid_from=since,
        valid_to=valid_to,
    )
    grant.save(force_insert=True)
    created(grant, "directory.appointed", by=by, at=at, unit=unit.pk)
    policy.forget(account)
    return grant


@action
def withdraw_grant(*, grant: Grant, by: Account | None, at: datetime, on: date | None = None) -> None:
    """End a role: `on` (default: today) is the first day without it; delegations of it end too.

    Raises Invalid for a day before it began; Refused when it ends by that day anyway; NotPermitted; Stale.
    """
    if by is not None:
        policy.require(by, "directory.manage_accounts", unit=grant.unit_id, on=local_date(at))
    last = on or local_date(at)
    if grant.valid_to is not None and grant.valid_to <= last:
        message = _("This role ends by that day already.")  # a later end would give it back
        raise Refused("directory.grant_ended", message, grant=grant.pk)
    refuse_if([] if last >= grant.valid_from else _dates(grant.valid_from, last), "directory.grant_invalid")
    change(grant, "directory.grant_withdrawn", by=by, at=at, unit=grant.unit_id, valid_to=last)
    policy.forget(grant.account)


@action
def delegate(
    *,
    grant: Grant,
    to: Account,
    valid_from: date,
    valid_to: date,
    reference: str,
    by: Account | None,
    at: datetime,
    procedures: Sequence[str] = (),
) -> Delegation:
    """Let another member of staff act with a grant, from one day to another, both included.

    reference  number of the written delegation; it is shown with every signature given under it

    The holder of the grant delegates, or an administrator who enters the written delegation.
    Raises Invalid with every fault; Refused when an administrator lends it to themself; NotPermitted.
    """
    _may_delegate(grant, by, at)
    if by is not None and by.pk == to.pk != grant.account_id:
        message = _("You cannot enter a delegation to yourself. Ask its giver or another administrator.")
        raise Refused("directory.not_oneself", message, account=to.pk)
    faults = [
        *_known(grant.role, procedures),
        *_delegation_faults(grant, to, valid_from, valid_to, reference),
    ]
    if grant.procedures and not set(procedures) <= set(grant.procedures):
        faults.append(
            Fault("procedures", "not_held", _("A procedure is not part of the role that is delegated."))
        )
    refuse_if(faults, "directory.delegation_invalid")
    delegation = Delegation(
        grant=grant,
        to=to,
        procedures=sorted(set(procedures)),
        valid_from=valid_from,
        valid_to=valid_to,
        reference=reference.strip(),
    )
    delegation.save(force_insert=True)
    created(delegation, "directory.delegated", by=by, at=at, unit=grant.unit_id)
    policy.forget(to)
    return delegation


@action
def revoke_delegation(*, delegation: Delegation, by: Account | None, at: datetime) -> None:
    """End a delegation at once. Raises Refused when it was revoked before; NotPermitted; Stale."""
    _may_delegate(delegation.grant, by, at)
    if delegation.revoked_at is not None:
        message = _("This delegation has been revoked already.")
        raise Refused("directory.already_revoked", message, delegation=delegation.pk)
    unit: UUID = delegation.grant.unit_id
    change(delegation, "directory.delegation_revoked", by=by, at=at, unit=unit, revoked_at=at)
    policy.forget(delegation.to)


def _may_delegate(grant: Grant, by: Account | None, at: datetime) -> None:
    if by is not None and by.pk != grant.account_id:
        policy.require(by, "directory.manage_accounts", unit=grant.unit_id, on=local_date(at))


def _known(role: str, procedures: Sequence[str]) -> list[Fault]:
    catalogue = store.get()
    faults = []
    if role not in catalogue.roles or role == policy.CITIZEN:
        faults.append(Fault("role", "unknown", _("The catalogue has no such role.")))
    if set(procedures) - set(catalogue.procedures):
        faults.append(Fault("procedures", "unknown", _("The catalogue has no such procedure.")))
    return faults


def _dates(valid_from: date, valid_to: date | None) -> list[Fault]:
    if valid_to is None or valid_to > valid_from:
        return []
    return [Fault("valid_to", "before_it_begins", _("The end must be after the beginning."))]


def _delegation_faults(
    grant: Grant, to: Account, valid_from: date, valid_to: date, reference: str
) -> list[Fault]:
    faults = []
    if to.pk == grant.account_id or to.kind != Account.Kind.STAFF or not to.is_active:
        faults.append(Fault("to", "not_staff", _("Choose another member of staff whose account is open.")))
    if valid_to < valid_from:
        faults.append(Fault("valid_to", "before_it_begins", _("The last day is before the first.")))
    if valid_from < grant.valid_from or (grant.valid_to is not None and valid_to >= grant.valid_to):
        faults.append(
            Fault("valid_to", "beyond_the_grant", _("The role itself is not held on all of these days."))
        )
    if not reference.strip():
        faults.append(Fault("reference", "required", _("Write the number of the written delegation.")))
    return faults + length_faults(Delegation, {"reference": reference.strip()})
