"""What the writes of work share: the rows of `directory.writing`, with their entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.journal.actions import build_entry, record, record_many
from dinh.lib.errors import Stale
from dinh.work.models import Assignment, IssueCard


def record_all(
    rows: Sequence[Assignment], kind: str, columns: Sequence[str], *, at: datetime, by: UUID | None
) -> None:
    """Write one entry for each of many tasks, with these columns as they now are."""
    record_many(
        [
            build_entry(
                kind,
                subject=row,
                at=at,
                by=by,
                unit=row.unit_id,
                body={"set": {column: getattr(row, column) for column in columns}},
            )
            for row in rows
        ]
    )


def record_of(
    row: IssueCard,
    kind: str,
    columns: Mapping[str, Any],
    more: Mapping[str, Any],
    *,
    by: Account,
    at: datetime,
) -> None:
    """Set columns of a card that nobody changed since it was read; the entry also says `more` (a reason).

    Raises Stale when somebody did.
    """
    mine = IssueCard.objects.filter(pk=row.pk, version=row.version)
    if not mine.update(version=F("version") + 1, **columns):
        message = _("Somebody changed this while you were looking at it. Open it again and try once more.")
        raise Stale("work.stale", message, subject=row.pk)
    row.version += 1
    for column, value in columns.items():
        setattr(row, column, value)
    record(kind, subject=row, at=at, by=by.pk, unit=row.unit_id, body={"set": dict(columns), **more})
