"""How figures are put together: measures read once for all indicators of a question, ratios of the same communes alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from dinh.catalogue.expressions.linear import linear
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.indicators.engine import definitions
from dinh.indicators.engine.definitions import Window
from dinh.indicators.models import Target
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.freshness import Freshness
from dinh.indicators.queries.sums import Books, Known, Months, Number, Pairs, Question, Sums
from dinh.indicators.queries.value import Value
from dinh.indicators.rules import values
from dinh.indicators.rules.values import Exact, Part
from dinh.lib.errors import Fault, Invalid

Standing = tuple[Known, bool, bool]  # how much is known, whether all is locked, whether it is estimated


class Reader:
    """Reads what some indicators are made of, and puts it together for each span of time."""

    def __init__(self, asked: Question, indicators: Iterable[Indicator], mask: bool) -> None:
        self.asked, self.mask = asked, mask
        self.books = Books(asked)
        self.months: dict[tuple[str, str], Months] = {}
        self.sums: dict[tuple[str, str, int, int], Sums] = {}
        self._windows: dict[str, tuple[Window[Indicator], ...]] = {}
        self._reads: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        wanted = list(indicators)
        self._read_ahead(wanted)
        self.targets = self._targets(wanted)
        self.fresh = Freshness(asked)

    def values(self, indicator: Indicator, first: int, last: int) -> list[Value]:
        """Return the figure of each unit over one span of time."""
        held = [one for one in self.windows(indicator.id) if one.first <= last and one.last >= first]
        item, year = held[-1].item if held else None, last // 100
        views, general = self._views(item or indicator), _general(indicator, year)
        knowing, broken = self.knowing(item, first, last), len(held) > 1
        result = []
        for unit in self.asked.units:
            parts = self.parts(item, unit, first, last) if item else {"": Part(None, None)}
            shown = values.masked(parts) if self.mask and self.asked.by else parts
            known, locked, estimated = knowing(unit)
            target, own = _target(general, self.targets.get((indicator.id, year, unit)), indicator)
            for name, part in shown.items():
                points = None
                if item and item.score is not None and not part.masked:
                    points = values.points(part, item.score)
                value = None if part.value is None else values.rounded(part.value, indicator.decimals)
                result.append(Value(
                    unit, first, last, name, value, part.numerator, part.denominator, known.told, known.expected,
                    estimated, locked, _few(part, indicator), part.masked, values.mark(part.value, indicator), points,
                    target, *self.fresh.of(unit, views), broken, known.missing,
                    own,
                ))  # fmt: skip
        return result

    def parts(self, item: Indicator, unit: UUID, first: int, last: int) -> dict[str, Part]:
        """Return the whole, or each part of the dimension."""
        by = self.asked.by
        if item.kind == "score" or item.quantile is not None:
            if by:
                raise no_dimension(by)
            return {
                "": self.score(item, unit, first, last)
                if item.parts
                else self.quantile(item, unit, first, last)
            }
        names = [name for name, _by in self.reads(item)]
        same = self.same(names, unit, first, last)
        numbers = {name: self.numbers(name, unit, first, last, same) for name in names}
        labels = {part for found in numbers.values() for part in found or ()} if by else {""}
        return {
            label: part_of(item, {name: None if found is None else found.get(label, 0) for name, found in numbers.items()}, apart=same == frozenset())
            for label in sorted(labels)
        }  # fmt: skip

    def quantile(self, item: Indicator, unit: UUID, first: int, last: int) -> Part:
        """Return the median, or another share, of the cases of a unit."""
        assert item.quantile is not None  # noqa: S101 - the caller asked
        found = self.sum(item.quantile.measure, item.quantile.dimension, first, last)
        if not found.knows(unit):
            return Part(None, None)
        buckets = {int(part): number for part, number in found.parts(unit).items() if part}
        return values.quantile(buckets, item.quantile.at)

    def score(self, item: Indicator, unit: UUID, first: int, last: int) -> Part:
        """Return the points of all parts; a part that is not available gives none."""
        total, available = Decimal(0), False
        for name in item.parts:
            part = definitions.indicator(name)
            found = self.parts(part, unit, first, last)[""]
            available = available or found.value is not None
            if part.score is not None:
                total += values.points(found, part.score)
            elif found.value is not None:
                total += values.rounded(found.value, 2)
        most = Fraction(str(item.most))
        return Part(Fraction(total), None, most) if available else Part(None, None, most)

    def same(self, names: Sequence[str], unit: UUID, first: int, last: int) -> Pairs | None:
        """Return the communes and months that told all of some measures; None where each was told by the same.

        Of what is counted at the end of the time, those that told of its last month.
        """
        by = self.asked.by
        if len(names) == 1:
            return None
        every = [self.sum(name, by, first, last).known for name in names]
        if all(one is every[0] for one in every):  # counted alike from one view
            return None
        if all(one[unit].told >= one[unit].expected for one in every):
            return None
        told = {name: self.months[(name, by)].pairs(unit, first, last) for name in names}
        if len(set(told.values())) == 1:
            return None
        stocks = [pairs for name, pairs in told.items() if self._at_end(name)]
        flows = [pairs for name, pairs in told.items() if not self._at_end(name)]
        stood = frozenset.intersection(*stocks) if stocks else frozenset[tuple[UUID, int]]()
        came = frozenset.intersection(*flows) if flows else frozenset[tuple[UUID, int]]()
        at_end = {commune for commune, month in stood if month == last}
        if not flows:
            return frozenset((commune, last) for commune in at_end)
        found = frozenset(pair for pair in came if not stocks or pair[0] in at_end)
        return found | {(commune, last) for commune in {commune for commune, _month in found} if stocks}

    def numbers(
        self, name: str, unit: UUID, first: int, last: int, same: Pairs | None
    ) -> dict[str, Number] | None:
        """Return the parts of a measure, of these communes and months alone; None where nothing is known."""
        found = self.sum(name, self.asked.by, first, last)
        if not found.knows(unit):
            return None
        if not same:
            return found.parts(unit)
        return self.months[(name, self.asked.by)].within(unit, same, first, last)

    def sum(self, measure: str, by: str, first: int, last: int) -> Sums:
        """Return a measure over one span of time. Raises Invalid ("indicators.no_dimension")."""
        key = (measure, by, first, last)
        if key not in self.sums:
            if (measure, by) not in self.months:
                self._read([measure], by)
            self.sums[key] = self.months[(measure, by)].together(first, last)
        return self.sums[key]

    def knowing(self, item: Indicator | None, first: int, last: int) -> Callable[[UUID], Standing]:
        """Return what says of a unit how much is known, whether all is locked, and whether it is estimated."""
        keys = self.reads(item) if item else ()
        if item is None or not keys:
            return lambda unit: (Known(0, 1), False, False)
        found = [self.sum(*key, first, last) for key in keys]
        months = [self.months[key] for key in keys]
        alike = all(one.known is found[0].known for one in found)
        estimated = frozenset[UUID]().union(*(one.estimated for one in found))
        shut = bool(self.books.locked)

        def of(unit: UUID) -> Standing:
            known = found[0].known[unit]
            if not alike:
                known = min((one.known[unit] for one in found), key=_share)
                if item.kind != "score" and known.told < known.expected:
                    known = self._known_together(keys, unit, first, last)
            locked = shut and all(one.locked_whole(unit, first, last) for one in months)
            return known, locked, unit in estimated

        return of

    def _known_together(self, keys: Sequence[tuple[str, str]], unit: UUID, first: int, last: int) -> Known:
        """Return what is known of measures that are read together: who told all of them."""
        each = [self.sum(*key, first, last).known[unit] for key in keys]
        told = frozenset.intersection(*(self.months[key].pairs(unit, first, last) for key in keys))
        missing = {commune for one in each for commune in one.missing}
        return Known(len(told), max(one.expected for one in each), missing=tuple(sorted(missing)))

    def _at_end(self, name: str) -> bool:
        return self.months[(name, self.asked.by)].measure.roll_time == "last"

    def _read_ahead(self, indicators: Iterable[Indicator]) -> None:
        wanted: dict[str, dict[str, None]] = {}
        for indicator in indicators:
            for window in self.windows(indicator.id):
                if window.first <= self.asked.last and window.last >= self.asked.first:
                    for name, by in self.reads(window.item):
                        wanted.setdefault(by, {})[name] = None
        for by, names in wanted.items():
            self._read(names, by)

    def _read(self, names: Iterable[str], by: str) -> None:
        items = [_definition(name, self.asked.last) for name in names]
        for item in items:
            if by and by not in item.dimensions:
                raise no_dimension(by)
        self.months |= {(id, by): months for id, months in self.books.read(items, by).items()}

    def _targets(self, indicators: Sequence[Indicator]) -> dict[tuple[str, int, UUID], Decimal]:
        """Return what units themselves mean to reach. One query."""
        years = range(self.asked.first // 100, self.asked.last // 100 + 1)
        rows = Target.objects.filter(
            indicator__in=[one.id for one in indicators], year__in=years, unit__in=self.asked.units
        )
        return {
            (id, year, unit): value
            for id, year, unit, value in rows.values_list("indicator", "year", "unit", "value")
        }

    def windows(self, id: str) -> tuple[Window[Indicator], ...]:
        """Return the definitions of an indicator, the oldest first."""
        if id not in self._windows:
            self._windows[id] = definitions.windows_of_indicator(id)
        return self._windows[id]

    def reads(self, item: Indicator) -> tuple[tuple[str, str], ...]:
        """Return the measures that an indicator reads, those of its parts too, with how each is split."""
        key = (item.id, item.version)
        if key not in self._reads:
            self._reads[key] = _reads(item, self.asked.by)
        return self._reads[key]

    def _views(self, item: Indicator) -> frozenset[str]:
        known = definitions.measures()
        return frozenset(
            known[name].view for name, _by in self.reads(item) if name in known and known[name].view
        )


def no_dimension(name: str) -> Invalid:
    """Return the refusal to split a figure by what its measures do not know."""
    message = _("This figure cannot be split by “%(name)s”.") % {"name": name}
    return Invalid("indicators.no_dimension", [Fault("by", "indicators.no_dimension", message)], message)


def _definition(measure: str, month: int) -> Measure:
    windows = definitions.windows_of_measure(measure)
    return next((window.item for window in reversed(windows) if window.first <= month), windows[0].item)


def part_of(item: Indicator, known: Mapping[str, Exact | None], *, apart: bool) -> Part:
    """Return a figure, or a part of it, of the numbers of its measures.

    apart  no commune told all of them: each may be known, but they are no figure together
    """
    above = values.weighted(linear(item.numerator), known)
    if item.kind != "ratio":
        above = None if apart else above
        return Part(None if above is None else above * item.factor, above)
    below = values.weighted(linear(item.denominator), known)
    if apart:
        return Part(None, above if below is None else None, below if above is None else None)
    return values.ratio(above, below, item.factor)


def _few(part: Part, indicator: Indicator) -> bool:
    return part.denominator is not None and 0 < part.denominator < indicator.minimum_denominator


def _share(known: Known) -> float:
    return known.told / max(1, known.expected)


def _general(indicator: Indicator, year: int) -> Decimal | None:
    found = indicator.targets.get(str(year))
    return None if found is None else Decimal(str(found))


def _target(
    general: Decimal | None, own: Decimal | None, indicator: Indicator
) -> tuple[Decimal | None, Decimal | None]:
    """Return by what a unit is judged, and its own target where that is below the general one, which then judges."""
    if general is None or own is None:
        return own if general is None else general, None
    below = own > general if indicator.direction == "down" else own < general
    return (general, own) if below else (own, None)


def _reads(indicator: Indicator, by: str) -> tuple[tuple[str, str], ...]:
    if indicator.quantile is not None:
        return ((indicator.quantile.measure, indicator.quantile.dimension),)
    if indicator.kind != "score":
        return tuple((name, by) for name in measures_in(indicator))
    found: dict[tuple[str, str], None] = {}
    for name in indicator.parts:
        found |= dict.fromkeys(_reads(definitions.indicator(name), ""))
    return tuple(found)
