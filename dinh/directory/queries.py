"""Reads of the directory: units as of a day, their titles, what they became, villages, offices, traits.

Searching by what people type is in `search`; `find_places` is here as well because it is asked for most.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import DateField, Min, Q, UUIDField

from dinh.database.prepared import Prepared
from dinh.directory import tree
from dinh.directory.models import (
    Account,
    Closure,
    Grant,
    Level,
    Office,
    Unit,
    UnitLink,
    UnitTrait,
    UnitVersion,
)
from dinh.directory.search import Place, find_places
from dinh.directory.tree import subtree
from dinh.lib.errors import NotFound

__all__ = [
    "Place",
    "account_by_username",
    "accounts_of",
    "closures",
    "find_office",
    "find_places",
    "get_unit",
    "has_trait",
    "in_force",
    "local_code",
    "office",
    "office_now",
    "offices_of",
    "predecessors",
    "subtree",
    "successors",
    "unit_title",
    "version_on",
    "villages_of",
]


def in_force(on: date, prefix: str = "") -> Q:
    """Return the condition "valid on this day" for rows with `valid_from` and an exclusive `valid_to`."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": on})
    )


def get_unit(code: str, on: date, level: str = Level.COMMUNE) -> Unit:
    """Return the unit that bore a code on a day. Raises NotFound."""
    version = UnitVersion.objects.filter(in_force(on), level=level, code=code).select_related("unit").first()
    if version is None:
        raise NotFound("directory.no_such_unit", unit=code, on=on, level=level)
    return version.unit


def get_heir(code: str, on: date, level: str = Level.COMMUNE) -> Unit:
    """Return the unit that bears a code on a day, or that has what the last one to bear it had. Raises NotFound.

    For links and square codes on what was printed before a merger.
    """
    version = (
        UnitVersion.objects.filter(level=level, code=code, valid_from__lte=on).order_by("-valid_from").first()
    )
    if version is None:
        raise NotFound("directory.no_such_unit", unit=code, on=on, level=level)
    heir = tree.owner(version.unit_id, on)
    if not UnitVersion.objects.filter(in_force(on), unit=heir).exists():
        raise NotFound("directory.no_such_unit", unit=code, on=on, level=level)
    return Unit.objects.get(pk=heir)


def version_on(unit: Unit | UUID, on: date) -> UnitVersion:
    """Return name, code and parent of a unit on a day. Raises NotFound before its first and after its last day."""
    version = (
        UnitVersion.objects.filter(in_force(on), unit=_pk(unit)).select_related("unit", "parent").first()
    )
    if version is None:
        raise NotFound("directory.unit_not_in_force", unit=_pk(unit), on=on)
    return version


def unit_title(unit_id: UUID, on: date, with_parents: bool = True) -> str:
    """Return "xã Cốc San, tỉnh Lào Cai" as of a day (or "xã Cốc San"); remembered, "" when unknown."""
    return tree.title(unit_id, on, with_parents=with_parents)


def villages_of(unit: Unit | UUID, on: date) -> list[UnitVersion]:
    """Return the villages of a commune on a day, in order of their local codes."""
    versions = UnitVersion.objects.filter(in_force(on), parent=_pk(unit), level=Level.VILLAGE)
    return list(versions.select_related("unit").order_by("code"))


def successors(unit: Unit | UUID) -> list[UnitLink]:
    """Return what a unit became: links with part (whole or share) and `to_verify`, successors in order."""
    return list(
        UnitLink.objects.filter(predecessor=_pk(unit))
        .select_related("successor", "change")
        .annotate(code=Min("successor__versions__code"))
        .order_by("part", "to_verify", "code")
    )


def predecessors(unit: Unit | UUID) -> list[UnitLink]:
    """Return what a unit was made of: links with part (whole or share) and `to_verify`."""
    return list(
        UnitLink.objects.filter(successor=_pk(unit))
        .select_related("predecessor", "change")
        .annotate(code=Min("predecessor__versions__code"))
        .order_by("code")
    )


def find_office(unit: Unit | UUID, key: str, on: date) -> Office | None:
    """Return the office with this key ("service_centre", "police") of a unit, or of its heir, on a day."""
    found = Office.objects.filter(in_force(on), unit=_pk(unit), key=key).first()
    if found is None and (heir := tree.owner(_pk(unit), on)) != _pk(unit):
        return find_office(heir, key, on)
    return found


def office(unit: Unit | UUID, key: str, on: date) -> Office:
    """Return the office with this key of a unit on a day. Raises NotFound."""
    found = find_office(unit, key, on)
    if found is None:
        raise NotFound("directory.no_such_office", unit=_pk(unit), office=key, on=on)
    return found


def offices_of(unit: Unit | UUID, on: date) -> list[Office]:
    """Return the offices of a unit, or of its heir, on a day, in order of their keys."""
    return _offices(unit=_pk(unit), on=on) or _offices(unit=tree.owner(_pk(unit), on), on=on)


def office_now(office: Office) -> Office:
    """Return who has an office's work now: itself, or the office of the same kind of the heir of its unit.

    No query for an office that goes on.
    """
    if office.valid_to is None:
        return office
    later = find_office(office.unit_id, office.key, office.valid_to)
    return office_now(later) if later is not None and later.pk != office.pk else office


_offices = Prepared(
    lambda unit, on: Office.objects.filter(in_force(on), unit=unit).order_by("key"),
    unit=UUIDField(),
    on=DateField(),
)


def closures(office_id: UUID, since: date) -> list[Closure]:
    """Return the closures of an office from a day on."""
    return list(Closure.objects.filter(office=office_id, on__gte=since).order_by("on", "part"))


def has_trait(unit: Unit | UUID, trait: str, on: date) -> bool:
    """Return whether a unit, or one above it, has a quality ("special_difficulty", "mountain") on a day."""
    line = tree.with_parents(_pk(unit), on)
    return UnitTrait.objects.filter(in_force(on), unit__in=line, trait=trait).exists()


def account_by_username(username: str) -> Account:
    """Return an account by its name for sign-in. Raises NotFound."""
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise NotFound("directory.no_such_account")
    return account


def accounts_of(unit: Unit | UUID, on: date) -> list[Account]:
    """Return the staff with a grant in force in a unit or below it, each with `.grants_here` by role."""
    grants = (
        Grant.objects.filter(in_force(on), unit__in=subtree(_pk(unit), on))
        .select_related("account", "unit", "office")
        .order_by("account__full_name", "account", "role")
    )
    found: dict[UUID, Account] = {}
    here: dict[UUID, list[Grant]] = {}
    for grant in grants:
        found.setdefault(grant.account_id, grant.account)
        here.setdefault(grant.account_id, []).append(grant)
    for pk, account in found.items():
        account.grants_here = here[pk]  # type: ignore[attr-defined]
    return list(found.values())


def local_code(commune_code: str, number: int) -> str:
    """Return the local code of a village: the commune's code and a number, "02746-07"."""
    return f"{commune_code}-{number:02d}"


def _pk(unit: Unit | UUID) -> UUID:
    return unit.pk if isinstance(unit, Unit) else unit
