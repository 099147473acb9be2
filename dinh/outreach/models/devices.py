"""Telephones of team members: how one is enrolled, what the node knows of it, with which key it seals."""

from __future__ import annotations

from django.db import models

from dinh.directory.models import Account
from dinh.lib.ids import uuid7


class SealingKey(models.Model):
    """A key of this node to which phones seal what they send. The private half is a file, never a row."""

    id = models.CharField(
        primary_key=True, max_length=16
    )  # first 16 hexadecimal digits of SHA-256 of `public`
    public = models.BinaryField(max_length=65)  # P-256, uncompressed point
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)  # still opens what was sealed before
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.id


class EnrolCode(models.Model):
    """Leave to enrol one telephone, on paper or screen as a QR code, for 24 hours; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="enrol_codes")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="enrol_codes_made")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    device = models.ForeignKey("Device", null=True, on_delete=models.PROTECT, related_name="codes")
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.pk)


class Device(models.Model):
    """One telephone, or one browser on one computer, of one account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="devices")
    label = models.CharField(max_length=80)
    public = models.BinaryField(max_length=65)  # ECDSA P-256: what it sends is signed
    token = models.CharField(max_length=64, unique=True)  # SHA-256 of the token it shows
    language = models.CharField(max_length=2, default="vi")
    enrolled_at = models.DateTimeField()
    last_contact = models.DateTimeField()
    unsent = models.PositiveIntegerField(default=0)  # operations it said it still holds
    oldest_unsent = models.DateTimeField(null=True)
    epoch = models.PositiveIntegerField(default=0)  # of the scope it last took
    cursor = models.PositiveBigIntegerField(default=0)  # position up to which it took its pack
    app_version = models.CharField(max_length=20, blank=True)
    persisted = models.BooleanField(null=True)  # whether the browser promised to keep its storage
    free_mb = models.PositiveIntegerField(null=True)
    sync_failures = models.PositiveIntegerField(default=0)  # that it told of, since its last success
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="devices_revoked"
    )
    reason = models.CharField(max_length=200, blank=True)
    wiped_at = models.DateTimeField(null=True)  # it said that it erased its pack
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["account", "revoked_at"], name="device_account")]

    def __str__(self) -> str:
        return str(self.pk)
