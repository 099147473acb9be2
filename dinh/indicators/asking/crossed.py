"""A figure by several dimensions at once. No cell holds that: the rows behind it are counted for the one question.

What it gives are parts of values that were read as a whole: how much is known of a unit, and whether it is an estimate,
is as it is of the whole. Nothing of it is locked: a snapshot keeps each dimension by itself. Nor is it known as of a
close: who sees figures as of one is answered only where nothing changed since, be it counted yet or not.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.database import published
from dinh.directory.lines import Boundaries
from dinh.indicators.asking import running
from dinh.indicators.asking.things import Thing, parted
from dinh.indicators.engine import definitions, standing
from dinh.indicators.engine.counting import ALSO, Group, Scope, engine_of, select
from dinh.indicators.engine.touching import waits
from dinh.indicators.queries import places
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value
from dinh.indicators.queries.knowing import Pairs, Question
from dinh.indicators.queries.reader import Reader, part_of
from dinh.indicators.queries.since import changed_since, uncounted
from dinh.indicators.rules.months import between, month_of
from dinh.indicators.rules.values import Exact
from dinh.lib.errors import Refused

Span = tuple[int, int]
Labels = tuple[str | None, ...]  # a part of each dimension, in their order; None: all of it together
CellRow = tuple[str, int, int, int]  # dims, month, place, value
Homes = Mapping[int, Sequence[tuple[UUID, Fraction | None]]]
Numbers = Mapping[tuple[UUID, Labels], Exact]
SECONDS = 10.0  # for all counting of one question
MOST_VALUES = 150_000  # parts of one question
MOST_ROWS = 600_000  # of one statement, before they are put together
MOST_COMMUNES = 400  # up to so many are named in the statement
STEPS = 20_000  # of SQLite's machine between two looks at the clock
CANCELLED = "57014"  # PostgreSQL: query_canceled
LONG = _("Counting this from its rows took longer than 10 seconds and was stopped. Take fewer months or units, or divide by one thing alone.")  # fmt: skip
MANY = _(
    "This has too many parts to be shown. Take fewer months, units or figures, or divide by one thing alone."
)
CHANGED = _("Something of this changed since the close of the day that you see, and by several things at once only what is counted now is known. Take earlier months, divide by one thing alone, or ask again tomorrow.")  # fmt: skip


class TooMuch(Refused):
    """A question that takes too long, or has too many parts: asking for less helps. Or one that must wait: its message says so."""


@dataclass
class Limits:
    """What one question may take, for all of its figures together."""

    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    parts: int = 0

    def take(self, parts: int) -> None:
        """Count parts that are to be shown. Raises TooMuch."""
        self.parts += parts
        if self.parts > MOST_VALUES:
            raise TooMuch("indicators.ask_too_many", MANY)


@contextmanager
def limited() -> Iterator[Limits]:
    """Wait for a turn, of which a node has as many as for questions in SQL, and yield the limits. Raises TooMuch."""
    try:
        with running.turn():
            yield Limits()
    except running.NotAnswered as busy:
        raise TooMuch(busy.code, busy.message) from busy


@dataclass
class Counting:
    """What is counted for one question.

    dimensions   in their order; groups: which of them together, each of at least two
    targets      units of one level each, with that level: the rows are counted once for all of them
    spans        months from and to; the last is all of them together
    close        day at whose close the reader sees figures; None: now
    """

    dimensions: tuple[str, ...]
    groups: tuple[Group, ...]
    targets: tuple[tuple[tuple[UUID, ...], str], ...]
    spans: tuple[Span, ...]
    boundaries: Boundaries | None
    today: date
    close: date | None
    limits: Limits
    _rows: dict[str, dict[int, list[tuple[Labels, int, int]]]] = field(default_factory=dict)
    _whole: dict[tuple[str, int], Numbers] = field(default_factory=dict)
    _lands: dict[tuple[int, ...], tuple[list[places.Land], Homes]] = field(default_factory=dict)
    _readers: dict[tuple[str, str, str], Reader] = field(default_factory=dict)

    def parts(
        self, asked: Thing, wholes: Mapping[tuple[UUID, Span], Value]
    ) -> Iterator[tuple[Value, Labels]]:
        """Yield the parts of values that are known as a whole: of the communes that told all it is made of. Raises TooMuch."""
        for span in self.spans:
            item = _held(asked, span)
            names = measures_in(item)
            same = self._same(item, names, span, wholes)
            rolled = {name: self._rolled(definitions.measures()[name], span, same) for name in names}
            keys = dict.fromkeys(key for numbers in rolled.values() for key in numbers)
            self.limits.take(len(keys))
            for unit, labels in keys:
                whole = wholes.get((unit, span))
                if whole is not None and whole.numerator is not None:
                    known = {name: numbers.get((unit, labels), 0) for name, numbers in rolled.items()}
                    apart = same.get(unit) == frozenset()
                    yield parted(whole, part_of(item, known, apart=apart), item), labels

    def _same(
        self, item: Indicator, names: Sequence[str], span: Span, wholes: Mapping[tuple[UUID, Span], Value]
    ) -> dict[UUID, Pairs]:
        """Return, of units of which not everybody told, the communes and months that told all measures of a figure."""
        found: dict[UUID, Pairs] = {}
        for units, level in self.targets if len(names) > 1 else ():
            for unit in units:
                whole = wholes.get((unit, span))
                if whole is not None and not whole.complete:
                    pairs = self._reader(item, units, level).same(names, unit, *span)
                    found |= {} if pairs is None else {unit: pairs}
        return found

    def _reader(self, item: Indicator, units: tuple[UUID, ...], level: str) -> Reader:
        """Return what knows who told the measures of a figure."""
        key = (item.id, item.version, level)
        if key not in self._readers:
            asked = Question(
                units, level, *self.spans[-1], self.boundaries, official=False,
                now=month_of(self.close or self.today), close=self.close,
            )  # fmt: skip
            self._readers[key] = Reader(asked, [item], mask=False)
        return self._readers[key]

    def _rolled(self, measure: Measure, span: Span, same: Mapping[UUID, Pairs]) -> Numbers:
        """Return a measure over one span of time, as its months are put together, of some communes and months alone."""
        within = {unit: pairs for unit, pairs in same.items() if pairs}
        if measure.roll_time == "last":
            return self._month(measure, span[1], within)
        result: dict[tuple[UUID, Labels], Exact] = {}
        for month in between(*span):
            for key, value in self._month(measure, month, within).items():
                before = result.get(key, 0)
                result[key] = before + value if measure.roll_time == "sum" else max(before, value)
        return result

    def _month(self, measure: Measure, month: int, within: Mapping[UUID, Pairs]) -> Numbers:
        """Return a measure of a month by unit and parts; of some units what some communes counted in some months alone."""
        if not within and (measure.id, month) in self._whole:
            return self._whole[(measure.id, month)]
        if measure.id not in self._rows:
            self._rows[measure.id] = self._counted(measure)
        largest = measure.roll_units == "max"
        homes = self._homes(month)
        written = {pk: commune for pk, commune, _unit in places.all_places()} if within else {}
        found: dict[tuple[UUID, Labels], Exact] = {}
        for labels, place, value in self._rows[measure.id].get(month, ()):
            for unit, weight in homes.get(place, ()):
                if unit in within and (written[place], month) not in within[unit]:
                    continue
                key = (unit, labels)
                part = value if weight is None else value * weight
                before = found.get(key)
                found[key] = part if before is None else max(before, part) if largest else before + part
        if not within:
            self._whole[(measure.id, month)] = found
        return found

    def _months_of(self, measure: Measure) -> list[int]:
        """Return the months of which a measure is asked for: of what there is at the end of a time its last ones."""
        if measure.roll_time == "last":
            return sorted({last for _first, last in self.spans})
        return list(between(*self.spans[-1]))

    def _counted(self, measure: Measure) -> dict[int, list[tuple[Labels, int, int]]]:
        """Return a measure by month: its parts, place and value, counted now. Raises TooMuch."""
        months = self._months_of(measure)
        first, last = months[0], months[-1]
        self._refuse_changed(measure, months)
        found: dict[int, list[tuple[Labels, int, int]]] = defaultdict(list)
        labels: dict[str, Labels] = {}
        for window in definitions.windows_of_measure(measure.id):
            own = [month for month in months if window.first <= month <= window.last]
            if own and set(self.dimensions) <= set(window.item.dimensions):
                scope = Scope(own[0], own[-1], self.today, self._communes(first, last), frozenset(own))
                text = self._statement(window.item, scope)
                for dims, month, place, value in _run(text, self.limits.until):
                    if dims not in labels:
                        labels[dims] = self._labels(dims)
                    found[month].append((labels[dims], place, value))
                if self.close is not None and waits(window.item.view):
                    self._refuse_uncounted(window.item, scope)
        self._refuse_changed(measure, months)  # of the rows above some may have been counted meanwhile
        return found

    def _refuse_changed(self, measure: Measure, months: Sequence[int]) -> None:
        """Refuse where the cells changed since the close. Raises TooMuch."""
        if self.close is not None:
            self._refuse(
                one
                for one in changed_since(measure.id, months[0], months[-1], self.close)
                if one[0] in months
            )

    def _refuse_uncounted(self, item: Measure, scope: Scope) -> None:
        """Refuse where rows changed and no cell knows it yet: this second counting sees all that the first saw. Raises TooMuch."""
        alone: tuple[Group, ...] = ((), *((name,) for name in self.dimensions))
        rows = _run(select(item, scope, engine_of(connection), groups=alone), self.limits.until)
        self._refuse(uncounted(item.id, sorted(scope.only), self.dimensions, rows))

    def _refuse(self, changes: Iterable[tuple[int, int]]) -> None:
        if any(place in self._homes(month) for month, place in changes):
            raise TooMuch("indicators.ask_changed", CHANGED)

    def _statement(self, item: Measure, scope: Scope) -> str:
        engine = engine_of(connection)
        if not standing.can(item, self.groups):
            return select(item, scope, engine, groups=self.groups)
        together = item.roll_units == "sum" and all(map(self._of_communes, scope.only))
        return standing.select(item, scope, engine, self.groups[0], communes=together)

    def _of_communes(self, month: int) -> bool:
        """Return whether all places of each commune count for the same units."""
        homes, of = self._homes(month), dict[UUID, Sequence[tuple[UUID, Fraction | None]]]()
        return all(
            of.setdefault(commune, homes.get(pk, ())) == homes.get(pk, ())
            for pk, commune, _unit in places.all_places()
        )

    def _homes(self, month: int) -> Homes:
        """Return of each place the units that it counts for, with its weight there; None for all of it."""
        lands = [places.land(level, month, self.boundaries) for _units, level in self.targets]
        key = tuple(map(id, lands))
        if key not in self._lands:
            found: dict[int, list[tuple[UUID, Fraction | None]]] = defaultdict(list)
            for (units, _level), land in zip(self.targets, lands, strict=True):
                for pk, some in land.short(units).items():
                    found[pk].extend((units[number], weight) for number, weight in some)
            self._lands[key] = (lands, found)
        return self._lands[key][1]

    def _communes(self, first: int, last: int) -> tuple[UUID, ...] | None:
        """Return the communes, as rows name them, in which anything can count; None for all."""
        found: set[UUID] = set()
        for month in between(first, last):
            for units, level in self.targets:
                communes = places.land(level, month, self.boundaries).communes
                found.update(*(communes.get(unit, ()) for unit in units))
        return tuple(sorted(found)) if len(found) <= MOST_COMMUNES else None

    def _labels(self, dims: str) -> Labels:
        told = dict(part.split("=", 1) for part in dims.split(ALSO))
        return tuple(told.get(name) for name in self.dimensions)


def can(asked: Thing) -> bool:
    """Return whether a figure can be divided by several dimensions: all of it is counted from rows, nothing is told."""
    if asked.indicator.kind not in {"ratio", "sum"} or not asked.measures:
        return False
    known = published.views()
    return all(one.origin == "computed" and one.view in known for one in asked.measures)


def _held(asked: Thing, span: Span) -> Indicator:
    """Return the definition that holds at the end of a span."""
    if asked.measure is not None:
        return asked.indicator
    windows = definitions.windows_of_indicator(asked.indicator.id)
    held = [one.item for one in windows if one.first <= span[1] and one.last >= span[0]]
    return held[-1] if held else asked.indicator


def _run(text: str, until: float) -> list[CellRow]:
    """Return (dims, month, place, value), or end the statement when its time is over. Raises TooMuch."""
    try:
        with _stopped(until), connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({text}) AS counted LIMIT {MOST_ROWS + 1}")  # noqa: S608  made by `counting`
            rows: list[CellRow] = cursor.fetchall()
    except OperationalError as error:
        if str(error) == "interrupted" or getattr(error.__cause__, "sqlstate", "") == CANCELLED:
            raise TooMuch("indicators.ask_too_long", LONG) from error
        raise
    if len(rows) > MOST_ROWS:
        raise TooMuch("indicators.ask_too_many", MANY)
    return rows


@contextmanager
def _stopped(until: float) -> Iterator[None]:
    """Let the database end what runs longer than until a moment of the monotonic clock."""
    if connection.vendor == "postgresql":
        left = max(1, int((until - time.monotonic()) * 1000))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {left}")
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
        return
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)
