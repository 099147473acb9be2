"""What a report is composed with: its unit and time, the figures it reads, once each, and what its reader may see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from dinh.catalogue import store
from dinh.catalogue.shapes.report import Report
from dinh.directory import tree
from dinh.directory.models import Account, Level
from dinh.indicators.models import Snapshot
from dinh.indicators.queries import closing, hiding, places
from dinh.indicators.queries.figures import Value, figures
from dinh.indicators.queries.told import sent_back
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
        """Indicators whose small numbers this reader does not see: of the report, and of what is judged with these."""
        known = store.get().indicators
        wanted = [known[id] for id in hiding.with_scores(self.every)]
        return hiding.hidden_from(self.account, wanted, self.unit, self.today)

    @cached_property
    def snapshots(self) -> tuple[Snapshot, ...] | None:
        """The newest snapshot of each commune and month; None when one of them is not locked."""
        communes = places.communes_below(self.unit, self.day)
        wanted = {(commune, month) for commune in communes for month in between(self.first, self.month)}
        rows = Snapshot.objects.filter(
            unit__in=communes, month__gte=self.first, month__lte=self.month, at__lte=self.known
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

    @cached_property
    def close(self) -> date | None:
        """The day at whose close this reader sees the figures; None: as they are counted now."""
        if self.account is None:
            return closing.close_for_everybody(self.today)
        return closing.close_for(self.account, self.unit, self.today)

    @property
    def known(self) -> datetime:
        """The moment up to which this reader knows of locked months."""
        return self.at if self.close is None else min(self.at, closing.moment(self.close))

    @cached_property
    def sent_back(self) -> frozenset[str]:
        """Told measures of its time that were sent back and are not told again; none for who sees as of a close."""
        if self.close is not None:
            return frozenset()
        return sent_back(places.communes_below(self.unit, self.day), self.first, self.month)

    def value(self, id: str, first: int, last: int) -> Value | None:
        """Return a figure of the unit; None where nothing is known at all. All figures of the report are read together."""
        key = (id, first, last)
        if key not in self._values:
            ids = dict.fromkeys((*self.every, id))
            monthly = self.report.span == "month"  # the month and the one before are read together
            start = self.before[0] if monthly else first
            spans = [(month, month) for month in between(start, self.month)] if monthly else [(first, last)]
            for one, found in self._figures(
                ids, [self.unit], start, last if not monthly else self.month, each_month=monthly
            ).items():
                told = {(value.first, value.last): value for value in found}
                self._values |= {(one, *span): told.get(span) for span in spans}
        return self._values[key]

    @cached_property
    def every(self) -> tuple[str, ...]:
        """All indicators that the report reads and the catalogue has."""
        known = store.get().indicators
        return tuple(id for id in figures_of(self.report) if id in known)

    def trend(self, id: str) -> list[Value]:
        """Return twelve months of a figure, the last one that of the report."""
        first = later(self.month, 1 - YEAR)
        return self._figures([id], [self.unit], first, self.month, each_month=True)[id]

    def of_places(self, ids: Sequence[str], units: Sequence[UUID]) -> dict[str, list[Value]]:
        """Return figures of several units of one level, side by side, by id."""
        return self._figures(ids, units, self.first, self.month, beside=True)

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
        return self.known if self.snapshots else None

    def _figures(
        self, ids: Iterable[str], units: Sequence[UUID], first: int, last: int, *,
        each_month: bool = False, beside: bool = False,
    ) -> dict[str, list[Value]]:  # fmt: skip
        """Return figures as this reader sees them. beside: units stand side by side"""
        wanted = list(ids)
        read = hiding.with_scores(wanted) if self.hidden else wanted
        found = figures(
            read, units, first, last, each_month=each_month, today=self.today, known_on=self._known_on, close=self.close
        )  # fmt: skip
        safely = hiding.shielded(found, self.hidden, beside=beside)
        return {id: safely[id] for id in wanted}


def figures_of(report: Report) -> tuple[str, ...]:
    """Return all indicators that a report reads, in the order in which they stand; parts of a score too."""
    found: dict[str, None] = {}
    for section in report.sections:
        texts = [section.title, *(one.text for one in section.paragraphs)]
        names = [name for text in texts for name in named(text)]
        for id in (*names, *section.figures):
            found |= dict.fromkeys((id, *hiding.parts_of(id)) if section.kind == "score" else (id,))
    return tuple(found)
