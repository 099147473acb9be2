"""One measure over places and time: sums that know what they do not know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.db import connection
from django.db.models import Min

from dinh.catalogue.shapes.figures import Measure
from dinh.directory.lines import Boundaries
from dinh.directory.models import Level
from dinh.indicators.engine import definitions
from dinh.indicators.models import LockedCell, Series, Snapshot, Source
from dinh.indicators.queries import places
from dinh.indicators.rules.months import between, last_day

Number = int | Fraction
NEVER = 999912
FEW_PLACES = 400  # up to so many places the database is asked for these alone


@dataclass(frozen=True)
class Question:
    """What is asked of measures.

    units       all of one level
    boundaries  None: those of each month itself; else `directory.lines.On(day)`
    by          dimension, "" for the whole
    official    locked months as they were locked (or restated), the others as counted last
    known_on    with `official`: as it was known at that moment
    """

    units: tuple[UUID, ...]
    level: str
    first: int
    last: int
    boundaries: Boundaries | None = None
    by: str = ""
    official: bool = True
    known_on: datetime | None = None


@dataclass
class Known:
    """How much of a figure is known: communes and months that told, and should have."""

    told: int = 0
    expected: int = 0
    months: int = 0  # in which anything is known
    last: bool = False  # whether the last month is


@dataclass
class Sums:
    """A measure over the whole time that was asked: (unit, part) -> number; parts that are zero are missing."""

    values: dict[tuple[UUID, str], Number]
    known: dict[UUID, Known]
    locked: set[tuple[UUID, int]]  # commune as written, month
    estimated: frozenset[UUID]
    needs_last: bool = False  # what there is at the end is known only where the last month is

    def of(self, unit: UUID, part: str = "") -> Number | None:
        """Return the number of a unit; zero where all is known and nothing was there, None where nothing is known."""
        known = self.known[unit]
        if not (known.last if self.needs_last else known.months):
            return None
        return self.values.get((unit, part), 0)


@dataclass
class Months:
    """A measure month by month, for as many spans of time as are asked."""

    measure: Measure
    asked: Question
    lands: dict[int, places.Land]
    values: dict[tuple[UUID, str, int], Number]
    locked: set[tuple[UUID, int]]
    told: dict[tuple[UUID, int], tuple[int, int]]  # unit, month -> communes that told, that should have
    by_month: dict[int, dict[tuple[UUID, str], Number]] = field(default_factory=dict)

    def together(self, first: int, last: int) -> Sums:
        """Return the measure over some of the months."""
        months = [month for month in self.lands if first <= month <= last]
        known = {}
        for unit in self.asked.units:
            pairs = [self.told[(unit, month)] for month in months]
            known[unit] = Known(
                sum(told for told, _expected in pairs), sum(expected for _told, expected in pairs),
                sum(1 for told, _expected in pairs if told), bool(pairs and pairs[-1][0]),
            )  # fmt: skip
        estimated = frozenset().union(*(self.lands[month].estimated for month in months))
        locked = {pair for pair in self.locked if first <= pair[1] <= last}
        return Sums(self._over_time(first, last), known, locked, estimated, self.measure.roll_time == "last")

    def _over_time(self, first: int, last: int) -> dict[tuple[UUID, str], Number]:
        if not self.by_month:
            for (unit, part, month), value in self.values.items():
                self.by_month.setdefault(month, {})[(unit, part)] = value
        how = self.measure.roll_time
        if first == last or how == "last":
            return self.by_month.get(last, {})
        result: dict[tuple[UUID, str], Number] = {}
        for month in between(first, last):
            for key, value in self.by_month.get(month, {}).items():
                before = result.get(key)
                if before is None:
                    result[key] = value
                else:
                    result[key] = before + value if how == "sum" else max(before, value)
        return result


def read(measure: Measure, asked: Question) -> Months:
    """Return a measure by unit and month. Three queries, and two more where months are locked."""
    lands = {
        month: places.land(asked.level, month, asked.boundaries) for month in between(asked.first, asked.last)
    }
    short = {month: land.short(asked.units) for month, land in lands.items()}
    rows = _cells(measure, asked, set[int]().union(*{id(one): one for one in short.values()}.values()))
    locked = _locked(asked)
    if locked:
        rows = _with_locked(measure, asked, rows, locked)
    counted: dict[
        tuple[int, str, int], Number
    ] = {}  # by number of the unit: numbers are found faster than ids
    largest = measure.roll_units == "max"
    cut = len(asked.by) + 1 if asked.by else 0
    for dims, month, place, value in rows:
        for number, weight in short[month].get(place, ()):
            key = (number, dims[cut:], month)
            part = value if weight is None else value * weight
            before = counted.get(key)
            counted[key] = part if before is None else max(before, part) if largest else before + part
    monthly = {(asked.units[number], part, month): value for (number, part, month), value in counted.items()}
    told = _told(measure, asked, lands, monthly, set(locked))
    return Months(measure, asked, lands, monthly, set(locked) & _pairs(asked, lands), told)


def _cells(measure: Measure, asked: Question, some: set[int]) -> list[tuple[str, int, int, int]]:
    """Return (dims, month, place, value) of the cells, one stretch of the table."""
    series = Series.objects.filter(measure=measure.id).values_list("pk", flat=True).first()
    if series is None or not some:
        return []
    parts = "dims = ''" if not asked.by else f"dims >= '{asked.by}=' AND dims < '{asked.by}>'"
    within = f" AND place IN ({', '.join(map(str, sorted(some)))})" if len(some) <= FEW_PLACES else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT dims, month, place, value FROM indicators_cell WHERE series = {int(series)} AND {parts} "
            f"AND month BETWEEN {int(asked.first)} AND {int(asked.last)}{within}"
        )
        rows: list[tuple[str, int, int, int]] = cursor.fetchall()
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
    rows: Sequence[tuple[str, int, int, int]],
    locked: dict[tuple[UUID, int], UUID],
) -> list[tuple[str, int, int, int]]:
    """Put what was locked in place of what is counted now, for the places that a snapshot holds."""
    month_of = {pk: month for (_unit, month), pk in locked.items()}
    units: dict[int, set[UUID]] = defaultdict(set)
    for pk, held in Snapshot.objects.filter(pk__in=month_of).values_list("pk", "content__places"):
        units[month_of[pk]] |= {UUID(unit) for unit in held}
    own = {pk: unit for pk, _commune, unit in places.all_places()}
    kept = [row for row in rows if own.get(row[2]) not in units[row[1]]]
    cells = LockedCell.objects.filter(
        snapshot__in=month_of, series__in=Series.objects.filter(measure=measure.id).values("pk")
    )
    cells = cells.filter(dims__startswith=f"{asked.by}=") if asked.by else cells.filter(dims="")
    found = cells.values_list("dims", "snapshot", "place", "value")
    return kept + [(dims, month_of[snapshot], place, value) for dims, snapshot, place, value in found]


def _told(
    measure: Measure,
    asked: Question,
    lands: dict[int, places.Land],
    monthly: dict[tuple[UUID, str, int], Number],
    locked: set[tuple[UUID, int]],
) -> dict[tuple[UUID, int], tuple[int, int]]:
    """Return how many told, of how many: of a counted measure the communes whose rows are, of a told one by its values."""
    begins = _begins(measure) if measure.origin == "computed" else None
    there = {(unit, month) for unit, _part, month in monthly}
    alone, high = measure.roll_units == "none", asked.level == Level.PROVINCE
    result = {}
    for month, land in lands.items():
        for unit in asked.units:
            communes = land.communes.get(unit, frozenset())
            if alone and (asked.level != Level.COMMUNE or len(communes) > 1):
                communes = frozenset()  # not added up: known for a commune alone
            if begins is not None:
                told = sum(1 for one in communes if begins.get(one, NEVER) <= month or (one, month) in locked)
            else:
                told = len(communes) if (unit, month) in there else 0
            standing = places.communes_below(unit, last_day(month)) if high else ()
            result[(unit, month)] = (told, max(1, len(communes), len(standing)))
    return result


def _begins(measure: Measure) -> dict[UUID, int]:
    """Return since which month a commune's rows are known, where they were counted.

    Since the first of the view; where it has none, since the first of anything that happened there.
    """
    counted = Source.objects.filter(view=measure.view, counted_at__isnull=False)
    own = dict(counted.values_list("commune", "begin"))
    if None in own.values():
        flows = {one.view for one in definitions.measures().values() if one.kind == "flow" and one.view}
        some = Source.objects.filter(view__in=flows).values("commune").annotate(first=Min("begin"))
        others = dict(some.values_list("commune", "first"))
        own = {commune: others.get(commune) if month is None else month for commune, month in own.items()}
    return {commune: month for commune, month in own.items() if month is not None}


def _pairs(asked: Question, lands: dict[int, places.Land]) -> set[tuple[UUID, int]]:
    return {
        (commune, month) for month, land in lands.items() for unit in asked.units
        for commune in land.communes.get(unit, ())
    }  # fmt: skip
