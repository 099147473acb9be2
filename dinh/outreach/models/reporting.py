"""Reports of the teams: composed from what was done, reviewed by the leader, sent upward."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account, Unit
from dinh.lib.ids import uuid7
from dinh.outreach.models.teams import Team


class FieldReport(models.Model):
    """One period of one team (or of the whole commune)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being written")
        REVIEWED = "reviewed", _("reviewed")
        SENT = "sent", _("sent")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="field_reports")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="reports")
    from_on = models.DateField()
    until_on = models.DateField()  # last day
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    figures = models.JSONField(default=dict)  # as counted when it was composed
    words = models.JSONField(default=dict)  # {"done": ..., "difficulties": ..., "asks": ...}: the leader's
    composed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="field_reports_reviewed"
    )
    reviewed_at = models.DateTimeField(null=True)
    sent_to = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="field_reports_received"
    )
    sent_at = models.DateTimeField(null=True)
    # What was sent never changes: a correction is another edition with a reason.
    edition = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "from_on", "until_on", "edition"],
                name="field_report_of_unit_once",
                condition=models.Q(team__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["team", "from_on", "until_on", "edition"],
                name="field_report_of_team_once",
                condition=models.Q(team__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
