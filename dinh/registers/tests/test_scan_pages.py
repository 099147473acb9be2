"""Pictures of paper pages: taken in, refused, split, ordered, replaced; a worker that is killed goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dinh.catalogue import store
from dinh.directory.tests.cast import Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.papers import blobs
from dinh.papers.models import Blob
from dinh.registers.scans import books, keying, programs, queries, rules, splitting
from dinh.registers.scans.models import ScanFile, ScanPage
from dinh.registers.tests.scanning import AT, Desk, cover, keyed, open_desk, png

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast, settings: object, tmp_path: Path) -> Desk:
    settings.DINH_HOME = tmp_path  # type: ignore[attr-defined]
    return open_desk(cast)


def take(desk: Desk, data: bytes, name: str) -> ScanFile:
    return books.hand_in(book=desk.book, pieces=[data], filename=name, by=desk.data, at=AT)


def order(desk: Desk) -> list[str]:
    pages = ScanPage.objects.filter(book=desk.book, replaced_by=None).order_by("place")
    return [page.file.filename for page in pages]


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(300, 400), (300, 400)),
        (
            b"\xff\xd8\xff\xe0\x00\x10JFIF"
            + b"\0" * 10
            + b"\xff\xc2\x00\x11\x08\x01\x90\x01\x2c\x03"
            + b"\0" * 9,
            (300, 400),
        ),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", None),
        (b"GIF89a", None),
    ],
    ids=["png", "jpeg", "cut-jpeg", "gif"],
)
def test_a_picture_says_its_size_in_its_header(data: bytes, size: tuple[int, int] | None) -> None:
    assert rules.picture_size(data) == size


def test_a_picture_becomes_the_next_page_and_is_to_be_read(desk: Desk) -> None:
    take(desk, png(shade=9), "2.png")

    assert order(desk) == ["1.png", "2.png"]
    assert Entry.objects.filter(kind="registers.scan_page_added").count() == 2
    done = queries.progress([desk.book])[desk.book.pk]
    assert (done.uploaded, done.read, done.pages_in_book) == (2, 0, 4)


def test_a_picture_that_would_fill_the_memory_is_refused_and_not_kept(desk: Desk) -> None:
    before = Blob.objects.count()

    with pytest.raises(Invalid) as refused:
        take(desk, png(30_000, 30_000), "bomb.png")

    assert refused.value.code == "scans.bad_picture"
    assert Blob.objects.count() == before


def test_the_same_picture_twice_says_where_it_is(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        take(desk, png(), "again.png")

    assert "1" in str(refused.value.message)
    assert blobs.path_of(desk.page.blob_id).exists()


def test_pages_change_places_and_pictures(desk: Desk) -> None:
    take(desk, png(shade=9), "2.png")
    take(desk, png(shade=8), "3.png")

    books.move_page(page=ScanPage.objects.get(place=3), to=1, by=desk.data, at=AT)
    assert order(desk) == ["3.png", "1.png", "2.png"]

    page = ScanPage.objects.get(place=2)
    new = books.replace(page=page, pieces=[png(shade=7)], filename="better.png", by=desk.data, at=AT)
    assert order(desk) == ["3.png", "better.png", "2.png"]
    assert ScanPage.objects.get(pk=page.pk).replaced_by == new


def test_only_who_brings_registers_in_opens_books_and_hands_in(desk: Desk, cast: Cast) -> None:
    for refused in (
        lambda: books.open_book(cover=cover(), unit=cast.cocsan, by=desk.one, at=AT),
        lambda: books.hand_in(book=desk.book, pieces=[png(shade=1)], filename="x.png", by=desk.one, at=AT),
        lambda: books.move_page(page=desk.page, to=1, by=desk.one, at=AT),
        lambda: queries.see_page(account=desk.data, page_id=desk.page.pk, at=AT),
    ):
        with pytest.raises(NotPermitted):
            refused()


def test_a_cover_is_looked_at(desk: Desk, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        books.open_book(
            cover=cover(title=" ", year=2030, pages_in_book=0), unit=cast.cocsan, by=desk.data, at=AT
        )

    assert {fault.path for fault in refused.value.faults} == {"title", "year", "pages_in_book"}


def test_the_shipped_registers_of_paper_come_in_their_order() -> None:
    digitised = [one for one in store.get().registers.values() if one.paper]
    first = sorted(digitised, key=lambda one: one.paper.order if one.paper else 0)
    assert [one.id for one in first[:3]] == ["births", "marriages", "deaths"]
    assert first[-1].id == "land_parcels"


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_a_pdf_is_split_page_by_page_and_goes_on_after_a_kill(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = take(desk, _pdf(3), "book.pdf")
    drawn = splitting._draw

    def killed(source: Path, number: int, folder: Path) -> Path:
        if number == 2:
            raise KeyboardInterrupt
        return drawn(source, number, folder)

    monkeypatch.setattr(splitting, "_draw", killed)
    with pytest.raises(KeyboardInterrupt):
        splitting.split_file(file.pk, clock=lambda: AT)
    assert order(desk) == ["1.png", "book.pdf"]

    monkeypatch.setattr(splitting, "_draw", drawn)
    assert splitting.split_file(file.pk, clock=lambda: AT) == "taken"
    assert splitting.split_file(file.pk, clock=lambda: AT) == "taken"
    file.refresh_from_db()
    assert (file.pages, order(desk).count("book.pdf"), len(file.doubles)) == (3, 2, 1)  # two pages are alike


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="poppler-utils is not installed")
def test_a_broken_pdf_says_so(desk: Desk) -> None:
    file = take(desk, b"%PDF-1.7\nnothing", "broken.pdf")

    assert splitting.split_file(file.pk, clock=lambda: AT) == "refused"
    file.refresh_from_db()
    assert file.reason == "scans.program_failed"


def test_without_tesseract_a_page_waits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "missing", lambda: {"tesseract": "tesseract-ocr tesseract-ocr-vie"})

    assert splitting.read_one(desk.page.pk, clock=lambda: AT) == "absent"
    assert ScanPage.objects.get(pk=desk.page.pk).reading == "waiting"
    assert books.read_again(desk.book) == 1


def test_a_program_that_takes_too_long_is_ended() -> None:
    with pytest.raises(programs.Failed):
        programs.run(["sleep", "5"], seconds=0)


def _pdf(pages: int) -> bytes:
    """Return a PDF of small pages, the first two of which look alike."""
    sizes = [220, 220, *range(230, 230 + pages)][:pages]
    kids = " ".join(f"{n + 3} 0 R" for n in range(pages))
    parts = [
        "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        f"2 0 obj<</Type/Pages/Count {pages}/Kids[{kids}]>>endobj",
    ]
    parts += [
        f"{n + 3} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 {w} 220]>>endobj" for n, w in enumerate(sizes)
    ]
    return ("%PDF-1.4\n" + "\n".join(parts) + "\ntrailer<</Root 1 0 R>>\n%%EOF\n").encode()


def test_no_page_passes_one_whose_entries_are_in_the_register(desk: Desk) -> None:
    for shade in (9, 8, 7):
        take(desk, png(shade=shade), f"{shade}.png")
    entered = ScanPage.objects.get(place=2)
    entry = keying.key_entry(page=entered, keyed=keyed(), by=desk.one, at=AT)
    keying.key_again(entry=entry, keyed=keyed(), by=desk.other, at=AT)

    for place, to in ((2, 3), (1, 4), (4, 1), (3, 2)):
        with pytest.raises(Refused, match="has_entries") as refused:
            books.move_page(page=ScanPage.objects.get(place=place), to=to, by=desk.data, at=AT)
        assert "2" in str(refused.value.message)
    assert order(desk) == ["1.png", "9.png", "8.png", "7.png"]

    books.move_page(page=ScanPage.objects.get(place=4), to=3, by=desk.data, at=AT)
    assert order(desk) == ["1.png", "9.png", "7.png", "8.png"]
