"""The rows of a locked month that somebody entered or changed after it was locked, for who may list them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from dinh.directory.models import Account
from dinh.indicators.models import Snapshot
from dinh.indicators.queries import rows
from dinh.journal.models import Entry, Position, Stream

MOST = 20_000  # late rows of a measure in one commune and month
AT_ONCE = 500  # ids in one query


@dataclass(frozen=True)
class Late:
    """Rows that count now and were written about after the lock.

    subject  type of the ids, as the journal names it
    ids      the newest first
    hidden   whether the account may not list all rows of the measure; how many there are is not told then
    """

    subject: str
    ids: tuple[UUID, ...]
    hidden: bool


def late(measure: str, snapshot: Snapshot, account: Account, *, on: date) -> Late:
    """Return the rows of a measure that came, or changed, after a snapshot was taken.

    What was corrected so that it counts no more is not among them: it has no row of this measure any longer.

    Raises NotFound ("indicators.no_rows") for a measure that is told, not counted.
    """
    month = snapshot.month
    position = snapshot.content["position"]
    found = rows.rows(measure, snapshot.unit, month, month, account, on=on, size=MOST, after=position)
    newest: dict[UUID, int] = {}
    for some in _cut(found.ids):
        acts = dict(Entry.objects.filter(subject__in=some).order_by().values_list("pk", "subject"))
        for entries in _cut(list(acts)):
            after = Position.objects.filter(
                node=settings.DINH_NODE, stream=Stream.LOG, item__in=entries,
                position__gt=position,
            )  # fmt: skip
            for entry, sealed in after.values_list("item", "position"):
                newest[acts[entry]] = max(sealed, newest.get(acts[entry], 0))
    ids = tuple(sorted(newest, key=lambda id: -newest[id]))
    return Late(found.subject, ids, found.total is None)


def _cut(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
