"""Tables of papers: files by content, papers we issue, and who signed them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from dinh.lib.ids import uuid7


class Blob(models.Model):
    """A file, named by its SHA-256; its bytes lie under `$DINH_HOME/blobs`."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)  # found from the bytes, never from the name
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256


class Paper(models.Model):
    """A paper that the office issues: asked for by an action, rendered and signed by the worker."""

    class State(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("paper", "being prepared")
        ISSUED = "issued", pgettext_lazy("paper", "issued")
        FAILED = "failed", pgettext_lazy("paper", "could not be prepared")
        REVOKED = "revoked", pgettext_lazy("paper", "revoked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    template = models.CharField(max_length=60)  # id of a template: "receipt", "birth_extract_copy", ...
    template_digest = models.CharField(max_length=64, blank=True)  # of the template it was rendered with
    language = models.CharField(max_length=2, default="vi")
    subject_type = models.CharField(max_length=32)
    subject = models.UUIDField()  # the dossier
    unit = models.UUIDField()
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True)  # "12/TLKS-BS"
    data = models.JSONField()  # everything the template shows
    signers = models.JSONField(
        default=list
    )  # [{"role": "leader", "account": id, "name": ..., "title": ...}, {"role": "agency", ...}]
    check_code = models.CharField(max_length=16, unique=True)  # on the paper, at /k/CODE
    state = models.CharField(max_length=9, choices=State.choices, default=State.REQUESTED)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="papers")
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    requested_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["subject", "requested_at"], name="paper_subject")]

    def __str__(self) -> str:
        return f"{self.template} {self.check_code}"


class Signature(models.Model):
    """One electronic signature on a paper, in the order in which it was applied."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="signatures")
    order = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=16)  # "leader", "agency"
    name = models.CharField(max_length=160)
    certificate_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "order"], name="signature_order")]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.order}"
