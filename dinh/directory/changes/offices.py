"""Offices: those of units that end, end; their successors open with the address of the seat."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory import setup
from dinh.directory.changes.ledger import Ledger
from dinh.directory.changes.plans import Begun, Kept, Plan
from dinh.directory.changes.touched import Conflict, conflicts
from dinh.directory.models import Level, Office, UnitVersion
from dinh.directory.queries import in_force

COPIED = ("address", "phone", "email")


def follow(plan: Plan, ledger: Ledger) -> None:
    """End the offices of units that end, open those of units that begin, call those of amended units otherwise."""
    ending = list(_of(plan, plan.ends))
    for office in ending:
        ledger.set(office, "directory.office_ended", office.unit_id, valid_to=plan.on)
    for begun in plan.begun:
        _open(begun, plan, ledger, ending)
    for kept in plan.kept:
        _rename(kept, plan, ledger)


@conflicts("directory.offices")
def two_of_one(plan: Plan) -> list[Conflict]:
    """Two parts have an office of one kind and nobody said at whose address the new one is."""
    found = []
    for begun in plan.begun:
        units = {one.former for one in plan.pieces if one.to == begun.unit}
        keys = [office.key for office in _of(plan, units)]
        if not begun.made.seat and len(set(keys)) < len(keys):
            message = _(
                "Several parts of %(name)s have offices. Say which of them is the seat, whose addresses go on."
            )
            found.append(Conflict("seat", message % {"name": begun.full_name}, (begun.made.code,)))
    return found


def _of(plan: Plan, units: frozenset[UUID] | set[UUID]) -> list[Office]:
    return list(Office.objects.filter(in_force(plan.on), unit__in=units).order_by("key", "unit", "pk"))


def _open(begun: Begun, plan: Plan, ledger: Ledger, ending: list[Office]) -> None:
    """Open one office of each kind that the parts have, at the seat's, else at its only one."""
    pieces = sorted(
        (one for one in plan.pieces if one.to == begun.unit), key=lambda one: (not one.heir, one.former)
    )
    names = {one.unit_id: one for one in plan.formers}
    ranked = [one.former for one in pieces]
    ranked.sort(key=lambda unit: names[unit].code != begun.made.seat)
    by_key: dict[str, Office] = {}
    for unit in ranked:
        for office in (one for one in ending if one.unit_id == unit):
            by_key.setdefault(office.key, office)
    for key, old in sorted(by_key.items()):
        was = names[old.unit_id]
        office = Office(
            id=setup.office_id(begun.unit, key, plan.on), key=key, unit_id=begun.unit, valid_from=plan.on,
            name=_named(old.name, was.full_name, begun.full_name),
            agency_code=_coded(old.agency_code, was.code, begun.made.code),
            **{column: getattr(old, column) for column in COPIED},
        )  # fmt: skip
        ledger.add(office, "directory.office_opened", begun.unit, id=office.pk)


def _rename(kept: Kept, plan: Plan, ledger: Ledger) -> None:
    """An office of a unit that is called otherwise is called after it; papers already issued keep what they say."""
    was, now = kept.version, UnitVersion.objects.get(unit=kept.unit, valid_to=None)
    if was.level == Level.VILLAGE:
        return
    for office in _of(plan, {kept.unit}):
        name = _named(office.name, was.full_name, now.full_name)
        code = _coded(office.agency_code, was.code, now.code)
        if (name, code) != (office.name, office.agency_code):
            ledger.set(office, "directory.office_amended", kept.unit, name=name, agency_code=code)


def _named(name: str, was: str, now: str) -> str:
    """Return the name of an office with the new name of its unit: the type may be written large."""
    place = was.split(" ", 1)[-1]
    if was in name:
        return name.replace(was, now)[:160]
    return name.replace(place, now.split(" ", 1)[-1])[:160]


def _coded(code: str, was: str, now: str) -> str:
    """Return an agency code with the commune's new code in it: "H38.027.46.01" holds "02746"."""
    old, new = f".{was[:3]}.{was[3:]}", f".{now[:3]}.{now[3:]}"
    return code.replace(old, new, 1)
