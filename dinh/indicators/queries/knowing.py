"""How much of a measure is known: who told, who should have, and who is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from dinh.catalogue.shapes.figures import Measure
from dinh.directory.lines import Boundaries
from dinh.directory.models import Level
from dinh.indicators.queries import places
from dinh.indicators.rules.months import last_day

NEVER = 999912
Pairs = frozenset[tuple[UUID, int]]  # commune as rows name it, month


@dataclass(frozen=True)
class Question:
    """What is asked of measures.

    units       all of one level
    boundaries  None: those of each month itself; else `directory.lines.On(day)`
    by          dimension, "" for the whole
    official    locked months as they were locked (or restated), the others as counted last
    known_on    with `official`: as it was known at that moment
    whole       all months together are asked for, and no part of them
    now         the month that runs: of later ones nothing is known
    close       as it stood at the close of this day, locked months too; None: now (`queries.closing`)
    """

    units: tuple[UUID, ...]
    level: str
    first: int
    last: int
    boundaries: Boundaries | None = None
    by: str = ""
    official: bool = True
    known_on: datetime | None = None
    whole: bool = False
    now: int = NEVER
    close: date | None = None


@dataclass
class Known:
    """How much of a figure is known: communes and months that told, and should have."""

    told: int = 0
    expected: int = 0
    months: int = 0  # in which anything is known
    last: bool = False  # whether the last month is
    missing: tuple[UUID, ...] = ()  # communes that did not tell for each month, by id


@dataclass
class Told:
    """Who told of a measure: of a counted one the communes whose rows are counted, of a told one who told it.

    begins   commune as written -> first month that is known
    locked   (commune, month) that hold it locked: what was counted is known there, whatever there is now
    tellers  (commune, month) that told, of villages (village, month); None where all is known from its beginning on
    unasked  (commune, month) that were locked before it was kept who was asked: known as they were locked
    """

    measure: Measure
    asked: Question
    lands: Mapping[int, places.Land]
    begins: Mapping[UUID, int]
    locked: Pairs
    tellers: set[tuple[UUID, int]] | None
    least: int = 0  # first month in which the measure holds
    unasked: Pairs = frozenset()
    _complete: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    _known: dict[tuple[int, int], dict[UUID, Known]] = field(default_factory=dict)
    _lasting: bool = False

    def __post_init__(self) -> None:
        # In unchanged boundaries, once all are known by their beginning they stay so.
        unchanged = (
            len({id(land) for land in self.lands.values()}) <= 1 and self.asked.level != Level.PROVINCE
        )
        to_come = max(self.lands, default=0) > self.asked.now
        self._lasting = unchanged and self.tellers is None and not self.locked and not to_come

    def known(self, months: Sequence[int]) -> dict[UUID, Known]:
        """Return what is known of each unit over some months, one after the other; counted once for all measures alike."""
        key = (months[0], months[-1]) if months else (0, 0)
        if key not in self._known:
            self._known[key] = {unit: self._of_unit(unit, months) for unit in self.asked.units}
        return self._known[key]

    def _of_unit(self, unit: UUID, months: Sequence[int]) -> Known:
        if months and self._lasting and (first := self.count(unit, months[0])) == self._complete.get(unit):
            return Known(first[0] * len(months), first[1] * len(months), len(months), True)
        counts = [self.count(unit, month) for month in months]
        known = Known(
            sum(told for told, _expected in counts), sum(expected for _told, expected in counts),
            sum(1 for told, _expected in counts if told), bool(counts and counts[-1][0]),
        )  # fmt: skip
        if known.told < known.expected:
            missing: set[UUID] = set()
            for month, (told, expected) in zip(months, counts, strict=True):
                if told < expected:
                    missing |= self.missing(unit, month)
            known.missing = tuple(sorted(missing))
        return known

    def pairs(self, unit: UUID, months: Sequence[int]) -> Pairs:
        """Return the communes, as rows name them, and the months of which they told of a unit."""
        return frozenset(
            (commune, month) for month in months for commune in self._communes(unit, self.lands[month])
            if self.tells(unit, commune, month)
        )  # fmt: skip

    def count(self, unit: UUID, month: int) -> tuple[int, int]:
        """Return how many communes told of a unit for a month, and how many should have."""
        land = self.lands[month]
        communes = self._communes(unit, land)
        told = sum(self.tells(unit, commune, month) for commune in communes)
        standing = places.communes_below(unit, last_day(month)) if self.asked.level == Level.PROVINCE else ()
        expected = max(1, len(communes), len(standing))
        if self._lasting and told == expected:
            self._complete[unit] = (told, expected)
        return told, expected

    def tells(self, unit: UUID, commune: UUID, month: int) -> bool:
        """Return whether a commune, as rows name it, told of a unit for a month."""
        if month > self.asked.now:
            return False
        if self.tellers is not None and (commune, month) not in self.unasked:
            return (unit if self.asked.level == Level.VILLAGE else commune, month) in self.tellers
        if (commune, month) in self.locked:
            return True
        return self.least <= month and self.begins.get(commune, NEVER) <= month

    def missing(self, unit: UUID, month: int) -> set[UUID]:
        """Return the communes of a unit that did not tell for a month, by the names they had then."""
        if self.asked.level != Level.PROVINCE:
            communes = self._communes(unit, self.lands[month])
            own = unit if self.asked.level == Level.COMMUNE else None
            silent = {one for one in communes if not self.tells(unit, one, month)}
            return silent or ({own} if own else set())
        made_of = places.land(Level.COMMUNE, month, self.asked.boundaries).communes
        return {
            one for one in places.communes_below(unit, last_day(month))
            if not any(self.tells(unit, written, month) for written in made_of.get(one, {one}))
        }  # fmt: skip

    def _communes(self, unit: UUID, land: places.Land) -> frozenset[UUID]:
        communes = land.communes.get(unit, frozenset())
        if self.measure.roll_units == "none" and (self.asked.level != Level.COMMUNE or len(communes) > 1):
            return frozenset()  # not added up: known for a commune alone
        return communes
