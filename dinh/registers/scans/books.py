"""Writes of paper books: open one, hand in files, keep the pages of a PDF, put pages in order, replace a picture.

What tells who may is `rights`. A page takes its place while the book's row is held, so that two files that are
split or handed in at once never take the same one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory.models import Account, Unit
from dinh.journal.actions import action, record
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, NotFound, Refused, Stale
from dinh.lib.names import tidy
from dinh.papers import blobs
from dinh.papers.models import Blob
from dinh.registers.scans import rights, rules, tasks
from dinh.registers.scans.models import ScanBook, ScanFile, ScanPage

MOST_PAGES_IN_BOOK = 5_000
NO_PAPER = _("This register has no paper books to digitise.")
CHANGED = _("Somebody else changed this book first. Open it again to see it as it is now.")
HERE_ALREADY = _("This file was handed in already: it is page %(place)s.")
FILE_HERE = _("This file was handed in already, on %(on)s.")
BAD_PICTURE = _(
    "This picture cannot be kept: it is smaller than 200 pixels, larger than A3 at 600 dpi, or damaged."
)
NOT_A_PICTURE = _("Replace a page by a JPEG or PNG.")
HAS_ENTRIES = _("Entries of this page are in the register already. Its picture stays.")
STAYS = _("Entries of page %(place)s are in the register already: no page passes it. Choose another place.")


@dataclass(frozen=True)
class Cover:
    """What is said of a paper book when it is opened."""

    register: str
    title: str
    year: int | None
    pages_in_book: int
    kept_by: str
    way: str


@action
def open_book(*, cover: Cover, unit: Unit, by: Account, at: datetime) -> ScanBook:
    """Begin to digitise a paper book. Raises Invalid for what its cover cannot say, NotPermitted."""
    shape = store.get().registers.get(cover.register)
    if shape is None or shape.paper is None:
        raise NotFound("scans.no_paper", NO_PAPER, register=cover.register)
    faults = _cover_faults(cover, local_date(at).year)
    if faults:
        raise Invalid("scans.cover", faults, faults[0].message)
    book = ScanBook(
        register=cover.register, unit=unit, title=tidy(cover.title), year=cover.year,
        pages_in_book=cover.pages_in_book, kept_by=tidy(cover.kept_by), way=cover.way, by=by.pk, at=at,
    )  # fmt: skip
    rights.require_managing(by, book, local_date(at))
    book.save(force_insert=True)
    _note("registers.scan_book_opened", book, by, at, unit=unit, body={"set": vars(cover)})
    return book


def hand_in(*, book: ScanBook, pieces: Iterable[bytes], filename: str, by: Account, at: datetime) -> ScanFile:
    """Keep a file and take it into a book; what is not taken is not kept either.

    Raises what `blobs.keep` and `take_file` raise.
    """
    rights.require_managing(by, book, local_date(at))
    blob = blobs.keep(pieces, at, filename=filename, most=settings.DINH_MAX_SCANS_BYTES)
    try:
        return take_file(book=book, blob=blob, filename=filename, by=by, at=at)
    except Refused:
        blobs.forget(blob.pk)
        raise


@action
def take_file(*, book: ScanBook, blob: Blob, filename: str, by: Account, at: datetime) -> ScanFile:
    """Take a kept file into a book: a picture becomes its next page, a PDF is split by the worker.

    Raises Refused ("scans.here_already") when the book has it, Invalid ("scans.bad_picture").
    """
    rights.require_managing(by, book, local_date(at))
    _refuse_double(book, blob)
    picture = blob.media_type != "application/pdf"
    size = _size_of(blob) if picture else None
    file = ScanFile(book=book, filename=filename[:200], blob=blob, by=by.pk, at=at)
    if picture:
        file.pages, file.state = 1, ScanFile.State.TAKEN
    file.save(force_insert=True)
    if size is not None:
        add_page(file=file, number=1, blob=blob, size=size, at=at)
    else:
        tasks.split.enqueue(str(file.pk))
    body = {"set": {"book": book.pk, "filename": file.filename, "blob": blob.pk}}
    _note("registers.scan_file_taken", file, by, at, unit=book.unit, body=body)
    return file


@action
def add_page(
    *, file: ScanFile, number: int, blob: Blob, size: tuple[int, int], at: datetime
) -> ScanPage | None:
    """Make the next page of the book of one page of a file, to be read; None when its picture is here already."""
    book = ScanBook.objects.select_for_update().get(pk=file.book_id)
    double = ScanPage.objects.filter(book=book, blob=blob, replaced_by=None).first()
    if double is not None:
        file.doubles = [*file.doubles, [number, double.place]]
        columns: dict[str, Any] = {"doubles": file.doubles}
        _change(file, columns, at)
        body = {"set": columns}
        record("registers.scan_page_double", subject=file, at=at, by=None, unit=book.unit_id, body=body)
        return None
    last = ScanPage.objects.filter(book=book).aggregate(last=Max("place"))["last"] or 0
    page = ScanPage(
        book=book,
        place=last + 1,
        file=file,
        file_page=number,
        blob=blob,
        width=size[0],
        height=size[1],
        at=at,
    )
    page.save(force_insert=True)
    tasks.read.enqueue(str(page.pk))
    body = {"set": {"book": book.pk, "place": page.place, "file": file.pk, "blob": blob.pk}}
    record("registers.scan_page_added", subject=page, at=at, by=None, unit=book.unit_id, body=body)
    return page


@action
def finish_file(*, file: ScanFile, state: str, pages: int | None, reason: str = "", at: datetime) -> None:
    """Write down that a PDF is split to its end, or why it cannot be. The caller is `splitting` alone."""
    columns: dict[str, Any] = {"state": state, "pages": pages, "reason": reason}
    _change(file, columns, at)
    body = {"set": columns}
    record("registers.scan_file_split", subject=file, at=at, by=None, unit=file.book.unit_id, body=body)


@action
def move_page(*, page: ScanPage, to: int, by: Account, at: datetime) -> None:
    """Give a page another place; those between move on by one.

    Raises NotPermitted, and Refused when one that would move has entries in the register.
    """
    book = ScanBook.objects.select_for_update().get(pk=page.book_id)
    rights.require_managing(by, book, local_date(at))
    pages = list(ScanPage.objects.filter(book=book, replaced_by=None).order_by("place", "pk"))
    order = [one for one in pages if one.pk != page.pk]
    order.insert(min(max(to, 1), len(pages)) - 1, page)
    moved = [(place, one) for place, one in enumerate(order, start=1) if one.place != place]
    _refuse_entered([page, *(one for _place, one in moved)], STAYS)
    for place, one in moved:
        ScanPage.objects.filter(pk=one.pk).update(place=place)
    _change(book, {}, at)
    body = {"page": page.pk, "from": page.place, "to": to}
    _note("registers.scan_page_moved", book, by, at, unit=book.unit, body=body)


def replace(*, page: ScanPage, pieces: Iterable[bytes], filename: str, by: Account, at: datetime) -> ScanPage:
    """Keep a better picture of a page and put it in its place. Raises what `replace_page` raises."""
    rights.require_managing(by, page.book, local_date(at))
    blob = blobs.keep(pieces, at, filename=filename)
    try:
        return replace_page(page=page, blob=blob, filename=filename, by=by, at=at)
    except Refused:
        blobs.forget(blob.pk)
        raise


@action
def replace_page(*, page: ScanPage, blob: Blob, filename: str, by: Account, at: datetime) -> ScanPage:
    """Put another picture in the place of a page; the old one stays behind it, out of the book.

    What was keyed from the old picture goes on with the new one. Raises Invalid for a picture that cannot be kept,
    Refused when entries of the page are in the register already: they were compared with the old picture.
    """
    book = ScanBook.objects.select_for_update().get(pk=page.book_id)
    rights.require_managing(by, book, local_date(at))
    _refuse_double(book, blob)
    if blob.media_type == "application/pdf":
        raise Invalid(
            "scans.not_a_picture", [Fault("file", "scans.not_a_picture", NOT_A_PICTURE)], NOT_A_PICTURE
        )
    _refuse_entered([page], HAS_ENTRIES)
    width, height = _size_of(blob)
    file = ScanFile(
        book=book, filename=filename[:200], blob=blob, pages=1, state=ScanFile.State.TAKEN, by=by.pk, at=at
    )
    file.save(force_insert=True)
    new = ScanPage(
        book=book, place=page.place, file=file, file_page=1, blob=blob, width=width, height=height,
        keyed_by=page.keyed_by, keyed_at=page.keyed_at, at=at,
    )  # fmt: skip
    new.save(force_insert=True)
    _change(page, {"replaced_by_id": new.pk, "place": 0}, at)
    page.entries.update(page=new)
    tasks.read.enqueue(str(new.pk))
    body = {"set": {"book": book.pk, "place": new.place, "blob": blob.pk}, "replaces": page.pk}
    _note("registers.scan_page_replaced", new, by, at, unit=book.unit, body=body)
    return new


@action
def turn_page(*, page: ScanPage, by: Account, at: datetime) -> None:
    """Turn a picture by a quarter, clockwise, for everybody who looks at it after. Raises NotPermitted, Stale."""
    if not rights.manages(by, page.book, local_date(at)):
        rights.require_keying(by, page.book, local_date(at))
    columns = {"turned": (page.turned + 90) % 360}
    _change(page, columns, at)
    _note("registers.scan_page_turned", page, by, at, unit=page.book.unit, body={"set": columns})


@action
def keep_reading(*, page: ScanPage, columns: dict[str, Any], at: datetime) -> None:
    """Keep what the machine read on a page, or that it could not. The caller is the worker alone."""
    _change(page, columns, at)
    told = {name: value for name, value in columns.items() if name != "words"}
    record(
        "registers.scan_page_read", subject=page, at=at, by=None, unit=page.book.unit_id, body={"set": told}
    )


def read_again(book: ScanBook) -> int:
    """Ask the worker for every page not read and every file not split, once what was missing is installed; return how many."""
    files = ScanFile.objects.filter(book=book, state=ScanFile.State.WAITING)
    for file in files:
        tasks.split.enqueue(str(file.pk))
    waiting = ScanPage.objects.filter(book=book, replaced_by=None).exclude(reading=ScanPage.Reading.READ)
    for page in waiting:
        tasks.read.enqueue(str(page.pk))
    return len(waiting) + len(files)


def _cover_faults(cover: Cover, this_year: int) -> list[Fault]:
    faults = []
    if not tidy(cover.title) or len(cover.title) > 120 or len(cover.kept_by) > 160:
        faults.append(
            Fault("title", "scans.title", _("Give the title as on the cover, at most 120 letters."))
        )
    if cover.year is not None and not 1900 <= cover.year <= this_year:
        faults.append(Fault("year", "scans.year", _("Give the year with four digits, not one to come.")))
    if not 1 <= cover.pages_in_book <= MOST_PAGES_IN_BOOK:
        message = _("Count the pages of the paper book: 1 to 5,000.")
        faults.append(Fault("pages_in_book", "scans.pages", message))
    if cover.way not in ScanBook.Way.values:
        faults.append(Fault("way", "scans.way", _("Choose how it is checked.")))
    return faults


def _refuse_double(book: ScanBook, blob: Blob) -> None:
    page = ScanPage.objects.filter(book=book, blob=blob, replaced_by=None).first()
    if page is not None:
        message = HERE_ALREADY % {"place": page.place}
        raise Refused("scans.here_already", message, page=page.pk)
    file = ScanFile.objects.filter(book=book, blob=blob).exclude(state=ScanFile.State.REFUSED).first()
    if file is not None and blob.media_type == "application/pdf":
        message = FILE_HERE % {"on": f"{local_date(file.at):%d/%m/%Y}"}
        raise Refused("scans.here_already", message, file=file.pk)


def _refuse_entered(pages: list[ScanPage], said: object) -> None:
    """Refuse to touch pages whose entries are in the register: their records say the place and lead to the picture."""
    touched = ScanPage.objects.filter(pk__in=[one.pk for one in pages], entries__state="entered")
    first = touched.order_by("place").first()
    if first is not None:
        raise Refused("scans.has_entries", str(said) % {"place": first.place}, page=first.pk)


def _size_of(blob: Blob) -> tuple[int, int]:
    with blobs.open_blob(blob.pk) as file:
        size = rules.picture_size(
            file.read(1024 * 1024)
        )  # a JPEG may say its size after thumbnails and profiles
    if size is None or not rules.picture_fits(size):
        raise Invalid("scans.bad_picture", [Fault("file", "scans.bad_picture", BAD_PICTURE)], BAD_PICTURE)
    return size


def _change(row: Any, columns: dict[str, Any], at: datetime) -> None:
    guarded = type(row).objects.filter(pk=row.pk, version=row.version)
    if not guarded.update(version=F("version") + 1, **columns):
        raise Stale("scans.changed", CHANGED, row=row.pk, at=at)
    row.refresh_from_db()


def _note(kind: str, row: Any, by: Account, at: datetime, *, unit: Unit, body: dict[str, Any]) -> None:
    record(kind, subject=row, at=at, by=by.pk, unit=unit.pk, body=body)
