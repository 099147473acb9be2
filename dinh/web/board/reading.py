"""Figures as pages read them: once a change, then from the cache. No number is made here; all come from `indicators`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Max, Sum

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.indicators.models import Snapshot, Source, Target
from dinh.indicators.queries import hiding
from dinh.indicators.queries.figures import Value, figure
from dinh.indicators.rules.months import later, month_of
from dinh.web.board.asking import Asked

KEPT_SECONDS = 3600
HEART = "on_time_rate"
YEAR = 12  # months back in which figures are looked for


@dataclass(frozen=True)
class Reading:
    """An indicator of one unit: now, one span before, and month by month.

    trend  (month, value, locked), the oldest first; value None where it is not available
    """

    indicator: Indicator
    now: Value
    before: Value | None
    trend: tuple[Value, ...]

    @property
    def change(self) -> Decimal | None:
        """How much it changed since the span before."""
        if self.before is None or self.before.value is None or self.now.value is None:
            return None
        return self.now.value - self.before.value


def watermark() -> str:
    """Return what differs after anything changed that figures are read from. Three short queries."""
    counted = Source.objects.aggregate(at=Max("counted_at"), touched=Max("touched_at"))
    locked = Snapshot.objects.aggregate(of=Count("pk"), at=Max("at"))
    targets = Target.objects.aggregate(of=Count("pk"), versions=Sum("version"))
    return "|".join(str(one) for found in (counted, locked, targets) for one in found.values())


def readings(ids: Iterable[str], asked: Asked, mark: str) -> dict[str, Reading]:
    """Return indicators of one unit; those that the catalogue does not know are left out.

    mark  `watermark()`
    """
    known = store.get().indicators
    wanted = {id: known[id] for id in ids if id in known}
    key = _key("reading", asked, mark, *(f"{one.id} {one.version}" for one in wanted.values()))
    kept: dict[str, Reading] | None = cache.get(key)
    if kept is None:
        kept = {id: _reading(one, asked) for id, one in wanted.items()}
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def newest(unit: UUID, today: date) -> int:
    """Return the newest month of a year in which enough dossiers were settled to speak of a rate; else this month.

    A month that has just begun has little yet, and a page of zeros would say something that is not so.
    """
    now = month_of(today)
    mark = f"board:newest:{hashlib.sha256(f'{unit}|{today}|{watermark()}'.encode()).hexdigest()}"
    kept: int | None = cache.get(mark)
    if kept is None:
        line = figure(HEART, [unit], later(now, -YEAR), now, each_month=True, today=today)
        kept = next((one.first for one in reversed(line) if one.value is not None and not one.few), now)
        cache.set(mark, kept, KEPT_SECONDS)
    return kept


def below(ids: Iterable[str], asked: Asked, mark: str) -> dict[str, list[Value]]:
    """Return indicators for each unit directly below, in their order."""
    children = asked.children
    wanted = list(ids)
    if not children:
        return {id: [] for id in wanted}
    key = _key("below", asked, mark, *wanted)
    kept: dict[str, list[Value]] | None = cache.get(key)
    if kept is None:
        kept = {id: values(id, children, asked) for id in wanted}
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def parts(id: str, by: str, asked: Asked, mark: str, *, mask: bool) -> list[Value]:
    """Return the parts of an indicator by a dimension; those of fewer than five are hidden when `mask`."""
    key = _key("parts", asked, mark, id, by, str(mask))
    kept: list[Value] | None = cache.get(key)
    if kept is None:
        kept = figure(
            id, [asked.unit], asked.first, asked.month, boundaries=asked.boundaries, by=by, mask=mask,
            today=asked.today, known_on=asked.known_on,
        )  # fmt: skip
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def values(id: str, units: Sequence[UUID], asked: Asked) -> list[Value]:
    """Return one value for each unit, over the span that is asked."""
    return figure(
        id, units, asked.first, asked.month, boundaries=asked.boundaries, today=asked.today, known_on=asked.known_on
    )  # fmt: skip


def freshness(found: Iterable[Value]) -> tuple[datetime | None, bool]:
    """Return when the oldest of some values was counted, and whether something waits to be counted."""
    known = list(found)
    return min((one.counted_at for one in known if one.counted_at), default=None), any(
        one.waits for one in known
    )


def safe(found: Reading) -> Reading:
    """Return a reading for who may not list its rows: without what tells of so few."""
    before = None if found.before is None else hiding.safe(found.before)
    trend = tuple(hiding.safe(one) for one in found.trend)
    return replace(found, now=hiding.safe(found.now), before=before, trend=trend)


def _reading(indicator: Indicator, asked: Asked) -> Reading:
    line = figure(
        indicator.id, [asked.unit], asked.trend_from, asked.month,
        boundaries=asked.boundaries, each_month=True, today=asked.today, known_on=asked.known_on,
    )  # fmt: skip
    trend = tuple(line)
    if asked.span == "month":
        return Reading(indicator, trend[-1], trend[-2] if len(trend) > 1 else None, trend)
    (now,) = values(indicator.id, [asked.unit], asked)
    months = 3 if asked.span == "quarter" else 12
    first, last = later(asked.first, -months), later(asked.month, -months)
    (before,) = figure(
        indicator.id,
        [asked.unit],
        first,
        last,
        boundaries=asked.boundaries,
        today=asked.today,
        known_on=asked.known_on,
    )
    return Reading(indicator, now, before, trend)


def _key(kind: str, asked: Asked, mark: str, *more: str) -> str:
    told = "|".join((kind, asked.query(), asked.today.isoformat(), mark, *more))
    return f"board:{hashlib.sha256(told.encode()).hexdigest()}"
