"""One question to the figures with several axes: figures, units, time, parts; and what each axis is together.

What is together is read anew at its own level or worked out of numerators and denominators, never averaged; where
neither can be done there is none. What is hidden is decided over all units and parts, whichever of them are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from uuid import UUID

from dinh.directory.lines import On
from dinh.directory.models import Account
from dinh.indicators.asking.crossed import Counting, Limits, Span, limited
from dinh.indicators.asking.hiding import hidden_from, hide_few
from dinh.indicators.asking.question import Question
from dinh.indicators.asking.things import Thing, parted, values
from dinh.indicators.engine.counting import Group
from dinh.indicators.queries import hiding, places
from dinh.indicators.queries.figures import Value
from dinh.indicators.queries.hiding import LABELS, Key, hide, with_scores
from dinh.indicators.rules import values as rules
from dinh.indicators.rules.months import last_day
from dinh.indicators.rules.values import Part

FIGURE, UNIT, TIME, PART, SECOND = 0, hiding.UNIT, hiding.TIME, LABELS, LABELS + 1


@dataclass(frozen=True)
class Cube:
    """Values by (key of the figure, unit, span, part, part of the second dimension); None in a place: all of that axis.

    left_out  keys of the figures that cannot be asked for in this way
    counted   some of it was counted from rows for this question, and is not as it was locked
    locked    every month of it is locked, also those of which nothing is known in the parts that are asked for
    """

    question: Question
    cells: dict[Key, Value]
    parts: tuple[str, ...]
    hides: bool  # small numbers are hidden from this reader
    seconds: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    counted: bool = False
    locked: bool = False

    def value(
        self, thing: str, unit: UUID | None, span: Span | None, part: str | None, second: str | None = None
    ) -> Value | None:
        """Return a value; None where there is none."""
        return self.cells.get((thing, unit, span, part, second))


def answer(question: Question, account: Account) -> Cube:
    """Return the values that a question asks for, small ones hidden from who may not list the rows behind.

    Raises crossed.TooMuch where rows must be counted, and are too many.
    """
    units = (question.above,) if question.alone else question.siblings
    asked = [one for one in question.things if question.answers(one)] if units and question.spans else []
    shut = hidden_from(question, account)
    judged = frozenset(with_scores(shut))
    counted = any(len(question.dimensions(thing)) > 1 for thing in asked)
    read: dict[str, dict[Key, Value]] = {}
    with limited() if counted else nullcontext() as limits:
        for one in asked:
            reading = _Reading(one, question, question.dimensions(one), units, limits)
            read[one.key] = reading.cells(all_groups=one.key in judged)
    if hides := not judged.isdisjoint(read):
        whole = replace(question, by="", also="", only=())
        hide_few(
            read, question, shut, lambda one: _Reading(one, whole, (), units, None).cells(all_groups=False)
        )
    cells: dict[Key, Value] = {}
    for one in asked:
        own = read[one.key]
        if not question.like and set(question.units) not in ({question.above}, set(question.siblings)):
            _some_together(one, question, own)
        cells |= _chosen(one, question, question.dimensions(one), own)
    wanted = {None, *question.units}
    shown = {key: value for key, value in cells.items() if key[UNIT] in wanted}
    left_out = tuple(one.key for one in question.things if not question.answers(one))
    locked = _locked(read.values(), shown)
    return Cube(
        question, shown, _labels(shown, PART), hides, _labels(shown, SECOND), left_out, counted, locked
    )


def _locked(read: Iterable[dict[Key, Value]], shown: dict[Key, Value]) -> bool:
    """Return whether all that is shown is locked, and each time: what is above the units, or every unit that is shown.

    A time in which nobody was counted in the parts that are asked for has no cell of them: its whole says what it is.
    """
    units = {key[UNIT] for key in shown}
    wholes: dict[Key, dict[object, bool]] = {}
    for own in read:
        for key, value in own.items():
            if all(label is None for label in key[LABELS:]):
                wholes.setdefault((key[FIGURE], key[TIME]), {})[key[UNIT]] = value.locked
    return (
        bool(wholes)
        and all(value.locked for value in shown.values() if value.value is not None)
        and all(
            times.get(None) or all(locked for unit, locked in times.items() if unit in units)
            for times in wholes.values()
        )
    )


def _labels(cells: dict[Key, Value], axis: int) -> tuple[str, ...]:
    return tuple(sorted({str(key[axis]) for key in cells if key[axis] is not None}))


@dataclass
class _Reading:
    """Reads one figure: its cells by (key, unit, span, a label for each dimension)."""

    thing: Thing
    question: Question
    dimensions: tuple[str, ...]
    units: tuple[UUID, ...]
    limits: Limits | None  # where something is counted

    def cells(self, *, all_groups: bool) -> dict[Key, Value]:
        """Return the cells. all_groups: of all dimensions also what each is together, by which few could be worked out."""
        groups = [group for size in range(len(self.dimensions) + 1) for group in combinations(self.dimensions, size)]  # fmt: skip
        needed = {name for name, _parts in self.question.only}
        wanted = [one for one in groups if all_groups or needed <= set(one)]
        found: dict[Key, Value] = {}
        for group in groups:
            if len(group) == 0 or (len(group) == 1 and group in wanted):
                found |= self._kept(group[0] if group else "")
        several = tuple(one for one in wanted if len(one) > 1)
        if several and self.limits is not None:
            self._count(several, found, self.limits)
        if self.question.like:
            _add_units(self.thing, found)
        return found

    def _kept(self, by: str) -> dict[Key, Value]:
        """Return what stands in cells: the whole, or the parts of one dimension."""
        live = len(self.dimensions) > 1
        question = replace(self.question, official=False) if live else self.question
        found: dict[Key, Value] = {}
        for targets, together in self._targets():
            for value, span in _over_time(self.thing, targets, question, by):
                labels = tuple(value.part if name == by else None for name in self.dimensions)
                found[(self.thing.key, None if together else value.unit, span, *labels)] = value
        return found

    def _targets(self) -> list[tuple[tuple[UUID, ...], bool]]:
        """Return the units that are read, and what is above them, which is all of them together."""
        if self.question.alone or self.question.like:
            return [(self.units, False)]
        return [(self.units, False), ((self.question.above,), True)]

    def _count(self, groups: tuple[Group, ...], found: dict[Key, Value], limits: Limits) -> None:
        """Put in what only rows can tell."""
        question, spans = self.question, self.question.spans
        whole = (spans[0][0], spans[-1][1])
        day = question.boundaries.date if isinstance(question.boundaries, On) else last_day(whole[1])
        targets = tuple((units, places.level_of(units[0], day)) for units, _together in self._targets())
        every = (*spans, whole) if len(spans) > 1 else tuple(spans)
        nothing = (None,) * len(self.dimensions)
        keys: dict[tuple[UUID, Span], Key] = {}
        for key, value in found.items():
            if key[LABELS:] == nothing:
                keys[(value.unit, (value.first, value.last))] = key
        wholes = {key: found[place] for key, place in keys.items()}
        counting = Counting(
            self.dimensions, groups, targets, every, question.boundaries, question.close or question.today,
            question.close, limits,
        )  # fmt: skip
        for value, labels in counting.parts(self.thing, wholes):
            place = keys[(value.unit, (value.first, value.last))]
            found[(*place[:LABELS], *labels)] = value


def _over_time(
    thing: Thing, units: Sequence[UUID], question: Question, by: str
) -> list[tuple[Value, Span | None]]:
    spans = question.spans
    whole = (spans[0][0], spans[-1][1])
    monthly = question.each == "month" and len(spans) > 1

    def read(span: Span, *, each_month: bool = False) -> list[Value]:
        return values(
            thing, units, *span, boundaries=question.boundaries, official=question.official, today=question.today,
            by=by, each_month=each_month, close=question.close,
        )  # fmt: skip

    found: list[tuple[Value, Span | None]] = []
    for span in [whole] if monthly else spans:
        found += [(value, (value.first, value.last)) for value in read(span, each_month=monthly)]
    if len(spans) > 1 and thing.adds_time:  # what months add up to need not be read again
        lines: dict[tuple[UUID, str], list[Value]] = {}
        for value, _span in found:
            lines.setdefault((value.unit, value.part), []).append(value)
        found += [
            (replace(_together(thing, some), first=whole[0], last=whole[1]), None) for some in lines.values()
        ]
    elif len(spans) > 1:
        found += [(value, None) for value in read(whole)]
    return found


def _add_units(thing: Thing, cells: dict[Key, Value], shown: Sequence[UUID] | None = None) -> None:
    """Put in what units add up to, all or some of them, where that may be worked out and none of them is hidden."""
    members: dict[Key, list[Value]] = {}
    for key, value in cells.items():
        if key[UNIT] is not None and (shown is None or key[UNIT] in shown):
            members.setdefault((key[FIGURE], None, *key[TIME:]), []).append(value)
    if thing.adds_units and not any(one.masked for some in members.values() for one in some):
        cells.update({key: _together(thing, some) for key, some in members.items()})


def _some_together(thing: Thing, question: Question, cells: dict[Key, Value]) -> None:
    """Put in place of all units together the chosen ones together, where that may be worked out.

    Nothing together where one of them is hidden: with the others told, it could be worked out.
    """
    for key in [key for key in cells if key[UNIT] is None]:
        del cells[key]
    _add_units(thing, cells, question.units)


def _chosen(
    thing: Thing, question: Question, dimensions: tuple[str, ...], cells: dict[Key, Value]
) -> dict[Key, Value]:
    """Return the cells by the two dimensions that are shown: of the others, the parts that are counted, added up.

    What is counted of nobody is zero where the whole is known; nothing is told where one of the parts is hidden.
    """
    at = {name: LABELS + number for number, name in enumerate(dimensions)}
    wanted = dict(question.only)
    members: dict[Key, list[Value]] = {}
    for key, value in cells.items():
        if all(key[at[name]] in parts for name, parts in wanted.items()):
            labels = (key[at[name]] if name in at else None for name in (question.by, question.also))
            members.setdefault((*key[:LABELS], *labels), []).append(value)
    found = {key: some[0] if len(some) == 1 else _added(thing, some) for key, some in members.items()}
    if thing.indicator.kind == "sum":
        nothing = (None,) * len(dimensions)
        wholes = {key[:LABELS]: value for key, value in cells.items() if key[LABELS:] == nothing}
        _zeros(thing, wholes, found)
    return found


def _zeros(thing: Thing, wholes: dict[Key, Value], found: dict[Key, Value]) -> None:
    """Put in the parts of which nobody was counted in a unit and time, though others were elsewhere."""
    first, second = (dict.fromkeys((None, *(key[axis] for key in found))) for axis in (PART, SECOND))
    labels = list(product(first, second))
    for place, whole in wholes.items():
        if whole.numerator is None:  # not known, or so few that nothing is said of them
            continue
        for label in labels:
            if (*place, *label) not in found:
                part = parted(whole, Part(0, 0), thing.indicator)
                found[(*place, *label)] = replace(part, part=str(label[0] or ""), locked=whole.locked)


def _added(thing: Thing, some: Sequence[Value]) -> Value:
    """Return parts of one unit and time together."""
    if any(one.masked for one in some):
        return hide(some[0])
    part = _sum(thing, some)
    return replace(parted(some[0], part, thing.indicator), locked=all(one.locked for one in some))


def _sum(thing: Thing, some: Sequence[Value]) -> Part:
    indicator = thing.indicator
    # A numerator without its denominator would make the rate too large.
    whole = indicator.kind != "ratio"
    known = [one for one in some if one.numerator is not None and (whole or one.denominator is not None)]
    above = sum((Fraction(one.numerator or 0) for one in known), Fraction(0)) if known else None
    below = sum((Fraction(one.denominator or 0) for one in known), Fraction(0)) if known else None
    if not whole:
        return rules.ratio(above, below, indicator.factor)
    return Part(None if above is None else above * indicator.factor, above)


def _together(thing: Thing, some: Sequence[Value]) -> Value:
    return replace(
        parted(some[0], _sum(thing, some), thing.indicator), told=sum(one.told for one in some),
        expected=sum(one.expected for one in some), estimated=any(one.estimated for one in some),
        locked=all(one.locked for one in some), waits=any(one.waits for one in some),
        counted_at=min((one.counted_at for one in some if one.counted_at), default=None),
        missing=tuple(sorted({one for value in some for one in value.missing})), broken=any(one.broken for one in some),
    )  # fmt: skip
