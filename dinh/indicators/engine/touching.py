"""Which rows a sealed entry may have changed: marked, to be counted again within a minute."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from dinh.catalogue.models import Published
from dinh.database import published
from dinh.directory import tree
from dinh.directory.models import Level
from dinh.indicators.engine.recount import communes_of, counted_views, known_communes
from dinh.indicators.models import Progress, Source
from dinh.journal.models import Entry, Position, Stream
from dinh.lib.dates import local_date

READER = "journal"  # row of Progress: the last position that was looked at
AT_ONCE = 20_000  # positions; a long import is taken in several steps
EVERYWHERE = None  # an entry without a commune may concern any
MOVES_PLACES = (
    "directory.change_applied",
    "directory.change_undone",
)  # people and work follow their villages


def mark_touched(at: datetime) -> int:
    """Mark the views and communes that the entries sealed since last time touched; return how many entries there were.

    Positions are given one after another by a single sealer, so none appears behind what was read.
    """
    progress, _new = Progress.objects.get_or_create(name=READER)
    sealed = Position.objects.filter(
        node=settings.DINH_NODE, stream=Stream.LOG, position__gt=progress.position
    )
    last = sealed.aggregate(last=Max("position"))["last"]
    if last is None:
        return 0
    last = min(int(last), progress.position + AT_ONCE)
    items = sealed.filter(position__lte=last).values("item")
    touched: dict[str, set[UUID | None]] = defaultdict(set)
    kinds = Entry.objects.filter(pk__in=items).values_list("kind", "unit").distinct()
    for kind, unit in kinds:
        if kind in MOVES_PLACES:
            touched.update({view: {EVERYWHERE} for view in counted_views()})
        for view in published.touched_by(kind):
            touched[view.name].add(commune_of(unit, at))
    with transaction.atomic():
        _mark(touched, at)
        Progress.objects.filter(name=READER).update(position=last)
    return last - int(progress.position)


def commune_of(unit: UUID | None, at: datetime) -> UUID | None:
    """Return the commune of a commune or village; None for what is above, or no unit."""
    line = tree.with_parents(unit, local_date(at)) if unit is not None else ()
    for one in line:
        naming = tree.naming(one, local_date(at))
        if naming is not None and naming.level == Level.COMMUNE:
            return one
    return None


def _mark(touched: dict[str, set[UUID | None]], at: datetime) -> None:
    for view in sorted(touched.keys() & set(counted_views())):
        communes = {commune for commune in touched[view] if commune is not None}
        if EVERYWHERE in touched[view]:
            communes |= known_communes() | communes_of(view)
        there = set(Source.objects.filter(view=view, commune__in=communes).values_list("commune", flat=True))
        Source.objects.filter(view=view, commune__in=there).update(touched_at=at)
        new = [Source(view=view, commune=one, touched_at=at) for one in sorted(communes - there)]
        Source.objects.bulk_create(new, ignore_conflicts=True)


def definitions_changed(since: datetime | None) -> bool:
    """Return whether a measure was published after a moment: then everything is to be counted."""
    found = Published.objects.filter(kind="measure")
    return (found.filter(published_at__gt=since) if since else found).exists()
