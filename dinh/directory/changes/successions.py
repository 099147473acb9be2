"""The units themselves: who ends, who begins, what is called otherwise or lies below another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from dinh.directory import tree
from dinh.directory.changes.ledger import Ledger
from dinh.directory.changes.plans import Begun, Kept, Plan
from dinh.directory.models import Level, Unit, UnitLink, UnitVersion
from dinh.directory.queries import local_code
from dinh.lib.names import fold


@dataclass
class Codes:
    """The codes of the villages below communes, read once for each commune."""

    of: dict[UUID, tuple[str, list[tuple[UUID, int]]]] = field(
        default_factory=dict
    )  # code, (village, its number)

    def give(self, version: UnitVersion, commune: UUID) -> str:
        """Return the code of a village below its new commune: its number, or the next one free."""
        if commune not in self.of:
            below = UnitVersion.objects.filter(parent=commune, level=Level.VILLAGE).values_list(
                "unit", "code"
            )
            above = UnitVersion.objects.get(unit=commune, valid_to=None).code
            self.of[commune] = (above, [(unit, _number(code)) for unit, code in below])
        above, given = self.of[commune]
        used = {number for unit, number in given if unit != version.unit_id}
        number = _number(version.code)
        number = number if number not in used else max(used) + 1
        given.append((version.unit_id, number))
        return local_code(above, number)


def begin_and_end(plan: Plan, ledger: Ledger) -> None:
    """Write units, their versions and the links between them."""
    codes = Codes()
    keys = {one.unit: _begin(one, plan, ledger) for one in plan.begun}
    for version in plan.formers:
        _end(version, plan, ledger)
    for unit in sorted({*plan.heirs.values()}):
        heir = Unit.objects.get(pk=unit)
        if not heir.inherits:
            ledger.set(heir, "directory.unit_inherited", unit, inherits=True)
    for one in plan.pieces:
        ledger.add(
            UnitLink(
                change=ledger.change, predecessor_id=one.former, successor_id=one.to, heir=one.heir, basis=one.basis,
                part=UnitLink.Part.WHOLE if one.whole else UnitLink.Part.SHARE, share=str(one.share or ""),
            )
        )  # fmt: skip
    for version in plan.formers:
        villages = plan.villages(version.unit_id)
        standing = _standing(villages)
        for child, to in sorted(villages.items()):
            _below(standing[child], to, plan, ledger, codes, keys.get(to) or _key_of(to))
    # Codes that were told before those that are given: of two villages that move one may have been told its number.
    for kept in sorted(plan.kept, key=lambda one: not one.amended.code):
        _amend(kept, plan, ledger, codes)


def _begin(one: Begun, plan: Plan, ledger: Ledger) -> str:
    made = one.made
    key = f"{fold(f'{made.name} {made.type}')} {_key_of(one.parent) if one.parent else ''}".strip()[:255]
    unit = Unit(id=one.unit, level=one.level, opened_on=plan.on)
    naming = {"code": made.code, "name": made.name, "type": made.type, "parent": one.parent}
    ledger.add(unit, "directory.unit_began", one.parent, naming=naming)
    ledger.add(
        UnitVersion(
            unit=unit, level=one.level, code=made.code, name=made.name, type=made.type, name_en=made.name_en,
            parent_id=one.parent, valid_from=plan.on, decree=plan.decision.decree, search_key=key,
        )
    )  # fmt: skip
    return key


def _end(version: UnitVersion, plan: Plan, ledger: Ledger) -> None:
    ledger.set(version, valid_to=plan.on, heir_id=plan.heirs[version.unit_id])
    ledger.set(version.unit, "directory.unit_ended", version.unit_id, closed_on=plan.on)


def _standing(units: Iterable[UUID]) -> dict[UUID, UnitVersion]:
    """Return the versions of units that go on. One query."""
    found = UnitVersion.objects.select_related("unit").filter(unit__in=list(units), valid_to=None)
    return {one.unit_id: one for one in found}


def _below(version: UnitVersion, to: UUID, plan: Plan, ledger: Ledger, codes: Codes, key: str) -> None:
    """Put a unit below another, from the day on; a village bears the code of its commune."""
    code = codes.give(version, to) if version.level == Level.VILLAGE else version.code
    words = fold(f"{version.name} {version.type}")
    _succeed(
        version,
        plan.on,
        plan.decision.decree,
        ledger,
        code=code,
        parent_id=to,
        search_key=f"{words} {key}"[:255],
    )


def _number(code: str) -> int:
    return int(code.rsplit("-", 1)[1])


def _amend(kept: Kept, plan: Plan, ledger: Ledger, codes: Codes) -> None:
    old, asked = kept.version, kept.amended
    name, type_, code = asked.name or old.name, asked.type or old.type, asked.code or old.code
    moved = kept.parent != old.parent_id
    if moved and old.level == Level.VILLAGE and kept.parent and not asked.code:
        code = codes.give(old, kept.parent)
    own = fold(f"{old.name} {old.type}")
    rest = _key_of(kept.parent) if moved and kept.parent else old.search_key.removeprefix(own).strip()
    key = f"{fold(f'{name} {type_}')} {rest}".strip()[:255]
    _succeed(
        old,
        plan.on,
        plan.decision.decree,
        ledger,
        name=name,
        type=type_,
        code=code,
        parent_id=kept.parent,
        search_key=key,
    )
    if code != old.code and old.level == Level.COMMUNE:
        codes.of.pop(kept.unit, None)  # its own is another now
        below = [one.unit for one in tree.children(kept.unit, plan.on) if one.level == Level.VILLAGE]
        standing = _standing(below)
        for child in below:
            _below(standing[child], kept.unit, plan, ledger, codes, key)


def _succeed(old: UnitVersion, on: date, decree: str, ledger: Ledger, **columns: object) -> None:
    """End a version on the day and begin the next, with what changes."""
    new = UnitVersion(
        unit_id=old.unit_id, level=old.level, name=old.name, type=old.type, name_en=old.name_en, code=old.code,
        parent_id=old.parent_id, valid_from=on, decree=decree, latitude=old.latitude, longitude=old.longitude,
        area_km2=old.area_km2, search_key=old.search_key,
    )  # fmt: skip
    for column, value in columns.items():
        setattr(new, column, value)
    ledger.set(old, valid_to=on)
    ledger.add(new)
    naming = {name: getattr(new, name) for name in ("code", "name", "type", "parent_id", "decree")}
    ledger.tell(old.unit, "directory.unit_amended", old.unit_id, naming=naming, on=on)


def _key_of(unit: UUID) -> str:
    return UnitVersion.objects.get(unit=unit, valid_to=None).search_key
