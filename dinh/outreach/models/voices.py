"""Human recordings of questions and notices in the languages that people speak."""

from __future__ import annotations

from django.db import models

from dinh.directory.models import Account
from dinh.lib.ids import uuid7
from dinh.papers.models import Blob


class Recording(models.Model):
    """One sentence read aloud in one language."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(
        max_length=160
    )  # outreach.rules.sentences: "field.birth_registration.child.full_name"
    language = models.CharField(max_length=8)  # list `spoken_languages`: ISO 639-3
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="recordings", db_column="blob")
    seconds = models.FloatField(null=True)
    text_digest = models.CharField(max_length=64)  # of the sentence as it was: a changed sentence asks anew
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recordings")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="recordings_approved"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "language"], name="recording_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.language}"
