"""Tables of changes of places: decisions, who goes on in whom, and which rows were given a new owner."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dinh.lib.ids import uuid7


class UnitChange(models.Model):
    """A decision that changes units; `directory.changes` previews, applies, proves and undoes it."""

    class Kind(models.TextChoices):
        CREATE = "create", _("creation")
        RENAME = "rename", _("new name")
        RECODE = "recode", _("new code")
        MERGE = "merge", _("merger")
        SPLIT = "split", _("division")
        TRANSFER = "transfer", _("transfer to another parent")
        UPGRADE = "upgrade", _("change of type")
        DISSOLVE = "dissolve", _("end")

    class State(models.TextChoices):
        LISTED = "listed", _("known from the national list")  # never applied here: rights do not follow it
        DRAFT = "draft", _("being prepared")
        AGREED = "agreed", _("agreed, takes effect on its day")
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("dropped")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    effective_on = models.DateField()
    decree = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.LISTED)
    decision = models.JSONField(default=dict)  # a `directory.changes.decisions.Decision`
    made_at = models.DateTimeField(null=True)
    made_by = models.UUIDField(null=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.UUIDField(null=True)  # in whose name the node applies it on its day
    stopped_at = models.DateTimeField(null=True)  # when it was to take effect and could not
    stopped_because = models.JSONField(default=list)  # sentences, for the administrators
    applied_at = models.DateTimeField(null=True)
    applied_by = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)
    before = models.JSONField(default=dict)  # what applying changed, as it was: undoing puts it back
    proof = models.JSONField(default=dict)  # counts and sums before and after, by register
    proof_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of it as canonical JSON
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["state", "effective_on"], name="unit_change_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.effective_on}"


class UnitLink(models.Model):
    """One predecessor and one successor of a change."""

    class Part(models.TextChoices):
        WHOLE = "whole", _("whole")
        SHARE = "share", _("a part")

    change = models.ForeignKey(UnitChange, on_delete=models.CASCADE, related_name="links")
    predecessor = models.ForeignKey(
        "directory.Unit", on_delete=models.PROTECT, related_name="successor_links"
    )
    successor = models.ForeignKey(
        "directory.Unit", on_delete=models.PROTECT, related_name="predecessor_links"
    )
    part = models.CharField(max_length=5, choices=Part.choices)
    to_verify = models.BooleanField(default=False)  # sources disagree on this link
    heir = models.BooleanField(default=False)  # takes what of the predecessor is bound to no village
    share = models.CharField(
        max_length=24, blank=True
    )  # "3/8" or "0.375", measured by `basis`; empty: not known
    basis = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "predecessor", "successor"], name="unit_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} -> {self.successor_id}"


class MovedRows(models.Model):
    """The rows of one table that a change gave away, and whose they were: undoing gives them back."""

    change = models.ForeignKey(UnitChange, on_delete=models.CASCADE, related_name="moved")
    what = models.CharField(max_length=60)  # name of a table of `directory.changes.touched`
    was = models.UUIDField()
    rows = models.TextField()  # their ids, a JSON list as the database itself writes it: tens of thousands

    def __str__(self) -> str:
        return f"{self.what} of {self.was}"
