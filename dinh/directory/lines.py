"""To whom figures of a place belong, in the boundaries of then or of any day.

A figure is kept at the place it was written under. Read by commune or by province it is added up along lines,
and lines depend on the day: a village moved, a commune was merged or divided.

1. A unit that stands on the day is in its own line, below its parent of that day.
2. A unit that ceased before goes on in its successor; divided, it goes on in several.
3. A unit that began later was part of its predecessor, when it has one alone. One made of several cannot be
   taken apart again: it stays whole, below the unit that stands above it.
4. Whatever is not known (a commune of before 2025 that was divided without figures) is not guessed: the unit
   stays itself, but where all its parts lie in one unit of the level that unit is the answer.

So the weights of a unit always sum to one, and what is added up at a common ancestor is the same on every day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from dinh.directory import tree
from dinh.directory.models import Level, UnitLink

HEIGHT = {Level.VILLAGE.value: 0, Level.COMMUNE.value: 1, Level.DISTRICT.value: 2, Level.PROVINCE.value: 3}
ONE = Fraction(1)


@dataclass(frozen=True)
class AsWas:
    """The boundaries of the period itself: `on` is a day of it, and a divided unit's own rows are its heir's."""

    on: date


@dataclass(frozen=True)
class On:
    """The boundaries of one day for every period: the own rows of a divided unit are shared out, an estimate."""

    date: date


Boundaries = AsWas | On
Weights = tuple[tuple[UUID, Fraction], ...]


def ancestors(units: Iterable[UUID], level: str, boundaries: Boundaries) -> dict[UUID, Weights]:
    """Return for each unit the units of a level to which its figures belong, each with its weight.

    level       of `Level`; a unit above it belongs to none: an empty tuple
    boundaries  `AsWas(a day of the period)` or `On(a day)`; today's boundaries are `On(today)`

    Weights are exact, sum to one, and come in order of unit; a weight below one is an estimate. Two queries
    for units that stand on the day, remembered for a minute; two more for each step of succession.
    """
    wanted = tuple(dict.fromkeys(units))
    day = boundaries.on if isinstance(boundaries, AsWas) else boundaries.date
    lines = _Lines(level, day, by_heir=isinstance(boundaries, AsWas))
    lines.warm(wanted)
    return {unit: lines.of(unit) for unit in wanted}


class _Link(NamedTuple):
    other: UUID
    whole: bool
    heir: bool
    share: Fraction | None
    effective_on: date


class _Links:
    """Successors and predecessors of units that do not stand on the day, read a wave at a time."""

    def __init__(self) -> None:
        self.forward: dict[UUID, list[_Link]] = defaultdict(list)
        self.backward: dict[UUID, list[_Link]] = defaultdict(list)
        self._known: set[UUID] = set()

    def read(self, units: set[UUID]) -> set[UUID]:
        """Read the links of these units; return the units at their other ends."""
        new = units - self._known
        self._known |= new
        others: set[UUID] = set()
        rows = UnitLink.objects.filter(Q(predecessor__in=new) | Q(successor__in=new)) if new else ()
        for row in rows and rows.filter(to_verify=False).select_related("change").order_by("pk"):
            share = Fraction(row.share) if row.share else None
            whole = row.part == UnitLink.Part.WHOLE
            start, end, on = row.predecessor_id, row.successor_id, row.change.effective_on
            if start in new:
                self.forward[start].append(_Link(end, whole, row.heir, share, on))
            if end in new:
                self.backward[end].append(_Link(start, whole, row.heir, share, on))
            others |= {start, end}
        return others - self._known


class _Lines:
    """The lines of one day."""

    def __init__(self, level: str, day: date, *, by_heir: bool) -> None:
        self.level, self.day, self.by_heir = level, day, by_heir
        self.links = _Links()
        self._found: dict[UUID, Weights] = {}
        self._open: set[UUID] = set()  # being looked for: a circle of successions ends there

    def warm(self, units: Iterable[UUID]) -> None:
        """Read all that `of` will ask for these units, in a few queries."""
        wave, seen = set(units), set[UUID]()
        while wave:
            tree.warm(wave)
            lines = {unit for start in wave for unit in tree.with_parents(start, self.day)} | wave
            seen |= lines
            wave = self.links.read({unit for unit in lines if self._stands(unit) != 0}) - seen

    def of(self, unit: UUID) -> Weights:
        """Return the units of the level with the weights of one unit."""
        if unit not in self._found:
            if unit in self._open:
                return ((unit, ONE),)
            self._open.add(unit)
            self._found[unit] = self._line(unit)
            self._open.discard(unit)
        return self._found[unit]

    def _line(self, unit: UUID) -> Weights:
        naming = tree.naming(unit, self.day)
        if naming is None:
            return ((unit, ONE),)
        if HEIGHT[naming.level] > HEIGHT[self.level]:
            return ()
        stands = self._stands(unit)
        parts = self._later(unit) if stands > 0 else self._earlier(unit) if stands < 0 else None
        if parts is not None:
            return self._sum(parts)
        if naming.level == self.level or naming.parent is None:
            return ((unit, ONE),)
        return self.of(naming.parent)

    def _later(self, unit: UUID) -> list[tuple[UUID, Fraction]] | None:
        """Return in whom a unit goes on that ceased; None when that is not known."""
        links = [one for one in self.links.forward[unit] if one.effective_on <= self.day]
        whole = [one for one in links if one.whole]
        if len(whole) == 1:
            return [(whole[0].other, ONE)]
        heirs = [one for one in links if one.heir]
        if self.by_heir and len(heirs) == 1:
            return [(heirs[0].other, ONE)]
        shares = [(one.other, one.share) for one in links if one.share is not None]
        if links and len(shares) == len(links) and sum(share for _other, share in shares) == ONE:
            return shares
        homes = {self.of(one.other) for one in links}
        return list(homes.pop()) if len(homes) == 1 else None

    def _earlier(self, unit: UUID) -> list[tuple[UUID, Fraction]] | None:
        """Return of what a unit was part that began later; None when it was made of several."""
        links = self.links.backward[unit]
        return [(links[0].other, ONE)] if len(links) == 1 else None

    def _sum(self, parts: list[tuple[UUID, Fraction]]) -> Weights:
        total: dict[UUID, Fraction] = defaultdict(Fraction)
        for part, weight in parts:
            for ancestor, share in self.of(part):
                total[ancestor] += weight * share
        return tuple(sorted(total.items()))

    def _stands(self, unit: UUID) -> int:
        """Return 0 for a unit that stands on the day, 1 when it ceased before, -1 when it began later."""
        versions = tree.versions(unit)
        if not versions:
            return 0
        if self.day < versions[0].valid_from:
            return -1
        last = versions[-1].valid_to
        return 1 if last is not None and last <= self.day else 0
