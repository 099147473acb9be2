"""The rows behind a figure, for who may list them; others are told no number.

Whoever shows these rows to people writes so into the access journal, as for any other list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from dinh.catalogue.expressions.linear import linear
from dinh.catalogue.expressions.sql import text_constant
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.database import published
from dinh.directory import policy
from dinh.directory.lines import Boundaries
from dinh.directory.models import Account
from dinh.indicators.engine import counting, definitions
from dinh.indicators.engine.counting import Engine, Scope
from dinh.indicators.queries import places, reach
from dinh.indicators.rules.months import between
from dinh.journal.models import Entry, Stream
from dinh.lib.errors import Fault, Invalid, NotFound

PAGE = 50


@dataclass(frozen=True)
class Rows:
    """One page of the rows of a figure.

    subject  type of the ids, as the journal names it: "dossier"
    total    rows the figure counts; None where not all of them may be listed: of few, and of what gives few away
    seen     rows that may be listed
    """

    subject: str
    ids: tuple[UUID, ...]
    total: int | None
    seen: int
    page: int
    pages: int


def rows(
    measure: str, unit: UUID, first: int, last: int, account: Account | None, *, on: date,
    by: str = "", part: str = "", boundaries: Boundaries | None = None, page: int = 1, size: int = PAGE,
    after: int | None = None, without: str = "",
) -> Rows:  # fmt: skip
    """Return the ids of the rows that a measure counts in a unit, those that the account may list.

    first, last  months; of a stock only the last counts
    by, part     only one part of a dimension, as `figure` splits it
    on           today: rights and places of this day
    without      a measure of the same rows: those that it counts are left out, as in "all - some" (`difference`)
    after        only ids that an entry sealed after this position of the journal is about; totals are those of all

    Raises NotFound ("indicators.no_rows") for a measure that is not counted here, Invalid for a dimension it lacks.
    """
    item = _definition(measure, last)
    places.look_again()
    if by and by not in item.dimensions:
        raise Invalid("indicators.no_dimension", [Fault("by", "indicators.no_dimension", "")])
    engine = counting.engine_of(connection)
    scope = Scope(first if item.kind == "flow" else last, last, on)
    columns = ["id", "unit", "village", *_extra(item)]
    some = counting.counted(item, scope, engine, columns) + _part(item, scope, engine, by, part)
    found = f"SELECT id FROM ({some}) AS counted"
    if without:
        others = counting.counted(_definition(without, last), scope, engine, ["id"])
        found = f"SELECT id FROM (SELECT * FROM ({some}) AS every WHERE id NOT IN ({others})) AS counted"
    within = f"{found} WHERE {_here(item, unit, scope, boundaries, engine, on)}"
    view = published.get(item.view)
    right = policy.scope(account, view.permission, on)
    allowed = f"{within} AND {reach.condition(right, view, engine)}"
    with connection.cursor() as cursor:
        total, seen = _count(cursor, within), _count(cursor, allowed)
        cursor.execute(
            f"SELECT DISTINCT id FROM ({allowed}) AS allowed WHERE {_written_after(after)} ORDER BY id "
            f"LIMIT {int(size)} OFFSET {int((page - 1) * size)}"
        )
        ids = tuple(id if isinstance(id, UUID) else UUID(id) for (id,) in cursor.fetchall())
    # Of a part that is hidden beside a hidden one the number must not stand here either, nor of a unit beside others.
    told = total if seen == total else None
    return Rows(view.subject, ids, told, seen, page, max(1, -(-seen // size)))


def difference(indicator: Indicator) -> tuple[str, str] | None:
    """Return the two measures of a figure that counts the rows of one that are not among those of the other.

    None where a figure is anything else: then each of its measures has rows of its own.
    """
    terms = linear(indicator.numerator) if indicator.numerator else {}
    if len(terms) != 2 or sorted(terms.values()) != [-1, 1]:
        return None
    every, some = sorted(terms, key=lambda id: -terms[id])
    known = definitions.measures()
    first, second = known.get(every), known.get(some)
    if first is None or second is None or first.origin != "computed" or second.origin != "computed":
        return None
    same = (first.view, first.kind, first.on) == (second.view, second.kind, second.on)
    return (every, some) if same and {first.aggregate, second.aggregate} == {"count"} else None


def may_list(measure: str, account: Account | None, on: date) -> bool:
    """Return whether the account may list rows of a measure anywhere: then its list is not empty for that reason."""
    item = definitions.measures().get(measure)
    if item is None or not item.view:
        return False
    right = policy.scope(account, published.get(item.view).permission, on)
    return right.everything or bool(right.reaches)


def openers(measure: str, unit: UUID, on: date, most: int) -> list[str]:
    """Return the first names of who may list the rows of a measure in a unit, in their order. Two queries for each."""
    item = definitions.measures().get(measure)
    if item is None or not item.view:
        return []
    holders = policy.each_holder(published.get(item.view).permission, unit, None, on)
    return [one.full_name for one in islice((one for one in holders if one.is_staff), most)]


def may_open(measure: str, unit: UUID, account: Account | None, on: date) -> bool:
    """Return whether the account may list the rows of a measure in the whole of a unit: then nothing is hidden from it."""
    item = definitions.measures().get(measure)
    if item is None or not item.view:
        return False
    right = policy.scope(account, published.get(item.view).permission, on)
    return right.everything or (right.allows(unit) and (not right.by_procedure or right.procedures is None))


def _definition(measure: str, month: int) -> Measure:
    if measure not in definitions.measures():
        raise NotFound("indicators.no_rows", measure=measure)
    windows = definitions.windows_of_measure(measure)
    item = next((one.item for one in reversed(windows) if one.first <= month), windows[0].item)
    if item.origin != "computed" or item.view not in published.views():
        raise NotFound("indicators.no_rows", measure=measure)
    return item


def _extra(item: Measure) -> list[str]:
    names = {column.name for column in published.get(item.view).columns}
    return ["procedure"] if "procedure" in names else []


def _part(item: Measure, scope: Scope, engine: Engine, by: str, part: str) -> str:
    return f" AND {counting.part(item, scope, engine, by, part)}" if by else ""


def _here(
    item: Measure, unit: UUID, scope: Scope, boundaries: Boundaries | None, engine: Engine, on: date
) -> str:
    """Return the condition that a row belongs to the unit, in the boundaries of its month or of a day."""
    level = places.level_of(unit, on)
    wanted: set[tuple[UUID, UUID]] = set()
    own = {pk: (commune, place) for pk, commune, place in places.all_places()}
    for month in between(scope.first, scope.last):
        land = places.land(level, month, boundaries)
        wanted |= {own[pk] for pk in places.places_of([unit], land)}
    if not wanted:
        return "1 = 0"
    communes, lowest = ({pair[side] for pair in wanted} for side in (0, 1))
    return f"unit IN ({reach.ids(communes, engine)}) AND coalesce(village, unit) IN ({reach.ids(lowest, engine)})"


def _written_after(position: int | None) -> str:
    """Return the condition that an entry sealed after a position is about the row."""
    if position is None:
        return "1 = 1"
    return (
        "id IN (SELECT entry.subject FROM journal_position AS sealed JOIN journal_entry AS entry ON entry.id = sealed.item "
        f"WHERE sealed.node = {text_constant(settings.DINH_NODE)} AND sealed.stream = {text_constant(Stream.LOG)} "
        f"AND sealed.position > {int(position)})"
    )


def _count(cursor: CursorWrapper, text: str) -> int:
    cursor.execute(f"SELECT count(DISTINCT id) FROM ({text}) AS found")
    return int(cursor.fetchone()[0])


def by_day(measure: str, unit: UUID, month: int, on: date) -> dict[int, int]:
    """Return how many rows of a flow fell on each day of a month in a commune: day of the month -> rows."""
    item = _definition(measure, month)
    scope = Scope(month, month, on, (unit,))
    days = counting.counted(item, scope, counting.engine_of(connection), [f"{item.on} AS day"])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT day, count(*) FROM ({days}) AS found GROUP BY day")
        return {int(str(day)[8:10]): int(rows) for day, rows in cursor.fetchall()}


def entries_of(ids: Sequence[UUID]) -> list[UUID]:
    """Return the journal entries about some rows, the oldest first, for who may read the journal."""
    return list(Entry.objects.filter(subject__in=ids).order_by("at", "pk").values_list("pk", flat=True))
