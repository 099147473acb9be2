"""What an account of staff holds, as its page shows it: roles and lent signatures, and how to give back what ended."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Any

from django.utils.translation import get_language

from dinh.catalogue import store
from dinh.directory import queries as directory
from dinh.directory.models import Account, Delegation, Grant
from dinh.lib.dates import show_date
from dinh.web.desk.rows import choices_of


def role_title(key: str) -> str:
    """Return a role's title in the reader's language; its key when the catalogue no longer has it."""
    role = store.get().roles.get(key)
    return role.title.of(get_language() or "vi") if role else key


def roles(account: Account, units: Container[str], on: date) -> list[dict[str, Any]]:
    """Return the roles of an account, those that have ended last.

    units  ids of the units over which the reader gives roles

    `again` is what the form of appointments is sent to give an ended role once more; None where it cannot be.
    """
    language = get_language() or "vi"
    grants = sorted(account.grants.select_related("unit"), key=lambda one: one.valid_from, reverse=True)
    held = {(one.role, one.unit_id) for one in grants if not _ended(one, on)}
    lines = []
    for one in sorted(grants, key=lambda one: _ended(one, on)):
        ended = _ended(one, on)
        possible = one.role in store.get().roles and str(one.unit_id) in units and account.is_active
        given = [title for _id, title in choices_of(one.procedures, language)] if one.procedures else []
        lines.append(
            {
                "pk": one.pk,
                "role": role_title(one.role),
                "unit": directory.unit_title(one.unit_id, on, with_parents=False),
                "procedures": ", ".join(given),
                "since": show_date(one.valid_from, language),
                "until": show_date(one.valid_to, language) if one.valid_to else "",
                "ended": ended,
                "again": [
                    ("role", one.role), ("unit", one.unit_id), ("valid_from", max(on, one.valid_from).isoformat()),
                    *(("procedures", key) for key in one.procedures),
                ]
                if ended and possible and (one.role, one.unit_id) not in held
                else None,
            }
        )  # fmt: skip
    return lines


def lent(account: Account, on: date) -> list[dict[str, Any]]:
    """Return the signatures that an account lent; `again` is what enters one once more that was ended early."""
    given = Delegation.objects.filter(grant__account=account).select_related("to", "grant")
    lines = []
    for one in given.order_by("-valid_from"):
        line = _delegation(one, one.to, on)
        if one.revoked_at and one.valid_to >= on and _in_force(one.grant, on) and one.to.is_active:
            line["again"] = [
                ("grant", one.grant_id), ("to", one.to_id), ("valid_from", max(on, one.valid_from).isoformat()),
                ("valid_to", one.valid_to.isoformat()), ("reference", one.reference),
            ]  # fmt: skip
        lines.append(line)
    return lines


def borrowed(account: Account, on: date) -> list[dict[str, Any]]:
    """Return the signatures that were lent to an account."""
    held = Delegation.objects.filter(to=account).select_related("grant__account", "grant")
    return [_delegation(one, one.grant.account, on) for one in held.order_by("-valid_from")]


def _delegation(one: Delegation, other: Account, on: date) -> dict[str, Any]:
    language = get_language() or "vi"
    return {
        "pk": one.pk,
        "who": other.full_name,
        "role": role_title(one.grant.role),
        "since": show_date(one.valid_from, language),
        "until": show_date(one.valid_to, language),
        "reference": one.reference,
        "ended": one.revoked_at is not None or one.valid_to < on,
    }


def _ended(grant: Grant, on: date) -> bool:
    """Tell whether a role has ended, or was taken back before it began."""
    return grant.valid_to is not None and grant.valid_to <= max(on, grant.valid_from)


def _in_force(grant: Grant, on: date) -> bool:
    return grant.valid_from <= on and (grant.valid_to is None or grant.valid_to > on)
