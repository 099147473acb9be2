"""Short surveys of the people's council. An answer has no row of its own: only how often each mark was given is kept."""

from __future__ import annotations

from django.db import models

from dinh.lib.ids import uuid7


class Survey(models.Model):
    """A few declared questions, sent to as many people as it has codes. Closed, it is told as a figure of its month."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.UUIDField()  # commune
    title = models.CharField(max_length=120)
    questions = models.JSONField()  # codes of list `survey_questions`, in their order
    codes = models.PositiveIntegerField()  # how many were handed out
    answers = models.PositiveIntegerField(default=0)
    closes_on = models.DateField()  # the last day on which an answer is taken
    sent_by = models.UUIDField()
    sent_at = models.DateTimeField()
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["unit", "sent_at"], name="figure_survey_unit")]

    def __str__(self) -> str:
        return self.title


class SurveyCode(models.Model):
    """A code that answers a survey once. Nothing says whom it was given to, or what was answered with it."""

    digest = models.CharField(max_length=64, primary_key=True)  # SHA-256 of the code
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="handed_out")
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.survey_id} {self.used}"


class SurveyMark(models.Model):
    """How often a mark was given to a question of a survey."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="marks")
    question = models.CharField(max_length=40)
    mark = models.PositiveSmallIntegerField()  # 1 to 5
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "question", "mark"], name="figure_survey_mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.mark}: {self.count}"
