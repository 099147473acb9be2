"""Staff: whoever worked in a unit that ends works in its heir, with the same roles; delegations go on."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import combinations
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.ledger import Ledger
from dinh.directory.changes.plans import Plan
from dinh.directory.changes.touched import Conflict, conflicts
from dinh.directory.models import Account, Delegation, Grant, Office
from dinh.directory.queries import in_force
from dinh.lib.ids import uuid7
from dinh.lib.names import fold


def follow(plan: Plan, ledger: Ledger) -> None:
    """Close accounts that somebody has twice, move the others with their roles."""
    closed = {one.close for one in plan.decision.same_person}
    for account in _staff(plan):
        if account.username in closed and account.is_active:
            ledger.set(account, "directory.account_closed", account.unit_id, is_active=False)
        elif account.unit_id is not None:
            ledger.set(
                account, "directory.account_moved", account.unit_id, unit_id=plan.heirs[account.unit_id]
            )
    held: set[tuple[UUID, str, UUID, tuple[str, ...]]] = set()
    for grant in _grants(plan):
        to, until = plan.heirs[grant.unit_id], grant.valid_to
        ledger.set(grant, "directory.grant_withdrawn", grant.unit_id, valid_to=plan.on)
        key = (grant.account_id, grant.role, to, tuple(grant.procedures))
        if grant.account.username not in closed and key not in held:
            held.add(key)
            _again(grant, to, until, plan, ledger)


def _again(old: Grant, to: UUID, until: date | None, plan: Plan, ledger: Ledger) -> None:
    """Give the same role over the heir, and the delegations of it."""
    office = None
    if old.office is not None:
        office = Office.objects.filter(in_force(plan.on), unit=to, key=old.office.key).first()
    grant = Grant(
        id=uuid7(), account_id=old.account_id, role=old.role, unit_id=to, office=office, procedures=old.procedures,
        valid_from=plan.on, valid_to=until,
    )  # fmt: skip
    ledger.add(grant, "directory.appointed", to)
    for lent in Delegation.objects.filter(grant=old, revoked_at=None, valid_to__gte=plan.on):
        ledger.add(
            Delegation(
                id=uuid7(), grant=grant, to_id=lent.to_id, procedures=lent.procedures, reference=lent.reference,
                valid_from=max(lent.valid_from, plan.on), valid_to=lent.valid_to,
            ),
            "directory.delegated", to,
        )  # fmt: skip


@conflicts("directory.accounts")
def twice(plan: Plan) -> list[Conflict]:
    """Accounts of two parts that look like one person's, and nobody said whether they are."""
    told = {frozenset((one.keep, one.close)) for one in plan.decision.same_person}
    told |= {frozenset(pair) for pair in plan.decision.different_people}
    alike: dict[str, list[Account]] = defaultdict(list)
    for account in _staff(plan):
        if account.is_active:
            for sign in {account.email.lower(), account.phone.replace(" ", ""), fold(account.full_name)} - {
                ""
            }:
                alike[sign].append(account)
    pairs = {
        frozenset((one.username, two.username)): one.full_name
        for same in alike.values()
        for one, two in combinations(same, 2)
        if one.unit_id != two.unit_id
    }
    message = _(
        "The accounts %(accounts)s look like one person's. Say which one goes on, or that they are two people."
    )
    return [
        Conflict("same_person", message % {"accounts": ", ".join(sorted(pair))}, tuple(sorted(pair)))
        for pair in sorted(pairs, key=sorted)
        if pair not in told
    ]


@conflicts("directory.grants")
def divided(plan: Plan) -> list[Conflict]:
    """Staff of a unit that is divided go to its heir: the other parts need people of their own."""
    parts = {one.to for one in plan.pieces if not one.whole and not one.heir}
    message = _("Staff and roles go to the heir. Appoint people for %(name)s.")
    return [
        Conflict("staff", message % {"name": one.full_name}, (one.made.code,), blocks=False)
        for one in plan.begun
        if one.unit in parts
    ]


def _staff(plan: Plan) -> list[Account]:
    return list(Account.objects.filter(unit__in=plan.ends).order_by("username"))


def _grants(plan: Plan) -> list[Grant]:
    held = Grant.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=plan.on), unit__in=plan.ends)
    return list(held.select_related("account", "office").order_by("valid_from", "pk"))
