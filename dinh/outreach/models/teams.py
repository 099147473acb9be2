"""Community digital teams: who is in them, which villages they visit, who is on duty, who was thanked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dinh.directory.models import Account, Unit
from dinh.lib.ids import uuid7


class Team(models.Model):
    """A steering committee, a team of a commune or a village, or a group of young volunteers."""

    class Kind(models.TextChoices):
        STEERING = "steering", _("steering committee")
        COMMUNE = "commune", _("commune team")
        VILLAGE = "village", _("village team")
        YOUNG = "young", _("young volunteers")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="teams")  # commune or village
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=120)
    above = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="below")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    decision = models.CharField(max_length=120, blank=True)  # by which it was set up
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["unit", "kind"], name="team_unit")]

    def __str__(self) -> str:
        return str(self.pk)


class Area(models.Model):
    """A village whose houses a team visits, from one day to another."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="areas")
    village = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="team_areas")
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # first day on which it no longer is

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "village", "from_on"], name="area_once")]

    def __str__(self) -> str:
        return f"{self.team_id} {self.village_id}"


class Member(models.Model):
    """One term of one person in one team. Everyone in a team has an account."""

    class Role(models.TextChoices):
        LEADER = "leader", _("leader")
        DEPUTY = "deputy", _("deputy")
        MEMBER = "member", _("member")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.MEMBER)
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # first day on which they no longer are
    skills = models.JSONField(default=list)  # codes of list `helper_skills`
    languages = models.JSONField(default=list)  # codes of list `spoken_languages`
    availability = models.JSONField(default=list)  # ["mon.morning", "sun.evening"]
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["account", "until_on"], name="member_account")]

    def __str__(self) -> str:
        return str(self.pk)


class ScopeEpoch(models.Model):
    """How often the villages of an account changed: a phone with an older number drops what it may no longer hold."""

    account = models.OneToOneField(
        Account, primary_key=True, on_delete=models.CASCADE, related_name="scope_epoch"
    )
    epoch = models.PositiveIntegerField(default=1)
    renewed_on = models.DateField(
        null=True
    )  # up to which day terms that begin or end by themselves are counted

    def __str__(self) -> str:
        return f"{self.account_id} {self.epoch}"


class Duty(models.Model):
    """Somebody's hours at the service centre or at a house of culture."""

    class Place(models.TextChoices):
        CENTRE = "centre", _("service centre")
        CULTURE_HOUSE = "culture", _("house of culture")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        DONE = "done", pgettext_lazy("duty", "done")
        MISSED = "missed", _("not come")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="duties")
    place = models.CharField(max_length=7, choices=Place.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="duties")  # commune or village
    on = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    helped = models.PositiveIntegerField(default=0)  # people, as the helper counted them
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["unit", "on"], name="duty_unit_day")]

    def __str__(self) -> str:
        return f"{self.place} {self.on}"


class Thanks(models.Model):
    """Thanks given to a member for what they did in a period, with the hours counted from their work."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="thanks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="thanks")
    from_on = models.DateField()
    until_on = models.DateField()
    minutes = models.PositiveIntegerField()
    words = models.CharField(max_length=400)
    given_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="thanks_given")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.pk)


class Handover(models.Model):
    """What a member who leaves handed to others in one act, so that it can be taken back while nothing newer stands on it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="handovers")
    to = models.ManyToManyField(Member, related_name="taken_over")
    on = models.DateField()  # first day on which the member no longer is one
    until_before = models.DateField(null=True)  # the end of their term before it
    # {"tasks": {id: [account before or null, version after]}, "duties": {id: [member before, version after]},
    #  "workshops": {id: [account before, version after]}}
    moved = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="handovers")
    undone_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.pk)
