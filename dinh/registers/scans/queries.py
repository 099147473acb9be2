"""Reads of digitising: how far each book is, what is next for whom, a page with its access row, a record's picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory.models import Account
from dinh.journal import access
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound
from dinh.registers.models import Record
from dinh.registers.scans import reading, rights, suggesting
from dinh.registers.scans.answers import reader_of
from dinh.registers.scans.models import ScanBook, ScanEntry, ScanPage

CLAIMED = timedelta(minutes=15)
OPEN = (ScanEntry.State.KEYED, ScanEntry.State.DIFFERS)
NOTHING_HERE = _("There is no such book or page, or it is not in your care.")


@dataclass(frozen=True)
class Progress:
    """How far a paper book is, in pages, and its entries."""

    pages_in_book: int
    uploaded: int = 0
    read: int = 0
    keyed: int = 0
    verified: int = 0
    entries: int = 0
    entered: int = 0
    differing: int = 0


@dataclass(frozen=True)
class Done:
    """What somebody did today."""

    keyed: int
    verified: int


def books(account: Account, on: date) -> list[ScanBook]:
    """Return the books that somebody manages, keys or may look at, by title. One query."""
    found = ScanBook.objects.select_related("unit").order_by("register", "year", "title", "pk")
    return [one for one in found if rights.manages(account, one, on) or rights.sees(account, one, on)]


def get_book(account: Account, book_id: UUID, on: date) -> ScanBook:
    """Return a book to somebody who manages it or reads its register. Raises NotFound."""
    book = ScanBook.objects.select_related("unit").filter(pk=book_id).first()
    if book is None or not (rights.manages(account, book, on) or rights.sees(account, book, on)):
        raise NotFound("scans.no_book", NOTHING_HERE, book=book_id)
    return book


def get_page(account: Account, page_id: UUID, on: date) -> ScanPage:
    """Return a page of a book that somebody may open, without its picture. Raises NotFound."""
    page = ScanPage.objects.select_related("book__unit", "blob").filter(pk=page_id).first()
    if page is None or not (rights.manages(account, page.book, on) or rights.sees(account, page.book, on)):
        raise NotFound("scans.no_page", NOTHING_HERE, page=page_id)
    return page


def see_page(*, account: Account, page_id: UUID, at: datetime) -> ScanPage:
    """Return a page to somebody who looks at its picture, and write down that it was looked at.

    Raises NotFound, NotPermitted.
    """
    page = get_page(account, page_id, timezone.localdate(at))
    rights.require_seeing(account, page.book, timezone.localdate(at))
    access.opened(
        kind="file", subject_type="scan", subject=page.pk, by=account, at=at, purpose=f"scan:{page.book_id}",
        unit=page.book.unit_id,
    )  # fmt: skip
    return page


def get_entry(account: Account, entry_id: UUID, on: date) -> ScanEntry:
    """Return an entry to somebody who keys in its book. Raises NotFound, NotPermitted."""
    found = ScanEntry.objects.select_related("book__unit", "page__blob", "page__book__unit", "record")
    entry = found.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound("scans.no_entry", NOTHING_HERE, entry=entry_id)
    rights.require_keying(account, entry.book, on)
    return entry


def progress(found: Sequence[ScanBook]) -> dict[UUID, Progress]:
    """Return how far each book is. Two queries, however many books."""
    pages, entries = _of_pages(found), _of_entries(found)
    return {
        book.pk: Progress(book.pages_in_book, **pages.get(book.pk, {}), **entries.get(book.pk, {}))
        for book in found
    }


def pages_of(book: ScanBook) -> QuerySet[ScanPage]:
    """Return the pages of a book in their order, each with how many entries it has and how many are open."""
    return (
        ScanPage.objects.filter(book=book, replaced_by=None)
        .select_related("file")
        .defer("words")
        .annotate(
            entered=Count("entries", filter=Q(entries__state=ScanEntry.State.ENTERED)),
            open=Count("entries", filter=Q(entries__state__in=OPEN)),
        )
        .order_by("place", "pk")
    )


def neighbours(page: ScanPage) -> tuple[ScanPage | None, ScanPage | None]:
    """Return the page before and the page after. Two queries."""
    pages = ScanPage.objects.filter(book=page.book_id, replaced_by=None).only("place")
    before = pages.filter(place__lt=page.place).order_by("-place").first()
    return before, pages.filter(place__gt=page.place).order_by("place").first()


def suggestions(page: ScanPage, on: date) -> list[suggesting.Entry]:
    """Return what the machine read on a page, entry by entry; nothing is taken from it by itself."""
    register = store.get().registers[page.book.register]
    return suggesting.suggest(register, reading.kept(page.words), partial(reader_of, page.book, on))


def next_page(account: Account, at: datetime, among: Collection[UUID]) -> ScanPage | None:
    """Return the next page to key in some books, and keep others from being led to it for a quarter of an hour."""
    free = Q(claimed_by=None) | Q(claimed_by=account.pk) | Q(claimed_at__lt=at - CLAIMED)
    waiting = ScanPage.objects.filter(free, book__in=among, replaced_by=None, keyed_at=None)
    waiting = waiting.select_related("book__unit").order_by("book__at", "book", "place")
    # Somebody else may take the page between the two questions: then the next one is asked for.
    while (page := waiting.first()) is not None:
        if ScanPage.objects.filter(free, pk=page.pk).update(claimed_by=account.pk, claimed_at=at):
            return page
    return None


def next_entry(account: Account, among: Collection[UUID]) -> ScanEntry | None:
    """Return the next entry that somebody may compare or decide: never one that they keyed first."""
    return to_compare(account, among).order_by("book__at", "book", "page__place", "place").first()


def to_compare(account: Account, among: Collection[UUID]) -> QuerySet[ScanEntry]:
    """Return the entries of some books that somebody may compare or decide."""
    return ScanEntry.objects.filter(book__in=among, state__in=OPEN).exclude(first_by=account.pk)


def waiting_by_book(account: Account, among: Collection[UUID]) -> Mapping[UUID, tuple[int, int]]:
    """Return {book: (pages to key, entries to compare)} for somebody. Two queries."""
    pages = ScanPage.objects.filter(book__in=among, replaced_by=None, keyed_at=None)
    keys = dict(pages.order_by().values_list("book").annotate(n=Count("pk")))
    compares = dict(to_compare(account, among).order_by().values_list("book").annotate(n=Count("pk")))
    return {book: (keys.get(book, 0), compares.get(book, 0)) for book in among}


def done_today(account: Account, at: datetime) -> Done:
    """Return what somebody keyed and compared today. Two queries."""
    begun = timezone.make_aware(datetime.combine(local_date(at), time()))
    mine = ScanEntry.objects.exclude(state=ScanEntry.State.DROPPED)
    second = Q(second_by=account.pk, second_at__gte=begun) | Q(decided_by=account.pk, decided_at__gte=begun)
    return Done(mine.filter(first_by=account.pk, first_at__gte=begun).count(), mine.filter(second).count())


def page_of(row: Record) -> ScanPage | None:
    """Return the page of paper from which a record was keyed; None for one that came otherwise. One query."""
    if row.provenance != "scan":
        return None
    return ScanPage.objects.select_related("book").defer("words").filter(entries__record=row).first()


def pages_of_entries(ids: Collection[UUID]) -> list[tuple[UUID, UUID, int, str]]:
    """Return (entry, page, its place, title of the book) of entries; for none, nothing is asked."""
    if not ids:
        return []
    columns = ("pk", "page", "page__place", "book__title")
    return list(ScanEntry.objects.filter(pk__in=ids).values_list(*columns))


def _of_pages(found: Sequence[ScanBook]) -> dict[UUID, dict[str, int]]:
    unsettled = ScanEntry.objects.filter(page=OuterRef("pk"), state__in=OPEN)
    pages = ScanPage.objects.filter(book__in=found, replaced_by=None).annotate(unsettled=Exists(unsettled))
    counted = (
        pages.order_by()
        .values("book")
        .annotate(
            uploaded=Count("pk"),
            read=Count("pk", filter=Q(reading=ScanPage.Reading.READ)),
            keyed=Count("pk", filter=Q(keyed_at__isnull=False)),
            verified=Count("pk", filter=Q(keyed_at__isnull=False, unsettled=False)),
        )
    )
    return _by_book(counted)


def _of_entries(found: Sequence[ScanBook]) -> dict[UUID, dict[str, int]]:
    entries = ScanEntry.objects.filter(book__in=found).exclude(state=ScanEntry.State.DROPPED)
    counted = (
        entries.order_by()
        .values("book")
        .annotate(
            entries=Count("pk"),
            entered=Count("pk", filter=Q(state=ScanEntry.State.ENTERED)),
            differing=Count("pk", filter=Q(state=ScanEntry.State.DIFFERS)),
        )
    )
    return _by_book(counted)


def _by_book(counted: Iterable[Mapping[str, Any]]) -> dict[UUID, dict[str, int]]:
    return {one["book"]: {name: n for name, n in one.items() if name != "book"} for one in counted}
