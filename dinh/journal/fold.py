"""A row is the fold of its entries: each sets columns, in the order of `subject_version`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from dinh.journal.models import Entry
from dinh.journal.upcasters import body_of
from dinh.lib.errors import Broken


def fold(entries: Iterable[Entry]) -> dict[str, Any]:
    """Return {column: value} after all entries of one subject, with `version` the last one's.

    entries  of one subject, in any order
    Values are as in the bodies: times and dates as ISO strings, UUIDs as strings.

    Raises Broken when a version is missing or the entries are of several subjects.
    """
    row: dict[str, Any] = {}
    expected = None
    subject = None
    for entry in sorted(entries, key=lambda e: (str(e.subject), e.subject_version)):
        if expected is not None and (entry.subject, entry.subject_version) != (subject, expected):
            raise Broken("journal.fold_gap", subject=subject, expected=expected, found=entry.subject_version)
        subject, expected = entry.subject, entry.subject_version + 1
        row |= body_of(entry).get("set", {})
        row["version"] = entry.subject_version
    return row


def history(subject: UUID) -> list[Entry]:
    """Return the entries of a subject in fold order."""
    return list(Entry.objects.filter(subject=subject).order_by("subject_version"))
