"""Reports that were made, each for one reader and by their rights, and when they are made without being asked for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dinh.lib.ids import uuid7


class ReportSchedule(models.Model):
    """A report that the worker makes of one unit, month after month, for everybody who holds one of some roles there."""

    class When(models.TextChoices):
        LOCKED = "locked", _("on the day after the month is locked")
        DAY = "day", _("on a day of the next month, locked or not")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.CharField(max_length=60)  # id of a file of catalogue/reports/
    unit = models.UUIDField()
    when = models.CharField(max_length=6, choices=When.choices, default=When.LOCKED)
    day = models.PositiveSmallIntegerField(default=5)  # of the next month, for When.DAY
    roles = models.JSONField(default=list)  # ["leader", "data_officer"]
    last_month = models.IntegerField(default=0)  # of which it was made last
    set_by = models.UUIDField()
    set_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "unit"], name="report_schedule_once", condition=Q(stopped_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.when}"


class Report(models.Model):
    """One report of one unit and month, as one reader may see it. What it says never changes once it was made."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("report", "being made")
        MADE = "made", pgettext_lazy("report", "made")
        FAILED = "failed", pgettext_lazy("report", "could not be made")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)  # `version` of the catalogue's file
    unit = models.UUIDField()
    month = models.IntegerField()  # the last of its time
    account = models.UUIDField()  # whose rights it was made by
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    sign = models.BooleanField(default=False)  # whether who asked may let the office sign it
    state = models.CharField(max_length=6, choices=State.choices, default=State.ASKED)
    locked = models.BooleanField(default=False)  # all of its figures are
    number = models.PositiveIntegerField(null=True)  # of the signed document, within unit and year
    basis = models.CharField(max_length=64, blank=True)  # SHA-256 of the snapshots it rests on
    hidden = models.JSONField(default=list)  # indicators whose small numbers were left out
    title = models.CharField(max_length=300, blank=True)
    content = models.JSONField(default=dict)  # the composed document
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of `content`
    paper = models.UUIDField(null=True)  # `papers.Paper` that draws and signs it
    made_at = models.DateTimeField(null=True)
    schedule = models.ForeignKey(ReportSchedule, null=True, on_delete=models.PROTECT, related_name="made")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["unit", "asked_at"], name="figure_report_unit")]

    def __str__(self) -> str:
        return f"{self.report} {self.month}"
