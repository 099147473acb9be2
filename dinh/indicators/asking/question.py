"""What is asked of the figures: which, of whom, over which time, divided by what, and of which part alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from dinh.directory.lines import Boundaries
from dinh.indicators.asking import crossed
from dinh.indicators.asking.crossed import Span
from dinh.indicators.asking.things import Thing
from dinh.indicators.rules.months import between, later, month_of

STEPS = {"month": 1, "quarter": 3, "year": 12}
MOST_DIMENSIONS = 3


@dataclass(frozen=True)
class Question:
    """What is asked.

    above     the unit that is asked about; units are it alone, or some of those directly below it, or of its like
    siblings  all units directly below, or all of its like: what is hidden is decided over all of them
    like      units are of its like: together they are what they add up to, not what is above them
    each      "month", "quarter", "year", or "sum": all months together
    by, also  dimensions by which is divided, "" for none
    only      of other dimensions the parts that are counted: (dimension, parts)
    close     as it stood at the close of this day, for who reads from above a commune; None: now
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
    also: str = ""
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()
    like: bool = False
    close: date | None = None

    @property
    def told(self) -> str:
        """All that it asks as one text: equal for equal questions, however their answers stand on a page."""
        things = " ".join(f"{one.key}@{one.indicator.version}" for one in self.things)
        return repr(replace(self, things=())) + things

    @property
    def spans(self) -> list[Span]:
        """The spans of time, the oldest first; months to come are left out."""
        last = min(self.last, month_of(self.close or self.today))
        if self.first > last:
            return []
        if self.each == "sum":
            return [(self.first, last)]
        step = STEPS[self.each]
        starts = dict.fromkeys(month - (month % 100 - 1) % step for month in between(self.first, last))
        return [(max(start, self.first), min(later(start, step - 1), last)) for start in starts]

    @property
    def alone(self) -> bool:
        """Whether only the unit itself is asked about."""
        return self.units == (self.above,)

    def dimensions(self, asked: Thing) -> tuple[str, ...]:
        """Return the dimensions that a figure is read by: by what is divided where it knows it, then what is counted only in part."""
        by = [name for name in (self.by, self.also) if name in asked.dimensions]
        return tuple(dict.fromkeys([*by, *(name for name, _parts in self.only)]))

    def answers(self, asked: Thing) -> bool:
        """Return whether a figure can be asked for in this way."""
        known = all(name in asked.dimensions for name, _parts in self.only)
        return known and (len(self.dimensions(asked)) < 2 or crossed.can(asked))
