"""Tables of the journal: one log for audit, history and exchange.

Rows of `Entry` are only ever inserted; triggers (`journal.guards`) refuse an
update or a deletion made straight in the database (a legal erasure sets `body`
and `salt` to null, which leaves the chain whole because only the salted digest
of the body is hashed). `Unsealed` is the sealer's queue: a row is put in
with the entry and taken out when the entry gets its position.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dinh.journal.canonical import CanonicalEncoder
from dinh.lib.ids import uuid7


class Stream(models.TextChoices):
    LOG = "log", "entries of this node"
    ACCESS = "access", "reads of personal data"


class Entry(models.Model):
    """One act. `subject` and `subject_version` give the order in which a row is folded."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    node = models.CharField(max_length=32)
    kind = models.CharField(max_length=64)
    v = models.PositiveSmallIntegerField(default=1)  # version of the body's shape; older ones pass upcasters
    subject_type = models.CharField(max_length=32)
    subject = models.UUIDField()
    subject_version = models.PositiveIntegerField()
    unit = models.UUIDField(null=True)  # directory.Unit whose matter this is
    actor = models.UUIDField(null=True)  # directory.Account; null for the system itself
    on_behalf_of = models.UUIDField(null=True)  # population.Person or directory.Account acted for
    cause = models.UUIDField(null=True)  # the entry of the outer action
    at = models.DateTimeField()
    body = models.JSONField(null=True, encoder=CanonicalEncoder)
    salt = models.BinaryField(max_length=16, null=True)
    body_digest = models.BinaryField(max_length=32)  # SHA-256 of salt and canonical body

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "subject_version"], name="entry_once_per_version"),
        ]
        indexes = [
            models.Index(fields=["kind", "at"], name="entry_kind_at"),
            models.Index(fields=["actor", "at"], name="entry_actor_at"),
            models.Index(fields=["cause"], name="entry_cause", condition=models.Q(cause__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} v{self.subject_version}"


class Access(models.Model):
    """One read of personal data: of a person or dossier opened, or of a list or search shown."""

    class Kind(models.TextChoices):
        OPEN = "open", _("opened")
        LIST = "list", _("listed")
        SEARCH = "search", _("searched")
        EXPORT = "export", _("exported")
        FILE = "file", _("file read")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    node = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    unit = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=32)
    subject = models.UUIDField(null=True)  # null for a list
    person = models.UUIDField(
        null=True
    )  # population.Person whose data were read, for "who looked at my data"
    purpose = models.CharField(
        max_length=120
    )  # the dossier or task in hand, e.g. "dossier:H38.02-261122-0001"
    query_digest = models.CharField(max_length=64, blank=True)
    shown = models.JSONField(default=list)  # ids of the rows a list showed
    count = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["person", "at"], name="access_person_at"),
            models.Index(fields=["subject", "at"], name="access_subject_at"),
            models.Index(fields=["actor", "subject", "at"], name="access_actor_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject}"


class AccessShown(models.Model):
    """One person, record of a register or household, shown by a list or search; the sealer fills it from `Access.shown`,
    so that "who looked at my data" knows lists too."""

    access = models.ForeignKey(Access, on_delete=models.CASCADE, related_name="people")
    person = models.UUIDField()  # of a list of records: the record; of a volunteer's pack: the household
    at = models.DateTimeField()  # the access's, so that the newest come from the index

    class Meta:
        constraints = [models.UniqueConstraint(fields=["access", "person"], name="access_shown_once")]
        indexes = [models.Index(fields=["person", "at"], name="access_shown_person_at")]

    def __str__(self) -> str:
        return f"{self.access_id} {self.person}"


class Unsealed(models.Model):
    """The sealer's queue. Read by presence, never by `id > cursor`: a late commit is only late."""

    item = models.UUIDField(primary_key=True)
    stream = models.CharField(max_length=16, choices=Stream.choices)

    def __str__(self) -> str:
        return f"{self.stream} {self.item}"


class Seal(models.Model):
    """One signed batch: Merkle root of its leaves, linked to the seal before it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    node = models.CharField(max_length=32)
    epoch = models.PositiveIntegerField()  # a restore opens a new one
    stream = models.CharField(max_length=16, choices=Stream.choices)
    number = models.PositiveBigIntegerField()
    first_position = models.PositiveBigIntegerField()
    last_position = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)  # head of the seal before; 32 zero bytes for the first
    head = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=64)
    signature = models.BinaryField(max_length=128)  # ECDSA P-256 over `head`
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "stream", "number"], name="seal_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} seal {self.number}"


class Position(models.Model):
    """Where a sealed item stands in a stream of a node."""

    node = models.CharField(max_length=32)
    stream = models.CharField(max_length=16, choices=Stream.choices)
    position = models.PositiveBigIntegerField()
    item = models.UUIDField()
    leaf = models.BinaryField(max_length=32)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="positions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "stream", "position"], name="position_once"),
            models.UniqueConstraint(fields=["node", "stream", "item"], name="item_sealed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.position}"


class Intake(models.Model):
    """One operation that came from outside, kept for ever, refused ones too."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", "applied"
        MERGED = "merged", "merged"
        REVIEW = "review", "waiting for a person"
        REFUSED = "refused", "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=64)  # a device, a node, the national portal
    sequence = models.PositiveBigIntegerField(
        null=True
    )  # the source's own count; a restored source is a new one
    op_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    raw = models.JSONField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    answer = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "op_id"], name="intake_once"),
            models.UniqueConstraint(
                fields=["source", "sequence"],
                name="intake_sequence_once",
                condition=models.Q(sequence__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.op_id}"


class IdempotencyKey(models.Model):
    """A key given by a caller, with what was answered: the same key is answered the same way again."""

    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class Epoch(models.Model):
    """One life of this database: a restore opens the next, with the reason."""

    node = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "number"], name="epoch_once")]

    def __str__(self) -> str:
        return f"{self.node} epoch {self.number}"


class HandlerFailure(models.Model):
    """A handler that failed on an entry and will be tried again; gone when it has succeeded."""

    handler = models.CharField(max_length=120)  # dotted path, "dinh.messages.tasks:tell"
    entry = models.UUIDField()
    tries = models.PositiveIntegerField()
    error = models.CharField(max_length=200)  # class of the error and its code: never its text
    since = models.DateTimeField()
    next_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handler", "entry"], name="handler_failure_once")]

    def __str__(self) -> str:
        return f"{self.handler} {self.entry}"
