"""One question to the figures with several axes: figures, units, time, parts; and what each axis is together.

What is together is read anew at its own level or worked out of numerators and denominators, never averaged; where
neither can be done there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from dinh.directory.lines import Boundaries
from dinh.directory.models import Account
from dinh.indicators.asking.hiding import Key, hidden
from dinh.indicators.asking.things import Thing, values
from dinh.indicators.queries import rows
from dinh.indicators.queries.figures import Value
from dinh.indicators.queries.hiding import hide
from dinh.indicators.rules import values as rules
from dinh.indicators.rules.months import between, later, month_of

Span = tuple[int, int]
STEPS = {"month": 1, "quarter": 3, "year": 12}
FIGURE, UNIT, TIME, PART = range(4)


@dataclass(frozen=True)
class Question:
    """What is asked.

    above     the unit that is asked about; units are it alone, or some of those directly below it
    siblings  all units directly below: what is hidden is decided over all of them, whichever are shown
    each      "month", "quarter", "year", or "sum": all months together
    by        a dimension, "" for none
    """

    things: tuple[Thing, ...]
    above: UUID
    units: tuple[UUID, ...]
    siblings: tuple[UUID, ...]
    first: int
    last: int
    each: str
    by: str
    boundaries: Boundaries | None
    official: bool
    today: date

    @property
    def spans(self) -> list[Span]:
        """The spans of time, the oldest first; months to come are left out."""
        last = min(self.last, month_of(self.today))
        if self.first > last or self.each == "sum":
            return [(min(self.first, last), last)]
        step = STEPS[self.each]
        starts = dict.fromkeys(month - (month % 100 - 1) % step for month in between(self.first, last))
        return [(max(start, self.first), min(later(start, step - 1), last)) for start in starts]


@dataclass(frozen=True)
class Cube:
    """Values by (key of the figure, unit, span, part); None in a place: all of that axis together."""

    question: Question
    cells: dict[Key, Value]
    parts: tuple[str, ...]
    hides: bool  # small numbers are hidden from this reader

    def value(self, thing: str, unit: UUID | None, span: Span | None, part: str | None) -> Value | None:
        """Return a value; None where there is none."""
        return self.cells.get((thing, unit, span, part))


def answer(question: Question, account: Account) -> Cube:
    """Return the values that a question asks for, small ones hidden from who may not list the rows behind."""
    cells: dict[Key, Value] = {}
    hides = False
    for thing in question.things:
        own = _cells(thing, question)
        if not _may_open(thing, question, account):
            hides = True
            axes = [UNIT, PART] + ([TIME] if thing.adds_time else [])
            for key in hidden(own, axes):
                own[key] = hide(own[key])
        if set(question.units) not in ({question.above}, set(question.siblings)):
            _some_together(thing, question, own)
        cells |= own
    wanted = {None, *question.units}
    shown = {key: value for key, value in cells.items() if key[UNIT] in wanted}
    parts = dict.fromkeys(str(key[PART]) for key in sorted(shown, key=str) if key[PART] is not None)
    return Cube(question, shown, tuple(parts), hides)


def _may_open(thing: Thing, question: Question, account: Account) -> bool:
    counted = [one.id for one in thing.measures if one.origin == "computed"]
    return all(rows.may_open(id, question.above, account, question.today) for id in counted)


def _cells(thing: Thing, question: Question) -> dict[Key, Value]:
    alone = question.units == (question.above,)
    units = (question.above,) if alone else question.siblings
    if not units:
        return {}
    by = question.by if question.by in thing.dimensions else ""
    cells: dict[Key, Value] = {}
    for part in dict.fromkeys(("", by)):
        for value, span in _over_time(thing, units, question, part):
            cells[(thing.key, value.unit, span, value.part if part else None)] = value
        if not alone:
            for value, span in _over_time(thing, (question.above,), question, part):
                cells[(thing.key, None, span, value.part if part else None)] = value
    return cells


def _over_time(
    thing: Thing, units: Sequence[UUID], question: Question, by: str
) -> list[tuple[Value, Span | None]]:
    spans = question.spans
    whole = (spans[0][0], spans[-1][1])
    monthly = question.each == "month" and len(spans) > 1

    def read(span: Span, *, each_month: bool = False) -> list[Value]:
        return values(
            thing, units, *span, boundaries=question.boundaries, official=question.official, today=question.today,
            by=by, each_month=each_month,
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


def _some_together(thing: Thing, question: Question, cells: dict[Key, Value]) -> None:
    """Put in place of all units together the chosen ones together, where that may be worked out.

    Nothing together where one of them is hidden: with the others told, it could be worked out.
    """
    shown = set(question.units)
    members: dict[Key, list[Value]] = {}
    for key, value in cells.items():
        if key[UNIT] in shown:
            members.setdefault((key[FIGURE], None, key[TIME], key[PART]), []).append(value)
    for key in [key for key in cells if key[UNIT] is None]:
        del cells[key]
    if thing.adds_units and not any(one.masked for some in members.values() for one in some):
        cells.update({key: _together(thing, some) for key, some in members.items()})


def _together(thing: Thing, some: Sequence[Value]) -> Value:
    indicator = thing.indicator
    # A numerator without its denominator would make the rate too large.
    whole = indicator.kind != "ratio"
    known = [one for one in some if one.numerator is not None and (whole or one.denominator is not None)]
    above = sum((Fraction(one.numerator or 0) for one in known), Fraction(0)) if known else None
    below = sum((Fraction(one.denominator or 0) for one in known), Fraction(0)) if known else None
    if indicator.kind == "ratio":
        part = rules.ratio(above, below, indicator.factor)
    else:
        part = rules.Part(None if above is None else above * indicator.factor, above)
    return replace(
        some[0], value=None if part.value is None else rules.rounded(part.value, indicator.decimals),
        numerator=part.numerator, denominator=part.denominator, told=sum(one.told for one in some),
        expected=sum(one.expected for one in some), estimated=any(one.estimated for one in some),
        locked=all(one.locked for one in some), waits=any(one.waits for one in some), mark=rules.mark(part.value, indicator),
        counted_at=min((one.counted_at for one in some if one.counted_at), default=None), points=None, target=None,
        few=part.denominator is not None and 0 < part.denominator < indicator.minimum_denominator,
        missing=tuple(sorted({one for value in some for one in value.missing})), broken=any(one.broken for one in some),
    )  # fmt: skip
