"""Whose rows an account sees and decides: one policy, the registers' own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.directory.scopes import Scope
from dinh.lib.errors import NotPermitted
from dinh.registers import queries as registers
from dinh.registers.models import Record

START, DECIDE = "verification.start", "verification.decide"


def readable(account: Account, on: date, register: str = "") -> dict[str, Scope]:
    """Return where an account reads each register of the catalogue; one, when one is named. No query of its own."""
    ids: Iterable[str] = [register] if register else store.get().registers
    found = {id: registers.scope_of(account, id, on) for id in ids if id in store.get().registers}
    return {id: scope for id, scope in found.items() if scope}


def within(scopes: dict[str, Scope]) -> Q:
    """Return the condition of rows (with `register` and `unit`) that lie in these scopes."""
    alike: dict[frozenset[UUID] | None, list[str]] = {}
    for id, scope in scopes.items():
        # Villages own no records: without them a commune is one unit, which an index answers in order.
        places = frozenset().union(*(reach.offices_of for reach in scope.reaches))
        alike.setdefault(None if scope.everything else places, []).append(id)
    condition = Q(pk__in=[])
    for units, ids in alike.items():
        part = Q(register=ids[0]) if len(ids) == 1 else Q(register__in=ids)
        if units is not None:
            part &= Q(unit=next(iter(units))) if len(units) == 1 else Q(unit__in=units)
        condition |= part
    return condition


def require_decide(account: Account, record: Record, on: date) -> None:
    """Raise NotPermitted unless the account reads the record and decides over its unit."""
    policy.require(account, DECIDE, unit=record.unit_id, on=on)
    if not registers.scope_of(account, record.register, on).allows(record.unit_id):
        raise NotPermitted("registers.not_a_reader", registers.NOT_A_READER, record=record.pk)
