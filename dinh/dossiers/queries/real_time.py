"""How long a request truly takes here: working time without the waits for the citizen."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

from dinh.catalogue import store
from dinh.directory import calendars, tree
from dinh.directory.models import Office, Unit
from dinh.dossiers.models import Dossier, Status
from dinh.dossiers.rules import clock

SAMPLE = 200  # the last finished dossiers
FEWEST = 5  # with fewer, nothing is said
SECONDS = 600  # kept in memory


@dataclass(frozen=True)
class RealTime:
    """Working minutes from acceptance to the decision, over the last finished dossiers."""

    median_minutes: int
    p90_minutes: int
    count: int


def real_time(procedure: str, unit: Unit | UUID) -> RealTime | None:
    """Return the median and the 90th percentile for a procedure in a unit; None with fewer than five.

    Of the last 200 finished dossiers, to the minute: what somebody who asks today may expect. The board tells the
    same of one month, in steps (`working_time_…`). Kept ten minutes; otherwise two queries, and about 20 ms of counting.
    """
    key = f"dossiers.real_time:{procedure}:{unit.pk if isinstance(unit, Unit) else unit}"
    kept: tuple[RealTime | None] | None = cache.get(key)
    if kept is None:
        kept = (_measure(procedure, unit),)
        cache.set(key, kept, SECONDS)
    return kept[0]


def _measure(procedure: str, unit: Unit | UUID) -> RealTime | None:
    units = tree.with_inherited(unit.pk if isinstance(unit, Unit) else unit)
    done = (
        Dossier.objects.filter(
            procedure=procedure,
            unit__in=units,
            received_at__isnull=False,
            finished_at__isnull=False,
        )
        .exclude(status=Status.WITHDRAWN)
        .order_by("-finished_at")
        .values_list("office_id", "received_at", "finished_at", "pauses", "worked_minutes")[:SAMPLE]
    )
    rows = list(done)
    if len(rows) < FEWEST:
        return None
    desk = (
        store.get().procedures[procedure].time_limit.calendar
        if procedure in store.get().procedures
        else "office"
    )
    offices = Office.objects.in_bulk({row[0] for row in rows})
    by_office = {key: calendars.calendar_for(office, desk) for key, office in offices.items()}
    minutes = sorted(
        clock.worked_minutes(by_office[office], received, finished, clock.pauses_of(pauses))
        if worked is None  # decided before it was kept
        else worked
        for office, received, finished, pauses, worked in rows
        if finished is not None and received is not None
    )
    return RealTime(_quantile(minutes, 50), _quantile(minutes, 90), len(minutes))


def _quantile(ordered: list[int], percent: int) -> int:
    """Return the smallest value that at least `percent` of the values do not exceed (nearest rank)."""
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]
