"""Tables of verification: runs, what each found of every record, the work that comes of it, rates through time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from dinh.directory.models import Account, Unit
from dinh.lib.ids import uuid7
from dinh.population.models import Person
from dinh.registers.models import Record


class Submission(models.Model):
    """One verification: the records of a register, or an agency's file, against the population of one day.

    The answer stands in files of the node's home (`verification.runs.files`), as `docs/verification.md` tells them; what
    people work with is loaded from there into the tables below.
    """

    class Source(models.TextChoices):
        RECORDS = "records", pgettext_lazy("verification", "the register's records")
        FILE = "file", pgettext_lazy("verification", "a file handed in")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("verification", "waiting")
        RUNNING = "running", pgettext_lazy("verification", "running")
        DONE = "done", pgettext_lazy("verification", "done")
        FAILED = "failed", pgettext_lazy("verification", "failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    register = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="submissions")
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.RECORDS)
    filename = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    stage = models.CharField(
        max_length=24, blank=True
    )  # of the engine: "population", "register", "rank", ...
    full = models.BooleanField(default=False)  # every row anew, weights learnt again
    rows = models.PositiveIntegerField(default=0)
    again = models.PositiveIntegerField(default=0)  # rows that were verified again
    summary = models.JSONField(default=dict)  # as the engine's OUT.json tells it
    error = models.TextField(blank=True)  # a sentence for people; empty unless failed
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)  # counts its journal entries

    class Meta:
        indexes = [models.Index(fields=["register", "unit", "at"], name="submission_at")]

    def __str__(self) -> str:
        return f"{self.register} {self.at:%Y-%m-%d}"


class Match(models.Model):
    """What the last verification says of one record: who it describes, how surely, and what is wrong with it."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="match")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="matches")
    register = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="matches")
    commune = models.CharField(max_length=8, blank=True)  # code of the commune that the row names, of today
    record_version = models.PositiveIntegerField()  # the version that was judged
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="matches")
    second = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="second_matches")
    verdict = models.CharField(max_length=12)  # one of `engine.verdicts.VERDICTS`
    score = models.FloatField()  # log2 of the odds
    margin = models.FloatField(null=True)
    dung = models.BooleanField()
    du = models.BooleanField()
    sach = models.BooleanField()
    song = models.BooleanField()
    reasons = models.JSONField(default=list)  # codes, as `engine.reasons.REASONS` orders them
    proposed = models.JSONField(default=dict)  # field id -> value of the population, where they differ

    class Meta:
        indexes = [
            models.Index(fields=["register", "unit", "verdict"], name="match_verdict"),
            models.Index(fields=["person", "register"], name="match_person"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.verdict}"


class Finding(models.Model):
    """One thing about one record that an officer decides; found again or gone with each verification."""

    class Kind(models.TextChoices):
        CORRECT = "correct", pgettext_lazy("finding", "correct what differs")
        CHOOSE = "choose", pgettext_lazy("finding", "choose the person")
        SEARCH = "search", pgettext_lazy("finding", "find the person")
        COMPLETE = "complete", pgettext_lazy("finding", "ask for what is missing")
        DECEASED = "deceased", pgettext_lazy("finding", "the person has died")
        DUPLICATE = "duplicate", pgettext_lazy("finding", "entered twice")
        CONTRADICTION = "contradiction", pgettext_lazy("finding", "contradicts another register")
        CONTESTED = "contested", pgettext_lazy("finding", "contested by the person")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("finding", "open")
        DECIDED = "decided", pgettext_lazy("finding", "decided")
        GONE = "gone", pgettext_lazy("finding", "no longer found")

    class Decision(models.TextChoices):
        CORRECTED = "corrected", pgettext_lazy("decision", "corrected")
        FIRST = "first", pgettext_lazy("decision", "the first person is meant")
        SECOND = "second", pgettext_lazy("decision", "the second person is meant")
        NEITHER = "neither", pgettext_lazy("decision", "neither person is meant")
        KEPT = "kept", pgettext_lazy("decision", "stays as it is")
        CLOSED = "closed", pgettext_lazy("decision", "record closed")
        ASKED = "asked", pgettext_lazy("decision", "the owner was asked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="findings")
    register = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="findings")
    commune = models.CharField(max_length=8, blank=True)
    village = models.ForeignKey(Unit, null=True, on_delete=models.SET_NULL, related_name="village_findings")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    code = models.CharField(max_length=60)  # the leading reason, or the id of a declared contradiction
    other = models.ForeignKey(Record, null=True, on_delete=models.SET_NULL, related_name="other_findings")
    says = models.JSONField(default=dict)  # of a contested record: field id -> what the person says
    gain = models.FloatField()  # criteria put right in an expected minute of an officer
    bulk = models.BooleanField(default=False)  # what is proposed is certain enough to be taken over unseen
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    assignee = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="findings")
    decision = models.CharField(max_length=9, choices=Decision.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="findings"
    )  # who was chosen
    candidates = models.JSONField(
        default=list
    )  # ids of the persons who were to be chosen from, once it is decided
    # Field id, or "_whose" -> [before, after], so that it can be undone.
    changed = models.JSONField(default=dict)
    record_version = models.PositiveIntegerField()  # of the record, when it was found or last decided
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)  # counts its journal entries

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "kind", "code"], name="finding_once")]
        indexes = [
            models.Index(fields=["register", "unit", "state", "-gain", "id"], name="finding_worklist"),
            models.Index(fields=["unit", "state", "-gain", "id"], name="finding_of_a_unit"),
            models.Index(fields=["assignee", "state"], name="finding_assignee"),
            # What bulk work there is, counted from the index alone (`queries.finding_groups`).
            models.Index(
                fields=["state", "unit", "register", "kind", "code", "bulk", "gain"], name="finding_groups"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.code}"


class Rate(models.Model):
    """How many rows of a register held, by one submission: of all, and of each commune that rows name."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="rates")
    register = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="rates")
    commune = models.CharField(max_length=8, blank=True)  # empty: all rows
    at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    verdicts = models.JSONField(default=dict)  # verdict -> rows
    reasons = models.JSONField(default=dict)  # reason -> rows; of all rows only
    dung = models.PositiveIntegerField()
    du = models.PositiveIntegerField()
    sach = models.PositiveIntegerField()
    song = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "commune"], name="rate_once")]
        indexes = [models.Index(fields=["register", "unit", "commune", "at"], name="rate_at")]

    def __str__(self) -> str:
        return f"{self.register} {self.commune} {self.at:%Y-%m-%d}"
