"""Reading an indicator at any level and time: `figure`. What it gives never rests on averages of percentages.

figure("on_time_rate", communes, 202601, 202612)                      a year together, boundaries of each month
figure("on_time_rate", communes, 202601, 202612, each_month=True)     month by month
figure("on_time_rate", [province], 202607, 202607, by="sex", boundaries=On(date.today()))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue.expressions.linear import linear
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.directory.lines import Boundaries, On
from dinh.indicators.engine import definitions
from dinh.indicators.models import Source, Target
from dinh.indicators.queries import places
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.sums import Known, Months, Question, Sums, read
from dinh.indicators.rules import values
from dinh.indicators.rules.months import between, last_day, month_of
from dinh.indicators.rules.values import Exact, Part
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid


@dataclass(frozen=True)
class Value:
    """A figure of one unit, for one time, as a whole or for one part.

    value        rounded as the indicator says; None: not available
    numerator, denominator   whole numbers, fractions where boundaries were estimated; None: not known, or masked
    told, expected  communes and months that told, of those that should have: below, it is a partial figure
    """

    unit: UUID
    first: int
    last: int
    part: str
    value: Decimal | None
    numerator: Exact | None
    denominator: Exact | None
    told: int
    expected: int
    estimated: bool
    locked: bool  # all of it is of locked months; else it is provisional
    few: bool
    masked: bool
    mark: str
    points: Decimal | None
    target: Decimal | None
    counted_at: datetime | None  # its oldest part
    waits: bool  # an entry came that is not counted yet
    broken: bool  # the formula changed within this time
    missing: tuple[UUID, ...] = ()  # communes that did not tell for every month

    @property
    def complete(self) -> bool:
        """Whether every commune told for every month."""
        return self.told >= self.expected


def figure(
    id: str, units: Sequence[UUID], first: int, last: int, *,
    boundaries: Boundaries | None = None, by: str = "", each_month: bool = False, official: bool = True,
    known_on: datetime | None = None, mask: bool = False, today: date | None = None,
) -> list[Value]:  # fmt: skip
    """Return an indicator for units of one level, in their order, then by month and part.

    first, last  months, 202601; months to come are left out
    boundaries   None: of each month itself; `On(day)`: of that day for all months
    by           dimension to split by; parts have the value of the dimension, "" where it is unknown
    official     locked months as they were locked; False: everything as it is counted now
    mask         hide parts of fewer than five

    Raises NotFound ("indicators.no_indicator"), Invalid ("indicators.no_dimension", "indicators.levels").
    """
    indicator = definitions.indicator(id)
    places.look_again()
    today = today or local_date(timezone.now())
    last = min(last, month_of(today))
    day = boundaries.date if isinstance(boundaries, On) else last_day(last)
    levels = {places.level_of(unit, day) for unit in units}
    if len(levels) > 1:
        message = _("Compare places of one level: communes with communes, villages with villages.")
        raise Invalid("indicators.levels", [Fault("units", "indicators.levels", message)], message)
    if not units or first > last:
        return []
    spans = [(month, month) for month in between(first, last)] if each_month else [(first, last)]
    whole = Question(
        tuple(units), levels.pop(), first, last, boundaries, by, official, known_on, not each_month
    )
    reader = _Reader(whole, mask)
    result = [value for start, end in spans for value in reader.values(indicator, start, end)]
    order = {unit: number for number, unit in enumerate(units)}
    return sorted(result, key=lambda one: (order[one.unit], one.first, one.part))


Fresh = Callable[[UUID], tuple[datetime | None, bool]]


class _Reader:
    """Reads each measure once for one question, and puts it together for each span of time."""

    def __init__(self, asked: Question, mask: bool) -> None:
        self.whole, self.asked, self.mask = asked, asked, mask
        self.months: dict[tuple[str, str], Months] = {}
        self.sums: dict[tuple[str, str], Sums] = {}
        self.begun: dict[str, dict[UUID, int]] = {}
        self.aims: dict[int, dict[UUID, Decimal]] = {}  # by year; a reader is of one indicator
        self.fresh: dict[str, Fresh] = {}  # by version

    def sum(self, measure: str, by: str = "") -> Sums:
        key = (measure, by)
        if key not in self.sums:
            if key not in self.months:
                self.months[key] = read(self.definition(measure, by), replace(self.whole, by=by), self.begun)
            self.sums[key] = self.months[key].together(self.asked.first, self.asked.last)
        return self.sums[key]

    def definition(self, measure: str, by: str) -> Measure:
        windows = definitions.windows_of_measure(measure)
        item = next((w.item for w in reversed(windows) if w.first <= self.asked.last), windows[0].item)
        if by and by not in item.dimensions:
            raise _no_dimension(by)
        return item

    def values(self, indicator: Indicator, first: int, last: int) -> list[Value]:
        """Return the figure of each unit over one span of time."""
        self.asked, self.sums = replace(self.whole, first=first, last=last), {}
        windows = definitions.windows_of_indicator(indicator.id)
        held = [w for w in windows if w.first <= self.asked.last and w.last >= self.asked.first]
        item = held[-1].item if held else None
        targets = self.targets(indicator)
        held_of = item or indicator
        if held_of.version not in self.fresh:
            self.fresh[held_of.version] = self.freshness(held_of)
        fresh = self.fresh[held_of.version]
        result = []
        for unit in self.asked.units:
            parts = self.parts(item, unit) if item else {"": Part(None, None)}
            shown = values.masked(parts) if self.mask and self.asked.by else parts
            known, locked, estimated = self.known(item, unit)
            for name, part in shown.items():
                points = None
                if item and item.score is not None and not part.masked:
                    points = values.points(part, item.score)
                value = None if part.value is None else values.rounded(part.value, indicator.decimals)
                result.append(Value(
                    unit, self.asked.first, self.asked.last, name, value, part.numerator, part.denominator,
                    known.told, known.expected, estimated, locked, _few(part, indicator), part.masked,
                    values.mark(part.value, indicator), points, targets.get(unit), *fresh(unit), len(held) > 1,
                    known.missing,
                ))  # fmt: skip
        return result

    def parts(self, item: Indicator, unit: UUID) -> dict[str, Part]:
        """Return the whole, or each part of the dimension."""
        by = self.asked.by
        if item.kind == "score":
            if by:
                raise _no_dimension(by)
            return {"": self.score(item, unit)}
        if item.quantile is not None:
            if by:
                raise _no_dimension(by)
            found = self.sum(item.quantile.measure, item.quantile.dimension)
            buckets = {int(part): number for part, number in found.parts(unit).items() if part}
            return {"": values.quantile(buckets, item.quantile.at)}
        names = measures_in(item)
        sums = {name: self.sum(name, by) for name in names}
        labels = {part for found in sums.values() for part in found.parts(unit)} if by else {""}
        return {
            label: self.part(item, {name: sums[name].of(unit, label) for name in names})
            for label in sorted(labels)
        }

    def part(self, item: Indicator, known: dict[str, Exact | None]) -> Part:
        above = values.weighted(linear(item.numerator), known)
        if item.kind == "ratio":
            return values.ratio(above, values.weighted(linear(item.denominator), known), item.factor)
        return Part(None if above is None else above * item.factor, above)

    def score(self, item: Indicator, unit: UUID) -> Part:
        """Return the points of all parts; a part that is not available gives none."""
        total, available = Decimal(0), False
        for name in item.parts:
            part = definitions.indicator(name)
            found = self.parts(part, unit)[""]
            available = available or found.value is not None
            if part.score is not None:
                total += values.points(found, part.score)
            elif found.value is not None:
                total += values.rounded(found.value, 2)
        most = Fraction(str(item.most))
        return Part(Fraction(total), Fraction(total), most) if available else Part(None, None, most)

    def known(self, item: Indicator | None, unit: UUID) -> tuple[Known, bool, bool]:
        """Return completeness (of the measure that knows least), whether all is locked, and whether it is estimated."""
        keys = [key for name in _measures(item) for key in self.sums if key[0] == name] if item else []
        if not keys:
            return Known(0, 1), False, False
        found = [self.sums[key] for key in keys]
        known = min(
            (one.known[unit] for one in found), key=lambda one: Fraction(one.told, max(1, one.expected))
        )
        first, last = self.asked.first, self.asked.last
        locked = all(one.locked for one in found) and all(
            self.months[key].locked_whole(unit, first, last) for key in keys
        )
        return known, locked, any(unit in one.estimated for one in found)

    def targets(self, indicator: Indicator) -> dict[UUID, Decimal]:
        year = self.asked.last // 100
        if year not in self.aims:
            general = indicator.targets.get(str(year))
            result = dict.fromkeys(self.asked.units, Decimal(str(general))) if general is not None else {}
            rows = Target.objects.filter(indicator=indicator.id, year=year, unit__in=self.asked.units)
            self.aims[year] = result | dict(rows.values_list("unit", "value"))
        return self.aims[year]

    def freshness(self, indicator: Indicator) -> Fresh:
        """Return, for a unit, when the oldest of its sources was counted, and whether one of them waits to be."""
        known = definitions.measures()
        views = {known[name].view for name in _measures(indicator) if name in known and known[name].view}
        sources: dict[UUID, list[tuple[datetime | None, datetime | None]]] = {}
        rows = Source.objects.filter(view__in=views).values_list("commune", "counted_at", "touched_at")
        for commune, counted_at, touched_at in rows:
            sources.setdefault(commune, []).append((counted_at, touched_at))
        land = places.land(self.whole.level, self.whole.last, self.whole.boundaries)

        def fresh(unit: UUID) -> tuple[datetime | None, bool]:
            own = [one for commune in land.communes.get(unit, ()) for one in sources.get(commune, ())]
            counted = [at for at, _touched in own if at is not None]
            return min(counted, default=None), any(touched is not None for _at, touched in own)

        return fresh


def _no_dimension(name: str) -> Invalid:
    message = _("This figure cannot be split by “%(name)s”.") % {"name": name}
    return Invalid("indicators.no_dimension", [Fault("by", "indicators.no_dimension", message)], message)


def _few(part: Part, indicator: Indicator) -> bool:
    return part.denominator is not None and 0 < part.denominator < indicator.minimum_denominator


def _measures(indicator: Indicator) -> tuple[str, ...]:
    """Return all measures of an indicator, those of its parts too."""
    if indicator.kind != "score":
        return measures_in(indicator)
    found: dict[str, None] = {}
    for name in indicator.parts:
        found |= dict.fromkeys(_measures(definitions.indicator(name)))
    return tuple(found)
