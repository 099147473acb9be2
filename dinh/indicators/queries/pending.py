"""Figures of a commune that the province sees otherwise so far: as they stood at the last close, and as they are now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dinh.catalogue.shapes.figures import Indicator
from dinh.indicators.engine import definitions
from dinh.indicators.queries import hiding
from dinh.indicators.queries.closing import Held
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value, figures
from dinh.indicators.rules.months import month_of


@dataclass(frozen=True)
class Pending:
    """A figure of one month.

    before, now  as those above see it so far, and as the commune sees it
    measures     ids of those of its measures that changed

    One of the two may be hidden from the reader; that they differ is told.
    """

    indicator: Indicator
    month: int
    before: Value
    now: Value
    measures: tuple[str, ...]


def pending(
    commune: UUID, held: Sequence[Held], close: date, today: date, shut: Collection[str] = ()
) -> list[Pending]:
    """Return the figures that differ, the newest month first, then by group and id; scores by their parts.

    held  what changed since the close (`closing.held_of`), of as many months as are to be shown; of a month that had not
          begun at the close those above see nothing, so nothing differs
    shut  ids of the figures whose small numbers are hidden from the reader (`hiding.hidden_from`)
    """
    held = [one for one in held if one.month <= month_of(close)]
    touched = {id: months for id, item in definitions.indicators().items() if (months := _months(item, held))}
    if not touched:
        return []
    shown = [month for months in touched.values() for month in months]
    wanted = hiding.with_scores(touched) if shut else list(touched)
    before, now = (
        figures(wanted, [commune], min(shown), max(shown), each_month=True, today=today, close=day)
        for day in (close, None)
    )
    (was, is_), (seen_was, seen_is) = (
        [_by_month(some) for some in both]
        for both in ((before, now), [hiding.shielded(some, shut) for some in (before, now)])
    )
    found = [
        Pending(definitions.indicator(id), month, seen_was[key], seen_is[key], tuple(sorted(changed)))
        for id, months in touched.items() for month, changed in months.items()
        if (key := (id, month)) in was and key in is_ and _said(was[key]) != _said(is_[key])
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.month, one.indicator.group, one.indicator.id))


def _months(item: Indicator, held: Sequence[Held]) -> dict[int, set[str]]:
    """Return the months in which measures of a figure changed, and which; of a score none."""
    own = set(measures_in(item)) if item.kind != "score" else set()
    months: dict[int, set[str]] = {}
    for one in held:
        if one.measure in own:
            months.setdefault(one.month, set()).add(one.measure)
    return months


def _by_month(found: Mapping[str, Iterable[Value]]) -> dict[tuple[str, int], Value]:
    return {(id, one.first): one for id, values in found.items() for one in values}


def _said(value: Value) -> tuple[object, ...]:
    return value.value, value.numerator, value.denominator, value.told
