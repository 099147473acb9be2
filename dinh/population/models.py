"""Tables of the population: persons, households, where people live, who acts for whom.

Birth dates may be known only to the month or year: `birth` is ISO text of the known
part ("1951", "1951-03", "1951-03-12"), which sorts and compares by prefix.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Unit
from dinh.lib.ids import uuid7


class Sex(models.TextChoices):
    MALE = "1", _("male")
    FEMALE = "2", _("female")
    UNKNOWN = "9", _("not known")


class Household(models.Model):
    """People who live together under one head, at one address of one village."""

    class Poverty(models.TextChoices):
        NONE = "", _("not poor")
        POOR = "poor", _("poor")
        NEAR_POOR = "near_poor", _("near-poor")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=24, unique=True)
    # The indexes below begin with these: one of their own would be written a second time for nothing.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="households", db_index=False)
    village = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="village_households")
    address = models.CharField(max_length=200)
    head = models.ForeignKey("Person", null=True, on_delete=models.PROTECT, related_name="heads")
    poverty = models.CharField(max_length=9, choices=Poverty.choices, default=Poverty.NONE, blank=True)
    closed_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "village"], name="household_place"),
            models.Index(Upper("code"), name="household_code"),
        ]

    def __str__(self) -> str:
        return self.code


class HouseholdSeries(models.Model):
    """The last household code given in a commune; moved on under its lock, so no code is given twice."""

    prefix = models.CharField(max_length=17, primary_key=True)  # the commune's code and a hyphen: "02746-"
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.prefix}{self.last:05d}"


class Person(models.Model):
    """A human being known to this node. `number` is the 12-digit personal identification number."""

    class Status(models.TextChoices):
        ALIVE = "alive", _("alive")
        DEAD = "dead", _("dead")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=12, null=True, unique=True)
    old_number = models.CharField(max_length=9, blank=True, db_index=True)
    full_name = models.CharField(max_length=120)  # NFC, as written on papers
    name_key = models.CharField(max_length=120)  # lib.names.fold(full_name): accent-free, in order
    name_words = models.CharField(max_length=120)  # the same words sorted: name order does not matter
    sex = models.CharField(max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth = models.CharField(max_length=10, blank=True)  # ISO, possibly partial
    birth_year = models.PositiveSmallIntegerField(null=True)
    ethnicity = models.CharField(max_length=2, blank=True)  # list "ethnic_groups"
    nationality = models.CharField(max_length=3, default="VNM")  # ISO 3166-1 alpha-3
    religion = models.CharField(max_length=2, blank=True)
    birth_place = models.CharField(max_length=200, blank=True)
    home_place = models.CharField(max_length=200, blank=True)  # quê quán
    # Most people's parents are not known to this node: the indexes below hold those who are.
    mother = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children_of_mother", db_index=False
    )
    father = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children_of_father", db_index=False
    )
    mother_name = models.CharField(max_length=120, blank=True)
    father_name = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=5, choices=Status.choices, default=Status.ALIVE)
    died_on = models.CharField(max_length=10, blank=True)  # ISO, possibly partial
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="members")
    relation = models.CharField(max_length=2, blank=True)  # to the head: list "household_relations"
    # Of permanent residence.
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="people", db_index=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["name_key", "birth_year"], name="person_name_key"),
            models.Index(fields=["name_words", "birth_year"], name="person_name_words"),
            # Of each commune in order of name; the year is read on the way. Who moves is written into every index.
            models.Index(fields=["unit", "name_key", "id", "birth_year"], name="person_unit_names"),
            models.Index(fields=["birth", "name_key"], name="person_birth"),
            models.Index(fields=["mother"], name="person_mother", condition=models.Q(mother__isnull=False)),
            models.Index(fields=["father"], name="person_father", condition=models.Q(father__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.pk)  # never the name: this ends up in logs


class NameWord(models.Model):
    """One word of a person's `name_key`, with the key: the index by which names are searched."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "word"], name="name_word_once")]
        indexes = [
            # The first for PostgreSQL's LIKE (a word unfinished), the second for its usual order.
            models.Index(
                fields=["word", "name_key", "person"],
                name="name_word",
                opclasses=["varchar_pattern_ops", "varchar_ops", "uuid_ops"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.person_id)  # never the word


class Residence(models.Model):
    """One stay of one person at one address: permanent, temporary, or a notified overnight stay."""

    class Kind(models.TextChoices):
        PERMANENT = "permanent", _("permanent residence")
        TEMPORARY = "temporary", _("temporary residence")
        STAY = "stay", _("stay")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="residences", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="residences", db_index=False)
    village = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="village_residences")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="residences")
    address = models.CharField(max_length=200)
    relation = models.CharField(max_length=2, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # last day granted; null for permanent
    ended_on = models.DateField(null=True)
    dossier = models.UUIDField(null=True)  # provenance
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["person", "kind"], name="residence_person"),
            models.Index(fields=["unit", "kind", "from_on"], name="residence_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ElectronicId(models.Model):
    """How far a person's electronic identity goes: 0 none, 1 declared, 2 proved in person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="electronic_id")
    level = models.PositiveSmallIntegerField()
    since = models.DateField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.person_id} level {self.level}"


class Channel(models.Model):
    """A way to reach a person."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("telephone")
        EMAIL = "email", _("e-mail")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    value = models.CharField(max_length=254)
    verified_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "value"], name="channel_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class Mandate(models.Model):
    """`agent` may act for `principal`: a guardian, a parent, or someone they chose."""

    class Kind(models.TextChoices):
        PARENT = "parent", _("parent")
        GUARDIAN = "guardian", _("guardian")
        CHOSEN = "chosen", _("authorised person")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    principal = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates_held")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    procedures = models.JSONField(default=list)  # empty means all
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    evidence = models.CharField(max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Import(models.Model):
    """One file of persons brought in: first a dry run that lists every bad row, then the load."""

    class State(models.TextChoices):
        CHECKED = "checked", _("checked, nothing loaded")
        LOADED = "loaded", _("loaded")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="imports")
    blob = models.CharField(max_length=64)  # papers.Blob
    filename = models.CharField(max_length=200)
    state = models.CharField(max_length=7, choices=State.choices)
    rows = models.PositiveIntegerField()
    good = models.PositiveIntegerField()
    # [{"row": 17, "column": "ngay_sinh", "code": ..., "message": ...}]
    faults = models.JSONField(default=list)
    by = models.UUIDField()
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"import {self.pk}"
