"""Writes of keying: the first officer's entry, the second's, the choice between two, and the record made of it.

The one who keyed an entry first never keys, compares or decides it again: that is asked here, whatever page or
program calls.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register
from dinh.directory.models import Account
from dinh.journal.actions import action, record
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, Refused, Stale
from dinh.registers import actions
from dinh.registers.lines import OnPaper
from dinh.registers.models import Record
from dinh.registers.scans import rights, rules
from dinh.registers.scans.answers import Keyed, first_day
from dinh.registers.scans.models import ScanBook, ScanEntry, ScanPage
from dinh.registers.scans.suggesting import NUMBER

State = ScanEntry.State
CHANGED = _("Somebody else worked on this entry first. Open it again to see it as it is now.")
SAME_OFFICER = _("You keyed this entry first. Another officer keys it again or compares it with the picture.")
TWICE = _(
    "Entry %(number)s of this book was keyed already, from page %(page)s. Check the number on the paper."
)
IN_REGISTER = _("Line %(number)s is in the register already: %(who)s. Check the number on the paper.")
REPLACED = _("This picture was replaced by another. Open the page again.")
PICTURE = "scans/"  # before the id of a page, in the field that names the picture of an entry
NO_REASON = _("Say why the entry is taken out.")


@action
def key_entry(*, page: ScanPage, keyed: Keyed, by: Account, at: datetime) -> ScanEntry:
    """Keep what the first officer keyed of an entry. Raises Invalid when the book has its number already."""
    book = page.book
    rights.require_keying(by, book, local_date(at))
    if page.replaced_by_id is not None:
        raise Refused("scans.replaced", REPLACED, page=page.pk)
    _refuse_known(book, keyed, at)
    last = page.entries.aggregate(last=Max("place"))["last"] or 0
    entry = ScanEntry(
        book=book, page=page, place=last + 1, number=keyed["number"], first=keyed, first_by=by.pk, first_at=at
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        raise _twice(book, keyed["number"]) from None
    body = {"set": {"page": page.pk, "number": entry.number, "state": entry.state, "first": keyed}}
    record("registers.scan_entry_keyed", subject=entry, at=at, by=by.pk, unit=book.unit_id, body=body)
    return entry


@action
def finish_page(*, page: ScanPage, by: Account, at: datetime) -> None:
    """Say that no more entries stand on a page; one that is found later is keyed all the same. Raises Stale."""
    rights.require_keying(by, page.book, local_date(at))
    columns: dict[str, Any] = {"keyed_by": by.pk, "keyed_at": at}
    guarded = ScanPage.objects.filter(pk=page.pk, version=page.version, keyed_at=None)
    if not guarded.update(version=F("version") + 1, **columns):
        raise Stale("scans.changed", CHANGED, page=page.pk)
    page.refresh_from_db()
    body = {"set": columns, "entries": page.entries.count()}
    record("registers.scan_page_keyed", subject=page, at=at, by=by.pk, unit=page.book.unit_id, body=body)


@action
def key_again(*, entry: ScanEntry, keyed: Keyed, by: Account, at: datetime) -> ScanEntry:
    """Keep what a second officer keyed, or confirmed beside the picture.

    In a book that is keyed twice, two equal keyings enter the record and two that differ wait to be decided; in one
    that is keyed once, what the second officer leaves or corrects is entered.

    Raises Refused for the officer who keyed it first or when its line is taken, Stale, Invalid.
    """
    _begin(entry, by, at, State.KEYED)
    unlike = rules.differences(entry.first, keyed)
    columns: dict[str, Any] = {"second": keyed, "second_by": by.pk, "second_at": at}
    if unlike and entry.book.way == ScanBook.Way.TWICE:
        columns["state"] = State.DIFFERS.value
    else:
        columns |= _entered(entry, keyed, by, at)
    _change(entry, columns)
    _note("registers.scan_entry_compared", entry, by, at, {"set": _told(columns), "differences": unlike})
    return entry


@action
def decide(*, entry: ScanEntry, keyed: Keyed, by: Account, at: datetime) -> ScanEntry:
    """Enter what was decided between two keyings, with both and the picture in view. Raises as `key_again`."""
    _begin(entry, by, at, State.DIFFERS)
    columns = {"decided_by": by.pk, "decided_at": at, **_entered(entry, keyed, by, at)}
    _change(entry, columns)
    _note("registers.scan_entry_decided", entry, by, at, {"set": _told(columns)})
    return entry


@action
def drop(*, entry: ScanEntry, reason: str, by: Account, at: datetime) -> ScanEntry:
    """Take out an entry that should not have been keyed: its number is free again, the reason stays. Raises Stale."""
    rights.require_keying(by, entry.book, local_date(at))
    if not reason.strip():
        raise Invalid("scans.no_reason", [Fault("reason", "scans.no_reason", NO_REASON)], NO_REASON)
    if entry.state not in {State.KEYED, State.DIFFERS}:
        raise Stale("scans.changed", CHANGED, entry=entry.pk)
    columns = {
        "state": State.DROPPED.value,
        "reason": reason.strip()[:200],
        "decided_by": by.pk,
        "decided_at": at,
    }
    _change(entry, columns)
    _note("registers.scan_entry_dropped", entry, by, at, {"set": columns})
    return entry


def _begin(entry: ScanEntry, by: Account, at: datetime, state: str) -> None:
    rights.require_keying(by, entry.book, local_date(at))
    if entry.first_by == by.pk:
        raise Refused("scans.same_officer", SAME_OFFICER, entry=entry.pk)
    if entry.state != state:
        raise Stale("scans.changed", CHANGED, entry=entry.pk)


def _entered(entry: ScanEntry, keyed: Keyed, by: Account, at: datetime) -> dict[str, Any]:
    """Enter the record and return the columns of the entry that say so."""
    book = entry.book
    if keyed["number"] != entry.number:
        _refuse_known(book, keyed, at, but=entry.pk)
    shape = store.get().registers[book.register]
    line = rules.line_of(keyed["number"])
    data = keyed["data"] | _filled(shape, entry, keyed, by)
    row = actions.enter(
        register=book.register, unit=book.unit, data=data, registered_on=first_day(keyed["on"]),
        person_name=str(data.get(shape.person.name, "")) if shape.person else "",
        provenance="scan", provenance_id=entry.pk,
        paper=OnPaper(keyed["number"], line.sequence, str(book.year or "")), by=by, at=at,
    )  # fmt: skip
    return {"state": State.ENTERED.value, "final": keyed, "number": keyed["number"], "record_id": row.pk}


def _filled(shape: Register, entry: ScanEntry, keyed: Keyed, by: Account) -> dict[str, Any]:
    """Return the fields that nobody keys: book, page, line, who keyed and who compared."""
    book, first = entry.book, Account.objects.get(pk=entry.first_by)
    known = {
        "title": book.title, "year": book.year or int(keyed["on"][:4]), "page": entry.page.place,
        "line": keyed["number"], "registered_on": keyed["on"], "scan": f"{PICTURE}{entry.page_id}",
        "keyed_by": first.full_name, "verified_by": by.full_name,
    }  # fmt: skip
    named = shape.paper.filled() if shape.paper else {}
    return {field: known[part] for part, field in named.items()}


def _refuse_known(book: ScanBook, keyed: Keyed, at: datetime, *, but: UUID | None = None) -> None:
    """Raise Invalid when the book or the register has the number already: it is told while one looks at the paper."""
    same = ScanEntry.objects.filter(book=book, number=keyed["number"]).exclude(state=State.DROPPED)
    if any(one != but for one in same.values_list("pk", flat=True)):
        raise _twice(book, keyed["number"])
    shape, line = store.get().registers[book.register], rules.line_of(keyed["number"])
    if shape.book != "year" or line.sequence is None:
        return
    year = str(book.year or keyed["on"][:4])
    holder = Record.objects.filter(
        register=book.register, unit=book.unit, book=year, sequence=line.sequence
    ).first()
    if holder is not None:
        message = IN_REGISTER % {"number": holder.number, "who": holder.person_name or holder.number}
        raise Invalid("registers.line_taken", [Fault(NUMBER, "registers.line_taken", message)], message)


def _twice(book: ScanBook, number: str) -> Invalid:
    other = (
        ScanEntry.objects.select_related("page").exclude(state=State.DROPPED).get(book=book, number=number)
    )
    message = TWICE % {"number": number, "page": other.page.place}
    return Invalid("scans.keyed_twice", [Fault(NUMBER, "scans.keyed_twice", message)], message)


def _change(entry: ScanEntry, columns: dict[str, Any]) -> None:
    guarded = ScanEntry.objects.filter(pk=entry.pk, version=entry.version)
    if not guarded.update(version=F("version") + 1, **columns):
        raise Stale("scans.changed", CHANGED, entry=entry.pk)
    entry.refresh_from_db()


def _note(kind: str, entry: ScanEntry, by: Account, at: datetime, body: dict[str, Any]) -> None:
    record(kind, subject=entry, at=at, by=by.pk, unit=entry.book.unit_id, body=body)


def _told(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns for the journal; what was entered stands in the record's own entry."""
    return {name: value for name, value in columns.items() if name != "final"}
