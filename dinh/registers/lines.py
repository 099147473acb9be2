"""The line that a paper book gave an entry: its own number is kept, and nobody has the same line twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.shapes.register import Register
from dinh.directory.models import Unit
from dinh.lib.errors import Refused
from dinh.lib.ids import natural_id
from dinh.registers import rules
from dinh.registers.models import Book, Record

BETWEEN = 1_000_000  # first place of the lines that no count reaches: "12a", "12 bis"
TAKEN = _(
    "Line %(number)s of this book is in the register already: %(who)s. Look at that record; if this is another "
    "entry, check its number on the paper."
)
BOOK_CLOSED = _("This book is closed. Nothing is entered in it any more.")


@dataclass(frozen=True)
class OnPaper:
    """Where an entry stands on paper.

    number    as written: "12", "12/1994", "12a"
    sequence  12; None for "12a"
    book      the year of the paper book; "" where the day of registration tells it
    """

    number: str
    sequence: int | None
    book: str = ""


def take(register: Register, unit: Unit, paper: OnPaper, registered_on: date) -> tuple[str, int, str]:
    """Return book, sequence and number for an entry of an old paper book, held until the outermost action ends.

    Raises Refused ("registers.line_taken") with who has the line, or when the book is closed.
    """
    book = paper.book or str(registered_on.year)
    key = natural_id("book", register.id, unit.pk, book)
    Book.objects.get_or_create(pk=key, defaults={"register": register.id, "unit": unit, "name": book})
    # As in `actions.next_lines`: the update holds the book's row, so the look that follows stays true.
    # A line beyond the last one moves it on: what the house enters later comes after the paper.
    last = Greatest(F("last"), paper.sequence or 0)
    if not Book.objects.filter(pk=key, closed_on=None).update(last=last):
        raise Refused("registers.book_closed", BOOK_CLOSED, register=register.id, unit=unit.pk)
    lines = Record.objects.filter(register=register.id, unit=unit, book=book)
    if paper.sequence is None:
        refuse_taken(lines.filter(number=paper.number).first(), paper.number)
        top = lines.filter(sequence__gte=BETWEEN).aggregate(top=Max("sequence"))["top"]
        return book, (top or BETWEEN) + 1, paper.number
    number = rules.line_number(register, paper.sequence, book)
    refuse_taken(lines.filter(sequence=paper.sequence).first(), number)
    return book, paper.sequence, number


def number(register: Register, unit: Unit, paper: OnPaper, data: Mapping[str, Any]) -> str:
    """Return the number of an entry in a register that counts by itself: its key, or what the paper says.

    Raises Refused ("registers.line_taken") when a record in force has the same key.
    """
    written = f"{paper.number}/{paper.book}" if paper.sequence and paper.book else paper.number
    key = str(data.get(register.key) or "")[:40]
    if key:
        rows = Record.objects.filter(register=register.id, unit=unit, number=key, state=Record.State.VALID)
        refuse_taken(rows.first(), key)
    return key or written[:40]


def refuse_taken(holder: Record | None, number: str) -> None:
    """Raise Refused when a record has the line already."""
    if holder is not None:
        who = holder.person_name or holder.number
        raise Refused("registers.line_taken", TAKEN % {"number": number, "who": who}, record=holder.pk)
