"""Telephones as the desk lists them: whose, when heard of last, what they still hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.lib.errors import NotFound
from dinh.lib.names import fold
from dinh.outreach.models import Device, Member
from dinh.outreach.policy import MANAGE
from dinh.outreach.queries.scope import FIELD, in_term, open_on
from dinh.outreach.rules import devices as rules

State = Literal["active", "late", "silent", "revoked", "wiped"]


@dataclass(frozen=True)
class DeviceLine:
    """One telephone in the list."""

    device: Device
    name: str
    teams: tuple[str, ...]
    state: State
    late: bool  # has kept something unsent for a day or longer
    epoch_behind: bool


def active_devices(account: Account) -> QuerySet[Device]:
    """Return the telephones of an account that were not taken off the list, the oldest first."""
    return Device.objects.filter(account=account, revoked_at__isnull=True).order_by("enrolled_at", "pk")


def managed_members(by: Account, on: date) -> QuerySet[Account]:
    """Return the accounts of the teams that somebody manages, who work in them on a day."""
    reach = policy.scope(by, MANAGE, on)
    if not reach:
        return Account.objects.none()
    terms = Member.objects.filter(in_term(on), open_on(on, "team__"))
    terms = reach.filter(terms, "team__unit", None, villages=True)
    return Account.objects.filter(pk__in=terms.values("account"), is_active=True)


def seen_devices(by: Account, on: date) -> QuerySet[Device]:
    """Return the telephones that somebody may look at: their own, and those of members of the teams they manage."""
    mine = Q(account=by) if policy.may(by, FIELD, on=on) else Q(pk__in=[])
    reach = policy.scope(by, MANAGE, on)
    if reach:
        # Of members of all times: a telephone must be found after its member has left.
        terms = reach.filter(Member.objects.all(), "team__unit", None, villages=True)
        mine |= Q(account__in=terms.values("account"))
    return Device.objects.filter(mine)


def seen_device(by: Account, pk: UUID, on: date) -> Device:
    """Return one telephone that somebody may look at. Raises NotFound: for others it is not there."""
    found = seen_devices(by, on).select_related("account").filter(pk=pk).first()
    if found is None:
        raise NotFound("outreach.no_such_device", device=pk)
    return found


def lines(devices: QuerySet[Device], at: datetime, on: date) -> list[DeviceLine]:
    """Return telephones as they are listed, those to look after first. Three queries."""
    found = list(devices.select_related("account", "account__scope_epoch"))
    teams: dict[UUID, list[str]] = {}
    terms = Member.objects.filter(in_term(on), account__in={one.account_id for one in found})
    for account, name in terms.order_by("team__name").values_list("account", "team__name"):
        teams.setdefault(account, []).append(name)
    made = [_line(one, tuple(teams.get(one.account_id, ())), at) for one in found]
    return sorted(made, key=lambda one: (one.state in ("revoked", "wiped"), not one.late, fold(one.name)))


def _line(device: Device, teams: tuple[str, ...], at: datetime) -> DeviceLine:
    scope = getattr(device.account, "scope_epoch", None)
    late = device.unsent > 0 and rules.is_late(device.oldest_unsent, at)
    return DeviceLine(
        device=device,
        name=device.account.full_name,
        teams=teams,
        state=_state(device, late, at),
        late=late,
        epoch_behind=0 < device.epoch < (scope.epoch if scope else 1),
    )


def _state(device: Device, late: bool, at: datetime) -> State:
    if device.wiped_at is not None:
        return "wiped"
    if device.revoked_at is not None:
        return "revoked"
    if rules.is_silent(device.last_contact, at):
        return "silent"
    return "late" if late else "active"
