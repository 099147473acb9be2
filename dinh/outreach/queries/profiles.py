"""Profiles as others read them, and how the journal's entries about them lead back to households and persons."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from dinh.journal.models import Entry
from dinh.outreach.models import FactChange, Operation

SUBJECT_TYPES = ("operation", "facts")  # of entries that may change what a phone shows of a house


def touched(subjects: Collection[UUID]) -> dict[UUID, tuple[str, UUID]]:
    """Return for subjects of entries of SUBJECT_TYPES what they are about: ("household" or "person", its id).

    An operation has the id of its visit or assistance, so those are found too. Two queries for each 500.
    """
    found: dict[UUID, tuple[str, UUID]] = {}
    wanted = sorted(subjects)
    for first in range(0, len(wanted), 500):
        part = wanted[first : first + 500]
        operations = Operation.objects.filter(pk__in=part, entity_type__in=("household", "person"))
        for pk, kind, entity in operations.values_list("pk", "entity_type", "entity"):
            if entity is not None:
                found[pk] = (kind, entity)
        told = Entry.objects.filter(subject__in=part, kind="outreach.profile_changed", body__isnull=False)
        for pk, kind, entity in told.values_list("subject", "body__entity_type", "body__entity"):
            found[pk] = (kind, UUID(entity))
    return found


def changes_of(entity: UUID, limit: int = 200) -> list[FactChange]:
    """Return what was ever changed in a profile, last captured first, losers too. One query."""
    rows = FactChange.objects.filter(entity=entity).select_related("by")
    return list(rows.order_by("-captured_at", "-pk")[:limit])
