"""Whose books are when places change: a line stays in the book it was written in, and the heir keeps that book."""

from __future__ import annotations

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.touched import Table, Way, register
from dinh.registers.models import Book, ColumnMapping, Import, Record
from dinh.registers.scans.models import ScanBook

register(
    Table(
        "registers.record", _("lines of registers"), Record, Way.STAYS,
        sums={"valid": Count("pk", filter=Q(state=Record.State.VALID))},
    ),
    Table("registers.book", _("books of registers"), Book, Way.STAYS, label="name", reads="registers.read", sums={"lines": Sum("last")}),
    Table("registers.import", _("imports into registers"), Import, Way.STAYS, label="filename", reads="registers.import"),
    Table("registers.mapping", _("columns of files, as they were named"), ColumnMapping, Way.STAYS),
    Table("registers.scan_book", _("paper books being digitised"), ScanBook, Way.STAYS),
)  # fmt: skip
