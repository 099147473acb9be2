"""What teams learn and do at a house. Events (visits, help) never change; profiles are what is known now."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account, Unit
from dinh.population.models import Household, Person


class HouseProfile(models.Model):
    """A household as the teams know it; fields and how they merge: `outreach.rules.facts`."""

    household = models.OneToOneField(
        Household, primary_key=True, on_delete=models.CASCADE, related_name="profile"
    )
    has_device = models.BooleanField(null=True)  # anyone in the house with a smartphone
    mobile = models.CharField(max_length=8, blank=True)  # list `network_strengths`, seen at the house
    broadband = models.BooleanField(null=True)
    power = models.CharField(max_length=8, blank=True)  # list `power_supplies`
    skilled = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="skilled_of")
    phone = models.CharField(max_length=24, blank=True)
    note = models.CharField(max_length=400, blank=True)
    needs = models.JSONField(default=list)  # codes of list `house_needs`: a set
    refused_on = models.DateField(null=True)  # asked not to be visited again
    last_visit = models.DateTimeField(null=True)
    marks = models.JSONField(default=dict)  # field -> {"at": captured, "op": id}: who won
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.household_id)


class PersonProfile(models.Model):
    """A person's ladders and skills as the teams saw them; the identity itself is `population.Person`."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="profile")
    electronic_id = models.PositiveSmallIntegerField(default=0)  # 0 none, 1, 2: as seen at the house
    service_account = models.PositiveSmallIntegerField(default=0)  # 0 none, 1 made, 2 used alone
    health_record = models.PositiveSmallIntegerField(default=0)
    insurance_app = models.PositiveSmallIntegerField(default=0)
    bank_account = models.PositiveSmallIntegerField(default=0)
    skills = models.JSONField(default=dict)  # code of list `basic_skills` -> 0 not, 1 with help, 2 alone
    has_device = models.BooleanField(null=True)
    needs = models.JSONField(default=list)  # codes of list `person_needs`: a set
    phone = models.CharField(max_length=24, blank=True)
    note = models.CharField(max_length=400, blank=True)
    marks = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.person_id)


class Visit(models.Model):
    """Somebody of a team came to a house."""

    class Outcome(models.TextChoices):
        MET = "met", _("met")
        ABSENT = "absent", _("nobody at home")
        REFUSED = "refused", _("did not wish it")
        MOVED = "moved", _("moved away")

    id = models.UUIDField(primary_key=True, editable=False)  # of the operation
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="visits")
    village = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="visits")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="visits")
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    met = models.JSONField(default=list)  # ids of persons of the house
    at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(null=True)
    companion = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="joint_visits"
    )  # a supervisor who came along
    checks = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="checked_by")
    agrees = models.BooleanField(null=True)  # a re-visit: did the house confirm the visit it checks
    slip = models.CharField(max_length=12, blank=True)  # number of the paper left in the house
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["village", "at"], name="visit_village"),
            models.Index(fields=["household", "at"], name="visit_household"),
            models.Index(fields=["account", "at"], name="visit_account"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Assistance(models.Model):
    """Help given to one person, or to a house: an application installed, a bill paid, a request filed."""

    id = models.UUIDField(primary_key=True, editable=False)  # of the operation
    kind = models.CharField(max_length=24)  # list `assistance_kinds`; "filing" for assisted filing
    visit = models.UUIDField(null=True)  # the visit during which it was given
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="assistances")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="assistances")
    village = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="assistances")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="assistances")
    outcome = models.CharField(
        max_length=12
    )  # list `assistance_outcomes`: done, begun, not_possible, appointment
    appointment_on = models.DateField(null=True)
    at = models.DateTimeField()
    procedure = models.CharField(max_length=60, blank=True)
    dossier = models.UUIDField(null=True)  # of an assisted filing
    consent = models.JSONField(
        default=dict
    )  # {"how", "witness", "proof": sha256 of the drawing, "withdrawn_at"}
    brought_at = models.DateTimeField(null=True)  # the result was carried home
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["village", "at"], name="assistance_village"),
            models.Index(fields=["person", "kind"], name="assistance_person"),
            models.Index(fields=["dossier"], name="assistance_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Difficulty(models.Model):
    """What stood in somebody's way, in their words; the answer comes back to the same house."""

    class Urgency(models.TextChoices):
        LOW = "low", _("can wait")
        NORMAL = "normal", _("ordinary")
        URGENT = "urgent", _("urgent")

    id = models.UUIDField(primary_key=True, editable=False)  # of the operation
    kind = models.CharField(max_length=20)  # list `difficulty_kinds`
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="difficulties")
    village = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="difficulties")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="difficulties")
    procedure = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=120, blank=True)
    words = models.CharField(max_length=1000)
    urgency = models.CharField(max_length=6, choices=Urgency.choices, default=Urgency.NORMAL)
    at = models.DateTimeField()
    card = models.ForeignKey(
        "work.IssueCard", null=True, on_delete=models.PROTECT, related_name="difficulties"
    )
    told_at = models.DateTimeField(null=True)  # the answer was told at the house
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["village", "at"], name="difficulty_village")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
