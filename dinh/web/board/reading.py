"""Figures as pages read them: all of a page in one read, kept until something that it is read from changed.

No number is made here; all come from `indicators`. What is kept belongs to a mark (`watermark`): when anything was
counted, told, locked or aimed at anew in the communes of a unit, the mark is another one, and what is read then takes
the place of what was kept. Whether something waits to be counted is asked anew each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Max, Sum

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.directory.models import Account, UnitVersion
from dinh.indicators.asking.things import thing
from dinh.indicators.engine import definitions
from dinh.indicators.models import Snapshot, Source, Target, Told
from dinh.indicators.queries import hiding, places
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value, figure, figures
from dinh.indicators.rules.months import between, later, month_of
from dinh.web.board.arranging import LEADING, PUBLIC, SCORE
from dinh.web.board.asking import Asked

T = TypeVar("T")
KEPT_SECONDS = 24 * 3600
HEART = "on_time_rate"
YEAR = 12  # months back in which figures are looked for
NOW, BEFORE = "now", "before"  # spans of a reading
FEW = 4  # figures: so few are read alone, more of the usual ones with all the usual ones


@dataclass(frozen=True)
class Reading:
    """An indicator of one unit: now, one span before, and month by month.

    trend  (month, value, locked), the oldest first; value None where it is not available
    """

    indicator: Indicator
    now: Value
    before: Value | None
    trend: tuple[Value, ...]

    @property
    def change(self) -> Decimal | None:
        """How much it changed since the span before."""
        if self.before is None or self.before.value is None or self.now.value is None:
            return None
        return self.now.value - self.before.value


@dataclass(frozen=True)
class _Kept:
    """What the cache holds of an indicator: its definition is looked up again, for it is large."""

    now: Value
    before: Value | None
    trend: tuple[Value, ...]


def watermark(asked: Asked | None = None) -> str:
    """Return what differs after anything changed that figures are read from. Five short queries.

    Boundaries are among it also where figures stand as of a close: units below are those of today.

    asked  of the communes that its unit is made of; None: of all
    """
    sources, told, locked = Source.objects.all(), Told.objects.all(), Snapshot.objects.all()
    if asked is not None:
        communes = communes_of(asked)
        sources, told = sources.filter(commune__in=communes), told.filter(unit__in=communes)
        locked = locked.filter(unit__in=communes)
    found: list[Mapping[str, object]] = [
        locked.aggregate(of=Count("pk"), at=Max("at")),
        Target.objects.aggregate(of=Count("pk"), versions=Sum("version")),
        UnitVersion.objects.aggregate(newest=Max("pk")),
    ]
    if asked is None or asked.close is None:  # what is read as of the close of a day does not follow this one
        found.append(sources.aggregate(at=Max("counted_at")))
        found.append(told.aggregate(of=Count("pk"), versions=Sum("version")))
    return "|".join(str(one) for row in found for one in row.values())


def communes_of(asked: Asked) -> frozenset[UUID]:
    """Return the communes, as rows name them, that a unit was made of in the months that are shown. From memory."""
    lands = (
        places.land(asked.level, month, asked.boundaries) for month in between(asked.trend_from, asked.month)
    )
    return frozenset({asked.unit}).union(*(land.communes.get(asked.unit, ()) for land in lands))


def readings(ids: Iterable[str], asked: Asked, mark: str) -> dict[str, Reading]:
    """Return indicators of one unit; those that the catalogue does not know are left out.

    mark  `watermark(asked)`
    """
    known = store.get().indicators
    wanted = [id for id in dict.fromkeys(ids) if id in known]
    found = _readings(wanted, asked, mark)
    waiting = _waiting(asked)
    return {
        id: Reading(known[id], _with(found[id].now, known[id], waiting), found[id].before, found[id].trend)
        for id in wanted
    }


def newest(unit: UUID, today: date, close: date | None = None) -> int:
    """Return the newest month of a year in which enough dossiers were settled to speak of a rate.

    A month that has just begun has little yet, and a page of zeros would say something that is not so. Where no dossiers
    are settled, it is the newest month that is over and of whose score anything is known; else this month.
    """
    now = month_of(close or today)
    asked = Asked(unit, "", now, today, close=close).at(unit)

    def read() -> int:
        for id, last in ((HEART, now), (SCORE, later(now, -1))):
            if id not in store.get().indicators:
                continue
            line = figure(id, [unit], later(now, -YEAR), last, each_month=True, today=today, close=close)
            known = [one.first for one in line if one.value is not None and not one.few]
            if known:
                return known[-1]
        return now

    return _kept(_key("newest", asked), watermark(asked), read)


def below(ids: Iterable[str], asked: Asked, mark: str) -> dict[str, list[Value]]:
    """Return indicators for each unit directly below, in their order."""
    children, wanted = asked.children, list(ids)
    if not children:
        return {id: [] for id in wanted}
    return _kept(
        _key("below", asked, *wanted, *_named(children)), mark, lambda: values(wanted, children, asked)
    )


def parts(id: str, by: str, asked: Asked, mark: str, *, mask: bool) -> list[Value]:
    """Return the parts of an indicator by a dimension; those of fewer than five are hidden when `mask`."""

    def read() -> list[Value]:
        return figure(
            id, [asked.unit], asked.first, asked.month, boundaries=asked.boundaries, by=by, mask=mask,
            today=asked.today, known_on=asked.known_on, close=asked.close,
        )  # fmt: skip

    return _kept(_key("parts", asked, id, by, str(mask)), mark, read)


def among(id: str, units: Sequence[UUID], asked: Asked, mark: str) -> list[Value]:
    """Return an indicator of units side by side, over the span that is asked."""
    return _kept(_key("among", asked, id, *map(str, units)), mark, lambda: values([id], units, asked)[id])


def kept_for(asked: Asked, mark: str, kind: str, *more: str, make: Callable[[], T]) -> T:
    """Return what another reads of a question, from the cache while the watermark stays."""
    return _kept(_key(kind, asked, *more), mark, make)


def freshness(found: Iterable[Value]) -> tuple[datetime | None, bool]:
    """Return when the oldest of some values was counted, and whether something waits to be counted."""
    known = list(found)
    return min((one.counted_at for one in known if one.counted_at), default=None), any(
        one.waits for one in known
    )


def safe(found: Reading) -> Reading:
    """Return a reading for who may not list its rows: without what tells of so few."""
    before = None if found.before is None else hiding.safe(found.before)
    trend = tuple(hiding.safe(one) for one in found.trend)
    return replace(found, now=hiding.safe(found.now), before=before, trend=trend)


def seen(ids: Iterable[str], asked: Asked, mark: str, account: Account | None) -> dict[str, Reading]:
    """Return `readings` as a reader sees them: without what tells of so few, nor what gives it away.

    account  None: everybody, who may list nothing
    """
    wanted = list(ids)
    safely = shielded(readings(hiding.with_scores(wanted), asked, mark), asked, account)
    return {id: safely[id] for id in wanted if id in safely}


def shielded(found: Mapping[str, Reading], asked: Asked, account: Account | None) -> Mapping[str, Reading]:
    """Return readings as a reader sees them; ids are those that `with_scores` gives, so that no part betrays another."""
    hidden = hiding.hidden_from(account, [one.indicator for one in found.values()], asked.unit, asked.today)
    if not hidden:
        return found
    cells = {id: _over_time(id, one) for id, one in found.items()}
    axes = {id: (hiding.TIME,) if (item := thing(id)) and item.adds_time else () for id in found}
    gone = hiding.given_away(cells, axes, hidden)

    def safely(id: str, span: str, month: int | None) -> Value:
        value = cells[id][(id, span, month)]
        return hiding.hide(value) if (id, span, month) in gone[id] else value

    return {
        id: replace(
            one, now=safely(id, NOW, None), before=one.before and safely(id, BEFORE, None),
            trend=tuple(safely(id, _span_of(month, one), month.first) for month in one.trend),
        )
        for id, one in found.items()
    }  # fmt: skip


def _over_time(id: str, found: Reading) -> dict[hiding.Key, Value]:
    """Return a span, the one before and each month of the line as cells: the months of a span are what it adds up."""
    cells: dict[hiding.Key, Value] = {(id, _span_of(one, found), one.first): one for one in found.trend}
    cells[(id, NOW, None)] = found.now
    if found.before is not None:
        cells[(id, BEFORE, None)] = found.before
    return cells


def _span_of(month: Value, found: Reading) -> str:
    """Return the span of a reading in which a month lies; a name of its own where in none."""
    for name, span in ((NOW, found.now), (BEFORE, found.before)):
        if span is not None and span.first <= month.first <= span.last:
            return name
    return str(month.first)


def seen_below(
    ids: Iterable[str], asked: Asked, mark: str, account: Account | None
) -> Mapping[str, Sequence[Value]]:
    """Return what `below` gives as a reader sees it: without what tells of so few, nor what gives it away.

    Units side by side are judged with their sum as the page of the unit itself shows it, and each with all of its score.
    """
    wanted = list(ids)
    judged = hiding.with_scores(wanted)
    hidden = hiding.hidden_from(account, [_indicator(id) for id in judged], asked.unit, asked.today)
    if not hidden:
        return below(wanted, asked, mark)

    def read() -> dict[str, list[Value]]:
        found = values(judged, asked.children, asked) if asked.children else {id: [] for id in judged}
        own = shielded(readings(judged, asked, mark), asked, account)
        above = {id: one.now for id, one in own.items()}
        safely = hiding.shielded(found, hidden, beside=True, above=above)
        return {id: safely[id] for id in wanted}

    return _kept(_key("seen below", asked, *wanted, *sorted(hidden), *_named(asked.children)), mark, read)


def _named(units: Iterable[UUID]) -> list[str]:
    return [str(one) for one in units]


def _readings(wanted: Sequence[str], asked: Asked, mark: str) -> Mapping[str, _Kept]:
    """Return what is kept of some indicators: of the usual ones together, for every page asks for some of them."""
    usual = _usual()
    key = _key("usual", asked, *_versions(usual))
    if usual.keys() >= set(wanted):
        kept: Mapping[str, _Kept] | None = _found(key, mark)
        if kept is not None:
            return kept
        if len(wanted) > FEW:
            return _kept(key, mark, lambda: _read(list(usual), asked))
    alone = _key("some", asked, *_versions({id: _indicator(id) for id in wanted}))
    return _kept(alone, mark, lambda: _read(wanted, asked))


def _usual() -> dict[str, Indicator]:
    """Return the indicators of the operations page, of the score and of the page for everybody."""
    known = store.get().indicators
    ids = [*hiding.with_scores([SCORE]), *(id for leading in LEADING.values() for id in leading), *PUBLIC]
    return {id: known[id] for id in dict.fromkeys(ids) if id in known}


def _indicator(id: str) -> Indicator:
    return store.get().indicators[id]


def _versions(found: Mapping[str, Indicator]) -> list[str]:
    return [f"{one.id} {one.version}" for one in found.values()]


def _read(ids: Sequence[str], asked: Asked) -> dict[str, _Kept]:
    lines = figures(
        ids, [asked.unit], asked.trend_from, asked.month,
        boundaries=asked.boundaries, each_month=True, today=asked.today, known_on=asked.known_on, close=asked.close,
    )  # fmt: skip
    if asked.span == "month":
        return {
            id: _Kept(line[-1], line[-2] if len(line) > 1 else None, tuple(line))
            for id, line in lines.items()
        }
    now = values(ids, [asked.unit], asked)
    months = 3 if asked.span == "quarter" else 12
    earlier = replace(asked, month=later(asked.month, -months))
    before = values(ids, [asked.unit], earlier)
    return {id: _Kept(now[id][0], before[id][0], tuple(line)) for id, line in lines.items()}


def values(ids: Sequence[str], units: Sequence[UUID], asked: Asked) -> dict[str, list[Value]]:
    """Return indicators for each of some units, over the span that is asked."""
    return figures(
        ids, units, asked.first, asked.month, boundaries=asked.boundaries, today=asked.today, known_on=asked.known_on,
        close=asked.close,
    )  # fmt: skip


def _waiting(asked: Asked) -> frozenset[str]:
    """Return the views of which an entry waits to be counted; of what is read as of a close none. One short query."""
    if asked.close is not None:
        return frozenset()
    rows = Source.objects.filter(commune__in=communes_of(asked), touched_at__isnull=False)
    return frozenset(rows.values_list("view", flat=True))


def _with(value: Value, indicator: Indicator, waiting: frozenset[str]) -> Value:
    """Return a value that says whether it waits to be counted again now, not when it was kept."""
    waits = bool(waiting) and not waiting.isdisjoint(_views(indicator))
    return value if value.waits == waits else replace(value, waits=waits)


def _views(indicator: Indicator) -> set[str]:
    """Return the views that an indicator, or one of its parts, is counted from."""
    if indicator.kind == "score":
        return set().union(*(_views(_indicator(part)) for part in indicator.parts))
    known = definitions.measures()
    return {known[id].view for id in measures_in(indicator) if id in known}


def _found(key: str, mark: str) -> Any:
    """Return what was kept under a key while the mark was this one; None for nothing."""
    kept = cache.get(key)
    return kept[1] if kept is not None and kept[0] == mark else None


def _kept(key: str, mark: str, read: Callable[[], T]) -> T:
    """Return what was kept under a key, else read it and keep it in the place of what was before."""
    kept: T | None = _found(key, mark)
    if kept is None:
        kept = read()
        cache.set(key, (mark, kept), KEPT_SECONDS)
    return kept


def _key(kind: str, asked: Asked, *more: str) -> str:
    told = "|".join((kind, asked.query(), asked.today.isoformat(), str(asked.close), *more))
    return f"board:{hashlib.sha256(told.encode()).hexdigest()}"
