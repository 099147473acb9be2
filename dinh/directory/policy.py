"""The one place where a permission is asked for.

A role (declared in `catalogue/roles/`) lists permissions and, where it is limited, sectors. A grant gives a
role to an account over a unit and all below it, for some procedures or for all. A delegation of signature
lets another account act with a grant between two dates. Nothing else gives a right: an account that is
closed, a grant not yet or no longer in force, a delegation that was revoked give nothing.

What a citizen may do with their own dossiers, drafts and data is decided by the packages that own them; here
a citizen has only what the role `citizen` lists, and never over other people's rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import DateField, Q, UUIDField
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.others import Role
from dinh.database.prepared import Prepared
from dinh.directory import tree
from dinh.directory.models import Account, Delegation, Grant
from dinh.directory.queries import in_force
from dinh.directory.scopes import EVERYTHING, Reach, Scope
from dinh.lib.errors import NotPermitted

__all__ = [
    "CITIZEN",
    "EVERYTHING",
    "RoleUse",
    "Scope",
    "acting_role",
    "forget",
    "holders",
    "home_unit",
    "may",
    "refusal",
    "require",
    "roles_of",
    "scope",
]

CITIZEN = "citizen"
# Only these permissions are about one procedure; a grant for some procedures still lets its holder
# look up a person or a record, without which none of those procedures could be handled.
OF_A_PROCEDURE = ("dossiers.", "papers.")


@dataclass(frozen=True)
class RoleUse:
    """In which role somebody acts, by which grant, and for whom when the signature is delegated."""

    role: str
    grant: UUID | None
    delegated_by: UUID | None = None
    reference: str = ""  # the written delegation


@dataclass(frozen=True)
class _Held:
    """One role in force: a grant, or a delegation of one."""

    use: RoleUse
    unit: UUID
    level: str
    inherits: bool
    procedures: frozenset[str] | None  # None: all


def may(
    account: Account | None,
    permission: str,
    *,
    unit: UUID | None = None,
    procedure: str | None = None,
    sector: str | None = None,
    on: date,
) -> bool:
    """Return whether the account has the permission over the unit, for the procedure or sector.

    unit, procedure, sector  leave out what is not asked about; without a unit: whether it has it anywhere

    Costs two queries the first time an account is asked about, none afterwards.
    """
    return next(_uses(account, permission, unit, procedure, sector, on), None) is not None


def require(
    account: Account | None,
    permission: str,
    *,
    unit: UUID | None = None,
    procedure: str | None = None,
    sector: str | None = None,
    on: date,
) -> None:
    """Raise NotPermitted when `may` says no; parameters as there."""
    if not may(account, permission, unit=unit, procedure=procedure, sector=sector, on=on):
        raise refusal(permission, account, unit=unit, procedure=procedure)


def refusal(permission: str, account: Account | None, **params: object) -> NotPermitted:
    """Return the error of a missing right, for callers that decide on their own rows."""
    message = _("Your roles do not allow this. Ask the administrator of your commune if you need it.")
    return NotPermitted(
        "directory.not_permitted",
        message,
        permission=permission,
        account=getattr(account, "pk", None),
        **{key: value for key, value in params.items() if value is not None},
    )


def scope(
    account: Account | None, permission: str, on: date, *, roles: Collection[str] | None = None
) -> Scope:
    """Return all units and procedures over which the account has the permission.

    roles  only as the holder of one of these, there: what one is elsewhere does not count
    """
    reaches: dict[Reach, None] = {}
    for held in _held(account, on):
        role = _role(held.use.role)
        if role is not None and permission in role.permissions and (roles is None or role.id in roles):
            reaches[Reach(held.unit, held.level, _procedures(held, role), on, held.inherits)] = None
    return Scope(tuple(reaches), by_procedure=permission.startswith(OF_A_PROCEDURE))


def roles_of(account: Account | None, on: date) -> frozenset[str]:
    """Return the roles the account holds anywhere, by grant or by delegation; a citizen's is implicit."""
    roles = frozenset(held.use.role for held in _held(account, on))
    return roles | {CITIZEN} if _is_citizen(account) else roles


def home_unit(account: Account | None, on: date) -> UUID | None:
    """Return the unit of the account's first role, its own before a lent one, for pages that begin with one."""
    return next((held.unit for held in _held(account, on)), None)


def acting_role(
    account: Account | None,
    permission: str,
    unit: UUID | None,
    procedure: str | None,
    on: date,
    *,
    preferred: str = "",
) -> RoleUse:
    """Return the role in which the account does this: its own before a delegated one.

    preferred  of several roles that allow it over this unit, the one to act in, when it is among them

    Raises NotPermitted when it may not.
    """
    uses = list(_uses(account, permission, unit, procedure, None, on))
    if not uses:
        raise refusal(permission, account, unit=unit, procedure=procedure)
    return next((use for use in uses if use.role == preferred), uses[0])


def holders(permission: str, unit: UUID, procedure: str | None, on: date) -> list[Account]:
    """Return the active accounts that have the permission over the unit, in order of name.

    For telling who can do a step next. Costs one query for grants and two for each candidate.
    """
    return list(each_holder(permission, unit, procedure, on))


def each_holder(permission: str, unit: UUID, procedure: str | None, on: date) -> Iterator[Account]:
    """Yield what `holders` returns; who takes a few of them asks no more."""
    roles = [key for key, role in store.get().roles.items() if permission in role.permissions]
    above = tree.with_parents(unit, on)
    granted = Grant.objects.filter(in_force(on), role__in=roles, unit__in=above)
    to = Delegation.objects.filter(
        grant__in=granted, valid_from__lte=on, valid_to__gte=on, revoked_at__isnull=True
    )
    candidates = Account.objects.filter(
        Q(pk__in=granted.values("account")) | Q(pk__in=to.values("to")), is_active=True
    )
    for account in candidates.order_by("full_name", "pk"):
        if may(account, permission, unit=unit, procedure=procedure, on=on):
            yield account


def forget(account: Account | None) -> None:
    """Drop what was remembered of this account's grants, after they changed."""
    if account is not None:
        account.__dict__.pop("_held_roles", None)


def _uses(
    account: Account | None,
    permission: str,
    unit: UUID | None,
    procedure: str | None,
    sector: str | None,
    on: date,
) -> Iterator[RoleUse]:
    if unit is None and _is_citizen(account):
        citizen = _role(CITIZEN)
        if citizen is not None and permission in citizen.permissions:
            yield RoleUse(CITIZEN, None)
    bound = permission.startswith(OF_A_PROCEDURE)
    for held in _held(account, on):
        role = _role(held.use.role)
        if role is None or permission not in role.permissions:
            continue
        if bound and procedure is not None:
            allowed = _procedures(held, role)
            if allowed is not None and procedure not in allowed:
                continue
        if sector is not None and role.sectors and sector not in role.sectors:
            continue
        if unit is None or Reach(held.unit, held.level, None, on).covers(unit):
            yield held.use


def _held(account: Account | None, on: date) -> tuple[_Held, ...]:
    """Return the roles in force on a day, own grants first; remembered on the account object."""
    if account is None or not account.is_authenticated or not account.is_active:
        return ()
    remembered: dict[date, tuple[_Held, ...]] = account.__dict__.setdefault("_held_roles", {})
    if on not in remembered:
        remembered[on] = (*_granted(account.pk, on), *_delegated(account.pk, on))
    return remembered[on]


def _granted(account: UUID, on: date) -> Iterator[_Held]:
    for pk, role, unit, level, inherits, procedures in _grants(account=account, on=on):
        yield _Held(RoleUse(role, pk), unit, level, inherits, _some(procedures))


def _delegated(account: UUID, on: date) -> Iterator[_Held]:
    """A delegation lives only as long as the grant it lends and the post of the one who lends it."""
    for row in _delegations(to=account, on=on):
        grant, role, lender, unit, level, inherits, granted, procedures, reference = row
        allowed = _both(_some(granted), _some(procedures))
        yield _Held(RoleUse(role, grant, lender, reference), unit, level, inherits, allowed)


# Asked at every request of staff, hence prepared.
_grants = Prepared(
    lambda account, on: (
        Grant.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on), account=account, valid_from__lte=on
        )
        .order_by("valid_from", "pk")
        .values_list("pk", "role", "unit", "unit__level", "unit__inherits", "procedures")
    ),
    account=UUIDField(),
    on=DateField(),
)
_delegations = Prepared(
    lambda to, on: (
        Delegation.objects.filter(
            Q(grant__valid_to__isnull=True) | Q(grant__valid_to__gt=on),
            to=to,
            valid_from__lte=on,
            valid_to__gte=on,
            revoked_at__isnull=True,
            grant__valid_from__lte=on,
            grant__account__is_active=True,
        )
        .order_by("valid_from", "pk")
        .values_list(
            "grant", "grant__role", "grant__account", "grant__unit", "grant__unit__level",
            "grant__unit__inherits", "grant__procedures", "procedures", "reference",
        )
    ),
    to=UUIDField(),
    on=DateField(),
)  # fmt: skip


def _procedures(held: _Held, role: Role) -> frozenset[str] | None:
    """Return the procedures of a role in force: those granted, within the sectors of the role."""
    if not role.sectors:
        return held.procedures
    of_sectors = frozenset(p.id for p in store.get().procedures.values() if p.sector in role.sectors)
    return _both(held.procedures, of_sectors)


def _some(ids: Iterable[str]) -> frozenset[str] | None:
    return frozenset(ids) or None


def _both(a: frozenset[str] | None, b: frozenset[str] | None) -> frozenset[str] | None:
    if a is None or b is None:
        return b if a is None else a
    return a & b


def _role(key: str) -> Role | None:
    return store.get().roles.get(key)


def _is_citizen(account: Any) -> bool:
    return account is not None and account.is_active and getattr(account, "kind", "") == Account.Kind.CITIZEN
