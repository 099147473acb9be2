"""What the writes of work share: the rows of `directory.writing`, with their entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from dinh.journal.actions import build_entry, record_many
from dinh.work.models import Assignment


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
