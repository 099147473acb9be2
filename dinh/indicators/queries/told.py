"""What is told beside what is counted, and what is still to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dinh.catalogue.shapes.figures import Measure
from dinh.indicators.actions.told import ENDS
from dinh.indicators.engine import definitions
from dinh.indicators.models import Told
from dinh.indicators.queries import places
from dinh.indicators.queries.sums import Number, Question, read
from dinh.indicators.rules.months import month_of


@dataclass(frozen=True)
class Row:
    """A told measure of one month: what was told, and what the house counts of the same thing.

    counted  None where nothing is counted of it
    gap      told minus counted; None where one is missing
    """

    measure: Measure
    month: int
    told: Told | None
    counted: Number | None

    @property
    def gap(self) -> Number | None:
        if self.told is None or self.counted is None:
            return None
        return self.told.value - self.counted


def told(unit: UUID, month: int, today: date) -> list[Row]:
    """Return every measure that a commune tells for a month, told or not, in order of id."""
    known = definitions.measures()
    wanted = [
        item for id, item in sorted(known.items())
        if item.origin != "computed" and month % 100 % ENDS[item.every] == 0
        and month_of(item.valid_from) <= month <= month_of(today)
    ]  # fmt: skip
    rows = {row.measure: row for row in Told.objects.filter(unit=unit, month=month)}
    level = places.level_of(unit, today)
    found = []
    for item in wanted:
        counted = None
        other = known.get(item.compare_with or "")
        if other is not None:
            first = month if item.kind == "stock" else month - ENDS[item.every] + 1
            asked = Question((unit,), level, first, month)
            counted = read(other, asked).together(first, month).of(unit)
        found.append(Row(item, month, rows.get(item.id), counted))
    return found
