"""Brings messages to people: each delivery is claimed, tried, tried again later, and in the end given up.

A claim is a guarded write, so that of two workers one sends. The server may take
a message and the worker die before it can write that down; then the message is
sent once more under the same Message-ID, by which mail programs drop the second.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext, override
from django_tasks import task

from dinh.messages import rules
from dinh.messages.models import Delivery, Message

log = logging.getLogger("dinh.messages")
OVERDUE = timedelta(minutes=2)  # a task in good health has delivered by then


@task()
def deliver(delivery_id: str) -> str:
    """Try one delivery now if it is due; return its state."""
    return attempt(UUID(delivery_id), at=timezone.now())


@task()
def deliver_due(limit: int = 100) -> int:
    """Try all deliveries that are due, oldest first; return how many were sent."""
    at = timezone.now()
    due = Delivery.objects.filter(state=Delivery.State.WAITING, next_attempt_at__lte=at)
    ids = list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])
    return sum(attempt(pk, at=at) == Delivery.State.SENT for pk in ids)


def sweep(at: datetime | None = None) -> bool:
    """Have what was left lying delivered: called each minute by the worker's supervisor; sends nothing itself.

    Returns whether there was something. Needed only when a task was lost.
    """
    overdue = (at or timezone.now()) - OVERDUE
    if not Delivery.objects.filter(state=Delivery.State.WAITING, next_attempt_at__lte=overdue).exists():
        return False
    deliver_due.enqueue()
    return True


def attempt(delivery_id: UUID, *, at: datetime) -> str:
    """Claim a delivery that is due at this time, send it, and write down what came of it; return its state."""
    row = Delivery.objects.select_related("message").get(pk=delivery_id)
    if row.state != Delivery.State.WAITING or row.next_attempt_at > at or not _claim(row, at):
        return row.state
    try:
        _send(row)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return _failed(row, error)
    row.state = Delivery.State.SENT
    row.sent_at = at
    row.last_error = ""
    row.save(update_fields=["state", "sent_at", "last_error"])
    return row.state


def _claim(row: Delivery, at: datetime) -> bool:
    tries = row.attempts + 1
    claimed = Delivery.objects.filter(pk=row.pk, state=Delivery.State.WAITING, attempts=row.attempts)
    if not claimed.update(attempts=tries, next_attempt_at=at + rules.wait_after(tries)):
        return False
    row.attempts, row.next_attempt_at = tries, at + rules.wait_after(tries)
    return True


def _send(row: Delivery) -> None:
    message = row.message
    EmailMessage(
        subject=rules.one_line(message.title),
        body=f"{message.body}\n\n-- \n{_foot(message)}\n",
        to=[row.address],
        headers={"Message-ID": f"<{row.pk}@{_host()}>", "Auto-Submitted": "auto-generated"},
    ).send()


def _failed(row: Delivery, error: Exception) -> str:
    row.last_error = rules.describe(error)
    given_up = rules.is_final(error) or row.attempts >= rules.MOST_ATTEMPTS
    if given_up:
        row.state = Delivery.State.FAILED
    row.save(update_fields=["state", "last_error"])
    log.warning(
        "delivery failed",
        extra={"delivery": row.pk, "attempts": row.attempts, "given_up": given_up, "error": row.last_error},
    )
    if not given_up:
        deliver.using(run_after=row.next_attempt_at).enqueue(str(row.pk))
    return row.state


def _foot(message: Message) -> str:
    with override(message.language):
        read = gettext("You can read this notice again at %(url)s.") % {"url": settings.DINH_PUBLIC_URL}
        safe = gettext("We never ask for a password, a bank code or a transfer by e-mail or telephone.")
    return f"{read}\n{safe}"


def _host() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].strip("> ") or "localhost"
