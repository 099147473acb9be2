"""What can be asked for: an indicator, or a measure by itself. Both are read as figures of units over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.directory.lines import Boundaries, On
from dinh.indicators.engine import definitions
from dinh.indicators.queries import places
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value, figure
from dinh.indicators.queries.freshness import Freshness
from dinh.indicators.queries.sums import Months, Question, read
from dinh.indicators.rules import values as rules
from dinh.indicators.rules.months import between, last_day, month_of

PREFIX = "m."  # of a measure in an address: a measure and an indicator may have one name


@dataclass(frozen=True)
class Thing:
    """An indicator or a measure.

    key        as an address has it: "on_time_rate", "m.dossiers_filed"
    indicator  how it is shown; of a measure a sum of itself
    measures   all that it is made of; empty for a score
    """

    key: str
    indicator: Indicator
    measures: tuple[Measure, ...]
    measure: Measure | None = None

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that all of its measures know."""
        if self.indicator.kind not in {"ratio", "sum"} or not self.measures:
            return ()
        return tuple(
            name
            for name in self.measures[0].dimensions
            if all(name in one.dimensions for one in self.measures)
        )

    @property
    def adds_units(self) -> bool:
        """Whether it may be made of any units together: parts are added, a ratio is worked out anew."""
        return self.indicator.kind in {"ratio", "sum"} and all(
            one.roll_units == "sum" for one in self.measures
        )

    @property
    def adds_time(self) -> bool:
        """Whether months are added up."""
        return self.indicator.kind in {"ratio", "sum"} and all(
            one.roll_time == "sum" for one in self.measures
        )


def thing(key: str) -> Thing | None:
    """Return what an address names; None when there is no such figure."""
    if key.startswith(PREFIX):
        measure = definitions.measures().get(key.removeprefix(PREFIX))
        return None if measure is None else Thing(key, _alone(measure), (measure,), measure)
    indicator = definitions.indicators().get(key)
    if indicator is None:
        return None
    known = definitions.measures()
    names = measures_in(indicator) if indicator.kind != "score" else ()
    return Thing(key, indicator, tuple(known[name] for name in names if name in known))


@lru_cache(maxsize=512)
def _alone(measure: Measure) -> Indicator:
    return Indicator(
        id=measure.id, title=measure.title, sentence=measure.sentence, unit=measure.unit, owner=measure.owner,
        version=measure.version, valid_from=measure.valid_from, source=measure.source, group="", kind="sum",
        numerator=measure.id, direction="none",
    )  # fmt: skip


def values(
    asked: Thing, units: Sequence[UUID], first: int, last: int, *, boundaries: Boundaries | None, official: bool,
    today: date, by: str = "", each_month: bool = False, close: date | None = None,
) -> list[Value]:  # fmt: skip
    """Return values as `queries.figures.figure` does, of a measure as well."""
    if asked.measure is None:
        return figure(
            asked.indicator.id, units, first, last, boundaries=boundaries, official=official, today=today, by=by,
            each_month=each_month, close=close,
        )  # fmt: skip
    places.look_again()
    now = month_of(close or today)
    day = boundaries.date if isinstance(boundaries, On) else last_day(last)
    level = places.level_of(units[0], day)
    months = read(
        asked.measure,
        Question(tuple(units), level, first, last, boundaries, by, official, now=now, close=close),
    )
    spans = [(month, month) for month in between(first, last)] if each_month else [(first, last)]
    fresh = Freshness(months.asked)
    return [value for start, end in spans for value in _of_span(asked.measure, months, start, end, fresh)]


def _of_span(measure: Measure, months: Months, first: int, last: int, fresh: Freshness) -> list[Value]:
    sums, views = months.together(first, last), frozenset({measure.view} - {""})
    found = []
    for unit in months.asked.units:
        parts = sorted(sums.parts(unit)) if months.asked.by else [""]
        for part in parts:
            number = sums.of(unit, part)
            known = sums.known[unit]
            found.append(Value(
                unit, first, last, part, None if number is None else rules.rounded(number, 0), number, None, known.told,
                known.expected, unit in sums.estimated, months.locked_whole(unit, first, last), False, False, "", None,
                None, *fresh.of(unit, views), False, known.missing,
            ))  # fmt: skip
    return found


def parted(value: Value, part: rules.Part, indicator: Indicator) -> Value:
    """Return a part of a value: how much is known of it is as it is of the whole; nothing of it is locked."""
    return replace(
        value, value=None if part.value is None else rules.rounded(part.value, indicator.decimals), numerator=part.numerator,
        denominator=part.denominator, locked=False, mark=rules.mark(part.value, indicator), points=None, target=None,
        few=part.denominator is not None and 0 < part.denominator < indicator.minimum_denominator, masked=False,
    )  # fmt: skip
