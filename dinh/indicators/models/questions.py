"""Questions to the data that somebody keeps under a name, alone or for others. A question holds no answer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dinh.lib.ids import uuid7


class SavedQuestion(models.Model):
    """A question with a name. Who opens it gets an answer by their own rights."""

    class Kind(models.TextChoices):
        FIGURES = "figures", _("figures side by side")
        SQL = "sql", _("SQL")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    name = models.CharField(max_length=120)
    search_key = models.CharField(max_length=120)
    text = models.TextField()  # query of the address, or the statement
    owner = models.UUIDField()
    shared_with = models.UUIDField(null=True)  # unit whose people, and those of the units below, may open it
    shared_role = models.CharField(max_length=60, blank=True)  # only those in this role; "": all
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)  # kept, so that removing can be undone
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "removed_at"], name="figure_question_owner"),
            models.Index(fields=["shared_with", "removed_at"], name="figure_question_shared"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
