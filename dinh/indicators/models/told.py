"""What people tell of figures: declared values, targets, answers to questions of quality."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dinh.lib.ids import uuid7


class Told(models.Model):
    """A value that a unit declares, or a file brings, for a measure that the house does not count itself."""

    class State(models.TextChoices):
        ENTERED = "entered", _("entered")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned to be corrected")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    measure = models.CharField(max_length=60)
    unit = models.UUIDField()  # commune
    month = models.IntegerField()  # the last month of the time it tells of: 202609 for a third quarter
    value = models.BigIntegerField()
    note = models.CharField(max_length=400, blank=True)  # where it is taken from, in the unit's words
    state = models.CharField(max_length=8, choices=State.choices, default=State.ENTERED)
    entered_by = models.UUIDField()
    entered_at = models.DateTimeField()
    judged_by = models.UUIDField(null=True)
    judged_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)  # why it was returned
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "unit", "month"], name="figure_told_once")]
        indexes = [models.Index(fields=["unit", "month"], name="figure_told_unit")]

    def __str__(self) -> str:
        return f"{self.measure} {self.month}"


class Target(models.Model):
    """What one unit means to reach in a year, in place of what the catalogue says for all."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicator = models.CharField(max_length=60)
    unit = models.UUIDField()
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=4)
    set_by = models.UUIDField()
    set_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "unit", "year"], name="figure_target_once")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"


class Flag(models.Model):
    """Something odd about a figure that asks for an answer. It blocks nothing."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ANSWERED = "answered", _("answered")
        GONE = "gone", _("no longer so")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    check_id = models.CharField(max_length=40)  # name of the check in `rules.quality`
    about = models.CharField(max_length=60)  # measure or indicator
    unit = models.UUIDField()
    month = models.IntegerField()
    detail = models.JSONField(default=dict)  # the numbers that the sentence names
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_id", "about", "unit", "month"], name="figure_flag_once")
        ]
        indexes = [models.Index(fields=["unit", "state"], name="figure_flag_unit")]

    def __str__(self) -> str:
        return f"{self.check_id} {self.about} {self.month}"
