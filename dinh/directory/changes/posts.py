"""Staff: whoever worked in a unit that ends works in its heir, with the same roles; delegations go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dinh.directory import tree
from dinh.directory.changes.ledger import Ledger
from dinh.directory.changes.plans import Plan
from dinh.directory.changes.touched import Conflict, conflicts
from dinh.directory.models import Account, Delegation, Grant, Office
from dinh.directory.queries import in_force
from dinh.lib.errors import Refused
from dinh.lib.ids import uuid7
from dinh.lib.names import fold


@dataclass(frozen=True)
class Term:
    """A role that goes on: how long from the day of the change on, and what it was."""

    grant: Grant
    since: date
    until: date  # the first day without it; date.max: without end


def follow(plan: Plan, ledger: Ledger) -> None:
    """Close accounts that somebody has twice, move the others; all roles go on, each with the account that goes on."""
    holders = _close(plan, ledger)
    held: dict[tuple[UUID, str, UUID, str, tuple[str, ...]], list[Term]] = defaultdict(list)
    for grant in _grants(plan, holders):
        holder = holders.get(grant.account_id, grant.account_id)
        if holder is not None:
            office = grant.office.key if grant.office else ""
            to = plan.heirs.get(grant.unit_id, grant.unit_id)
            key = (holder, grant.role, to, office, tuple(sorted(grant.procedures)))
            held[key].append(Term(grant, max(grant.valid_from, plan.on), grant.valid_to or date.max))
        # One that was to begin later never does: an end before its beginning would be none.
        ends = max(grant.valid_from, plan.on)
        ledger.set(grant, "directory.grant_withdrawn", grant.unit_id, valid_to=ends)
    for (holder, _role, to, office, _procedures), terms in held.items():
        for together in _joined(terms):
            grant = _again(together, holder, to, office, ledger)
            for term in together:
                _lend(term, grant, holders, ledger)


def _close(plan: Plan, ledger: Ledger) -> dict[UUID, UUID | None]:
    """Close accounts of who has another, move all others of the staff.

    Returns for each account that does not go on the one that has its roles; None for one that was closed before.
    """
    staff = _staff(plan)
    goes_on = plan.decision.goes_on
    ids = dict(Account.objects.filter(username__in=goes_on.values()).values_list("username", "pk"))
    holders: dict[UUID, UUID | None] = {}
    for account in staff:
        closed = account.username in goes_on
        if closed:
            holders[account.pk] = ids[goes_on[account.username]] if account.is_active else None
        if closed and account.is_active:
            ledger.set(account, "directory.account_closed", account.unit_id, is_active=False)
        elif account.unit_id is not None:
            ledger.set(
                account, "directory.account_moved", account.unit_id, unit_id=plan.heirs[account.unit_id]
            )
    if ledger.by is not None and ledger.by.pk in holders.values():
        message = _("You cannot give a role to yourself. Ask another administrator.")
        raise Refused("directory.not_oneself", message, account=ledger.by.pk)
    return holders


def _joined(terms: Iterable[Term]) -> Iterator[list[Term]]:
    """Give together what overlaps or follows one another without a day between: one role is made of it."""
    together: list[Term] = []
    for term in sorted(terms, key=lambda one: one.since):
        if together and term.since > max(one.until for one in together):
            yield together
            together = []
        together.append(term)
    yield together


def _again(terms: Sequence[Term], holder: UUID, to: UUID, office: str, ledger: Ledger) -> Grant:
    """Give a role that was held, over the heir."""
    first, until = terms[0], max(one.until for one in terms)
    grant = Grant(
        id=uuid7(), account_id=holder, role=first.grant.role, unit_id=to, procedures=first.grant.procedures,
        office=Office.objects.filter(in_force(first.since), unit=to, key=office).first() if office else None,
        valid_from=first.since, valid_to=None if until == date.max else until,
    )  # fmt: skip
    ledger.add(grant, "directory.appointed", to)
    return grant


def _lend(term: Term, grant: Grant, holders: Mapping[UUID, UUID | None], ledger: Ledger) -> None:
    """Give the delegations of a role again, as long as that role itself would have lasted."""
    lent_on = Delegation.objects.filter(grant=term.grant, revoked_at=None, valid_to__gte=term.since)
    for lent in lent_on.order_by("pk"):
        since = max(lent.valid_from, term.since)
        until = min(lent.valid_to, term.until - timedelta(days=1))
        to = holders.get(lent.to_id, lent.to_id)
        if to is None or to == grant.account_id or until < since:
            continue
        ledger.add(
            Delegation(
                id=uuid7(), grant=grant, to_id=to, procedures=lent.procedures, reference=lent.reference,
                valid_from=since, valid_to=until,
            ),
            "directory.delegated", grant.unit_id,
        )  # fmt: skip


@conflicts("directory.accounts")
def twice(plan: Plan) -> list[Conflict]:
    """Accounts of two parts that look like one person's, and nobody said whether they are."""
    told = {frozenset(pair) for pair in plan.decision.different_people}
    goes_on = plan.decision.goes_on
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
        if pair not in told and len({goes_on.get(one, one) for one in pair}) > 1
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


@conflicts("directory.roles_elsewhere")
def elsewhere(plan: Plan) -> list[Conflict]:
    """Roles of accounts that are closed over units that the change does not concern: nobody has them afterwards."""
    held = Grant.objects.filter(
        _to_come(plan), account__username__in=plan.decision.goes_on, account__is_active=True
    )
    over: dict[str, list[UUID]] = defaultdict(list)
    for name, unit in held.exclude(unit__in=plan.before).values_list("account__username", "unit"):
        over[name].append(unit)
    message = _("The account %(account)s is closed, and its roles over %(units)s end with it.")
    return [
        Conflict(
            "roles_elsewhere",
            message
            % {"account": name, "units": ", ".join(sorted({tree.title(one, plan.on) for one in units}))},
            (name,),
            blocks=False,
        )
        for name, units in sorted(over.items())
    ]


def _staff(plan: Plan) -> list[Account]:
    return list(Account.objects.filter(unit__in=plan.ends).order_by("username"))


def _to_come(plan: Plan) -> Q:
    """The condition for roles of the day or of later; one that was called off before it began is none."""
    lasts = Q(valid_to__gt=plan.on) & Q(valid_to__gt=F("valid_from"))
    return Q(valid_to__isnull=True) | lasts


def _grants(plan: Plan, closed: Collection[UUID]) -> list[Grant]:
    """Return the roles over units that end, and those of accounts that are closed over what lies below these."""
    over = Q(unit__in=plan.ends)
    if closed:
        over |= Q(unit__in=plan.before, account__in=closed)
    held = Grant.objects.filter(_to_come(plan), over).select_related("office")
    return list(held.order_by("valid_from", "pk"))
