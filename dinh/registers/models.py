"""Tables of registers: records of any declared register with every version they had, and how files brought them in.

A row that an import wrote has no `Version` of its own until something replaces it: the current content stands in
`Record` alone, and `Record.batch` says which batch wrote it (docs/decisions/imports-are-journalled-by-batch.md).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from dinh.directory.models import Unit
from dinh.lib.ids import uuid7
from dinh.population.models import Person
from dinh.registers.scans.models import ScanBook as ScanBook
from dinh.registers.scans.models import ScanEntry as ScanEntry
from dinh.registers.scans.models import ScanFile as ScanFile
from dinh.registers.scans.models import ScanPage as ScanPage


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
    provenance = models.CharField(
        max_length=16
    )  # "dossier", "import", "correction", "exchange", "scan", "desk"
    provenance_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)
    as_written = models.JSONField(null=True)  # field id -> text that could not be read as the field's type
    valid_from = models.DateField(null=True)  # when what it says is true, as the register's fields tell
    valid_to = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)  # the last day on which its owner said it or said it again
    seen_in = models.UUIDField(null=True)  # the import that brought it last, changed or not
    batch = models.ForeignKey(
        "ImportBatch", null=True, on_delete=models.PROTECT, related_name="records", db_constraint=False
    )  # the batch that wrote what it says now; null when an officer or a dossier did

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "unit", "book", "sequence"], name="record_in_book"),
        ]
        indexes = [
            models.Index(fields=["person", "register"], name="record_person"),
            models.Index(fields=["register", "name_key"], name="record_name"),
            models.Index(fields=["register", "number"], name="record_number"),
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
    as_written = models.JSONField(null=True)
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


class Import(models.Model):
    """One file brought into a register: read into a staging file, looked at, then loaded as a whole or not at all.

    A file handed in through a page lies in the node's home (`imports.handing`) until it is loaded or given up; what
    the person said of it stands here, so that the work goes on wherever it was left.
    """

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("import", "handed in, columns not yet confirmed")
        READING = "reading", pgettext_lazy("import", "being read")
        CHECKED = "checked", pgettext_lazy("import", "checked, not loaded")
        LOADING = "loading", pgettext_lazy("import", "being loaded")
        LOADED = "loaded", pgettext_lazy("import", "loaded")
        DROPPED = "dropped", pgettext_lazy("import", "given up")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    register = models.CharField(max_length=60)
    register_version = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="register_imports")
    office = models.CharField(max_length=60, blank=True)  # key of the office whose file it is
    filename = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    form = models.CharField(max_length=8)  # "csv", "xlsx", "parquet", "geojson"
    columns = models.JSONField(default=dict)  # title of a column -> field id, as it was read
    encoding = models.CharField(max_length=12, blank=True)  # of a CSV file, where the person said it
    sheet = models.CharField(max_length=120, blank=True)  # of a workbook, where the person chose it
    meant = models.JSONField(
        default=dict
    )  # title of a column -> field id, as the person said; "" leaves it out
    load_good = models.BooleanField(default=False)  # load the good rows although others are bad
    close_missing = models.BooleanField(default=False)  # close the rows that the file no longer has
    error = models.TextField(blank=True)  # a sentence for people: why it does not go on
    on = models.DateField()  # the day of which the file tells
    state = models.CharField(max_length=8, choices=State.choices, default=State.READING)
    rows = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)  # rows that cannot be entered
    doubtful = models.PositiveIntegerField(default=0)  # rows entered with a value kept as it was written
    entered = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)  # rows that the file no longer has
    faults = models.JSONField(default=list)  # [{column, code, rows}]: the full list is in the report
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)  # counts its journal entries

    class Meta:
        indexes = [models.Index(fields=["register", "unit", "at"], name="register_import_at")]

    def __str__(self) -> str:
        return f"{self.register} {self.filename}"


class ImportBatch(models.Model):
    """Some thousand rows of one import: one entry of the journal, with a digest over what each row says."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    first_line = models.PositiveBigIntegerField()  # as spreadsheets number them
    last_line = models.PositiveBigIntegerField()
    written = models.PositiveIntegerField()  # versions of records that this batch wrote
    digest = models.CharField(max_length=64)  # SHA-256 over the sorted leaves of those versions
    entry = models.UUIDField()  # its entry of the journal
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="import_batch_once")]

    def __str__(self) -> str:
        return f"{self.source_id} batch {self.number}"


class ColumnMapping(models.Model):
    """What the columns of an office's files mean: remembered from one import to the next."""

    register = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="column_mappings")
    office = models.CharField(max_length=60, blank=True)
    columns = models.JSONField(default=dict)  # folded title -> field id; "" is a column to leave out
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "unit", "office"], name="column_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.unit_id}"
