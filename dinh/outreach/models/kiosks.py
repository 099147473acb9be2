"""Shared computers of the houses of culture, and the tickets with which people wait for the counter."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from dinh.directory.models import Account, Office, Unit
from dinh.lib.ids import uuid7


class Kiosk(models.Model):
    """One registered machine. Its key lies in a cookie of that machine; here only the key's digest."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="kiosks")  # commune
    name = models.CharField(max_length=80)  # "House of culture, Bản Vược"
    place = models.CharField(max_length=120, blank=True)
    office = models.ForeignKey(
        Office, null=True, on_delete=models.PROTECT, related_name="kiosks"
    )  # whose counter its tickets are for
    code_digest = models.CharField(max_length=64, blank=True)  # of the pairing code, while it waits
    code_until = models.DateTimeField(null=True)
    key_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the key; "" until it is paired
    paired_at = models.DateTimeField(null=True)
    seen_on = models.DateField(null=True)  # last day of use: one write a day, no trace of who used it
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="kiosks_made")
    revoked_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code_digest"], name="kiosk_code_once", condition=~models.Q(code_digest="")
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class QueueTicket(models.Model):
    """One place in the day's line of one office. It names nobody."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("ticket", "waiting")
        CALLED = "called", pgettext_lazy("ticket", "called")
        SERVED = "served", pgettext_lazy("ticket", "served")
        ABSENT = "absent", pgettext_lazy("ticket", "did not come")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="tickets")
    on = models.DateField()
    number = models.PositiveSmallIntegerField()  # from 1, each day anew
    code = models.CharField(max_length=9, unique=True)  # "K7M2-9QXT", on the slip as a QR code
    wish = models.CharField(max_length=12)  # list `counter_wishes`
    first = models.BooleanField(default=False)  # goes before others: old, ill, with a small child
    kiosk = models.ForeignKey(Kiosk, null=True, on_delete=models.PROTECT, related_name="tickets")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    taken_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="tickets_called")
    window = models.CharField(max_length=12, blank=True)  # "2", as the person reads it on the wall
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "on", "number"], name="ticket_once")]
        indexes = [models.Index(fields=["office", "on", "state"], name="ticket_line")]

    def __str__(self) -> str:
        return str(self.pk)
