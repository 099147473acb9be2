"""A figure by several dimensions at once. No cell holds that: the rows behind it are counted for the one question.

What it gives are parts of values that were read as a whole: how much is known of a unit, and whether it is an estimate,
is as it is of the whole. Nothing of it is locked: a snapshot keeps each dimension by itself. Nor is it known as of a
close: who sees figures as of one is answered only where nothing changed since.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.expressions.linear import linear
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.database import published
from dinh.directory.lines import Boundaries
from dinh.indicators.asking import running
from dinh.indicators.asking.things import Thing, parted
from dinh.indicators.engine import definitions
from dinh.indicators.engine.counting import ALSO, Group, Scope, engine_of, select
from dinh.indicators.queries import places
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value
from dinh.indicators.queries.since import changed_since
from dinh.indicators.rules import values as rules
from dinh.indicators.rules.months import between
from dinh.indicators.rules.values import Exact, Part
from dinh.lib.errors import Refused

Span = tuple[int, int]
Labels = tuple[str | None, ...]  # a part of each dimension, in their order; None: all of it together
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
    spans        months from and to; the last may be all of them together
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
    _found: dict[str, Mapping[int, Mapping[tuple[UUID, Labels], Exact]]] = field(default_factory=dict)

    def parts(
        self, asked: Thing, wholes: Mapping[tuple[UUID, Span], Value]
    ) -> Iterator[tuple[Value, Labels]]:
        """Yield the parts of values that are known as a whole. Raises TooMuch."""
        for span in self.spans:
            item = _held(asked, span)
            rolled = {name: self._rolled(definitions.measures()[name], span) for name in measures_in(item)}
            keys = dict.fromkeys(key for numbers in rolled.values() for key in numbers)
            self.limits.take(len(keys))
            for unit, labels in keys:
                whole = wholes.get((unit, span))
                if whole is not None and whole.numerator is not None:
                    known = {name: numbers.get((unit, labels), 0) for name, numbers in rolled.items()}
                    yield parted(whole, _part(item, known), item), labels

    def _rolled(self, measure: Measure, span: Span) -> dict[tuple[UUID, Labels], Exact]:
        """Return a measure over one span of time, as its months are put together."""
        if measure.id not in self._found:
            self._found[measure.id] = self._counted(measure)
        months = self._found[measure.id]
        if measure.roll_time == "last":
            return dict(months.get(span[1], {}))
        result: dict[tuple[UUID, Labels], Exact] = {}
        for month in between(*span):
            for key, value in months.get(month, {}).items():
                before = result.get(key, 0)
                result[key] = before + value if measure.roll_time == "sum" else max(before, value)
        return result

    def _counted(self, measure: Measure) -> dict[int, dict[tuple[UUID, Labels], Exact]]:
        """Return a measure by month, unit and parts, counted now."""
        last = max(span[1] for span in self.spans)
        first = min(span[1] if measure.roll_time == "last" else span[0] for span in self.spans)
        homes = {month: self._homes(month) for month in between(first, last)}
        if self.close is not None and any(
            place in homes[month] for month, place in changed_since(measure.id, first, last, self.close)
        ):
            raise TooMuch("indicators.ask_changed", CHANGED)
        largest = measure.roll_units == "max"
        found: dict[int, dict[tuple[UUID, Labels], Exact]] = {}
        labels: dict[str, Labels] = {}
        for dims, month, place, value in self._rows(measure, first, last):
            if dims not in labels:
                labels[dims] = self._labels(dims)
            counted = found.setdefault(month, {})
            for unit, weight in homes[month].get(place, ()):
                key = (unit, labels[dims])
                part = value if weight is None else value * weight
                before = counted.get(key)
                counted[key] = part if before is None else max(before, part) if largest else before + part
        return found

    def _rows(self, measure: Measure, first: int, last: int) -> Iterator[tuple[str, int, int, int]]:
        communes = self._communes(first, last)
        for window in definitions.windows_of_measure(measure.id):
            start, end = max(window.first, first), min(window.last, last)
            if start <= end and set(self.dimensions) <= set(window.item.dimensions):
                scope = Scope(start, end, self.today, communes)
                yield from _run(
                    select(window.item, scope, engine_of(connection), groups=self.groups), self.limits.until
                )

    def _homes(self, month: int) -> Mapping[int, Sequence[tuple[UUID, Fraction | None]]]:
        """Return of each place the units that it counts for, with its weight there; None for all of it."""
        found: dict[int, list[tuple[UUID, Fraction | None]]] = {}
        for units, level in self.targets:
            for pk, some in places.land(level, month, self.boundaries).short(units).items():
                found.setdefault(pk, []).extend((units[number], weight) for number, weight in some)
        return found

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


def _part(item: Indicator, known: Mapping[str, Exact | None]) -> Part:
    above = rules.weighted(linear(item.numerator), known)
    if item.kind == "ratio":
        return rules.ratio(above, rules.weighted(linear(item.denominator), known), item.factor)
    return Part(None if above is None else above * item.factor, above)


def _run(text: str, until: float) -> list[tuple[str, int, int, int]]:
    """Return (dims, month, place, value), or end the statement when its time is over. Raises TooMuch."""
    try:
        with _stopped(until), connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({text}) AS counted LIMIT {MOST_ROWS + 1}")  # noqa: S608  made by `counting`
            rows: list[tuple[str, int, int, int]] = cursor.fetchall()
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
