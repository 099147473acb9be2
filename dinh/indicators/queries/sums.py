"""One measure over places and time: sums that know what they do not know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from uuid import UUID

from django.db import connection
from django.db.models import Min

from dinh.catalogue.shapes.figures import Measure
from dinh.indicators.engine import definitions
from dinh.indicators.models import LockedCell, Series, Snapshot, Source
from dinh.indicators.queries import places
from dinh.indicators.queries.knowing import Known, Question, Told
from dinh.indicators.rules.months import between

__all__ = ["Known", "Months", "Number", "Question", "Sums", "read"]
Number = int | Fraction
Row = tuple[str, int, int, int]  # dims, month, place, value
FEW_PLACES = 400  # up to so many places the database is asked for these alone


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
        known = self.known[unit]
        if not (known.last if self.needs_last else known.months):
            return None
        return self.parts(unit).get(part, 0)

    def parts(self, unit: UUID) -> dict[str, Number]:
        """Return the parts of a unit that are not zero."""
        return self.by_unit.get(unit, {})

    @property
    def values(self) -> dict[tuple[UUID, str], Number]:
        """The numbers by unit and part."""
        return {(unit, part): one for unit, parts in self.by_unit.items() for part, one in parts.items()}


Numbered = dict[
    tuple[int, str], Number
]  # number of the unit among those asked for, part: numbers hash quickly


@dataclass
class Months:
    """A measure month by month, for as many spans of time as are asked."""

    measure: Measure
    asked: Question
    lands: dict[int, places.Land]
    values: dict[int, Numbered]  # month -> ...
    locked: set[tuple[UUID, int]]
    told: Told

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
        for (number, part), value in self._over_time(first, last).items():
            by_unit.setdefault(self.asked.units[number], {})[part] = value
        known = {unit: self.told.known(unit, months) for unit in self.asked.units}
        return Sums(by_unit, known, locked, estimated, self.measure.roll_time == "last")

    def _over_time(self, first: int, last: int) -> Numbered:
        how = self.measure.roll_time
        if first == last or how == "last":
            return self.values.get(last, {})
        result: Numbered = {}
        for month in between(first, last):
            for key, value in self.values.get(month, {}).items():
                before = result.get(key)
                if before is None:
                    result[key] = value
                else:
                    result[key] = before + value if how == "sum" else max(before, value)
        return result


def read(measure: Measure, asked: Question, begun: dict[str, dict[UUID, int]] | None = None) -> Months:
    """Return a measure by unit and month. Three queries, and two more where months are locked.

    begun  what was read of the beginnings of views, for the next measure of one of them
    """
    lands = {
        month: places.land(asked.level, month, asked.boundaries) for month in between(asked.first, asked.last)
    }
    locked = _locked(asked)
    series = Series.objects.filter(measure=measure.id).values_list("pk", flat=True).first()
    rows = [] if series is None else _rows(series, measure, asked, lands, bool(locked))
    if locked:
        rows = _with_locked(measure, asked, rows, locked)
    least = definitions.windows_of_measure(measure.id)[0].first if measure.id in definitions.measures() else 0
    begun = {} if begun is None else begun
    if measure.view not in begun:
        begun[measure.view] = _begins(measure.view)
    begins = begun[measure.view]
    told = Told(measure, asked, lands, begins, set(locked), _tellers(measure, lands, rows), least)
    pairs = set(locked) & _pairs(asked, lands) if locked else set()
    return Months(measure, asked, lands, _numbered(measure, asked, lands, rows), pairs, told)


def _numbered(
    measure: Measure, asked: Question, lands: Mapping[int, places.Land], rows: Sequence[Row]
) -> dict[int, Numbered]:
    """Add up places within their units, month by month."""
    largest = measure.roll_units == "max"
    cut = len(asked.by) + 1 if asked.by else 0
    found: dict[int, Numbered] = {}
    of: Mapping[int, places.Short] = {}
    month = 0
    for dims, here, place, value in rows:
        if here != month:
            month, of, counted = here, lands[here].short(asked.units), found.setdefault(here, {})
        for number, weight in of.get(place, ()):
            key = (number, dims[cut:])
            part = value if weight is None else value * weight
            before = counted.get(key)
            counted[key] = part if before is None else max(before, part) if largest else before + part
    return found


def _rows(
    series: int, measure: Measure, asked: Question, lands: Mapping[int, places.Land], locked: bool
) -> list[Row]:
    """Return (dims, month, place, value) of the cells; months that are added up anyway come as one, as their last."""
    adds = asked.whole and measure.roll_time == "sum" and measure.roll_units != "max"
    if locked or measure.origin != "computed" or not asked.whole or not (adds or measure.roll_time == "last"):
        return _cells(series, asked, asked.first, asked.last, lands, together=False)
    if measure.roll_time == "last":
        return _cells(series, asked, asked.last, asked.last, lands, together=False)
    rows: list[Row] = []
    for _land, run in groupby(lands, key=lambda month: id(lands[month])):
        months = list(run)
        rows += _cells(series, asked, months[0], months[-1], lands, together=True)
    return rows


def _cells(
    series: int, asked: Question, first: int, last: int, lands: Mapping[int, places.Land], *, together: bool
) -> list[Row]:  # fmt: skip
    """Return the cells of some months, one stretch of the table."""
    shorts = {id(lands[month]): lands[month].short(asked.units) for month in between(first, last)}
    some = set[int]().union(*shorts.values())
    if not some:
        return []
    parts = "dims = ''" if not asked.by else f"dims >= '{asked.by}=' AND dims < '{asked.by}>'"
    within = f" AND place IN ({', '.join(map(str, sorted(some)))})" if len(some) <= FEW_PLACES else ""
    kept = (
        f"FROM indicators_cell WHERE series = {int(series)} AND {parts} "
        f"AND month BETWEEN {int(first)} AND {int(last)}{within}"
    )
    with connection.cursor() as cursor:
        if together:
            cursor.execute(
                f"SELECT dims, {int(last)}, place, CAST(sum(value) AS BIGINT) {kept} GROUP BY dims, place"
            )
        else:
            cursor.execute(f"SELECT dims, month, place, value {kept}")
        rows: list[Row] = cursor.fetchall()
    return rows


def _locked(asked: Question) -> dict[tuple[UUID, int], UUID]:
    """Return the snapshot that counts for each commune and month that are locked."""
    if not asked.official:
        return {}
    rows = Snapshot.objects.filter(month__gte=asked.first, month__lte=asked.last).order_by("number")
    if asked.known_on is not None:
        rows = rows.filter(at__lte=asked.known_on)
    return {(unit, month): pk for pk, unit, month in rows.values_list("pk", "unit", "month")}


def _with_locked(
    measure: Measure,
    asked: Question,
    rows: Sequence[Row],
    locked: dict[tuple[UUID, int], UUID],
) -> list[Row]:
    """Put what was locked in place of what is counted now, for the places that a snapshot holds."""
    month_of = {pk: month for (_unit, month), pk in locked.items()}
    units: dict[int, set[UUID]] = defaultdict(set)
    for pk, held in Snapshot.objects.filter(pk__in=month_of).values_list("pk", "content__places"):
        units[month_of[pk]] |= {UUID(unit) for unit in held}
    own = {pk: unit for pk, _commune, unit in places.all_places()}
    homes = {month: places.homes(month) for month in units}
    # A village that came to be after the lock is in no snapshot; what is written there was locked with its commune.
    kept = [
        (dims, month, place, value)
        for dims, month, place, value in rows
        if own.get(place) not in units.get(month, ())
        and (homes.get(month, {}).get(place), month) not in locked
    ]
    cells = LockedCell.objects.filter(
        snapshot__in=month_of, series__in=Series.objects.filter(measure=measure.id).values("pk")
    )
    cells = cells.filter(dims__startswith=f"{asked.by}=") if asked.by else cells.filter(dims="")
    found = cells.values_list("dims", "snapshot", "place", "value")
    return kept + [(dims, month_of[snapshot], place, value) for dims, snapshot, place, value in found]


def _tellers(
    measure: Measure, lands: Mapping[int, places.Land], rows: Sequence[Row]
) -> set[tuple[UUID, int]] | None:
    """Return who told for which month; None for what is counted."""
    if measure.origin == "computed":
        return None
    return {(lands[month].written[place], month) for _dims, month, place, _value in rows}


def _begins(view: str) -> dict[UUID, int]:
    """Return since which month a commune's rows are known, where they were counted.

    Since the first of the view; where it has none, since the first of anything that happened there.
    """
    if not view:
        return {}
    own = dict(Source.objects.filter(view=view, counted_at__isnull=False).values_list("commune", "begin"))
    if None in own.values():
        flows = {one.view for one in definitions.measures().values() if one.kind == "flow" and one.view}
        some = Source.objects.filter(view__in=flows).values("commune").annotate(first=Min("begin"))
        others = dict(some.values_list("commune", "first"))
        own = {commune: others.get(commune) if month is None else month for commune, month in own.items()}
    return {commune: month for commune, month in own.items() if month is not None}


def _pairs(asked: Question, lands: dict[int, places.Land]) -> set[tuple[UUID, int]]:
    return {
        (commune, month) for month, land in lands.items()
        for communes in places.stood(asked.units, land, month).values() for commune in communes
    }  # fmt: skip
