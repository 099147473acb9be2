"""What a report is composed with: its unit and time, the figures it reads, once each, and what its reader may see."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.catalogue.shapes.report import Report
from dinh.directory import tree
from dinh.directory.models import Account, Level
from dinh.indicators.models import Snapshot
from dinh.indicators.queries import hiding, places
from dinh.indicators.queries.figures import Value, figure
from dinh.indicators.reports.slots import named
from dinh.indicators.rules.months import between, last_day, later

YEAR = 12


@dataclass
class Question:
    """One report of one unit and month, for one reader.

    month    the last of its time
    account  whose rights it follows; None: a reader who sees no small numbers
    at       now: rights, and what is known of locked months, are those of this moment
    """

    report: Report
    unit: UUID
    month: int
    account: Account | None
    at: datetime
    today: date

    def __post_init__(self) -> None:
        self._values: dict[tuple[str, int, int], Value | None] = {}

    @property
    def first(self) -> int:
        """The first month of its time."""
        if self.report.span == "year":
            return self.month // 100 * 100 + 1
        return self.month - (self.month % 100 - 1) % 3 if self.report.span == "quarter" else self.month

    @property
    def before(self) -> tuple[int, int]:
        """The time before, of the same length."""
        back = {"month": 1, "quarter": 3, "year": YEAR}[self.report.span]
        return later(self.first, -back), later(self.month, -back)

    @property
    def day(self) -> date:
        """The day whose units are named and listed."""
        return min(last_day(self.month), self.today)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Indicators whose small numbers this reader does not see."""
        known = store.get().indicators
        wanted = [known[id] for id in figures_of(self.report) if id in known]
        return hiding.hidden_from(self.account, wanted, self.unit, self.today)

    @cached_property
    def snapshots(self) -> tuple[Snapshot, ...] | None:
        """The newest snapshot of each commune and month; None when one of them is not locked."""
        communes = places.communes_below(self.unit, self.day)
        wanted = {(commune, month) for commune in communes for month in between(self.first, self.month)}
        rows = Snapshot.objects.filter(
            unit__in=communes, month__gte=self.first, month__lte=self.month, at__lte=self.at
        )
        found = {(row.unit, row.month): row for row in rows.defer("content").order_by("number")}
        if not wanted or wanted - found.keys():
            return None
        return tuple(found[key] for key in sorted(wanted, key=lambda key: (key[1], str(key[0]))))

    @property
    def basis(self) -> str:
        """SHA-256 of what it rests on: of one snapshot its own, of several that of all in order; "" while not locked."""
        if not self.snapshots:
            return ""
        told = [one.digest for one in self.snapshots]
        return told[0] if len(told) == 1 else hashlib.sha256("".join(told).encode()).hexdigest()

    def now(self, id: str) -> Value | None:
        """Return a figure of the unit over its time."""
        return self.value(id, self.first, self.month)

    def earlier(self, id: str) -> Value | None:
        """Return the same of the time before."""
        return self.value(id, *self.before)

    def value(self, id: str, first: int, last: int) -> Value | None:
        """Return a figure of the unit; None where nothing is known at all."""
        key = (id, first, last)
        if key in self._values:
            return self._values[key]
        if self.report.span == "month":  # the month and the one before are read together
            both = self._figure(id, [self.unit], self.before[0], self.month, each_month=True)
            told = {one.first: one for one in both}
            for month in (self.before[0], self.month):
                self._values[(id, month, month)] = told.get(month)
        else:
            found = self._figure(id, [self.unit], first, last)
            self._values[key] = found[0] if found else None
        return self._values[key]

    def trend(self, id: str) -> list[Value]:
        """Return twelve months of a figure, the last one that of the report."""
        return self._figure(id, [self.unit], later(self.month, 1 - YEAR), self.month, each_month=True)

    def of_places(self, id: str, units: Sequence[UUID]) -> list[Value]:
        """Return a figure of several units of one level, side by side."""
        found = figure(id, units, self.first, self.month, today=self.today, known_on=self._known_on)
        return hiding.safe_beside(found) if id in self.hidden else found

    def places(self, which: str) -> tuple[UUID, ...]:
        """Return the units below: directly, or all villages."""
        below = places.children(self.unit, self.day)
        if which != "villages" or places.level_of(self.unit, self.day) == Level.COMMUNE:
            return below
        return tuple(one for commune in below for one in places.children(commune, self.day))

    def name(self, unit: UUID) -> str:
        """Return the name of a unit as of the time of the report."""
        return tree.title(unit, self.day, with_parents=False)

    @property
    def _known_on(self) -> datetime | None:
        return self.at if self.snapshots else None

    def _figure(
        self, id: str, units: Sequence[UUID], first: int, last: int, *, each_month: bool = False
    ) -> list[Value]:
        found = figure(
            id, units, first, last, each_month=each_month, today=self.today, known_on=self._known_on
        )
        return [hiding.safe(one) for one in found] if id in self.hidden else found


def figures_of(report: Report) -> tuple[str, ...]:
    """Return all indicators that a report reads, in the order in which they stand; parts of a score too."""
    found: dict[str, None] = {}
    for section in report.sections:
        texts = [section.title, *(one.text for one in section.paragraphs)]
        names = [name for text in texts for name in named(text)]
        for id in (*names, *section.figures):
            found |= dict.fromkeys((id, *parts_of(id)) if section.kind == "score" else (id,))
    return tuple(found)


def parts_of(id: str) -> tuple[str, ...]:
    """Return all parts of a score, at any depth, groups before their parts; nothing for another figure."""
    known = store.get().indicators
    item: Indicator | None = known.get(id)
    found: list[str] = []
    for part in item.parts if item is not None else ():
        found += [part, *parts_of(part)]
    return tuple(found)
