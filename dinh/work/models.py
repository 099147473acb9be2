"""Tables of work: tasks made by declared rules, goals of a period, questions grouped under one owner."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dinh.directory.models import Account, Office, Unit
from dinh.lib.ids import uuid7


class Assignment(models.Model):
    """One thing to do about one subject, made by a rule of `catalogue/tasks/` or by a person.

    Its id is uuid5 of (rule, subject, due day), so that a phone and the node that both make it make one.
    """

    class State(models.TextChoices):
        READY = "ready", _("to do")
        DONE = "done", _("done")
        SKIPPED = "skipped", _("not done")
        EXPIRED = "expired", _("no longer of use")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, editable=False)  # work.rules.assignment_id
    rule = models.CharField(max_length=40)  # id of a task rule; "asked" when a person asked for it
    rule_version = models.CharField(max_length=20, blank=True)
    subject_type = models.CharField(
        max_length=16
    )  # "household", "person", "dossier", "difficulty", "workshop"
    subject = models.UUIDField()
    household = models.UUIDField(null=True)  # population.Household to go to; null: none
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")  # commune
    village = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="village_assignments")
    assignee = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="assignments"
    )  # null: whoever of the team of the village comes by
    words = models.JSONField(default=dict)  # what the sentence of the rule needs; never a name or a number
    priority = models.PositiveSmallIntegerField(default=5)  # 1 first, 9 last
    opens_on = models.DateField()
    due_on = models.DateField()
    expires_on = models.DateField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.READY)
    reason = models.CharField(max_length=20, blank=True)  # of skipping: list `skip_reasons`
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="assignments_done")
    source = models.UUIDField(null=True)  # the operation or the dossier that settled it
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["village", "state", "due_on"], name="assignment_village"),
            models.Index(fields=["unit", "state", "due_on"], name="assignment_unit"),
            models.Index(fields=["subject", "rule"], name="assignment_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.pk}"


class Plan(models.Model):
    """A goal: how much of something a unit, or one person in it, means to do in a month."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="plans")  # commune or village
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="plans")
    measure = models.CharField(max_length=40)  # key of list `field_measures`
    month = models.DateField()  # its first day
    goal = models.PositiveIntegerField()
    set_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="plans_set")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "measure", "month"],
                name="plan_of_unit_once",
                condition=models.Q(account__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["unit", "account", "measure", "month"],
                name="plan_of_person_once",
                condition=models.Q(account__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.month}"


class IssueCard(models.Model):
    """What several people said, as one question with an owner, a day by which it is answered, and the answer."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("question", "open")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="issue_cards")  # commune
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)  # list `difficulty_kinds`
    owner = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="issue_cards")
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="issue_cards")
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(blank=True)  # read by the volunteer and told at the house
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["unit", "state", "due_on"], name="issue_card_unit")]

    def __str__(self) -> str:
        return str(self.pk)
