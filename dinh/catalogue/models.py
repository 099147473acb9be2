"""What was ever published: every version of every declaration, kept with its digest."""

from __future__ import annotations

from django.db import models


class Published(models.Model):
    """One version of one declaration, exactly as it was in force.

    The same (kind, item, version) with another digest is refused by `publish`.
    """

    kind = models.CharField(max_length=32)  # "procedure", "register", ...
    item = models.CharField(max_length=80)  # the declaration's id
    version = models.CharField(max_length=32)
    format = models.PositiveSmallIntegerField()  # shape of `content`; older ones pass upcasters
    digest = models.CharField(max_length=64)  # of what has legal effect
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "item", "version"], name="published_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item} {self.version}"
