"""Tables of digitising: a paper book, the files handed in, its pages with what was read, and the entries keyed.

An import of the app's tables from here would be a circle: other tables are named in words.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy

from dinh.lib.ids import uuid7


class ScanBook(models.Model):
    """One paper book that is being digitised into a register."""

    class Way(models.TextChoices):
        TWICE = (
            "twice",
            pgettext_lazy("scan", "keyed twice, by two officers who do not see each other’s entry"),
        )
        ONCE = "once", pgettext_lazy("scan", "keyed once, then compared with the picture by a second officer")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    register = models.CharField(max_length=60)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="scan_books")
    title = models.CharField(max_length=120)  # as on its cover
    year = models.PositiveSmallIntegerField(null=True)  # null for a book of several years
    pages_in_book = models.PositiveIntegerField()  # of paper, counted by who holds it
    kept_by = models.CharField(max_length=160)  # who keeps the paper: an office, a cupboard, a person
    way = models.CharField(max_length=5, choices=Way.choices, default=Way.TWICE)
    by = models.UUIDField()
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["register", "unit", "year"], name="scan_book_register")]

    def __str__(self) -> str:
        return f"{self.register} {self.title}"


class ScanFile(models.Model):
    """One file as it was handed in: a picture is a page at once, a PDF is split by the worker."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("scan file", "being split into pages")
        TAKEN = "taken", pgettext_lazy("scan file", "taken in")
        REFUSED = "refused", pgettext_lazy("scan file", "could not be taken in")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(ScanBook, on_delete=models.PROTECT, related_name="files")
    filename = models.CharField(max_length=200)
    blob = models.ForeignKey("papers.Blob", on_delete=models.PROTECT, related_name="+")
    pages = models.PositiveIntegerField(null=True)  # how many it has; null until somebody has counted
    doubles = models.JSONField(
        default=list
    )  # [page of the file, place in the book] of pages that were here already
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=40, blank=True)  # code of why it was refused
    by = models.UUIDField()
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.filename


class ScanPage(models.Model):
    """The picture of one page, what the machine read on it, and who keyed it to its end."""

    class Reading(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("scan page", "not read yet")
        READ = "read", pgettext_lazy("scan page", "read")
        FAILED = "failed", pgettext_lazy("scan page", "could not be read")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(ScanBook, on_delete=models.PROTECT, related_name="pages")
    place = models.PositiveIntegerField()  # 1, 2, 3, …; changed only while the book's row is held
    file = models.ForeignKey(ScanFile, on_delete=models.PROTECT, related_name="made")
    file_page = models.PositiveIntegerField()
    blob = models.ForeignKey("papers.Blob", on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()  # in pixels
    height = models.PositiveIntegerField()
    turned = models.PositiveSmallIntegerField(default=0)  # degrees, clockwise, by which it is shown
    reading = models.CharField(max_length=7, choices=Reading.choices, default=Reading.WAITING)
    words: models.JSONField[Any] = models.JSONField(default=list)  # see `reading.Word`
    confidence = models.FloatField(null=True)  # 0 to 100, mean over the words
    seconds = models.FloatField(null=True)  # that reading took
    keyed_by = models.UUIDField(null=True)  # who said that all entries of the page are keyed
    keyed_at = models.DateTimeField(null=True)
    claimed_by = models.UUIDField(null=True)  # whom the worklist led here last, so that two do not meet
    claimed_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "file_page"], name="scan_page_of_file")]
        indexes = [models.Index(fields=["book", "place"], name="scan_page_place")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.place}"


class ScanEntry(models.Model):
    """One entry of a paper page: what the first officer keyed, what the second said, and the record made of it.

    `first`, `second` and `final` are {"number": …, "on": …, "data": {field id: value}}.
    """

    class State(models.TextChoices):
        KEYED = "keyed", pgettext_lazy("scan entry", "keyed once")
        DIFFERS = "differs", pgettext_lazy("scan entry", "two keyings differ")
        ENTERED = "entered", pgettext_lazy("scan entry", "in the register")
        DROPPED = "dropped", pgettext_lazy("scan entry", "taken out")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(ScanBook, on_delete=models.PROTECT, related_name="entries")
    page = models.ForeignKey(ScanPage, on_delete=models.PROTECT, related_name="entries")
    place = models.PositiveIntegerField()  # on the page, from the top
    number = models.CharField(max_length=40)  # as on paper
    state = models.CharField(max_length=7, choices=State.choices, default=State.KEYED)
    first = models.JSONField()
    first_by = models.UUIDField()
    first_at = models.DateTimeField()
    second = models.JSONField(null=True)
    second_by = models.UUIDField(null=True)
    second_at = models.DateTimeField(null=True)
    final = models.JSONField(null=True)
    decided_by = models.UUIDField(null=True)  # who chose between two keyings, or took the entry out
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # for which it was taken out
    record = models.OneToOneField(
        "registers.Record", null=True, on_delete=models.PROTECT, related_name="scan"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "number"], condition=~models.Q(state="dropped"), name="scan_entry_once"
            )
        ]
        indexes = [
            models.Index(fields=["first_by", "first_at"], name="scan_entry_first"),
            models.Index(fields=["second_by", "second_at"], name="scan_entry_second"),
            models.Index(fields=["book", "state"], name="scan_entry_state"),
        ]

    def __str__(self) -> str:
        return f"{self.book_id} {self.number}"
