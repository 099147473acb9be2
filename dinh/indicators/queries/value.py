"""What is read of an indicator: its value with all that says how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from dinh.indicators.rules.values import Exact


@dataclass(frozen=True)
class Value:
    """A figure of one unit, for one time, as a whole or for one part.

    value        rounded as the indicator says; None: not available
    numerator, denominator   whole numbers, fractions where boundaries were estimated, of the same communes; None: not
                 known, masked, or no count (of a median the denominator alone, its cases)
    told, expected  communes and months that told all it is made of, of those that should have: below, it is partial
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
    own_target: Decimal | None = None  # the unit's own, where it is less than the general one, `target`

    @property
    def complete(self) -> bool:
        """Whether every commune told for every month."""
        return self.told >= self.expected
