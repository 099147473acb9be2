"""How the months of a commune stand, and what changed since they were locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from dinh.indicators.models import Cell, LockedCell, Period, Place, Restatement, Series, Snapshot
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
class Month:
    """One month of a commune: its state, its snapshots, and who asks to restate it."""

    month: int
    state: str
    period: Period | None
    snapshots: tuple[Snapshot, ...]
    asked: Restatement | None


def months(unit: UUID, first: int, last: int) -> list[Month]:
    """Return the months of a commune, drafts too. Three queries."""
    periods = {row.month: row for row in Period.objects.filter(unit=unit, month__gte=first, month__lte=last)}
    kept: dict[int, list[Snapshot]] = defaultdict(list)
    for row in Snapshot.objects.filter(unit=unit, month__in=periods).order_by("number"):
        kept[row.month].append(row)
    waiting = Restatement.objects.filter(period__in=periods.values(), state=Restatement.State.ASKED)
    asked = {row.period_id: row for row in waiting}
    found = []
    for month in between(first, last):
        period = periods.get(month)
        state = str(period.state) if period else Period.State.DRAFT.value
        open_ = asked.get(period.pk) if period else None
        found.append(Month(month, state, period, tuple(kept.get(month, ())), open_))
    return found


def differences(unit: UUID, month: int) -> list[Difference]:
    """Return what is counted otherwise now than it was locked last; nothing for a month that is not locked."""
    snapshot = Snapshot.objects.filter(unit=unit, month=month).order_by("-number").first()
    if snapshot is None:
        return []
    units = {UUID(one) for one in snapshot.content["places"]}
    own = dict(Place.objects.filter(unit__in=units).values_list("pk", "unit"))
    names = dict(Series.objects.values_list("pk", "measure"))
    locked = _sums(
        LockedCell.objects.filter(snapshot=snapshot).values_list("series", "dims", "place", "value"), own
    )
    live = Cell.objects.filter(series__in=names, month=month, place__in=own)
    now = _sums(live.values_list("series", "dims", "place", "value"), own)
    return [
        Difference(names[series], place, dims, locked.get(key, 0), now.get(key, 0))
        for key in sorted(locked.keys() | now.keys(), key=str)
        for series, dims, place in [key]
        if locked.get(key, 0) != now.get(key, 0)
    ]


def _sums(
    rows: Iterable[tuple[int, str, int, int]], own: dict[int, UUID]
) -> dict[tuple[int, str, UUID], int]:
    total: dict[tuple[int, str, UUID], int] = defaultdict(int)
    for series, dims, place, value in rows:
        total[(series, dims, own[place])] += value
    return dict(total)
