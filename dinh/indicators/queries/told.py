"""What is told beside what is counted, and what is still to be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from dinh.catalogue.shapes.figures import Measure
from dinh.directory.lines import Boundaries
from dinh.directory.models import Account, Level
from dinh.indicators.actions.told import ENDS, OF_SURVEYS
from dinh.indicators.engine import definitions
from dinh.indicators.models import Told
from dinh.indicators.queries.rows import may_open
from dinh.indicators.queries.sums import Number, Question, read
from dinh.indicators.rules.months import later, month_of
from dinh.indicators.rules.quality import FAR_APART

YEAR = 12  # months back in which something told before is looked for


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
    def missing(self) -> bool:
        """Whether it is still to be told: nobody did, or it was sent back."""
        return self.told is None or self.told.state == Told.State.RETURNED

    @property
    def far(self) -> bool:
        """Whether what is told and what is counted are more than a fifth apart."""
        if self.gap is None or self.counted is None:
            return False
        return far_apart(self.gap, self.counted)

    @property
    def gap(self) -> Number | None:
        if self.told is None or self.counted is None:
            return None
        return self.told.value - self.counted


@dataclass(frozen=True)
class Beside:
    """What a unit declares of a time, and what the house counts of the same thing."""

    declared: Measure
    counted: Measure
    says: Number
    has: Number

    @property
    def gap(self) -> Number:
        """What is declared and not counted; negative where more is counted."""
        return self.says - self.has

    @property
    def far(self) -> bool:
        """Whether they are more than a fifth apart."""
        return far_apart(self.gap, self.has)


def far_apart(gap: Number, counted: Number) -> bool:
    """Return whether what is told and what is counted are more than a fifth apart."""
    return abs(Fraction(gap)) > FAR_APART * max(Fraction(counted), Fraction(1))


def beside(
    measures: Iterable[str], unit: UUID, level: str, first: int, last: int, *,
    boundaries: Boundaries | None = None, close: date | None = None,
) -> list[Beside]:  # fmt: skip
    """Return, of counted measures, what is declared of the same thing, where every commune of the unit told both.

    Reads two measures for each that somebody declares; none for the others.
    """
    known, own = definitions.measures(), set(measures)
    asked = Question((unit,), level, first, last, boundaries, whole=True, close=close)
    found = []
    for item in known.values():
        other = known.get(item.compare_with or "")
        if item.origin == "computed" or other is None or other.id not in own:
            continue
        says, has = (read(one, asked).together(first, last) for one in (item, other))
        told, counted = says.of(unit), has.of(unit)
        whole = all(one.known[unit].told >= one.known[unit].expected for one in (says, has))
        if told is not None and counted is not None and (whole or level == Level.COMMUNE):
            found.append(Beside(item, other, told, counted))
    return found


def wanted(month: int, today: date) -> list[Measure]:
    """Return the measures that every commune tells for a month, in order of id; none for a month to come."""
    return [
        item for _id, item in sorted(definitions.measures().items())
        if item.origin != "computed" and item.id not in OF_SURVEYS and month % 100 % ENDS[item.every] == 0
        and month_of(item.valid_from) <= month <= month_of(today)
    ]  # fmt: skip


def told(unit: UUID, month: int, today: date) -> list[Row]:
    """Return every measure that a commune tells for a month, told or not, in order of id; then what surveys told."""
    known = definitions.measures()
    rows = {row.measure: row for row in Told.objects.filter(unit=unit, month=month)}
    found = []
    others = [known[id] for id in sorted(rows) if id in OF_SURVEYS and id in known]
    for item in [*wanted(month, today), *others]:
        counted = _counted(item, {unit}, month).get(unit)
        found.append(Row(item, month, rows.get(item.id), counted))
    return found


def seen_by(account: Account, found: Iterable[Row], unit: UUID, today: date) -> list[Row]:
    """Return rows as a reader sees them: what is counted stands beside for who may list all of its rows in a unit."""
    return [
        one if may_open(one.measure.compare_with or "", unit, account, today) else replace(one, counted=None)
        for one in found
    ]


def before(units: Collection[UUID], measures: Collection[str], month: int) -> dict[tuple[UUID, str], Told]:
    """Return what each unit told last before a month, within a year, by unit and measure. One query."""
    rows = Told.objects.filter(
        unit__in=units, measure__in=measures, month__gte=later(month, -YEAR), month__lt=month
    )
    newest_last = rows.exclude(state=Told.State.RETURNED).order_by("month")
    return {(row.unit, row.measure): row for row in newest_last}


def sent_back(communes: Collection[UUID], first: int, last: int) -> frozenset[str]:
    """Return the measures that a commune was sent back in some months and did not tell again. One query."""
    rows = Told.objects.filter(
        unit__in=communes, month__gte=first, month__lte=last, state=Told.State.RETURNED
    )
    return frozenset(rows.values_list("measure", flat=True))


def beside_counted(rows: Sequence[Told]) -> list[Row]:
    """Return what communes told of a month, each beside what the house counts of the same thing.

    One read for each measure that is counted as well; rows of measures that the catalogue lost are left out.
    """
    known = definitions.measures()
    units: dict[tuple[str, int], set[UUID]] = {}
    for row in rows:
        units.setdefault((row.measure, row.month), set()).add(row.unit)
    counted = {key: _counted(known[key[0]], some, key[1]) for key, some in units.items() if key[0] in known}
    return [
        Row(known[row.measure], row.month, row, counted[(row.measure, row.month)].get(row.unit))
        for row in rows
        if row.measure in known
    ]


def _counted(item: Measure, units: Collection[UUID], month: int) -> Mapping[UUID, Number | None]:
    """Return what the house counts of the same thing as a told measure, by commune; {} where it counts nothing."""
    other = definitions.measures().get(item.compare_with or "")
    if other is None:
        return {}
    first = month if item.kind == "stock" else month - ENDS[item.every] + 1
    found = read(other, Question(tuple(sorted(units)), Level.COMMUNE, first, month)).together(first, month)
    return {unit: found.of(unit) for unit in units}
