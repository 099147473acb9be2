"""Measures over places and time: sums that know what they do not know. What measures share is read once for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import groupby
from uuid import UUID

from django.db.models import Min, QuerySet

from dinh.catalogue.shapes.figures import Measure
from dinh.directory.models import Level
from dinh.indicators.engine import definitions
from dinh.indicators.models import Series, Source
from dinh.indicators.queries import cells, places
from dinh.indicators.queries.adding import Months, Number, Sums, numbered
from dinh.indicators.queries.cells import Locked, Row, Together
from dinh.indicators.queries.knowing import Known, Pairs, Question, Told
from dinh.indicators.rules.months import between, day_number

Way = tuple[int, int, bool, Together]
__all__ = ["Books", "Known", "Months", "Number", "Pairs", "Question", "Sums", "read"]


def read(measure: Measure, asked: Question) -> Months:
    """Return one measure by unit and month, split as the question says. Four queries, and more where months are locked."""
    return Books(asked).read([measure], asked.by)[measure.id]


@dataclass
class Books:
    """What the measures of one question are read from: boundaries, locks and beginnings are read once for all."""

    asked: Question
    _begins: dict[str, dict[UUID, int]] = field(default_factory=dict)
    _plain: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    _told: dict[tuple[str, int, bool, Pairs], Told] = field(default_factory=dict)
    _held: dict[tuple[str, str], Locked] = field(default_factory=dict)

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
        self._look_held(list(wanted.values()), by)
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
        found = numbered(measure, asked, self.lands, rows)
        plain = partial(self.plain, measure, asked.by)
        told = self._who_told(measure, asked.by, rows)
        return Months(measure, asked, self.lands, found, told.locked, told, plain)

    def _who_told(self, measure: Measure, by: str, rows: Sequence[Row]) -> Told:
        """Return who told of a measure: one answer for all that are counted alike from one view."""
        known = definitions.measures()
        least = definitions.windows_of_measure(measure.id)[0].first if measure.id in known else 0
        tellers = self._tellers(measure, rows)
        begins, pairs = self._begins[measure.view], frozenset(self._held_of(measure, by))
        if tellers is not None:
            # Locked before it was asked who was looked at: what was locked stays known.
            asks = frozenset(self._held_of(known[measure.out_of], "")) if measure.out_of in known else pairs
            return Told(measure, self.asked, self.lands, begins, pairs, tellers, least, pairs - asks)
        key = (measure.view, least, measure.roll_units == "none", pairs)
        if key not in self._told:
            self._told[key] = Told(measure, self.asked, self.lands, begins, pairs, None, least)
        return self._told[key]

    def _held_of(self, measure: Measure, by: str) -> Locked:
        """Return the snapshots that hold a measure, divided as it is asked."""
        self._look_held([measure], by)
        return self._held[(measure.id, by)]

    def _look_held(self, measures: Sequence[Measure], by: str) -> None:
        missing = [one for one in measures if (one.id, by) not in self._held]
        # What was never counted has no number yet; a snapshot may name it all the same, and then it is zero.
        numbers = {self.series.get(one.id, -at): one.id for at, one in enumerate(missing, 1)}
        found = cells.held(self.locked, numbers, by) if numbers else {}
        self._held |= {(id, by): found[number] for number, id in numbers.items()}

    def _rows(self, measures: Sequence[Measure], by: str, *, plain: bool = False) -> dict[str, list[Row]]:
        """Return the rows of measures by id, each in the shortest way that still says all that is asked."""
        numbers = {self.series[one.id]: one for one in measures if one.id in self.series}
        found: dict[int, list[Row]] = {number: [] for number in numbers}
        shut = {month for _commune, month in self.locked}
        self._look_held(list(numbers.values()), by)
        come = [month for month in self.lands if month <= self.asked.now]
        for (_land, is_shut), run in groupby(come, key=lambda month: (id(self.lands[month]), month in shut)):
            months = list(run)
            some = self.lands[months[0]].short(self.asked.units)
            for there, alike in self._by_lock(numbers, by, months if is_shut else ()):
                read = partial(self._shut, there) if there else self._open
                for rows in read(alike, by, months, some, plain=plain):
                    for number, more in rows.items():
                        found[number] += more
        return {one.id: found.get(self.series.get(one.id, 0), []) for one in measures}

    def _by_lock(
        self, numbers: Mapping[int, Measure], by: str, months: Sequence[int]
    ) -> list[tuple[Locked, dict[int, Measure]]]:
        """Return measures, by series, with the snapshots of some months that hold them: those of the same together."""
        found: dict[frozenset[UUID], tuple[Locked, dict[int, Measure]]] = {}
        kept: dict[
            int, tuple[Locked, frozenset[UUID]]
        ] = {}  # most are held by the same: one and the same object
        for number, one in numbers.items():
            every = self._held[(one.id, by)]
            if id(every) not in kept:
                there = {pair: pk for pair, pk in every.items() if pair[1] in months}
                kept[id(every)] = there, frozenset(there.values())
            there, which = kept[id(every)]
            found.setdefault(which, (there, {}))[1][number] = one
        return list(found.values())

    def _open(
        self, numbers: Mapping[int, Measure], by: str, months: Sequence[int], some: Mapping[int, places.Short], *,
        plain: bool,
    ) -> Iterator[cells.Rows]:  # fmt: skip
        """Yield the rows of months that nobody locked, of unchanged boundaries."""
        together: Together = "" if plain else places.together(some, self.asked.units)
        ways: dict[Way, list[int]] = defaultdict(list)
        for number, one in numbers.items():
            way = (months[0], months[-1], False, together) if plain else self._way(one, months, together)
            if way is not None:
                ways[way].append(number)
        for (first, last, months_together, places_together), series in ways.items():
            yield cells.cells(
                series, by, first, last, some, months_together=months_together, places_together=places_together,
                close=self.asked.close,
            )  # fmt: skip

    def _shut(
        self, there: Locked, numbers: Mapping[int, Measure], by: str, months: Sequence[int], some: Mapping[int, places.Short], *,
        plain: bool,
    ) -> Iterator[cells.Rows]:  # fmt: skip
        """Yield the rows of months that are locked, by the snapshots that hold these measures, and what of them nobody locked."""
        adds = {number: one.roll_units == "sum" for number, one in numbers.items()}
        live: cells.Rows = {number: [] for number in numbers}
        left = {month: self._left(month, there, some) for month in months}
        for free, run in groupby(months, key=left.__getitem__):
            some_months = list(run)
            for number, more in cells.cells(
                numbers, by, some_months[0], some_months[-1], free, close=self.asked.close
            ).items():
                live[number] += more
        # What a commune locked comes as one where all of it is of one unit, and nothing is to be taken off it.
        whole = not plain and not any(left.values()) and places.together(some, self.asked.units) != ""
        whole = whole and all(self._of_one(month, there, some) for month in months)
        alike = [
            number for number, one in numbers.items() if whole and adds[number] and one.origin == "computed"
        ]
        others = [number for number in numbers if number not in alike]
        if alike:
            yield cells.with_locked(alike, by, live, there, adds=adds, together=True)
        if others:
            yield cells.with_locked(others, by, live, there, adds=adds)

    @staticmethod
    def _left(month: int, there: Locked, some: Mapping[int, places.Short]) -> frozenset[int]:
        """Return the places of which nobody locked a month, or not all."""
        homes = places.homes(month)
        return frozenset(pk for pk in some if pk not in homes or (homes[pk], month) not in there)

    @staticmethod
    def _of_one(month: int, there: Locked, some: Mapping[int, places.Short]) -> bool:
        """Return whether all that each commune locked in a month is of one unit among those asked for, or of none."""
        of: dict[UUID, int | None] = {}
        for pk, home in places.homes(month).items():
            number = some[pk][0][0] if pk in some else None
            if (home, month) in there and of.setdefault(home, number) != number:
                return False
        return True

    def _way(self, measure: Measure, months: Sequence[int], together: Together) -> Way | None:
        """Return how the months of one stretch are read: first, last, months together, places together; None: not at all.

        Of what is told each row says who told it.
        """
        first, last = months[0], months[-1]
        if measure.origin != "computed":
            return first, last, False, ""
        gathered: Together = together if measure.roll_units == "sum" else ""
        if self.asked.whole and measure.roll_time == "last":
            return (last, last, False, gathered) if last == self.asked.last else None
        adds = self.asked.whole and measure.roll_time == "sum" and measure.roll_units != "max"
        return first, last, adds, gathered

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
            rows = self._sources.filter(view__in=missing, counted_at__isnull=False)
            for view, commune, begin in rows.values_list("view", "commune", "begin"):
                found[view][commune] = begin
        first = self._first if any(None in own.values() for own in found.values()) else {}
        for view, own in found.items():
            known = {
                commune: first.get(commune) if begin is None else begin for commune, begin in own.items()
            }
            self._begins[view] = {commune: month for commune, month in known.items() if month is not None}

    @property
    def _sources(self) -> QuerySet[Source]:
        """Sources that had begun at the close that is asked for."""
        rows = Source.objects.all()
        return rows if self.asked.close is None else rows.exclude(begun__gt=day_number(self.asked.close))

    @cached_property
    def _first(self) -> dict[UUID, int | None]:
        """Commune -> the first month in which anything happened there."""
        flows = {one.view for one in definitions.measures().values() if one.kind == "flow" and one.view}
        some = self._sources.filter(view__in=flows).values("commune").annotate(first=Min("begin"))
        return dict(some.values_list("commune", "first"))
