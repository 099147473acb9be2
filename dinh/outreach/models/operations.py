"""What phones send: each operation with what became of it, those that wait, and clashes that people decide.

The raw operation itself stands in `journal.Intake` (source "device:ID"), for ever.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account, Unit
from dinh.lib.ids import uuid7
from dinh.outreach.models.devices import Device


class Operation(models.Model):
    """One act of one member on one phone. Its id was made by the phone."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an earlier one")
        APPLIED = "applied", _("applied")
        MERGED = "merged", _("applied beside another change")
        REVIEW = "review", _("waits for an officer")
        REFUSED = "refused", _("not accepted")

    id = models.UUIDField(primary_key=True, editable=False)  # op_id, UUIDv7
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="operations")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="operations")
    seq = models.PositiveBigIntegerField()  # the device's own count, from 1, without gaps
    kind = models.CharField(max_length=24)  # outreach.rules.kinds
    form = models.CharField(max_length=60, blank=True)
    form_version = models.CharField(max_length=20, blank=True)
    form_digest = models.CharField(max_length=64, blank=True)
    entity_type = models.CharField(max_length=16, blank=True)  # "household", "person", "assignment", ...
    entity = models.UUIDField(null=True)
    base_version = models.PositiveIntegerField(null=True)  # of the entity, that the person saw
    trunk_version = models.PositiveIntegerField(null=True)  # the last version of the node that the phone had
    village = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="operations")
    captured_at = models.DateTimeField()  # by the phone's clock, put right by what it knew of ours
    clock_error_s = models.IntegerField(default=0)  # our clock less the phone's, at reception
    received_at = models.DateTimeField()
    carried_by = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="carried")
    digest = models.CharField(max_length=64)  # SHA-256 of the plain bytes
    state = models.CharField(max_length=8, choices=State.choices)
    code = models.CharField(max_length=40, blank=True)  # outreach.rules.reasons
    changed_at = (
        models.DateTimeField()
    )  # when state, code or answer last changed: what the phone is yet to hear
    replaces = models.UUIDField(null=True)  # the refused operation that this one mends
    answer = models.JSONField(
        default=dict
    )  # what the phone is told: sentence, next act, faults, dossier number
    receipt = models.CharField(
        max_length=9
    )  # "K7M2-9QXT": given at the door, told by the phone before it is sent
    forced = models.BooleanField(
        default=False
    )  # its predecessor never came: applied after 72 hours all the same
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            # A phone that came back from an old copy of itself counts twice from the same number: its work is
            # kept all the same, under the code `digest_clash`, for somebody to look at.
            models.UniqueConstraint(
                fields=["device", "seq"],
                name="operation_sequence_once",
                condition=~models.Q(code="digest_clash"),
            )
        ]
        indexes = [
            models.Index(fields=["entity", "captured_at"], name="operation_entity"),
            models.Index(fields=["state", "received_at"], name="operation_state"),
            models.Index(fields=["village", "captured_at"], name="operation_village"),
            models.Index(fields=["account", "captured_at"], name="operation_account"),
            models.Index(fields=["receipt"], name="operation_receipt"),
            models.Index(fields=["device", "changed_at"], name="operation_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Held(models.Model):
    """An operation that came before an earlier one of the same phone about the same subject."""

    operation = models.OneToOneField(
        Operation, primary_key=True, on_delete=models.CASCADE, related_name="held"
    )
    prev = models.PositiveBigIntegerField()  # the device's number of the one it waits for
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["until"], name="held_until")]

    def __str__(self) -> str:
        return str(self.operation_id)


class FactChange(models.Model):
    """One change of one field of a household's or a person's profile: losers are kept too.

    The profile is the fold of these rows in the order of (captured_at, operation), see `rules.merging`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entity_type = models.CharField(max_length=16)  # "household", "person"
    entity = models.UUIDField()
    field = models.CharField(max_length=40)
    value = models.JSONField(null=True)  # of a set: {"add": [codes], "remove": [codes]}
    correct = models.BooleanField(default=False)  # a rung that may be lower than the one before
    reason = models.CharField(max_length=200, blank=True)  # of a correction
    captured_at = models.DateTimeField()
    entity_version = models.PositiveIntegerField()  # of the profile after it
    operation = models.ForeignKey(Operation, null=True, on_delete=models.PROTECT, related_name="fact_changes")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="fact_changes")
    winner = models.BooleanField()  # its value stood after it was applied

    class Meta:
        indexes = [models.Index(fields=["entity", "field", "captured_at"], name="fact_change_entity")]

    def __str__(self) -> str:
        return f"{self.field} {self.entity}"


class Conflict(models.Model):
    """Two values for one identity field: a person decides, with both before them."""

    class State(models.TextChoices):
        OPEN = "open", _("to decide")
        KEPT = "kept", _("the value stayed")
        TAKEN = "taken", _("the new value was taken")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entity_type = models.CharField(max_length=16)
    entity = models.UUIDField()
    field = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="conflicts")  # commune
    village = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="village_conflicts")
    before = models.JSONField(null=True)  # what the phone saw
    ours = models.JSONField(null=True)  # what the node held when it came
    theirs = models.JSONField(null=True)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="conflicts")
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=5, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="conflicts_decided"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["unit", "state", "opened_at"], name="conflict_unit")]

    def __str__(self) -> str:
        return f"{self.field} {self.entity}"
