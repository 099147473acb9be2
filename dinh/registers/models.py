"""Tables of registers: records of any declared register, with every version they had."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from dinh.directory.models import Unit
from dinh.lib.ids import uuid7
from dinh.population.models import Person


class Record(models.Model):
    """One line of one book: its current content; the past stands in `Version`."""

    class State(models.TextChoices):
        VALID = "valid", pgettext_lazy("record", "in force")
        CLOSED = "closed", pgettext_lazy("record", "closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    register = models.CharField(max_length=60)  # id of a catalogue register: "births", "deaths", ...
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="records")  # owner
    book = models.CharField(max_length=24)  # "2025" for one book a year
    sequence = models.PositiveIntegerField()  # continuous within the book
    number = models.CharField(max_length=40)  # as written: "12/2025"
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="records")
    person_name = models.CharField(max_length=120, blank=True)
    name_key = models.CharField(max_length=120, blank=True)
    registered_on = models.DateField()
    data = models.JSONField()  # field id -> value, as the register declares
    state = models.CharField(max_length=6, choices=State.choices, default=State.VALID)
    provenance = models.CharField(max_length=16)  # "dossier", "import", "correction", "exchange"
    provenance_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "unit", "book", "sequence"], name="record_in_book"),
        ]
        indexes = [
            models.Index(fields=["person", "register"], name="record_person"),
            models.Index(fields=["register", "name_key"], name="record_name"),
            models.Index(fields=["register", "unit", "registered_on", "sequence"], name="record_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.number}"


class RecordParty(models.Model):
    """Another person whom a record concerns: the mother, the father, the one who asked."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="parties")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="record_parts")
    role = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person", "role"], name="record_party_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.role}"


class Version(models.Model):
    """What a record said from one entry of the journal to the next."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    data = models.JSONField()
    state = models.CharField(max_length=6, choices=Record.State.choices)
    reason = models.CharField(max_length=200, blank=True)
    provenance = models.CharField(max_length=16)
    provenance_id = models.UUIDField(null=True)
    actor = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "version"], name="record_version_once")]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.version}"


class Book(models.Model):
    """The next free line of a book; moved on by a guarded write, so no number is given twice."""

    id = models.UUIDField(primary_key=True, editable=False)  # uuid5 of (register, unit, name)
    register = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="books")
    name = models.CharField(max_length=24)
    last = models.PositiveIntegerField(default=0)
    closed_on = models.DateField(null=True)  # at the year's end; nothing is entered after
    version = models.PositiveIntegerField(default=0)  # counts the entries about the book itself

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "unit", "name"], name="book_once")]

    def __str__(self) -> str:
        return f"{self.register} {self.name}"
