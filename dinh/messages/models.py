"""Tables of messages: what we tell people, and how it reached them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from dinh.lib.ids import uuid7


class Message(models.Model):
    """One notice to one person: shown on screen, and delivered by the channels they chose."""

    # uuid5 of (cause, kind, account, person) when it has a cause: a handler that runs twice tells once.
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.UUIDField(null=True)  # directory.Account that may read it on screen
    person = models.UUIDField(null=True)  # population.Person it concerns
    subject_type = models.CharField(max_length=32)
    subject = models.UUIDField()
    kind = models.CharField(max_length=64)  # "dossiers.received", ...
    cause = models.UUIDField(null=True)  # journal entry it tells about
    language = models.CharField(max_length=2, default="vi")
    title = models.CharField(max_length=200)
    body = models.TextField()  # plain text
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "created_at"], name="message_account")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Delivery(models.Model):
    """One attempt to bring a message through one channel, tried again until it arrives or is given up."""

    class Channel(models.TextChoices):
        EMAIL = "email", pgettext_lazy("delivery", "e-mail")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "waiting")
        SENT = "sent", pgettext_lazy("delivery", "sent")
        FAILED = "failed", pgettext_lazy("delivery", "given up")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.CharField(max_length=254)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_error = models.CharField(max_length=200, blank=True)  # class and code, never an address
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "channel", "address"], name="delivery_once"),
        ]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"
