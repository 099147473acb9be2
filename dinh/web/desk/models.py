"""Tables of the desk: the filters an officer keeps. Everything else it shows belongs to other packages."""

from __future__ import annotations

from django.db import models

from dinh.directory.models import Account
from dinh.lib.ids import uuid7


class SavedFilter(models.Model):
    """A worklist question an officer asks often, under a name of their own.

    A convenience of the screen: it has no legal weight, so it writes no journal entry.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)  # the worklist's query string, e.g. "view=approve&state=late"
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="saved_filter_name")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
