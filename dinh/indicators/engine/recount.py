"""Counting again: what entries touched, what the clock moved, and every night everything, to see whether it is so.

1. `mark_touched` reads the sealed entries since last time and marks the rows they may have changed.
2. `recount_touched` counts these again; a figure follows its entry within a minute.
3. `move_clock` counts again the months that a new day changed: stocks and ages of the month that runs.
4. `rebuild` counts everything and compares. What then differs, no entry had announced: it is drift, and told.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from dinh.catalogue.shapes.figures import Measure
from dinh.database import published
from dinh.indicators.engine import counting, definitions
from dinh.indicators.engine.cells import InDatabase, Work, id_of, many
from dinh.indicators.engine.counting import Scope
from dinh.indicators.models import Progress, Run, Source
from dinh.indicators.queries import places
from dinh.indicators.rules.months import day_number, month_of
from dinh.journal import locks
from dinh.lib.dates import local_date
from dinh.lib.errors import Broken

if TYPE_CHECKING:  # the web does not load DuckDB
    from dinh.indicators.engine.duck import Duck, InDuck

log = logging.getLogger("dinh.indicators")
MANY = 24  # communes; more are counted together with all others
FAR = 999912
WAITS_SECONDS = 900.0
VIEWS = "views"  # row of Progress: digest of how views read their rows
CLOCK = "clock"  # row of Progress: the day up to which the clock was followed, 20261122


class Busy(Broken):
    """Another process counts, longer than one waits."""


def recount_touched(at: datetime, *, waits: float = WAITS_SECONDS) -> Run | None:
    """Count again what was marked before `at`; None when nothing was. Raises Busy."""
    found: dict[str, list[UUID]] = defaultdict(list)
    for view, commune in Source.objects.filter(touched_at__lte=at).values_list("view", "commune"):
        found[view].append(commune)
    if not found:
        return None
    work = [(view, tuple(communes)) for view, communes in sorted(found.items())]
    return _run(Run.Kind.TOUCHED, at, work, waits=waits)


def move_clock(at: datetime, *, waits: float = WAITS_SECONDS) -> Run | None:
    """Count again, once a day, the months whose last day the day changed; None when it was done today. Raises Busy."""
    today = local_date(at)
    progress, _new = Progress.objects.get_or_create(name=CLOCK)
    if progress.position == day_number(today):
        return None
    before = progress.position // 100 or month_of(today)
    work = [(view, None) for view in counted_views()]
    run = _run(Run.Kind.TOUCHED, at, work, first=before, clear=False, waits=waits)
    Progress.objects.filter(name=CLOCK).update(position=day_number(today))
    return run


def rebuild(at: datetime, kind: str = Run.Kind.ASKED, views: Iterable[str] | None = None) -> Run:
    """Count everything, or some views, again; what differs and was not announced is drift."""
    known = counted_views()
    # At the first counting nothing could drift, and where a release reads rows in another way none did.
    before = Run.objects.exclude(kind=Run.Kind.TOUCHED).exists() and not views_changed()
    chosen = [view for view in known if views is None or view in set(views)]
    run = _run(kind, at, [(view, None) for view in chosen], drift=before)
    if run.drifted:
        log.warning("indicators.drift", extra={"cells": run.drifted, "views": sorted(run.detail)})
    if views is None:
        Progress.objects.update_or_create(name=VIEWS, defaults={"position": _digest_of_views()})
    return run


def views_changed() -> bool:
    """Return whether views read their rows in another way than when everything was counted last."""
    last = Progress.objects.filter(name=VIEWS).first()
    return last is None or last.position != _digest_of_views()


def _digest_of_views() -> int:
    known = published.views()
    statements = "\n".join(
        published.statement(name, connection.vendor) for name in counted_views() if name in known
    )
    return int.from_bytes(hashlib.sha256(statements.encode()).digest()[:6], "big")


def counted_views() -> list[str]:
    """Return the views that measures count and that are published, in order of name."""
    used = {measure.view for measure in definitions.measures().values() if measure.view}
    return sorted(used & published.views().keys())


def measures_of(view: str) -> list[Measure]:
    """Return the computed measures of a view as they hold today."""
    return [measure for measure in definitions.measures().values() if measure.view == view]


def versions_of(view: str) -> list[Measure]:
    """Return the computed measures of a view in all their versions."""
    found = (window.item for one in measures_of(view) for window in definitions.windows_of_measure(one.id))
    return [item for item in found if item.view == view]


def _run(
    kind: str, at: datetime, work: Sequence[tuple[str, tuple[UUID, ...] | None]], *,
    first: int = 0, drift: bool = False, clear: bool = True, waits: float = WAITS_SECONDS,
) -> Run:  # fmt: skip
    """Count views for some communes (None: all), and keep a row that says so."""
    started = time.monotonic()
    detail, begins = dict[str, int](), dict[str, dict[UUID, int]]()
    with ExitStack() as stack:
        # What was read before another wrote must not be written after it.
        if not stack.enter_context(locks.alone(waits, "figures")):
            raise Busy("indicators.counted_by_another")
        ducks: list[Duck] = []
        for view, communes in work:
            some = communes if communes is not None and len(communes) <= MANY else None
            with _rows(view, Scope(0, FAR, local_date(at), some), stack, ducks) as rows:
                begins[view] = rows.begins()
                rows.places()
                difference = rows.write(_work(view, some, local_date(at), first))
            if difference:
                detail[view] = difference
    sources = _keep_all_sources(work, begins, at) if clear else 0
    places.forget()  # new ones may have come
    changed = sum(detail.values())
    return Run.objects.create(
        kind=kind, started_at=at, ended_at=at + timedelta(seconds=time.monotonic() - started),
        sources=sources or len(work), changed=changed, drifted=changed if drift else 0, detail=detail,
    )  # fmt: skip


def _rows(view: str, scope: Scope, stack: ExitStack, ducks: list[Duck]) -> InDatabase | InDuck:
    """Return the rows of a view, where they are counted fastest."""
    if scope.communes is None and many(view):
        from dinh.indicators.engine.duck import Duck, InDuck

        if not ducks:
            ducks.append(stack.enter_context(Duck()))
        return InDuck(view, versions_of(view), scope, ducks[0])
    return InDatabase(view, versions_of(view), scope, counting.engine_of(connection))


def _work(view: str, communes: tuple[UUID, ...] | None, today: date, first: int) -> Iterator[Work]:
    """Give each measure of a view in each of its versions, with the months in which that holds."""
    for measure in measures_of(view):
        for window in definitions.windows_of_measure(measure.id):
            start, end = max(window.first, first), min(window.last, counting.current(today))
            if start <= end and window.item.view == view:
                yield window.item, Scope(start, end, today, communes)


def known_communes() -> set[UUID]:
    """Return the communes that any view had rows of when it was counted."""
    return set(Source.objects.values_list("commune", flat=True).distinct())


def communes_of(view: str) -> set[UUID]:
    """Return the communes that a view has rows of."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT unit FROM {view} WHERE unit IS NOT NULL")
        return {id_of(unit) for (unit,) in cursor.fetchall()}


def _keep_all_sources(
    work: Sequence[tuple[str, tuple[UUID, ...] | None]],
    begins: Mapping[str, Mapping[UUID, int]],
    at: datetime,
) -> int:
    """Write that views were counted. A commune of which the first rows came has none in the other views: known as well."""
    counted = set(
        Source.objects.filter(counted_at__isnull=False).values_list("commune", flat=True).distinct()
    )
    everywhere = known_communes().union(*begins.values())
    # Before everything was counted once, what is not counted is unknown: no commune is new then.
    arrived = everywhere - counted if Progress.objects.filter(name=VIEWS).exists() else set[UUID]()
    sources = 0
    for view, communes in work:
        wanted = everywhere if communes is None else {*communes, *arrived}
        sources += _keep_sources(view, wanted, begins[view], at)
    for view in set(counted_views()) - begins.keys() if arrived else ():
        sources += _keep_sources(view, arrived, {}, at)
    return sources


def _keep_sources(view: str, communes: Iterable[UUID], begin: Mapping[UUID, int], at: datetime) -> int:
    """Write since when the communes have rows and that they were counted; marks made meanwhile stay."""
    wanted = set(communes) | begin.keys()
    counted_before = Source.objects.filter(view=view, counted_at__isnull=False).exists()
    kept = {row.commune: row for row in Source.objects.filter(view=view, commune__in=wanted)}
    # Who was born in 1900 is no sign that anybody was counted then: nothing is known before a measure holds.
    windows = [window.first for one in measures_of(view) for window in definitions.windows_of_measure(one.id)]
    least = min(windows, default=0)
    changed = []
    for commune in wanted:
        row = kept.get(commune) or Source(view=view, commune=commune)
        # Once there were rows, none is zero and not unknown.
        known = [max(month, least) for month in (row.begin, _first(begin.get(commune))) if month is not None]
        if known and row.begin is None and counted_before:
            row.begun = day_number(local_date(at))
        row.begin, row.counted_at = min(known, default=None), at
        changed.append(row)
    new = [row for row in changed if row.commune not in kept]
    Source.objects.bulk_create(new, batch_size=200)
    Source.objects.bulk_update(
        [row for row in changed if row.commune in kept], ["begin", "begun", "counted_at"], batch_size=200
    )
    Source.objects.filter(view=view, commune__in=wanted, touched_at__lte=at).update(touched_at=None)
    return len(wanted)


def _first(month: int | None) -> int | None:
    return None if month is None or month >= FAR else month
