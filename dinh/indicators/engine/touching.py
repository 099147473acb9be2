"""Which rows a sealed entry may have changed: marked, to be counted again within a minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max, Q, QuerySet

from dinh.catalogue.models import Published
from dinh.database import published
from dinh.database.published import View
from dinh.directory import tree
from dinh.directory.models import Level
from dinh.indicators.engine.cells import id_of
from dinh.indicators.engine.counting import engine_of
from dinh.indicators.engine.recount import communes_of, counted_views, known_communes
from dinh.indicators.models import Progress, Source
from dinh.journal.models import Entry, Position, Stream, Unsealed
from dinh.lib.dates import local_date

READER = "journal"  # row of Progress: the last position that was looked at
AT_ONCE = 20_000  # positions; a long import is taken in several steps
FEW_PEOPLE = 400  # named in a statement
PEOPLE = "touched_people"  # of this connection, for one turn: kind of entry, id of a person
EVERYWHERE = None  # an entry without a commune may concern any
# But one about a person concerns where rows about the person stand; somebody made known lives nowhere yet.
NOWHERE = Q(subject_type="person", unit=None)
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
    touched = _about_people(items, at)
    kinds = Entry.objects.filter(pk__in=items).exclude(NOWHERE).values_list("kind", "unit").distinct()
    for kind, unit in kinds.order_by():
        if kind in MOVES_PLACES:
            touched.update({view: {EVERYWHERE} for view in counted_views()})
        for view in published.touched_by(kind):
            touched[view.name].add(commune_of(unit, at))
    with transaction.atomic():
        _mark(touched, at)
        Progress.objects.filter(name=READER).update(position=last)
    return last - int(progress.position)


def waits(view: str) -> bool:
    """Return whether a view's rows may have changed and are not counted: an entry that is not sealed, looked at or counted."""
    if Unsealed.objects.filter(stream=Stream.LOG).exists():
        return True
    progress = Progress.objects.filter(name=READER).values_list("position", flat=True).first() or 0
    sealed = Position.objects.filter(node=settings.DINH_NODE, stream=Stream.LOG, position__gt=progress)
    return sealed.exists() or Source.objects.filter(view=view, touched_at__isnull=False).exists()


def _about_people(items: QuerySet[Any], at: datetime) -> dict[str, set[UUID | None]]:
    """Return by view the communes where rows about the people of some entries stand: an entry names one commune alone.

    They are those of the rows themselves, and those that entries about the same people named before. However many
    people there are, each view is read once.
    """
    touched: dict[str, set[UUID | None]] = defaultdict(set)
    about = Entry.objects.filter(pk__in=items, subject_type="person").order_by()
    views: dict[View, list[str]] = defaultdict(list)  # view -> kinds of entries
    for kind in about.values_list("kind", flat=True).distinct():
        for view in published.touched_by(kind):
            views[view].append(kind)
    if not views:
        return touched
    nowhere = set(about.filter(NOWHERE).values_list("kind", flat=True).distinct())
    found: dict[str, set[UUID]] = {}
    with connection.cursor() as cursor:
        _keep_people(cursor, about)
        before = _named_before(cursor, at)
        for view, kinds in views.items():
            touched[view.name] |= set[UUID | None]().union(*(before[kind] for kind in kinds))
            if view.person:
                cursor.execute(published.places_of(view, connection.vendor, _people(cursor, kinds)))
                found[view.name] = {id_of(unit) for (unit,) in cursor.fetchall()}
                touched[view.name] |= found[view.name]
        cursor.execute(f"DROP TABLE {PEOPLE}")
    for view, kinds in views.items():
        if not view.person and nowhere.intersection(kinds):  # its rows stand where these people live
            touched[view.name] |= set[UUID | None]().union(*found.values())
    return touched


def _keep_people(cursor: CursorWrapper, about: QuerySet[Any]) -> None:
    """Keep of whom some entries are, by kind, in a table of this connection."""
    text, values = about.values_list("kind", "subject").distinct().query.sql_with_params()
    entries = Entry._meta.db_table
    cursor.execute(f"DROP TABLE IF EXISTS {PEOPLE}")
    cursor.execute(f"CREATE TEMP TABLE {PEOPLE} AS SELECT kind, subject FROM {entries} WHERE 1 = 0")
    cursor.execute(f"INSERT INTO {PEOPLE} {text}", values)
    cursor.execute(f"ANALYZE {PEOPLE}")  # else they are taken for very many, or very few


def _people(cursor: CursorWrapper, kinds: Iterable[str]) -> str:
    """Return the kept people of some kinds as SQL: few as constants, by which a view looks them up instead of reading all."""
    listed = f"SELECT DISTINCT subject FROM {PEOPLE} WHERE kind IN ({', '.join(map(_quoted, kinds))})"
    cursor.execute(f"{listed} LIMIT {FEW_PEOPLE + 1}")
    ids = [engine_of(connection).id(id_of(subject)) for (subject,) in cursor.fetchall()]
    return ", ".join(ids) if len(ids) <= FEW_PEOPLE else listed


def _named_before(cursor: CursorWrapper, at: datetime) -> dict[str, set[UUID | None]]:
    """Return, by kind, the communes that any entry about the kept people named."""
    cursor.execute(
        f"SELECT DISTINCT kept.kind, entry.unit FROM {PEOPLE} AS kept "
        f"JOIN {Entry._meta.db_table} AS entry ON entry.subject = kept.subject WHERE entry.unit IS NOT NULL"
    )
    found: dict[str, set[UUID | None]] = defaultdict(set)
    for kind, unit in cursor.fetchall():
        commune = commune_of(id_of(unit), at)
        if commune is not None:
            found[kind].add(commune)
    return found


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


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
