"""Measures over places and time: sums that know what they do not know. What measures share is read once for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from uuid import UUID

from django.db.models import Min

from dinh.catalogue.shapes.figures import Measure
from dinh.directory.models import Level
from dinh.indicators.engine import definitions
from dinh.indicators.models import Series, Source
from dinh.indicators.queries import cells, places
from dinh.indicators.queries.cells import EVERYWHERE, Locked, Row
from dinh.indicators.queries.knowing import Known, Pairs, Question, Told
from dinh.indicators.rules.months import between

__all__ = ["Books", "Known", "Months", "Number", "Pairs", "Question", "Sums", "read"]
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
    locked: set[tuple[UUID, int]]
    told: Told
    books: Books
    _by_commune: dict[UUID, list[Row]] | None = None

    def locked_whole(self, unit: UUID, first: int, last: int) -> bool:
        """Return whether every commune that the unit was made of has locked each of these months."""
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
        known = {unit: self.told.known(unit, months) for unit in self.asked.units}
        return Sums(by_unit, known, locked, estimated, self.measure.roll_time == "last")

    def pairs(self, unit: UUID, first: int, last: int) -> Pairs:
        """Return the communes and months that told of a unit."""
        return self.told.pairs(unit, [month for month in self.lands if first <= month <= last])

    def within(self, unit: UUID, told: Pairs, first: int, last: int) -> dict[str, Number]:
        """Return the parts of a unit made of some communes and months alone."""
        if self._by_commune is None:
            self._by_commune = defaultdict(list)
            for row in self.books.plain(self.measure, self.asked.by):
                self._by_commune[self.lands[row[1]].written[row[2]]].append(row)
        rows = [
            row for commune in {commune for commune, _month in told} for row in self._by_commune.get(commune, ())
            if (commune, row[1]) in told
        ]  # fmt: skip
        found = self._over_time(_numbered(self.measure, self.asked, self.lands, rows), first, last)
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


def read(measure: Measure, asked: Question) -> Months:
    """Return one measure by unit and month, split as the question says. Four queries, and more where months are locked."""
    return Books(asked).read([measure], asked.by)[measure.id]


@dataclass
class Books:
    """What the measures of one question are read from: boundaries, locks and beginnings are read once for all."""

    asked: Question
    _begins: dict[str, dict[UUID, int]] = field(default_factory=dict)
    _plain: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    @cached_property
    def lands(self) -> dict[int, places.Land]:
        """The boundaries of each month."""
        asked = self.asked
        return {
            month: places.land(asked.level, month, asked.boundaries)
            for month in between(asked.first, asked.last)
        }

    @cached_property
    def locked(self) -> Locked:
        """The snapshots that count, of the communes that the units were made of."""
        found = cells.locked(self.asked)
        if not found:
            return {}
        stood = {
            month: frozenset[UUID]().union(*places.stood(self.asked.units, land, month).values())
            for month, land in self.lands.items()
        }
        return {pair: pk for pair, pk in found.items() if pair[0] in stood[pair[1]]}

    @cached_property
    def series(self) -> dict[str, int]:
        """Measure -> number by which cells name it."""
        return dict(Series.objects.values_list("measure", "pk"))

    def read(self, measures: Iterable[Measure], by: str = "") -> dict[str, Months]:
        """Return measures by unit and month, by id.

        Two queries for all that are read in one way (at most three ways), three more the first time, and two where months
        are locked.
        """
        wanted = {one.id: one for one in measures}
        asked = replace(self.asked, by=by)
        self._read_begins({one.view for one in wanted.values()})
        known = definitions.measures()
        self._keep_plain([known[one.out_of] for one in wanted.values() if one.out_of in known], "")
        rows = self._rows(list(wanted.values()), by)
        return {id: self._months(one, asked, rows[id]) for id, one in wanted.items()}

    def plain(self, measure: Measure, by: str) -> list[Row]:
        """Return the rows of a measure by place and month, added up over neither."""
        self._keep_plain([measure], by)
        return self._plain[(measure.id, by)]

    def _keep_plain(self, measures: Sequence[Measure], by: str) -> None:
        missing = {one.id: one for one in measures if (one.id, by) not in self._plain}
        if missing:
            rows = self._rows(list(missing.values()), by, plain=True)
            self._plain |= {(id, by): found for id, found in rows.items()}

    def _months(self, measure: Measure, asked: Question, rows: Sequence[Row]) -> Months:
        known = definitions.measures()
        least = definitions.windows_of_measure(measure.id)[0].first if measure.id in known else 0
        locked = set(self.locked)
        told = Told(
            measure,
            asked,
            self.lands,
            self._begins[measure.view],
            locked,
            self._tellers(measure, rows),
            least,
        )
        return Months(
            measure, asked, self.lands, _numbered(measure, asked, self.lands, rows), locked, told, self
        )

    def _rows(self, measures: Sequence[Measure], by: str, *, plain: bool = False) -> dict[str, list[Row]]:
        """Return the rows of measures by id, each in the shortest way that still says all that is asked."""
        numbers = {self.series[one.id]: one for one in measures if one.id in self.series}
        found: dict[int, list[Row]] = {number: [] for number in numbers}
        shut = {month for _commune, month in self.locked}
        for (_land, is_shut), run in groupby(
            self.lands, key=lambda month: (id(self.lands[month]), month in shut)
        ):
            months = list(run)
            some = self.lands[months[0]].short(self.asked.units)
            if plain or is_shut:
                rows = cells.cells(numbers, by, months[0], months[-1], some)
                if is_shut:
                    there = {pair: pk for pair, pk in self.locked.items() if pair[1] in months}
                    adds = {number: one.roll_units == "sum" for number, one in numbers.items()}
                    rows = cells.with_locked(numbers, by, rows, there, adds=adds)
                for number, more in rows.items():
                    found[number] += more
                continue
            alone = self._alone(some)
            ways: dict[tuple[int, int, bool, bool], list[int]] = defaultdict(list)
            for number, one in numbers.items():
                if way := self._way(one, months, alone=alone):
                    ways[way].append(number)
            for (first, last, together, gathered), series in ways.items():
                rows = cells.cells(
                    series,
                    by,
                    first,
                    last,
                    some,
                    months_together=together,
                    places_together=gathered,
                )
                for number, more in rows.items():
                    found[number] += more
        return {one.id: found.get(self.series.get(one.id, 0), []) for one in measures}

    def _alone(self, some: Mapping[int, places.Short]) -> bool:
        """Return whether one unit is asked for, to which its places belong whole: the database may add them up."""
        return len(self.asked.units) == 1 and all(
            weight is None for pairs in some.values() for _number, weight in pairs
        )

    def _way(
        self, measure: Measure, months: Sequence[int], *, alone: bool
    ) -> tuple[int, int, bool, bool] | None:
        """Return how the months of one stretch are read: first, last, months together, places together; None: not at all.

        Of what is told each row says who told it.
        """
        first, last = months[0], months[-1]
        if measure.origin != "computed":
            return first, last, False, False
        gathered = alone and measure.roll_units == "sum"
        if self.asked.whole and measure.roll_time == "last":
            return (last, last, False, gathered) if last == self.asked.last else None
        together = self.asked.whole and measure.roll_time == "sum" and measure.roll_units != "max"
        return first, last, together, gathered

    def _tellers(self, measure: Measure, rows: Sequence[Row]) -> set[tuple[UUID, int]] | None:
        """Return who told for which month; None for what is known since its beginning.

        Of what is only seen by who goes and looks, those told where somebody was looked at.
        """
        if measure.out_of:
            known = definitions.measures()
            rows = [row for row in self.plain(known[measure.out_of], "") if row[3]]
        elif measure.origin == "computed":
            return None
        if self.asked.level != Level.VILLAGE:
            return {(self.lands[month].written[place], month) for _dims, month, place, _value in rows}
        return {
            (unit, month) for _dims, month, place, _value in rows
            for unit, _weight in self.lands[month].of.get(place, ())
        }  # fmt: skip

    def _read_begins(self, views: set[str]) -> None:
        """Read since which month each commune's rows of some views are known, where they were counted.

        Since the first of the view; where it has none, since the first of anything that happened there.
        """
        missing = views - self._begins.keys()
        found: dict[str, dict[UUID, int | None]] = {view: {} for view in missing}
        if missing - {""}:
            rows = Source.objects.filter(view__in=missing, counted_at__isnull=False)
            for view, commune, begin in rows.values_list("view", "commune", "begin"):
                found[view][commune] = begin
        first = self._first if any(None in own.values() for own in found.values()) else {}
        for view, own in found.items():
            known = {
                commune: first.get(commune) if begin is None else begin for commune, begin in own.items()
            }
            self._begins[view] = {commune: month for commune, month in known.items() if month is not None}

    @cached_property
    def _first(self) -> dict[UUID, int | None]:
        """Commune -> the first month in which anything happened there."""
        flows = {one.view for one in definitions.measures().values() if one.kind == "flow" and one.view}
        some = Source.objects.filter(view__in=flows).values("commune").annotate(first=Min("begin"))
        return dict(some.values_list("commune", "first"))


def _numbered(
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
