"""Writes of messages: tell somebody, mark as read. They write no journal entry: what they tell about has one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from dinh.directory.models import Account
from dinh.lib.ids import natural_id, uuid7
from dinh.messages.models import Delivery, Message

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@transaction.atomic
def notify(
    *,
    account: Account | UUID | None,
    person: UUID | None,
    subject_type: str,
    subject: UUID,
    kind: str,
    cause: UUID | None,
    title: str,
    body: str,
    language: str,
    emails: Sequence[str] = (),
    at: datetime,
) -> Message:
    """Show a notice to an account and bring it to these e-mail addresses; return the message.

    cause   the journal entry it tells about: the same cause, kind and reader is told once
    body    plain text, already in the reader's language
    emails  left out where the node has no mail server (settings.EMAIL_HOST)
    """
    reader = account.pk if isinstance(account, Account) else account
    key = natural_id("message", cause, kind, reader, person) if cause else uuid7()
    message, created = Message.objects.get_or_create(
        pk=key,
        defaults={
            "account": reader, "person": person, "subject_type": subject_type, "subject": subject, "kind": kind,
            "cause": cause, "language": language, "title": title[:200], "body": body, "created_at": at,
        },
    )  # fmt: skip
    if created and can_mail():
        _deliver(message, emails, at)
    return message


def mark_read(*, account: Account, messages: Iterable[UUID] | None = None, at: datetime) -> int:
    """Mark an account's notices as read, all of them when none are named; return how many were new."""
    unread = Message.objects.filter(account=account.pk, read_at=None)
    if messages is not None:
        unread = unread.filter(pk__in=list(messages))
    return unread.update(read_at=at)


def can_mail() -> bool:
    """Tell whether this node can send e-mail."""
    return bool(settings.EMAIL_HOST) or settings.EMAIL_BACKEND != SMTP


def _deliver(message: Message, emails: Sequence[str], at: datetime) -> None:
    from dinh.messages.tasks import deliver

    for address in dict.fromkeys(one.strip() for one in emails if one.strip()):
        row = Delivery.objects.create(
            message=message, channel=Delivery.Channel.EMAIL, address=address, next_attempt_at=at
        )
        deliver.enqueue(str(row.pk))
