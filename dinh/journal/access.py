"""Reads of personal data, kept 24 months: who opened, listed, searched or exported what, and for which purpose.

The pages that show personal data call `opened` or `listed`; the citizen's page
"who looked at my data" calls `looked_at`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, DateTimeField, Exists, OuterRef, Q, UUIDField
from django.utils.crypto import salted_hmac

from dinh.database.prepared import Insert, Prepared
from dinh.journal import guards
from dinh.journal.actions import canonical
from dinh.journal.models import Access, AccessShown, Position, Stream, Unsealed

MERGED_WITHIN = timedelta(minutes=10)


class AccountLike(Protocol):
    """Somebody who reads: an account, known by its key."""

    pk: Any


Reader = AccountLike | UUID | None


def opened(
    *,
    kind: str = Access.Kind.OPEN,
    subject_type: str,
    subject: UUID,
    by: Reader,
    at: datetime,
    purpose: str,
    person: UUID | None = None,
    unit: UUID | None = None,
) -> None:
    """Write that one person, dossier or file was opened.

    purpose  the dossier or task in hand, e.g. "dossier:H38.02-261122-0001"
    person   whose data they are, for "who looked at my data"

    The same reader opening the same thing for the same purpose within ten
    minutes is written once. Costs one query, and two inserts when written.
    """
    actor = _id(by)
    since = at - MERGED_WITHIN
    if actor is None:
        same = Access.objects.filter(actor=None, subject=subject, kind=kind, purpose=purpose[:120])
        repeated = same.filter(at__gt=since, at__lte=at).exists()
    else:
        repeated = bool(
            _same(actor=actor, subject=subject, since=since, at=at, kind=kind, purpose=purpose[:120])
        )
    if repeated:
        return
    _write(
        Access(
            node=settings.DINH_NODE, kind=kind, at=at, actor=actor, unit=unit, subject_type=subject_type,
            subject=subject, person=person, purpose=purpose[:120],
        )
    )  # fmt: skip


def listed(
    *,
    kind: str = Access.Kind.LIST,
    subject_type: str,
    query: Mapping[str, Any],
    ids: Sequence[UUID],
    by: Reader,
    at: datetime,
    purpose: str,
    unit: UUID | None = None,
) -> None:
    """Write that a list, search or export showed these rows.

    query  what was asked; only its digest is kept, keyed with the node's secret, because a
           name or a number in it could be guessed from a plain one
    ids    the rows shown, in their order; of lists of persons ("person"), of records
           ("record") and of houses ("household") the sealer makes the index that `looked_at` reads
    """
    _write(
        Access(
            node=settings.DINH_NODE, kind=kind, at=at, actor=_id(by), unit=unit, subject_type=subject_type,
            purpose=purpose[:120], query_digest=query_digest(query), shown=[i.hex for i in ids], count=len(ids),
        )
    )  # fmt: skip


def query_digest(query: Mapping[str, Any]) -> str:
    """Return the keyed digest under which a query is kept: equal for equal queries of this node."""
    return salted_hmac("dinh.journal.access", canonical(dict(query)), algorithm="sha256").hexdigest()


def looked_at(person: UUID, limit: int = 100, *, subjects: Sequence[UUID] = ()) -> list[Access]:
    """Return who looked at this person's data, newest first: opened, and shown in lists of persons and of records.

    person    or a household: then on whose telephones its card was
    subjects  ids of dossiers and records that are the person's, which count too
    Costs two queries.
    """
    mine = Q(person=person) | Q(subject__in=list(subjects)) if subjects else Q(person=person)
    rows = list(Access.objects.filter(mine).order_by("-at")[:limit])
    shown = AccessShown.objects.filter(person__in=[person, *subjects])
    in_lists = shown.order_by("-at").select_related("access")[:limit]
    found = {row.pk: row for row in [*rows, *(one.access for one in in_lists)]}
    return sorted(found.values(), key=lambda row: (row.at, row.pk), reverse=True)[:limit]


def opened_rows(subject: UUID, limit: int = 100) -> list[Access]:
    """Return who opened one row, a dossier say, newest first. One query."""
    return list(Access.objects.filter(subject=subject).order_by("-at", "-pk")[:limit])


def forget_old(at: datetime) -> int:
    """Delete access rows older than 24 months and return how many; their hashes stay in the chain.

    The one way in which access rows end: the triggers let no younger row go. A row that was sealed late stays
    until its seal is as old, because `verify` knows the age of a missing row by its seal.
    """
    limit = guards.kept_since(at)
    sealed_late = Position.objects.filter(
        node=OuterRef("node"), stream=Stream.ACCESS, item=OuterRef("pk"), seal__at__gte=limit
    )
    old = Access.objects.filter(~Exists(sealed_late), at__lt=limit)
    with transaction.atomic():
        AccessShown.objects.filter(access__in=old).delete()
        Unsealed.objects.filter(stream=Stream.ACCESS, item__in=old.values("pk")).delete()
        return old.delete()[0]


_same = Prepared(
    lambda actor, subject, since, at, kind, purpose: Access.objects.filter(
        actor=actor, subject=subject, at__gt=since, at__lte=at, kind=kind, purpose=purpose
    ).values_list("pk", flat=True)[:1],
    actor=UUIDField(), subject=UUIDField(), since=DateTimeField(), at=DateTimeField(), kind=CharField(), purpose=CharField(),
)  # fmt: skip
_insert_access = Insert(Access)
_insert_unsealed = Insert(Unsealed)


def _write(row: Access) -> None:
    with transaction.atomic():
        _insert_access(row)
        _insert_unsealed(Unsealed(item=row.pk, stream=Stream.ACCESS))


def _id(by: Reader) -> UUID | None:
    if by is None or isinstance(by, UUID):
        return by
    key: UUID | None = by.pk  # an anonymous visitor has none
    return key
