"""Workshops, campaigns and trainings of officials: who was invited, who came, what they could do before and after."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account, Unit
from dinh.lib.ids import uuid7
from dinh.population.models import Person


class Workshop(models.Model):
    """One gathering at one place."""

    class Kind(models.TextChoices):
        WORKSHOP = "workshop", _("workshop")
        DRIVE = "drive", _("installation drive")
        AWARENESS = "awareness", _("scam awareness session")
        TRAINING = "training", _("training of officials")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="workshops")  # commune or village
    title = models.CharField(max_length=160)
    topic = models.CharField(max_length=24)  # list `workshop_topics`
    audience = models.CharField(max_length=24, blank=True)  # list `workshop_audiences`
    place = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lead = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="workshops")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    code = models.CharField(max_length=9, unique=True)  # on the wall as a QR code: "K7M2-9QXT"
    held_at = models.DateTimeField(null=True)
    present = models.PositiveIntegerField(
        default=0
    )  # counted by the lead; attendance lists whom they wrote down
    note = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["unit", "starts_at"], name="workshop_unit")]

    def __str__(self) -> str:
        return str(self.pk)


class Invitation(models.Model):
    """Somebody who was asked to come."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="invitations")
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="invitations")
    invited_at = models.DateTimeField()
    reached = models.BooleanField(default=False)  # told by message, or by a member at the door

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "person"],
                name="invitation_of_person_once",
                condition=models.Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["workshop", "account"],
                name="invitation_of_official_once",
                condition=models.Q(account__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Attendance(models.Model):
    """One person at one gathering; a walk-in without telephone is a name."""

    id = models.UUIDField(primary_key=True, editable=False)  # of the operation, or made at the desk
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="attendances")
    account = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="attendances"
    )  # an official
    name = models.CharField(max_length=120, blank=True)  # a walk-in's
    way = models.CharField(max_length=6)  # "qr", "list", "walkin"
    before = models.JSONField(default=dict)  # code of list `basic_skills` -> 0, 1, 2
    after = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="attendances_noted")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "person"],
                name="attendance_once",
                condition=models.Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["workshop", "account"],
                name="attendance_of_official_once",
                condition=models.Q(account__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
