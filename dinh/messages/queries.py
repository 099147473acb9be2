"""Reads of messages: what an account has to read, and how it reached it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, UUIDField

from dinh.database.prepared import Prepared
from dinh.directory.models import Account
from dinh.messages.models import Delivery, Message

# On every page of everyone who is signed in, hence prepared.
_unread = Prepared(
    lambda account: (
        Message.objects.filter(account=account, read_at=None)
        .order_by()
        .values("account")
        .values_list(Count("pk"), flat=True)
    ),
    account=UUIDField(),
)


def unread_count(account: Account) -> int:
    """Return how many notices an account has not read. One query."""
    return _unread.first(account=account.pk) or 0


def for_account(account: Account, *, before: UUID | None = None, limit: int = 50) -> list[Message]:
    """Return an account's notices with their deliveries, newest first.

    before  the last notice of the page before; one that is not this account's asks for the first page
    """
    found = Message.objects.filter(account=account.pk).prefetch_related("deliveries")
    last = get_message(account, before) if before is not None else None
    if last is not None:
        found = found.filter(
            Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, id__lt=last.pk)
        )
    return list(found.order_by("-created_at", "-id")[:limit])


def get_message(account: Account, message: UUID) -> Message | None:
    """Return one notice of this account; None when it is somebody else's."""
    return Message.objects.filter(account=account.pk, pk=message).first()


def delivery_counts(since: datetime | None = None) -> dict[str, int]:
    """Return how many deliveries wait and how many were given up, for `dinh doctor` and the metrics.

    since  only of notices that are younger
    """
    states = Delivery.State
    wanted = Delivery.objects.filter(message__created_at__gt=since) if since else Delivery.objects
    return wanted.aggregate(
        waiting=Count("pk", filter=Q(state=states.WAITING)), failed=Count("pk", filter=Q(state=states.FAILED))
    )
