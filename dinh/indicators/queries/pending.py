"""Figures of a commune that the province sees otherwise so far: as they stood at the last close, and as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dinh.catalogue.shapes.figures import Indicator
from dinh.indicators.engine import definitions
from dinh.indicators.queries.closing import Held
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value, figure


@dataclass(frozen=True)
class Pending:
    """A figure of one month.

    before, now  as those above see it so far, and as the commune sees it
    measures     ids of those of its measures that changed
    """

    indicator: Indicator
    month: int
    before: Value
    now: Value
    measures: tuple[str, ...]


def pending(commune: UUID, held: Sequence[Held], close: date, today: date) -> list[Pending]:
    """Return the figures that differ, the newest month first, then by group and id; scores by their parts.

    held  what changed since the close (`closing.held_of`), of as many months as are to be shown

    Reads each figure that is made of what changed twice, all months together.
    """
    found = []
    for id, item in definitions.indicators().items():
        if item.kind == "score":
            continue
        own = set(measures_in(item))
        months: dict[int, set[str]] = {}
        for one in held:
            if one.measure in own:
                months.setdefault(one.month, set()).add(one.measure)
        if not months:
            continue
        before, now = (
            {
                value.first: value
                for value in figure(
                    id, [commune], min(months), max(months), each_month=True, today=today, close=day
                )
            }
            for day in (close, None)
        )
        found += [
            Pending(item, month, before[month], now[month], tuple(sorted(changed)))
            for month, changed in months.items()
            if month in before and month in now and _said(before[month]) != _said(now[month])
        ]
    return sorted(found, key=lambda one: (-one.month, one.indicator.group, one.indicator.id))


def _said(value: Value) -> tuple[object, ...]:
    return value.value, value.numerator, value.denominator, value.told
