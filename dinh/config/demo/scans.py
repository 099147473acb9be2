"""A paper book that the commune of the demonstration is digitising: drawn pages, some keyed, some verified.

The worker reads the pages as soon as the node runs; what is keyed here was keyed by the officers of the
demonstration, so that the next one finds work: pages to key, an entry to verify, one to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from dinh.catalogue import store
from dinh.directory.models import Account, Unit
from dinh.lib.dates import local_date
from dinh.registers.samples.scans import SamplePage, birth_book
from dinh.registers.scans import answers, books, keying
from dinh.registers.scans.models import ScanBook, ScanPage
from dinh.registers.scans.suggesting import NUMBER, ON

Tell = Callable[[str, int, int], None]
PAGES_IN_BOOK = 40


def begin_book(
    unit: Unit, staff: Mapping[str, Account], *, year: int, at: datetime, tell: Tell, pages: int = 6
) -> ScanBook:
    """Open a birth book of a year before those that are digitised, hand in its first pages, key three of them.

    Two pages are verified. Of the third one entry differs between two officers, the other waits for the second.
    """
    cover = books.Cover(
        register="paper_births", title=f"Sổ đăng ký khai sinh năm {year}", year=year, pages_in_book=PAGES_IN_BOOK,
        kept_by="Tủ 2, bộ phận tư pháp – hộ tịch", way=ScanBook.Way.TWICE.value,
    )  # fmt: skip
    book = books.open_book(cover=cover, unit=unit, by=staff["nga"], at=at)
    drawn = list(birth_book(pages, year=year))
    for number, sample in enumerate(drawn, 1):
        name = f"trinh-dien-khai-sinh-{year}-{number:03}.png"
        books.hand_in(book=book, pieces=[sample.picture], filename=name, by=staff["nga"], at=at)
        tell("pages of a paper book", number, pages)
    for page, sample in zip(book.pages.order_by("place")[:3], drawn, strict=False):
        _key(page, sample, staff, at, again=page.place < 3)
    return book


def _key(
    page: ScanPage, sample: SamplePage, staff: Mapping[str, Account], at: datetime, *, again: bool
) -> None:
    entries = [
        keying.key_entry(page=page, keyed=_keyed(page, said, at), by=staff["minh"], at=at)
        for said in sample.entries
    ]
    keying.finish_page(page=page, by=staff["minh"], at=at)
    for entry, said in zip(entries, sample.entries, strict=True):
        if again:
            keying.key_again(entry=entry, keyed=_keyed(page, said, at), by=staff["yen"], at=at)
    if not again:
        unlike = {**sample.entries[0], "birth_place": "Bệnh viện huyện Bát Xát"}
        keying.key_again(entry=entries[0], keyed=_keyed(page, unlike, at), by=staff["yen"], at=at)


def _keyed(page: ScanPage, said: Mapping[str, str], at: datetime) -> dict[str, Any]:
    typed = {{"number": NUMBER, "on": ON}.get(id, id): text for id, text in said.items()}
    register = store.get().registers[page.book.register]
    found, _faults = answers.read(register, page.book, typed, local_date(at))
    return found
