"""The rows over which an account has one permission. `policy.scope` makes it; queries filter by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import product
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from dinh.database.prepared import Written
from dinh.directory import tree
from dinh.directory.models import Level

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Reach:
    """The units and procedures over which one grant gives a permission."""

    unit: UUID
    level: str
    procedures: frozenset[str] | None  # None: all
    on: date
    inherits: bool = False  # rows written under units of before belong to it as well

    @cached_property
    def units(self) -> frozenset[UUID]:
        """The unit and all below it, villages included."""
        return tree.subtree(self.unit, self.on)

    @property
    def offices_of(self) -> frozenset[UUID]:
        """The units that keep offices: the same without villages, so that a commune is one unit."""
        if self.level == Level.COMMUNE and not self.inherits:
            return frozenset({self.unit})
        return tree.subtree(self.unit, self.on, villages=self.level == Level.VILLAGE)

    def covers(self, unit: UUID) -> bool:
        """Return whether the unit is this one or below it."""
        return unit == self.unit or tree.is_below(unit, self.unit, self.on)


@dataclass(frozen=True)
class Scope:
    """All rows over which an account has one permission; `everything` is for the node's own commands."""

    reaches: tuple[Reach, ...] = ()
    everything: bool = False
    by_procedure: bool = field(default=False)

    def __bool__(self) -> bool:
        return self.everything or bool(self.reaches)

    def __and__(self, other: Scope) -> Scope:
        """Return the rows in reach of both: units form a tree, so of two places one holds the other or none does."""
        if self.everything or other.everything:
            return other if self.everything else self
        found: dict[Reach, None] = {}
        for one, two in product(self.reaches, other.reaches):
            if one.covers(two.unit) or two.covers(one.unit):
                inner = two if one.covers(two.unit) else one
                found[replace(inner, procedures=_both(one.procedures, two.procedures))] = None
        return Scope(tuple(found), by_procedure=self.by_procedure or other.by_procedure)

    @property
    def units(self) -> frozenset[UUID]:
        """Every unit in reach, villages included; empty when `everything`."""
        return frozenset().union(*(reach.units for reach in self.reaches))

    @property
    def procedures(self) -> frozenset[str] | None:
        """Every procedure in reach of some unit; None means all."""
        if self.everything or any(reach.procedures is None for reach in self.reaches):
            return None
        return frozenset().union(*(reach.procedures or frozenset() for reach in self.reaches))

    def allows(self, unit: UUID | None, procedure: str | None = None) -> bool:
        """Return whether a row of this unit (and procedure, where it has one) is in reach."""
        if self.everything:
            return True
        return any(
            (unit is None or reach.covers(unit))
            and (procedure is None or reach.procedures is None or procedure in reach.procedures)
            for reach in self.reaches
        )

    def filter(
        self,
        queryset: QuerySet[M],
        unit_field: str = "unit",
        procedure_field: str | None = "procedure",
        *,
        villages: bool = False,
    ) -> QuerySet[M]:
        """Return the rows in reach.

        unit_field       path to the unit of a row ("unit", "dossier__unit"); `villages=True` when rows
                         point at villages
        procedure_field  path to the procedure's id; not looked at for permissions that are not of a procedure

        Adds one condition, `unit = X` for an officer of one commune, which an index that begins with the
        unit answers at any number of rows. No query of its own below a province, but for a commune that was
        merged of others: that asks once a minute which ones.
        """
        if self.everything:
            return queryset
        condition: Q | None = None
        for procedures, units in self._by_procedures(villages):
            part = (
                Q(**{f"{unit_field}_id": Written(next(iter(units)))})
                if len(units) == 1
                else Q(**{f"{unit_field}__in": units})
            )
            if procedures is not None and self.by_procedure and procedure_field is not None:
                part &= Q(**{f"{procedure_field}__in": sorted(procedures)})
            condition = part if condition is None else condition | part
        return queryset.none() if condition is None else queryset.filter(condition)

    def _by_procedures(self, villages: bool) -> Iterator[tuple[frozenset[str] | None, list[UUID]]]:
        groups: dict[frozenset[str] | None, set[UUID]] = {}
        for reach in self.reaches:
            key = reach.procedures if self.by_procedure else None
            groups.setdefault(key, set()).update(reach.units if villages else reach.offices_of)
        free = groups.get(None, set())
        for procedures, units in groups.items():
            left = units if procedures is None else units - free
            if left:
                yield procedures, sorted(left)


def _both(one: frozenset[str] | None, two: frozenset[str] | None) -> frozenset[str] | None:
    return two if one is None else one if two is None else one & two


EVERYTHING = Scope(everything=True)  # for commands that the node's owner runs on the machine itself
