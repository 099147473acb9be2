"""What a decision means for the units there are: who ends, who begins, who is whose heir, which villages go where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory import tree
from dinh.directory.changes import checking
from dinh.directory.changes.decisions import Amended, Decision, Made, level_of
from dinh.directory.models import Level, Unit, UnitVersion
from dinh.directory.writing import refuse_if
from dinh.lib.errors import Fault
from dinh.lib.ids import natural_id


@dataclass(frozen=True)
class Begun:
    """A unit that begins."""

    unit: UUID
    level: str
    parent: UUID | None
    made: Made

    @property
    def full_name(self) -> str:
        """Its name with the type: "xã Vân Sơn"."""
        return f"{self.made.type} {self.made.name}"


@dataclass(frozen=True)
class Piece:
    """What of a unit that ends goes where."""

    former: UUID
    to: UUID
    whole: bool
    heir: bool
    share: Fraction | None
    basis: str
    villages: tuple[UUID, ...]


@dataclass(frozen=True)
class Kept:
    """A unit that goes on, amended."""

    version: UnitVersion
    amended: Amended
    parent: UUID | None

    @property
    def unit(self) -> UUID:
        """The unit itself."""
        return self.version.unit_id


@dataclass(frozen=True)
class Plan:
    """A decision against the units of this node."""

    decision: Decision
    on: date
    formers: tuple[UnitVersion, ...]  # last versions of the units that end
    begun: tuple[Begun, ...]
    pieces: tuple[Piece, ...]
    kept: tuple[Kept, ...]

    @cached_property
    def ends(self) -> frozenset[UUID]:
        """The units that end."""
        return frozenset(one.unit_id for one in self.formers)

    @cached_property
    def heirs(self) -> dict[UUID, UUID]:
        """For each unit that ends the one that goes on with what is bound to no village."""
        return {one.former: one.to for one in self.pieces if one.heir}

    @cached_property
    def before(self) -> frozenset[UUID]:
        """All units whose rows the change concerns, villages and inherited units included, as they stand before."""
        day = self.on - timedelta(days=1)
        return frozenset().union(*(tree.subtree(unit, day) for unit in self._roots()))

    def after(self) -> frozenset[UUID]:
        """All units that hold the same rows once the change is applied; asks the tree as it is then."""
        found = {unit: tree.subtree(unit, self.on) for unit in (*self._roots(), *self.takers)}
        return frozenset().union(*found.values())

    @cached_property
    def takers(self) -> frozenset[UUID]:
        """The units that take over from those that end."""
        return frozenset(one.to for one in self.pieces)

    @cached_property
    def units(self) -> frozenset[UUID]:
        """Every unit that ends, begins, takes over or is amended."""
        return self.ends | self.takers | self.goes_on

    @cached_property
    def goes_on(self) -> frozenset[UUID]:
        """The units that begin or are amended."""
        return frozenset(one.unit for one in self.begun) | frozenset(one.unit for one in self.kept)

    def villages(self, former: UUID) -> dict[UUID, UUID]:
        """Return for each unit below one that ends the unit under which it comes."""
        told = {village: one.to for one in self.pieces if one.former == former for village in one.villages}
        below = tree.children(former, self.on - timedelta(days=1))
        return {child.unit: told.get(child.unit, self.heirs[former]) for child in below}

    def _roots(self) -> Iterator[UUID]:
        """What is counted: the units named, and where one of them moves its parents of before and after."""
        yield from self.ends
        yield from self.takers - {one.unit for one in self.begun}
        for one in self.kept:
            yield one.unit
            if one.parent != one.version.parent_id and one.version.level == Level.VILLAGE:
                yield from (unit for unit in (one.parent, one.version.parent_id) if unit)


def plan_of(decision: Decision) -> Plan:
    """Return what a decision means here. Raises Invalid with every fault: unknown or ended units, codes in use."""
    reader = _Reader(decision)
    plan = reader.plan()
    refuse_if(
        reader.faults or [*checking.account_faults(decision, plan.ends, plan.takers)],
        "directory.decision_invalid",
    )
    return plan


def look_up(code: str, on: date) -> UnitVersion | Fault:
    """Return the version that bears a code on a day, and goes on; else why a decision of that day cannot name it."""
    versions = UnitVersion.objects.filter(level=level_of(code), code=code, valid_from__lte=on)
    last = versions.select_related("unit").order_by("-valid_from").first()
    if last is None:
        return Fault(code, "unknown", _("No unit has this code on that day."))
    if last.valid_to is not None:
        message = _(
            "This unit has ended, or goes on with another name, since %(on)s. Was the decision applied before?"
        )
        return Fault(code, "ended", message % {"on": f"{last.valid_to:%d/%m/%Y}"})
    return last


class _Reader:
    """Looks up what a decision names, and keeps what it does not find."""

    def __init__(self, decision: Decision) -> None:
        self.decision, self.on = decision, decision.effective_on
        self.faults: list[Fault] = []
        self._found: dict[str, UnitVersion | None] = {}

    def plan(self) -> Plan:
        """Return the plan; it holds only when no fault was found."""
        formers = [one for code in self.decision.of_former if (one := self._ending(code)) is not None]
        begun = tuple(self._begun(formers))
        self._check_codes(formers)
        return Plan(
            self.decision, self.on, tuple(formers), begun,
            tuple(self._pieces({one.made.code: one.unit for one in begun})), tuple(self._kept()),
        )  # fmt: skip

    def _fault(self, path: str, code: str, message: object) -> None:
        self.faults.append(Fault(path, code, message))

    def _version(self, code: str) -> UnitVersion | None:
        """Return the version that bears a code on the last day before, and goes on."""
        if code not in self._found:
            found = look_up(code, self.on)
            if isinstance(found, Fault):
                self.faults.append(found)
            self._found[code] = None if isinstance(found, Fault) else found
        return self._found[code]

    def _ending(self, code: str) -> UnitVersion | None:
        found = self._version(code)
        if found is not None and found.valid_from >= self.on:
            self._fault(code, "began_then", _("This unit began on that day or later."))
            return None
        return found

    def _begun(self, formers: list[UnitVersion]) -> Iterator[Begun]:
        by_code = {one.code: one for one in formers}
        for made in self.decision.makes:
            level = level_of(made.code)
            self.faults += checking.form_faults(made.code, level)
            unit = natural_id("unit", level, made.code, self.on)
            if Unit.objects.filter(pk=unit).exists():
                self._fault(made.code, "begun_already", _("A unit with this code began on this day already."))
            parents = {
                by_code[part.former].parent_id
                for part in self.decision.parts
                if part.to == made.code and part.former in by_code
            }
            yield Begun(unit, level, self._parent(made, level, parents), made)

    def _parent(self, made: Made, level: str, parents: set[UUID | None]) -> UUID | None:
        if made.parent:
            return self._above(made.code, level, made.parent)
        if level == Level.PROVINCE:
            return None
        if len(parents) != 1:
            self._fault(
                made.code, "parent", _("Say below which unit it is: its parts lie in several, or in none.")
            )
            return None
        return parents.pop()

    def _above(self, path: str, level: str, code: str) -> UUID | None:
        """Return the unit with a code below which one of a level is to lie."""
        above = self._version(code)
        if above is None:
            return None
        self.faults += checking.parent_faults(path, level, above)
        return above.unit_id

    def _check_codes(self, formers: list[UnitVersion]) -> None:
        wanted = [
            *(one.code for one in self.decision.makes),
            *(one.code for one in self.decision.changes if one.code),
        ]
        self.faults += checking.code_faults(wanted, [one.unit_id for one in formers], self.on)

    def _pieces(self, begun: dict[str, UUID]) -> Iterator[Piece]:
        for code, parts in self.decision.of_former.items():
            former = self._version(code)
            for part in parts:
                to = begun.get(part.to) or self._taker(part.to)
                if former is None or to is None:
                    continue
                whole = part.part == "whole"
                villages = tuple(self._villages(former, part.villages))
                yield Piece(
                    former.unit_id,
                    to,
                    whole,
                    whole or part.heir,
                    None if whole else part.fraction,
                    part.basis,
                    villages,
                )
            if former is not None and len(parts) > 1:
                self._check_villages(former, {village for part in parts for village in part.villages})

    def _taker(self, code: str) -> UUID | None:
        found = self._version(code)
        return found.unit_id if found else None

    def _villages(self, former: UnitVersion, codes: Iterable[str]) -> Iterator[UUID]:
        below = {
            child.code: child.unit for child in tree.children(former.unit_id, self.on - timedelta(days=1))
        }
        for code in codes:
            if code in below:
                yield below[code]
            else:
                self._fault(code, "not_there", _("This village does not belong to the unit that is divided."))

    def _check_villages(self, former: UnitVersion, told: set[str]) -> None:
        for child in tree.children(former.unit_id, self.on - timedelta(days=1)):
            if child.code not in told:
                self._fault(child.code, "not_placed", _("Say to which part this village goes."))

    def _kept(self) -> Iterator[Kept]:
        for one in self.decision.changes:
            version = self._version(one.unit)
            if version is None:
                continue
            if version.valid_from >= self.on:
                self._fault(
                    one.unit, "began_then", _("This unit began, or was amended, on that day or later.")
                )
            if one.code:
                self.faults += checking.form_faults(one.code, version.level)
            parent = self._above(one.unit, version.level, one.parent) if one.parent else version.parent_id
            yield Kept(version, one, parent)
