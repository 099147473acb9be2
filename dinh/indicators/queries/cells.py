"""Cells of measures as rows: what is counted now, and in its place what was locked. Several measures are read together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Literal
from uuid import UUID

from django.db import connection
from django.db.models import Max, Min, Q, Sum, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import MD5, Cast

from dinh.indicators.models import LockedCell, Snapshot
from dinh.indicators.queries import places
from dinh.indicators.queries.closing import moment, put_back
from dinh.indicators.queries.knowing import Question
from dinh.indicators.rules.months import between

Row = tuple[str, int, int, int]  # dims, month, place, value
Rows = dict[int, list[Row]]  # by series
Locked = dict[tuple[UUID, int], UUID]  # commune as it stood in the month, month -> the snapshot that counts
Together = Literal["", "commune", "all"]
FEW_PLACES = 400  # up to so many places the database is asked for these alone
EVERYWHERE = -1  # in place of a place: all places of the one unit that is asked for, added up by the database


def cells(
    series: Collection[int], by: str, first: int, last: int, some: Collection[int], *,
    months_together: bool = False, places_together: Together = "", close: date | None = None,
) -> Rows:  # fmt: skip
    """Return the cells of measures in some places and months, one stretch of the table for each. One query.

    some             places; where there are many, rows of others may come too unless places are added up
    months_together  months come as one, as their last; for what is added up over them
    places_together  for what is added up over places: those of a "commune" come as one of them, or "all" as `EVERYWHERE`
    close            as they stood at the close of this day; None: now
    """
    found: Rows = {one: [] for one in series}
    if not series or not some:
        return found
    parts = "dims = ''" if not by else f"dims >= '{by}=' AND dims < '{by}>'"
    month = str(int(last)) if months_together else "month"
    place = {"": "place", "commune": "min(place)", "all": str(EVERYWHERE)}[places_together]
    home = " JOIN indicators_place AS home ON home.id = place" if places_together == "commune" else ""
    value = "value"
    grouped = ""
    if months_together or places_together:
        value = "CAST(sum(value) AS BIGINT)"
        keys = ["series", "dims"]
        keys += [] if months_together else ["month"]
        keys += {"": ["place"], "commune": ["home.commune"], "all": []}[places_together]
        grouped = f" GROUP BY {', '.join(keys)}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT series, dims, {month}, {place}, {value} FROM indicators_cell{home} "
            f"WHERE series IN ({_listed(series)}) AND {parts} AND {_when(first, last, few=len(some) <= FEW_PLACES)}"
            f"{_within(some, exactly=bool(places_together))}{grouped}"
        )
        for one, dims, here, where, number in cursor.fetchall():
            found[one].append((dims, here, where, number))
    if close is not None:
        put_back(found, parts, first, last, close, added_up=bool(months_together or places_together))
    return found


def _when(first: int, last: int, *, few: bool) -> str:
    """Return the condition on months: of a few places each cell is looked up, instead of passing by all others."""
    if few:
        return f"month IN ({_listed(between(first, last))})"
    return f"month BETWEEN {int(first)} AND {int(last)}"


def _within(some: Collection[int], *, exactly: bool) -> str:
    """Return the condition on places, the shorter of two lists; none where there are many, and others do no harm."""
    if len(some) <= FEW_PLACES:
        return f" AND place IN ({_listed(some)})"
    if not exactly:
        return ""
    others = {pk for pk, _commune, _unit in places.all_places()}.difference(some)
    return f" AND place NOT IN ({_listed(others)})" if others else ""


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(int(one)) for one in sorted(numbers))


def locked(asked: Question) -> Locked:
    """Return the snapshot that counts for each commune and month that are locked. One query."""
    if not asked.official:
        return {}
    rows = Snapshot.objects.filter(month__gte=asked.first, month__lte=asked.last).order_by("number")
    for known in (asked.known_on, asked.close and moment(asked.close)):
        rows = rows.filter(at__lte=known) if known is not None else rows
    return {(unit, month): pk for pk, unit, month in rows.values_list("pk", "unit", "month")}


def held(there: Locked, numbers: Mapping[int, str], by: str) -> dict[int, Locked]:
    """Return, by series, the snapshots that hold a measure, divided as it is asked.

    What was declared after a month was locked is in none of its snapshots: that is not zero, and reads as it is counted
    now. No query but the first time for a snapshot, and one where parts are asked for.

    numbers  series -> measure
    by       dimension, "" for the whole
    """
    if not there:
        return dict.fromkeys(numbers, there)
    names = _measures_of(there.values())
    undivided = _undivided(there.values(), numbers, by) if by else frozenset[tuple[int, UUID]]()
    found: dict[int, Locked] = {}
    for one, measure in numbers.items():
        own = {pair: pk for pair, pk in there.items() if measure in names[pk] and (one, pk) not in undivided}
        found[one] = there if len(own) == len(there) else own
    return found


def _undivided(snapshots: Iterable[UUID], series: Collection[int], by: str) -> frozenset[tuple[int, UUID]]:
    """Return (series, snapshot) that hold a whole and no part of it, not even an unknown one: the dimension came later."""
    rows = LockedCell.objects.filter(snapshot__in=list(snapshots), series__in=list(series))
    rows = rows.filter(Q(dims="") | Q(dims__gte=f"{by}=", dims__lt=f"{by}>"))
    parts = rows.values_list("series", "snapshot").annotate(last=Max("dims"))
    return frozenset((one, snapshot) for one, snapshot, last in parts if not last)


def _measures_of(snapshots: Iterable[UUID]) -> Mapping[UUID, frozenset[str]]:
    """Return the measures that each snapshot names; snapshots never change, and most name the same.

    At most two queries: each list of names is read once, whichever snapshots have it.
    """
    missing = [pk for pk in snapshots if pk not in _named]
    if missing:
        rows = Snapshot.objects.filter(pk__in=missing)
        lists = dict(
            rows.annotate(which=MD5(Cast(KT("content__measures"), TextField()))).values_list("pk", "which")
        )
        first = {which: pk for pk, which in lists.items() if which not in _lists}
        if first:
            content = Snapshot.objects.filter(pk__in=first.values()).values_list("pk", "content__measures")
            read = dict(content)
            _lists.update({which: frozenset(read[pk]) for which, pk in first.items()})
        _named.update({pk: _lists[which] for pk, which in lists.items()})
    return _named


_lists: dict[str, frozenset[str]] = {}  # MD5 of a list of measures -> their ids
_named: dict[
    UUID, frozenset[str]
] = {}  # snapshot -> the measures it names; a few bytes for each month of a commune


def with_locked(
    series: Collection[int],
    by: str,
    live: Rows,
    there: Locked,
    *,
    adds: Mapping[int, bool],
    together: bool = False,
) -> Rows:
    """Put what was locked in place of what is counted now, for the places that a snapshot holds.

    there  snapshots of the months that `live` is of
    adds   series -> whether places are added up
    together  what a snapshot holds comes as one, at one of its places; for what is added up

    What is written under a unit that began later, made of several that stood then, was locked where these stood: of it
    only what is beyond their locked numbers stands beside them.
    """
    months = {pk: month for (_unit, month), pk in there.items()}
    taken = _locked_cells(series, by, months, together=together)
    units: dict[int, set[UUID]] = defaultdict(set)
    for pk, month in months.items():
        units[month] |= _held(pk)
    own = {pk: (commune, unit) for pk, commune, unit in places.all_places()}
    homes = {month: places.homes(month) for month in units}
    result: Rows = {}
    for one in series:
        kept = list(taken[one])
        before = _by_unit(taken[one], own)
        for dims, month, place, value in live[one]:
            if place not in own or own[place][1] in units.get(month, ()):
                continue
            # A village that came to be after the lock is in no snapshot; what is written there was locked with its commune.
            if (homes.get(month, {}).get(place), month) in there:
                continue
            former = places.made_of(own[place][1], month)
            if former:
                moved = {unit for unit in former if unit in units.get(month, ())}
                if moved == former:
                    continue
                if moved and adds[one]:
                    value = max(0, value - sum(before.get((dims, month, unit), 0) for unit in moved))
            kept.append((dims, month, place, value))
        result[one] = kept
    return result


def _locked_cells(series: Collection[int], by: str, months: Mapping[UUID, int], *, together: bool) -> Rows:
    found: Rows = {one: [] for one in series}
    rows = LockedCell.objects.filter(snapshot__in=list(months), series__in=list(series))
    rows = rows.filter(dims__startswith=f"{by}=") if by else rows.filter(dims="")
    sums: Iterable[tuple[int, str, UUID, int, int]] = rows.values_list(
        "series", "dims", "snapshot", "place", "value"
    )
    if together:
        grouped = rows.values_list("series", "dims", "snapshot")
        sums = grouped.annotate(place=Min("place"), value=Sum("value"))
    for one, dims, snapshot, place, value in sums:
        found[one].append((dims, months[snapshot], place, value))
    return found


def _by_unit(rows: Iterable[Row], own: Mapping[int, tuple[UUID, UUID]]) -> dict[tuple[str, int, UUID], int]:
    total: dict[tuple[str, int, UUID], int] = defaultdict(int)
    for dims, month, place, value in rows:
        if place in own:
            total[(dims, month, own[place][1])] += value
    return total


@lru_cache(maxsize=8192)
def _held(snapshot: UUID) -> frozenset[UUID]:
    """Return the units whose numbers a snapshot holds; snapshots never change."""
    held = Snapshot.objects.filter(pk=snapshot).values_list("content__places", flat=True).get()
    return frozenset(UUID(unit) for unit in held)
