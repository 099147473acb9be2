"""How the months of a commune stand, and what changed since they were locked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from dinh.indicators.engine.counting import engine_of
from dinh.indicators.models import Cell, LockedCell, Period, Restatement, Series, Snapshot
from dinh.indicators.queries import places
from dinh.indicators.rules.months import between


@dataclass(frozen=True)
class Difference:
    """A measure that is counted otherwise now than it was locked, by unit and part: "" is the whole."""

    measure: str
    unit: UUID
    dims: str
    locked: int
    now: int


@dataclass(frozen=True)
class Changed:
    """A measure of a locked commune and month as a whole: as it was locked last, and as it is counted now.

    parts  how many of its parts (by sex, by village ...) differ; some may while the whole does not
    """

    measure: str
    locked: int
    now: int
    parts: int

    @property
    def gap(self) -> int:
        """What was added since, or taken away."""
        return self.now - self.locked


@dataclass(frozen=True)
class Month:
    """One month of a commune: its state, its snapshots, and who asks to restate it."""

    month: int
    state: str
    period: Period | None
    snapshots: tuple[Snapshot, ...]
    asked: Restatement | None


def months(unit: UUID, first: int, last: int) -> list[Month]:
    """Return the months of a commune, drafts too. Three queries."""
    return months_of([unit], first, last)[unit]


def months_of(units: Sequence[UUID], first: int, last: int) -> dict[UUID, list[Month]]:
    """Return the months of each commune, drafts too. Three queries."""
    rows = Period.objects.filter(unit__in=units, month__gte=first, month__lte=last)
    periods = {(row.unit, row.month): row for row in rows}
    kept: dict[UUID, list[Snapshot]] = defaultdict(list)
    for row in Snapshot.objects.filter(period__in=periods.values()).order_by("number"):
        kept[row.period_id].append(row)
    waiting = Restatement.objects.filter(period__in=periods.values(), state=Restatement.State.ASKED)
    asked = {row.period_id: row for row in waiting}
    found: dict[UUID, list[Month]] = {unit: [] for unit in units}
    for unit in units:
        for month in between(first, last):
            period = periods.get((unit, month))
            if period is None:
                found[unit].append(Month(month, Period.State.DRAFT.value, None, (), None))
                continue
            snapshots = tuple(kept.get(period.pk, ()))
            found[unit].append(Month(month, str(period.state), period, snapshots, asked.get(period.pk)))
    return found


def differences(unit: UUID, month: int) -> list[Difference]:
    """Return what is counted otherwise now than it was locked last; nothing for a month that is not locked."""
    snapshot = Snapshot.objects.filter(unit=unit, month=month).order_by("-number").first()
    if snapshot is None:
        return []
    places.look_again()
    own = _places_of(snapshot)
    named = snapshot.content["measures"]  # what was declared later was not locked as zero
    names = {pk: id for pk, id in Series.objects.values_list("pk", "measure") if id in named}
    locked = _sums(
        LockedCell.objects.filter(snapshot=snapshot, series__in=names).values_list(
            "series", "dims", "place", "value"
        ),
        own,
    )
    live = Cell.objects.filter(series__in=names, month=month, place__in=own)
    now = _sums(live.values_list("series", "dims", "place", "value"), own)
    divided = {(series, _dimension(dims)) for series, dims, _place in locked}
    wholes = {series for series, dimension in divided if not dimension}
    return [
        Difference(names[series], place, dims, locked.get(key, 0), now.get(key, 0))
        for key in sorted(locked.keys() | now.keys(), key=str)
        for series, dims, place in [key]
        if locked.get(key, 0) != now.get(key, 0)
        # A whole without any part, not even an unknown one, was not divided so when it was locked.
        and not (series in wholes and (series, _dimension(dims)) not in divided)
    ]


def _dimension(dims: str) -> str:
    return dims.partition("=")[0]


def changed(unit: UUID, month: int) -> list[Changed]:
    """Return the measures that differ from what was locked, in order of id. Six queries."""
    parts: dict[str, int] = defaultdict(int)
    for one in differences(unit, month):
        parts[one.measure] += 1
    if not parts:
        return []
    snapshot = Snapshot.objects.filter(unit=unit, month=month).order_by("-number")[:1].get()
    names = dict(Series.objects.filter(measure__in=parts).values_list("pk", "measure"))
    own = _places_of(snapshot)
    locked = LockedCell.objects.filter(snapshot=snapshot, series__in=names, dims="")
    live = Cell.objects.filter(month=month, series__in=names, dims="", place__in=own)
    before, after = (
        {names[series]: total for series, total in rows.values_list("series").annotate(total=Sum("value"))}
        for rows in (locked, live)
    )
    return [Changed(id, before.get(id, 0), after.get(id, 0), count) for id, count in sorted(parts.items())]


def changed_counts(snapshots: Iterable[Snapshot]) -> dict[UUID, int]:
    """Return, by snapshot, of how many measures the whole is another number now. Four queries for all.

    What is only divided otherwise is not counted: its number is as it was locked.

    snapshots  the last of each commune and month; those of which nothing differs are left out
    """
    numbered = list(enumerate(snapshots))
    if not numbered:
        return {}
    places.look_again()
    engine = engine_of(connection)
    held = ", ".join(f"({number}, {engine.id(one.pk)})" for number, one in numbered)
    homes = ", ".join(
        f"({place}, {one.month}, {number})" for number, one in numbered for place in _places_of(one)
    ) or "(0, 0, 0)"  # fmt: skip
    names = dict(Series.objects.values_list("pk", "measure"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH held (number, snapshot) AS (VALUES {held}), home (place, month, number) AS (VALUES {homes}), "
            "both_ways AS (SELECT held.number, cell.series, -cell.value AS value FROM held "
            "JOIN indicators_lockedcell AS cell ON cell.snapshot_id = held.snapshot AND cell.dims = '' "
            "UNION ALL SELECT home.number, cell.series, cell.value FROM home CROSS JOIN indicators_series AS series "
            "CROSS JOIN indicators_cell AS cell WHERE cell.series = series.id AND cell.dims = '' "
            "AND cell.month = home.month AND cell.place = home.place) "
            "SELECT number, series FROM both_ways GROUP BY number, series HAVING sum(value) <> 0"
        )
        differing = cursor.fetchall()
    counts = Counter(
        number for number, series in differing if names.get(series) in numbered[number][1].content["measures"]
    )
    return {one.pk: counts[number] for number, one in numbered if number in counts}


def _places_of(snapshot: Snapshot) -> dict[int, UUID]:
    """Return the places of a snapshot, and those that lay in its commune that month and got their first row later."""
    units = {UUID(one) for one in snapshot.content["places"]}
    homes = places.homes(snapshot.month)
    every = places.all_places()
    return {pk: own for pk, _commune, own in every if own in units or homes.get(pk) == snapshot.unit}


def _sums(
    rows: Iterable[tuple[int, str, int, int]], own: dict[int, UUID]
) -> dict[tuple[int, str, UUID], int]:
    total: dict[tuple[int, str, UUID], int] = defaultdict(int)
    for series, dims, place, value in rows:
        total[(series, dims, own[place])] += value
    return dict(total)
