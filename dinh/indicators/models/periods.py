"""A month of a commune on its way to being final, and what was locked: snapshots are only ever added.

Triggers (`journal.guards`) refuse to change or remove a snapshot or a locked cell.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dinh.lib.ids import uuid7


class Period(models.Model):
    """All figures of one commune in one month, and who has looked at them."""

    class State(models.TextChoices):
        DRAFT = "draft", _("provisional")
        SUBMITTED = "submitted", _("submitted")
        VERIFIED = "verified", _("verified")
        APPROVED = "approved", _("approved")
        LOCKED = "locked", _("locked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.UUIDField()
    month = models.IntegerField()  # 202607
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    submitted_by = models.UUIDField(null=True)
    submitted_at = models.DateTimeField(null=True)
    verified_by = models.UUIDField(null=True)
    verified_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=400, blank=True)  # why it was last sent back
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "month"], name="figure_period_once")]

    def __str__(self) -> str:
        return f"{self.month} {self.state}"


class Snapshot(models.Model):
    """The figures of a period as they were locked or restated, signed and chained to the one before. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="snapshots")
    unit = models.UUIDField()  # of the period, for reading
    month = models.IntegerField()
    number = models.PositiveIntegerField()  # 1 for the lock, 2 for the first restatement
    at = models.DateTimeField()
    by = models.UUIDField()
    reason = models.CharField(max_length=1000, blank=True)  # of a restatement
    content = models.JSONField()  # definitions, places and position of the journal it was made of
    cells = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of content, cells and the digest before
    previous = models.CharField(max_length=64, blank=True)
    key_id = models.CharField(max_length=64)
    signature = models.BinaryField(max_length=128)  # ECDSA P-256 over `digest`

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "number"], name="figure_snapshot_once"),
        ]
        indexes = [models.Index(fields=["month", "unit"], name="figure_snapshot_month")]

    def __str__(self) -> str:
        return f"{self.month} {self.number}"


class LockedCell(models.Model):
    """One number of a snapshot. Never changed."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="locked")
    series = models.SmallIntegerField()  # Series.pk
    dims = models.CharField(max_length=80)
    place = models.IntegerField()  # Place.pk
    value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "series", "dims", "place"], name="figure_locked_once")
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.series} {self.dims}: {self.value}"


class Restatement(models.Model):
    """A wish to state a locked month anew: who asks, why, and who agreed."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        APPROVED = "approved", _("restated")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="restatements")
    reason = models.CharField(max_length=1000)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)
    snapshot = models.ForeignKey(Snapshot, null=True, on_delete=models.PROTECT, related_name="restatements")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period"], name="figure_restatement_open_once", condition=models.Q(state="asked")
            )
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.state}"


class ProvinceApproval(models.Model):
    """A province's word on a month: what of its communes it rests on, and which are missing, by name. Only added."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.UUIDField()  # province
    month = models.IntegerField()
    number = models.PositiveIntegerField()  # 1 for the first; again when a missing one has come
    # Id of each commune that is locked -> digest of its snapshot; "" where it is approved and not locked.
    communes = models.JSONField()
    missing = models.JSONField()  # ids of those that are neither
    reason = models.CharField(max_length=1000, blank=True)  # why without them
    by = models.UUIDField()
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "number"], name="figure_province_once")
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.number}"
