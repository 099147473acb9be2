"""What is locked: every number of a commune's month, how it was counted, signed and chained to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from dinh.catalogue.digest import digest as digest_of
from dinh.directory import tree
from dinh.directory.models import Account, Level
from dinh.indicators.engine import definitions
from dinh.indicators.engine.touching import READER
from dinh.indicators.models import Cell, LockedCell, Period, Place, Progress, Series, Snapshot, Source
from dinh.indicators.queries.places import all_places, look_again
from dinh.indicators.queries.places import homes as homes_of
from dinh.indicators.rules.months import last_day
from dinh.journal import keys
from dinh.journal.actions import action, record

Row = tuple[str, str, str, int]  # measure, dims, unit, value


@dataclass
class Added:
    """A snapshot as the journal sees it: written once."""

    pk: UUID
    version: int = 1


@action
def take(period: Period, position: int, *, reason: str, by: Account, at: datetime) -> Snapshot:
    """Keep the figures of a period as they are counted now, and sign them.

    position  of the journal, up to which every entry of the period is counted
    """
    look_again()
    homes = homes_of(period.month)
    places = {pk: unit for pk, _commune, unit in all_places() if homes.get(pk) == period.unit}
    units = set(places.values()) | villages_of(period.unit, period.month) | {period.unit}
    names = dict(Series.objects.values_list("pk", "measure"))
    cells = [
        LockedCell(series=cell.series, dims=cell.dims, place=cell.place, value=cell.value)
        for cell in Cell.objects.filter(month=period.month, series__in=names, place__in=places)
    ]
    last = Snapshot.objects.filter(unit=period.unit).order_by("-at", "-number").first()
    number = (period.snapshots.aggregate(last=Max("number"))["last"] or 0) + 1
    content = _content(period, units, position, at)
    previous = last.digest if last else ""
    told = digest_of_cells(content, rows_of(cells, names, places), number, previous)
    key_id, signature = keys.sign(bytes.fromhex(told))
    snapshot = Snapshot(
        period=period, unit=period.unit, month=period.month, number=number, at=at, by=by.pk, reason=reason,
        content=content, cells=len(cells), digest=told, previous=previous, key_id=key_id, signature=signature,
    )  # fmt: skip
    snapshot.save(force_insert=True)
    for cell in cells:
        cell.snapshot = snapshot
    LockedCell.objects.bulk_create(cells, batch_size=500)
    body = {
        "set": {"period": period.pk, "number": number, "digest": told, "previous": previous, "reason": reason}
    }
    record(
        "indicators.snapshot_taken", subject=Added(snapshot.pk), at=at, by=by.pk, unit=period.unit, body=body
    )
    return snapshot


def holds(snapshot: Snapshot) -> bool:
    """Return whether a snapshot is as it was signed: its content, its cells, its place in the chain."""
    names = dict(Series.objects.values_list("pk", "measure"))
    cells = list(snapshot.locked.all())
    places = dict(Place.objects.filter(pk__in={cell.place for cell in cells}).values_list("pk", "unit"))
    told = digest_of_cells(
        snapshot.content, rows_of(cells, names, places), snapshot.number, snapshot.previous
    )
    signed = keys.verifies(snapshot.key_id, bytes.fromhex(snapshot.digest), bytes(snapshot.signature))
    return told == snapshot.digest and signed


def digest_of_cells(content: dict[str, Any], rows: Iterable[Row], number: int, previous: str) -> str:
    """Return the SHA-256, in hex, of what a snapshot says."""
    whole = [content, sorted(rows), number, previous]
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def rows_of(cells: Iterable[LockedCell], names: dict[int, str], places: dict[int, UUID]) -> list[Row]:
    """Return cells as they are signed, by the names of measures and ids of units."""
    return [(names[cell.series], cell.dims, str(places[cell.place]), cell.value) for cell in cells]


def villages_of(commune: UUID, month: int) -> set[UUID]:
    """Return the villages that a commune has on the last day of a month."""
    found = tree.children(commune, last_day(month))
    return {child.unit for child in found if child.level == Level.VILLAGE}


def followed() -> int:
    """Return up to which position of the journal the rows that entries touched are marked to be counted again.

    What is sealed and not yet marked lies above it, and comes late to a month that is locked now. Read it before you look
    whether a mark waits: one that is made in between is then of an entry above it.
    """
    return Progress.objects.filter(name=READER).values_list("position", flat=True).first() or 0


def _content(period: Period, units: set[UUID], position: int, at: datetime) -> dict[str, Any]:
    """Return how the figures were made: definitions, places, up to which entry of the journal."""
    counted = Source.objects.filter(commune=period.unit).aggregate(at=Max("counted_at"))["at"]
    held = {}
    for id in sorted(definitions.measures()):
        for window in definitions.windows_of_measure(id):
            if window.first <= period.month <= window.last:
                held[id] = [window.item.version, digest_of(window.item)]
    return {
        "unit": str(period.unit), "month": period.month, "places": sorted(map(str, units)), "measures": held,
        "position": position, "counted_at": counted.isoformat() if counted else "", "at": at.isoformat(),
    }  # fmt: skip
