"""Measures over places and time: sums that know what they do not know. What measures share is read once for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
from dinh.indicators.queries.cells import Locked, Row
from dinh.indicators.queries.knowing import Known, Pairs, Question, Told
from dinh.indicators.rules.months import between, day_number

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
    _told: dict[tuple[str, int, bool], Told] = field(default_factory=dict)

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
        found = numbered(measure, asked, self.lands, rows)
        plain = partial(self.plain, measure, asked.by)
        return Months(measure, asked, self.lands, found, self._pairs, self._who_told(measure, rows), plain)

    def _who_told(self, measure: Measure, rows: Sequence[Row]) -> Told:
        """Return who told of a measure: one answer for all that are counted alike from one view."""
        known = definitions.measures()
        least = definitions.windows_of_measure(measure.id)[0].first if measure.id in known else 0
        tellers = self._tellers(measure, rows)
        begins = self._begins[measure.view]
        if tellers is not None:
            return Told(measure, self.asked, self.lands, begins, self._pairs, tellers, least)
        key = (measure.view, least, measure.roll_units == "none")
        if key not in self._told:
            self._told[key] = Told(measure, self.asked, self.lands, begins, self._pairs, None, least)
        return self._told[key]

    @cached_property
    def _pairs(self) -> set[tuple[UUID, int]]:
        return set(self.locked)

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
                rows = cells.cells(numbers, by, months[0], months[-1], some, close=self.asked.close)
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
                    close=self.asked.close,
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
