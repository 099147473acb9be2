"""Cells added up over places and time: sums that know what they do not know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from dinh.catalogue.shapes.figures import Measure
from dinh.indicators.queries import places
from dinh.indicators.queries.cells import EVERYWHERE, Row
from dinh.indicators.queries.knowing import Known, Pairs, Question, Told
from dinh.indicators.rules.months import between

Number = int | Fraction
# Number of the unit among those asked for, part: numbers hash quickly.
Numbered = dict[tuple[int, str], Number]


@dataclass
class Sums:
    """A measure over the whole time that was asked: unit -> part -> number; parts that are zero are missing."""

    by_unit: dict[UUID, dict[str, Number]]
    known: dict[UUID, Known]
    locked: set[tuple[UUID, int]]  # commune as it stood in the month, month
    estimated: frozenset[UUID]
    needs_last: bool = False  # what there is at the end is known only where the last month is

    def of(self, unit: UUID, part: str = "") -> Number | None:
        """Return the number of a unit; zero where all is known and nothing was there, None where nothing is known."""
        return self.parts(unit).get(part, 0) if self.knows(unit) else None

    def knows(self, unit: UUID) -> bool:
        """Return whether anything is known of a unit."""
        known = self.known[unit]
        return known.last if self.needs_last else known.months > 0

    def parts(self, unit: UUID) -> dict[str, Number]:
        """Return the parts of a unit that are not zero."""
        return self.by_unit.get(unit, {})

    @property
    def values(self) -> dict[tuple[UUID, str], Number]:
        """The numbers by unit and part."""
        return {(unit, part): one for unit, parts in self.by_unit.items() for part, one in parts.items()}


@dataclass
class Months:
    """A measure month by month, for as many spans of time as are asked."""

    measure: Measure
    asked: Question
    lands: dict[int, places.Land]
    values: dict[int, Numbered]  # month -> ...
    locked: Pairs
    told: Told
    plain: Callable[[], list[Row]]  # its rows by place and month, added up over neither
    _by_commune: dict[UUID, list[Row]] | None = None

    def locked_whole(self, unit: UUID, first: int, last: int) -> bool:
        """Return whether every commune that the unit was made of has locked each of these months."""
        if not self.locked:
            return False
        pairs = {
            (commune, month)
            for month in between(first, last)
            for commune in places.stood(self.asked.units, self.lands[month], month).get(unit, ())
        }
        return bool(pairs) and pairs <= self.locked

    def together(self, first: int, last: int) -> Sums:
        """Return the measure over some of the months."""
        months = [month for month in self.lands if first <= month <= last]
        estimated = frozenset().union(*(self.lands[month].estimated for month in months))
        locked = {pair for pair in self.locked if first <= pair[1] <= last}
        by_unit: dict[UUID, dict[str, Number]] = {}
        for (number, part), value in self._over_time(self.values, first, last).items():
            by_unit.setdefault(self.asked.units[number], {})[part] = value
        return Sums(by_unit, self.told.known(months), locked, estimated, self.measure.roll_time == "last")

    def pairs(self, unit: UUID, first: int, last: int) -> Pairs:
        """Return the communes and months that told of a unit."""
        return self.told.pairs(unit, [month for month in self.lands if first <= month <= last])

    def within(self, unit: UUID, told: Pairs, first: int, last: int) -> dict[str, Number]:
        """Return the parts of a unit made of some communes and months alone."""
        if self._by_commune is None:
            self._by_commune = defaultdict(list)
            for row in self.plain():
                self._by_commune[self.lands[row[1]].written[row[2]]].append(row)
        rows = [
            row for commune in {commune for commune, _month in told} for row in self._by_commune.get(commune, ())
            if (commune, row[1]) in told
        ]  # fmt: skip
        found = self._over_time(numbered(self.measure, self.asked, self.lands, rows), first, last)
        own = self.asked.units.index(unit)
        return {part: value for (number, part), value in found.items() if number == own}

    def _over_time(self, values: Mapping[int, Numbered], first: int, last: int) -> Numbered:
        how = self.measure.roll_time
        if first == last or how == "last":
            return values.get(last, {})
        result: Numbered = {}
        for month in between(first, last):
            for key, value in values.get(month, {}).items():
                before = result.get(key)
                if before is None:
                    result[key] = value
                else:
                    result[key] = before + value if how == "sum" else max(before, value)
        return result


def numbered(
    measure: Measure, asked: Question, lands: Mapping[int, places.Land], rows: Sequence[Row]
) -> dict[int, Numbered]:
    """Add up places within their units, month by month."""
    largest = measure.roll_units == "max"
    cut = len(asked.by) + 1 if asked.by else 0
    found: dict[int, Numbered] = {}
    by_month: dict[int, tuple[Mapping[int, places.Short], dict[tuple[int, str], Number]]] = {}
    for dims, here, place, value in rows:
        if here not in by_month:
            by_month[here] = lands[here].short(asked.units), found.setdefault(here, {})
        of, counted = by_month[here]
        for number, weight in ALONE if place == EVERYWHERE else of.get(place, ()):
            key = (number, dims[cut:])
            part = value if weight is None else value * weight
            before = counted.get(key)
            counted[key] = part if before is None else max(before, part) if largest else before + part
    return found


ALONE: places.Short = ((0, None),)
