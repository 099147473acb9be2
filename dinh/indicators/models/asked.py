"""That somebody asked by SQL: a row for each run, for the journal. Neither the statement nor its answer is kept."""

from __future__ import annotations

from django.db import models

from dinh.lib.ids import uuid7


class AskedSql(models.Model):
    """One run of a statement: who, when, which statement by its digest, over which views, and how many rows came."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.UUIDField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)  # keyed: a plain one could be guessed
    views = models.JSONField(default=list)
    rows = models.PositiveIntegerField()
    taken = models.CharField(max_length=8, blank=True)  # form of the file that was taken away; "": shown
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.account} {self.at:%Y-%m-%d %H:%M}"
