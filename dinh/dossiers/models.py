"""Tables of dossiers: a draft at home, a dossier with its number and clock, its steps and result.

`Dossier` is the fold of its journal entries. Answers are kept with their source:
{"child.full_name": {"value": "...", "source": "typed|register|card|paper", "by": account id or null,
"at": ISO time, "from": "births 12/2025"}}.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account, Office, Unit
from dinh.lib.ids import uuid7
from dinh.papers.models import Blob, Paper
from dinh.population.models import Person
from dinh.registers.models import Record


class Status(models.IntegerChoices):
    """National statuses (decision list of the national portal); names in Vietnamese as published."""

    SUBMITTED = 1, _("Newly submitted")
    ACCEPTED = 2, _("Accepted")
    NOT_ACCEPTED = 3, _("Not accepted")
    IN_PROCESS = 4, _("In processing")
    SUPPLEMENT = 5, _("Supplement requested")
    FINANCIAL = 6, _("Financial obligation requested")
    WITHDRAWN = 7, _("Withdrawn by the citizen")
    STOPPED = 8, _("Stopped")
    FINISHED = 9, _("Processing finished")
    RETURNED = 10, _("Result returned")


# Of the indexes over part of the dossiers; a finished one is done, and open until its result is returned.
_OPEN = models.Q(status__in=[1, 2, 4, 5, 6, 9])
_DONE = models.Q(status__in=[3, 7, 8, 9, 10])


class Channel(models.IntegerChoices):
    """How a dossier was filed (`KenhThucHien`)."""

    DIRECT = 1, _("at the counter")
    ONLINE = 2, _("online")
    POSTAL = 3, _("by post")


class Proposal(models.TextChoices):
    """What the examiner proposes to the one who decides."""

    APPROVE = "approve", _("approve")
    REFUSE = "refuse", _("refuse")


class Draft(models.Model):
    """A request being filled, kept at each answer. Drafts write no journal entry."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=12, unique=True)  # short, unambiguous, also a QR code
    procedure = models.CharField(max_length=60)
    procedure_version = models.CharField(max_length=32)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="drafts")  # where it will be filed
    # Who began it.
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="drafts")
    # Who asks.
    applicant = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="drafts_asked")
    # Whom it is about.
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="drafts")
    channel = models.PositiveSmallIntegerField(choices=Channel.choices, default=Channel.ONLINE)
    language = models.CharField(max_length=2, default="vi")
    answers = models.JSONField(default=dict)
    done_pages = models.JSONField(default=list)
    # {"how": "spoken|written|...", "at": ..., "officer": id, "witness": ...}
    consent = models.JSONField(default=dict)
    helper = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="helped_drafts")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_on = models.DateField()
    warned_at = models.DateTimeField(null=True)  # told that it will expire
    dossier = models.ForeignKey("Dossier", null=True, on_delete=models.SET_NULL, related_name="drafts")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["account", "updated_at"], name="draft_account"),
            models.Index(fields=["expires_on"], name="draft_expires"),
        ]

    def __str__(self) -> str:
        return self.code


class Dossier(models.Model):
    """A request that the administration has, with its number, clock and outcome."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=40, unique=True)
    external = models.BooleanField(default=False)  # the number was allocated by another system
    procedure = models.CharField(max_length=60)
    procedure_version = models.CharField(max_length=32)
    title = models.CharField(max_length=200)  # procedure's title in Vietnamese, for lists and search
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="dossiers")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="dossiers")  # that decides
    # That receives.
    reception = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="received_dossiers")
    channel = models.PositiveSmallIntegerField(choices=Channel.choices)
    status = models.PositiveSmallIntegerField(choices=Status.choices, default=Status.SUBMITTED)
    local_status = models.CharField(max_length=32, blank=True)  # list "local_statuses"
    step = models.CharField(max_length=32, blank=True)  # id of the step that waits; empty when none does
    waiting_since = models.DateTimeField()  # when that step began to wait
    proposal = models.CharField(max_length=7, choices=Proposal.choices, blank=True)  # to the leader
    holder = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="held_dossiers")
    applicant = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="dossiers_filed")
    applicant_name = models.CharField(max_length=120)
    applicant_key = models.CharField(max_length=120)  # folded name, for search
    applicant_order = models.CharField(max_length=200)  # `lib.names.column_key`: by given name, for lists
    subject = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="dossiers_about")
    # Citizen who follows it.
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="dossiers")
    helper = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="helped_dossiers")
    language = models.CharField(max_length=2, default="vi")
    answers = models.JSONField(default=dict)
    # Of verification.identify: [{"code", "field", "typed", "register"}]
    findings = models.JSONField(default=list)
    consent = models.JSONField(default=dict)
    e_authenticated = models.BooleanField(default=False)  # filed by an identity proved electronically
    online_processed = models.BooleanField(default=False)  # received and processed online, end to end
    filed_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    # Before acceptance: when it would be due if it were accepted as it was filed; fixed by `receive`.
    due_at = models.DateTimeField(null=True)
    due_reasons = models.JSONField(default=list)  # why that date: `lib.calendar.reasons_as_json`
    extended_at = models.DateTimeField(null=True)  # since when the limit for verification holds
    promised_on = models.DateField(null=True)  # told with the apology (form 04); `due_at` stays the law's
    finished_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    # [{"from": ISO, "to": ISO or null, "because": "supplement|financial"}]
    pauses = models.JSONField(default=list)
    worked_minutes = models.PositiveIntegerField(null=True)  # of the office, once it is decided
    supplement_count = models.PositiveSmallIntegerField(default=0)
    fee_vnd = models.PositiveIntegerField(default=0)
    live = models.BooleanField(
        default=False
    )  # of the demonstration's live desk, laid around the day it is built
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "due_at", "id"], name="dossier_open_by_due", condition=_OPEN),
            models.Index(fields=["unit", "filed_at", "id"], name="dossier_open_by_filed", condition=_OPEN),
            models.Index(
                fields=["unit", "applicant_order", "id"], name="dossier_open_by_name", condition=_OPEN
            ),
            models.Index(
                fields=["unit", "applicant_order", "id"], name="dossier_done_by_name", condition=_DONE
            ),
            models.Index(fields=["unit", "filed_at"], name="dossier_unit_filed"),
            models.Index(fields=["unit", "status", "due_at"], name="dossier_unit_status"),
            # Holds all that the counts of the worklist ask for, so that no row is read for them.
            models.Index(
                fields=["unit", "status", "local_status", "procedure", "due_at"], name="dossier_counts"
            ),
            models.Index(fields=["account", "filed_at"], name="dossier_account"),
            models.Index(
                fields=["holder", "due_at"], name="dossier_held", condition=models.Q(holder__isnull=False)
            ),
            models.Index(fields=["due_at", "id"], name="dossier_due", condition=_OPEN),
            models.Index(fields=["applicant", "filed_at"], name="dossier_applicant"),
            models.Index(fields=["procedure", "unit", "finished_at"], name="dossier_finished"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received_at__isnull=True) | models.Q(due_at__isnull=False),
                name="received_means_due",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Step(models.Model):
    """One step done: which, by whom in which role, when, and whether at the centre."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="steps")
    sequence = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=32)  # id in the procedure
    verb = models.CharField(max_length=24)  # receive, examine, request_supplement, ...
    role = models.CharField(max_length=40)
    actor = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="steps")
    delegated_by = models.UUIDField(null=True)  # directory.Account whose signature was delegated to the actor
    on_site = models.BooleanField()
    started_at = models.DateTimeField()  # when the step began to wait
    done_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "sequence"], name="step_order")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.step}"


class Attachment(models.Model):
    """A file handed in with a draft or a dossier, for one declared document."""

    class Copy(models.IntegerChoices):
        """`LoaiBan`."""

        ORIGINAL = 0, _("original")
        COPY = 1, _("copy")
        ELECTRONIC = 2, _("electronic")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.ForeignKey(Draft, null=True, on_delete=models.SET_NULL, related_name="attachments")
    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.CASCADE, related_name="attachments")
    document = models.CharField(max_length=40)  # id in the procedure
    copy = models.PositiveSmallIntegerField(choices=Copy.choices, default=Copy.ELECTRONIC)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="attachments")
    filename = models.CharField(max_length=200)
    reused_from = models.CharField(max_length=120, blank=True)  # an earlier result or a paper already held
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.document} {self.pk}"


class Supplement(models.Model):
    """A request to complete the dossier: everything at once, item by item, with what is wrong."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="supplements")
    sequence = models.PositiveSmallIntegerField()
    # [{"item": field or document id, "fault": "incorrect|incomplete|outdated", "note": ...}]
    items = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)  # why a second request was needed
    requested_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="supplements")
    requested_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "sequence"], name="supplement_order")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.sequence}"


class Result(models.Model):
    """The decision, the record and paper it made, and who collected it."""

    class Decision(models.TextChoices):
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    dossier = models.OneToOneField(Dossier, primary_key=True, on_delete=models.CASCADE, related_name="result")
    decision = models.CharField(max_length=8, choices=Decision.choices)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField()
    number = models.CharField(max_length=60, blank=True)
    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="results")
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="results")
    collected_at = models.DateTimeField(null=True)
    collector_name = models.CharField(max_length=120, blank=True)
    collector_relation = models.CharField(max_length=60, blank=True)  # "applicant", "authorised", ...
    collector_checked = models.CharField(max_length=60, blank=True)  # how the identity was checked
    returned_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="returns")

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.decision}"


class Rating(models.Model):
    """What the person thought of it, once, after return."""

    dossier = models.OneToOneField(Dossier, primary_key=True, on_delete=models.CASCADE, related_name="rating")
    stars = models.PositiveSmallIntegerField()  # 1 to 5
    comment = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="stars_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.stars}"


class NumberSeries(models.Model):
    """The last number given in a series: an agency's dossiers of a day, or its decisions of a year."""

    agency_code = models.CharField(max_length=100)  # an agency code, or "result/<unit>/<number format>"
    on = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency_code", "on"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.agency_code} {self.on}"
