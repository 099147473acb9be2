"""What was counted: one number for a measure, a month and a place, as a whole and split by one dimension.

There are millions of cells, so they name measures and places by short numbers, and lie in the order in
which they are read. A cell that is not there is zero where the commune's rows were counted, else unknown.
"""

from __future__ import annotations

from django.db import models

from dinh.lib.ids import uuid7


class Series(models.Model):
    """A measure, as cells name it."""

    id = models.SmallAutoField(primary_key=True)
    measure = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.measure


class Place(models.Model):
    """A lowest place as rows name it: a village under the commune of that row, or that commune itself."""

    id = models.AutoField(primary_key=True)
    commune = models.UUIDField()  # directory.Unit, as it was written
    unit = models.UUIDField()  # the village, or the commune where the row knows no village

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commune", "unit"], name="figure_place_once")]
        indexes = [models.Index(fields=["unit"], name="figure_place_unit")]

    def __str__(self) -> str:
        return f"{self.commune} {self.unit}"


class Cell(models.Model):
    """One number. The table is made by the migration in the order of its key, so that a month of a measure is one stretch."""

    pk = models.CompositePrimaryKey("series", "dims", "month", "place")
    series = models.SmallIntegerField()  # Series.pk
    dims = models.CharField(max_length=80)  # "" for the whole, "sex=2" for a part, "sex=" where it is unknown
    month = models.IntegerField()  # 202607
    place = models.IntegerField()  # Place.pk
    value = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.series} {self.dims} {self.month} {self.place}: {self.value}"


class CellBefore(models.Model):
    """What a cell held before its first change of a day: so it stood at the close of the day before. Kept for a few days."""

    pk = models.CompositePrimaryKey("series", "dims", "month", "place", "day")
    series = models.SmallIntegerField()
    dims = models.CharField(max_length=80)
    month = models.IntegerField()
    place = models.IntegerField()
    day = models.IntegerField()  # of the change, 20260731
    value = models.BigIntegerField(null=True)  # null: there was no such cell

    def __str__(self) -> str:
        return f"{self.series} {self.dims} {self.month} {self.place} until {self.day}: {self.value}"


class Source(models.Model):
    """A view's rows of one commune: since when there are any, when they were counted, when they changed."""

    view = models.CharField(max_length=60)
    commune = models.UUIDField()
    begin = models.IntegerField(null=True)  # first month with a row; null while there is none
    counted_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)  # not null: an entry came that may have changed its rows
    begun = models.IntegerField(null=True)  # day on which the first row came, 20260731; null: always known

    class Meta:
        constraints = [models.UniqueConstraint(fields=["view", "commune"], name="figure_source_once")]
        indexes = [models.Index(fields=["touched_at"], name="figure_source_touched")]

    def __str__(self) -> str:
        return f"{self.view} {self.commune}"


class Progress(models.Model):
    """Up to which position of the journal the sealed entries were looked at."""

    name = models.CharField(primary_key=True, max_length=32)
    position = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.position}"


class Run(models.Model):
    """One counting, kept so that everybody sees when and with what result."""

    class Kind(models.TextChoices):
        TOUCHED = "touched", "after entries"
        NIGHTLY = "nightly", "every night"
        ASKED = "asked", "by command"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    sources = models.PositiveIntegerField()  # views and communes counted
    changed = models.PositiveIntegerField()  # cells written or taken away
    drifted = models.PositiveIntegerField()  # of them, those that no entry had announced
    detail = models.JSONField(default=dict)  # view -> cells drifted

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}"
