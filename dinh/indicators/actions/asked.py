"""Writing down that somebody asked by SQL: who, which statement by its digest, over which views, how many rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from dinh.database import published
from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.directory.writing import created
from dinh.indicators.asking.running import Answer, ids_in
from dinh.indicators.engine.counting import engine_of
from dinh.indicators.models import AskedSql
from dinh.indicators.queries.questions import ASK
from dinh.journal import access
from dinh.journal.actions import action
from dinh.journal.models import Access
from dinh.lib.dates import local_date

AT_ONCE = 5_000  # ids in one query


@action
def asked_sql(sql: str, answer: Answer, *, by: Account, at: datetime, taken: str = "") -> AskedSql:
    """Write that a statement was answered, and which rows it named where it showed ids.

    taken  form of the file in which the answer leaves; "" when it is shown
    """
    policy.require(by, ASK, on=local_date(at))
    row = AskedSql(
        account=by.pk, at=at, digest=access.query_digest({"sql": sql}), views=list(answer.views),
        rows=len(answer.rows), taken=taken,
    )  # fmt: skip
    row.save(force_insert=True)
    unit = policy.home_unit(by, local_date(at))
    created(row, "indicators.asked_sql", by=by, at=at, unit=unit)
    _listed(sql, answer, answer.views, by=by, at=at, taken=taken)
    return row


def _of_rows(ids: list[UUID]) -> list[UUID]:
    """Leave out the ids of places, which tell of nobody."""
    places: set[UUID] = set()
    for start in range(0, len(ids), AT_ONCE):
        places |= set(Unit.objects.filter(pk__in=ids[start : start + AT_ONCE]).values_list("pk", flat=True))
    return [id for id in ids if id not in places]


def _listed(sql: str, answer: Answer, views: Sequence[str], *, by: Account, at: datetime, taken: str) -> None:
    ids = _of_rows(ids_in(answer))
    for subject, some in _by_type(ids, views).items():
        access.listed(
            kind=Access.Kind.EXPORT if taken else Access.Kind.LIST, subject_type=subject, query={"sql": sql}, ids=some,
            by=by, at=at, purpose="sql", unit=policy.home_unit(by, local_date(at)),
        )  # fmt: skip


def _by_type(ids: Sequence[UUID], views: Sequence[str]) -> dict[str, list[UUID]]:
    """Return ids by the type of what they are of, in their order.

    An id that no view holds any more, because its row went while it was asked, counts as of every type: it was shown.
    """
    held: dict[str, set[UUID]] = {}
    subjects = {published.get(name).subject for name in views}
    for name in views:
        known = held.setdefault(published.get(name).subject, set())
        known |= set(ids) if len(subjects) == 1 else _held(name, ids)
    anywhere = set[UUID]().union(*held.values())
    found = {type_: [id for id in ids if id in own or id not in anywhere] for type_, own in held.items()}
    return {type_: some for type_, some in found.items() if some}


def _held(view: str, ids: Sequence[UUID]) -> set[UUID]:
    """Return which ids are of rows of a view."""
    engine, found = engine_of(connection), set[UUID]()
    with connection.cursor() as cursor:
        for start in range(0, len(ids), AT_ONCE):
            some = ", ".join(engine.id(id) for id in ids[start : start + AT_ONCE])
            cursor.execute(f"SELECT DISTINCT id FROM {view} WHERE id IN ({some})")  # noqa: S608 - names of ours
            found |= {UUID(str(id)) for (id,) in cursor.fetchall()}
    return found
