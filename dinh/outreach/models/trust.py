"""How a house knows that a volunteer is genuine, and what stays in the house."""

from __future__ import annotations

from django.db import models

from dinh.directory.models import Account, Unit
from dinh.lib.ids import uuid7


class Badge(models.Model):
    """A printed card whose code anyone can check."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="badges")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="badges")  # commune
    code = models.CharField(
        max_length=9, unique=True
    )  # "4821-7730": digits, so that it can be read out and sent by SMS
    printed_at = models.DateTimeField()
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.pk)


class BadgeCheck(models.Model):
    """Somebody asked whether a code is genuine."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    badge = models.ForeignKey(Badge, null=True, on_delete=models.CASCADE, related_name="checks")
    way = models.CharField(max_length=8)  # "web", "sms", "kiosk", "head"
    at = models.DateTimeField()
    genuine = models.BooleanField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.pk)


class SlipBook(models.Model):
    """A run of pre-numbered paper slips given to one member; the numbers of a book are never given twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="slip_books")  # commune
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="slip_books")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "first"], name="slip_book_once")]

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"
