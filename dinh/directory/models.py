"""Tables of the directory: places through time, offices, accounts and who may do what.

A unit's identity is apart from its versions: codes are reused by successors, so a
code is only a key together with a date.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from dinh.directory.succession import MovedRows, UnitChange, UnitLink
from dinh.lib.ids import uuid7

__all__ = [
    "Account",
    "AccountManager",
    "Attempt",
    "Closure",
    "Delegation",
    "Grant",
    "Level",
    "MovedRows",
    "Office",
    "Unit",
    "UnitChange",
    "UnitLink",
    "UnitTrait",
    "UnitVersion",
]


class Level(models.TextChoices):
    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district (until 30 June 2025)")
    COMMUNE = "commune", _("commune")
    VILLAGE = "village", _("village")


class Unit(models.Model):
    """An administrative unit as a lasting identity; merge and split make new ones."""

    id = models.UUIDField(primary_key=True, editable=False)  # uuid5 of (code, valid_from) at its birth
    level = models.CharField(max_length=8, choices=Level.choices)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)  # first day on which it no longer exists
    inherits = models.BooleanField(default=False)  # some unit that ceased has this one as its heir
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.level} {self.pk}"


class UnitVersion(models.Model):
    """What a unit was called, and to whom it belonged, from one date to another."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="versions")
    level = models.CharField(max_length=8, choices=Level.choices)  # same as the unit's, for the constraint
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=80)  # without the type: "Cốc San"
    type = models.CharField(max_length=24)  # "xã", "phường", "đặc khu", "thôn", ...
    name_en = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="child_versions")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # exclusive
    # Of a last version: who goes on from `valid_to` with what was written under the unit (a change applied here).
    heir = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="inherited_versions")
    decree = models.CharField(max_length=120, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    area_km2 = models.FloatField(null=True)
    search_key = models.CharField(max_length=255)  # folded name, type and parents' names

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "code", "valid_from"], name="unit_code_and_date"),
        ]
        indexes = [models.Index(fields=["parent", "valid_to"], name="unit_children")]

    def __str__(self) -> str:
        return f"{self.type} {self.name}"

    @property
    def full_name(self) -> str:
        """The name with its type, as written on papers: "xã Cốc San"."""
        return f"{self.type} {self.name}".strip()


class UnitTrait(models.Model):
    """A dated quality of a unit on which rights depend: special difficulty, mountain, border."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="traits")
    trait = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.trait}"


class Office(models.Model):
    """A body that acts: the one-stop centre, the people's committee, the commune police."""

    id = models.UUIDField(primary_key=True, editable=False)  # uuid5 of (unit, key)
    key = models.CharField(max_length=40)  # "service_centre", "peoples_committee", "police", ...
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="offices")
    name = models.CharField(max_length=160)
    agency_code = models.CharField(max_length=24, blank=True)  # e.g. "H38.02"; first part of dossier numbers
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=24, blank=True)
    email = models.EmailField(blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "key", "valid_from"], name="office_once")]

    def __str__(self) -> str:
        return self.name


class Closure(models.Model):
    """A day, or half of one, on which one office does not serve (a storm, a move)."""

    class Part(models.TextChoices):
        DAY = "day", _("whole day")
        MORNING = "morning", _("morning")
        AFTERNOON = "afternoon", _("afternoon")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="closures")
    on = models.DateField()
    part = models.CharField(max_length=9, choices=Part.choices, default=Part.DAY)
    reason = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "on", "part"], name="closure_once")]

    def __str__(self) -> str:
        return f"{self.office_id} {self.on}"


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts for sign-in libraries; people are appointed by `directory.actions.open_account`."""

    def create_user(self, username: str, password: str | None = None, **extra: Any) -> Account:
        account = self.model(username=username, **extra)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """Someone who signs in: a member of staff, a citizen, or another system."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("staff")
        CITIZEN = "citizen", _("citizen")
        SYSTEM = "system", _("system")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True)
    full_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.STAFF)
    person = models.UUIDField(null=True, unique=True)  # population.Person of a citizen
    # On whose staff.
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="staff")
    title = models.CharField(max_length=120, blank=True)  # "Phó Chủ tịch UBND xã"
    language = models.CharField(max_length=2, default="vi")
    phone = models.CharField(max_length=24, blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)  # the password was made by somebody else
    demonstration = models.BooleanField(default=False)  # made by a scenario; its codes may be shown on screen
    date_joined = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = AccountManager()

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        return self.kind == self.Kind.STAFF


class Grant(models.Model):
    """A role given to an account over a unit's subtree, for some procedures or for all."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40)  # key of a catalogue role
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants")
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="grants")
    procedures = models.JSONField(default=list)  # ids of procedures; empty means all that the role covers
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["account", "valid_to"], name="grant_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role}"


class Delegation(models.Model):
    """A dated delegation of signature: `to` may act with the role that `grant` gives."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="delegations")
    to = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="delegations")
    procedures = models.JSONField(default=list)
    valid_from = models.DateField()
    valid_to = models.DateField()  # inclusive last day
    reference = models.CharField(max_length=120)  # the written delegation
    revoked_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.grant_id} -> {self.to_id}"


class Attempt(models.Model):
    """How often something limited was done since a moment; `key` is a keyed hash, never an address or a name."""

    key = models.CharField(max_length=64, primary_key=True)
    scope = models.CharField(max_length=40)  # "sign_in.account", "check", "upload"
    count = models.PositiveIntegerField()
    until = models.BigIntegerField()  # seconds since 1970; afterwards the count begins anew

    class Meta:
        indexes = [models.Index(fields=["until"], name="attempt_until")]

    def __str__(self) -> str:
        return f"{self.scope} {self.count}"
