"""Digitising at the desk: hand in, key beside the picture, verify by another officer, decide, and look back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dinh.directory.tests.cast import Cast, enrol
from dinh.journal.models import Access
from dinh.registers.models import Record, ScanBook, ScanEntry, ScanPage
from dinh.registers.scans import books, programs, splitting
from dinh.registers.tests.scanning import AT, Desk, open_desk, png
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.views import keying

pytestmark = pytest.mark.django_db
TYPED = {
    "entry_number": "12", "entry_on": "3/5/1994", "full_name": "Vàng Thị Mai", "sex": "2", "birth": "12/04/1994",
    "birth_place": "Trạm y tế xã Cốc San", "mother_name": "Lò Thị Hoa",
}  # fmt: skip


@pytest.fixture
def desk(cast: Cast, settings: Any, tmp_path: Path) -> Desk:
    settings.DINH_HOME = tmp_path
    made = open_desk(cast)
    enrol([made.data, made.other])
    return made


def url(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=[str(arg) for arg in args])


def key(browser: Client, desk: Desk, **more: str) -> Any:
    return browser.post(url("scan_key", desk.page.pk), {**TYPED, "_then": "done", **more})


def test_a_book_is_begun_and_its_files_are_taken_in_or_refused_one_by_one(desk: Desk, at_desk: Seat) -> None:
    browser = at_desk(desk.data)
    cover = {
        "register": "deaths", "unit": str(desk.book.unit_id), "title": "Khai tử 1996", "year": "1996",
        "pages_in_book": "2", "way": "once",
    }  # fmt: skip
    begun = browser.post(url("scan_new"), cover)
    book = ScanBook.objects.get(title="Khai tử 1996")
    assert begun["Location"] == url("scan_book", book.pk)

    files = [SimpleUploadedFile("1.png", png(shade=3)), SimpleUploadedFile("2.png", b"GIF89a" * 9)]
    answer = browser.post(url("scan_upload", book.pk), {"file": files})

    assert answer.status_code == 422 and "2.png" in answer.content.decode()
    assert book.pages.count() == 1
    assert "1/2" in browser.get(url("scan_book", book.pk)).content.decode()


def test_keyed_twice_alike_it_is_in_the_register_and_its_picture_one_step_away(
    desk: Desk, at_desk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(keying, "verify_again", lambda register, unit, at: asked.append(register))
    first, second = at_desk(desk.one), at_desk(desk.other)
    key(first, desk)
    entry = ScanEntry.objects.get()
    shown = second.get(url("scan_entry", entry.pk)).content.decode()
    assert "Vàng Thị Mai" not in shown and "Lò Thị Hoa" not in shown

    second.post(url("scan_entry", entry.pk), TYPED)

    row = Record.objects.get(number="12/1994")
    assert asked == ["births"]
    assert url("scan_page", desk.page.pk) in second.get(url("record", row.pk)).content.decode()
    answer: Any = second.get(url("scan_picture", desk.page.pk))
    assert b"".join(answer.streaming_content) == png()
    looked = Access.objects.filter(subject=desk.page.pk).values_list("actor", flat=True)
    assert set(looked) == {desk.one.pk, desk.other.pk}


def test_a_place_that_cannot_be_taken_is_told_beside_the_page(desk: Desk, at_desk: Seat) -> None:
    key(at_desk(desk.one), desk)
    at_desk(desk.other).post(url("scan_entry", ScanEntry.objects.get().pk), TYPED)
    books.hand_in(book=desk.book, pieces=[png(shade=2)], filename="2.png", by=desk.data, at=AT)
    late = ScanPage.objects.get(place=2)

    answer = at_desk(desk.data).post(url("scan_move", late.pk), {"place": "1"})

    assert answer.status_code == 422 and 'href="#id_place_2"' in answer.content.decode()
    late.refresh_from_db()
    assert late.place == 2


def test_what_was_begun_is_not_lost_when_one_says_that_there_are_no_more(desk: Desk, at_desk: Seat) -> None:
    answer = key(at_desk(desk.one), desk, _then="empty")

    assert answer.status_code == 422 and "Vàng Thị Mai" in answer.content.decode()
    desk.page.refresh_from_db()
    assert desk.page.keyed_at is None


def test_who_hands_in_and_does_not_read_is_told_who_keys(desk: Desk, at_desk: Seat) -> None:
    assert "Công chức tư pháp" in at_desk(desk.data).get(url("scans")).content.decode()
    assert "Công chức tư pháp" not in at_desk(desk.one).get(url("scans")).content.decode()


def test_two_keyings_that_differ_are_decided_field_by_field(desk: Desk, at_desk: Seat) -> None:
    key(at_desk(desk.one), desk)
    entry, browser = ScanEntry.objects.get(), at_desk(desk.other)
    browser.post(url("scan_entry", entry.pk), {**TYPED, "mother_name": "Lò Thị Hoà", "birth": "12/4/1994"})

    page = browser.get(url("scan_entry", entry.pk)).content.decode()
    assert "Lò Thị Hoa" in page and "Lò Thị Hoà" in page and "choose-birth" not in page
    assert browser.post(url("scan_entry", entry.pk), {}).status_code == 422
    browser.post(url("scan_entry", entry.pk), {"choose-mother_name": "other", "mother_name": "Lò Thị Hòa"})

    assert Record.objects.get().data["mother_name"] == "Lò Thị Hòa"


def test_the_first_officer_is_told_that_another_one_verifies(desk: Desk, at_desk: Seat) -> None:
    browser = at_desk(desk.one)
    key(browser, desk)
    entry = ScanEntry.objects.get()

    answer = browser.post(url("scan_entry", entry.pk), TYPED)

    assert answer.status_code == 422 and not Record.objects.exists()


def test_a_fault_keeps_what_was_typed_beside_its_question(desk: Desk, at_desk: Seat) -> None:
    answer = key(at_desk(desk.one), desk, birth="31/02/1994", full_name="")

    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="31/02/1994"' in page and 'id="id_birth_error"' in page
    assert not ScanEntry.objects.exists()


def test_what_was_read_is_suggested_and_never_filled_in(desk: Desk, at_desk: Seat) -> None:
    words = [
        [word, 90, 10 + 90 * n, 10, 80, 20, 0]
        for n, word in enumerate("Số: 12 Họ và tên: Vàng Thị Mai".split())
    ]
    books.keep_reading(page=desk.page, columns={"reading": "read", "words": words, "confidence": 90.0}, at=AT)

    page = at_desk(desk.one).get(url("scan_page", desk.page.pk)).content.decode()

    assert 'data-fill="Vàng Thị Mai"' in page and 'value="Vàng Thị Mai"' not in page
    assert "(90\xa0%)" in page or "(90 %)" in page


def test_without_tesseract_the_page_says_what_to_install_and_keying_works(
    desk: Desk, at_desk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "missing", lambda: {"tesseract": "tesseract-ocr tesseract-ocr-vie"})
    browser = at_desk(desk.one)

    assert "tesseract-ocr-vie" in browser.get(url("scans")).content.decode()
    assert key(browser, desk).status_code == 302


def test_the_worklist_leads_to_pages_and_to_the_entries_of_others(desk: Desk, at_desk: Seat) -> None:
    first, second = at_desk(desk.one), at_desk(desk.other)
    assert first.post(url("scan_next"), {"what": "key"})["Location"] == url("scan_page", desk.page.pk)
    key(first, desk)
    entry = ScanEntry.objects.get()

    assert first.post(url("scan_next"), {"what": "compare"})["Location"] == url("scans")
    assert second.post(url("scan_next"), {"what": "compare"})["Location"] == url("scan_entry", entry.pk)


def test_a_picture_is_turned_moved_and_replaced(desk: Desk, at_desk: Seat) -> None:
    at_desk(desk.one).post(url("scan_turn", desk.page.pk))
    browser = at_desk(desk.data)
    better = SimpleUploadedFile("better.png", png(shade=7))
    browser.post(url("scan_replace", desk.page.pk), {"file": better})

    page = ScanPage.objects.get(replaced_by=None)
    assert ScanPage.objects.get(pk=desk.page.pk).turned == 90 and page.file.filename == "better.png"
    moved = at_desk(desk.one).get(url("scan_page", desk.page.pk))
    assert moved["Location"] == url("scan_page", page.pk)
    assert browser.post(url("scan_move", page.pk), {"place": "x"}).status_code == 422


def test_the_worker_keeps_what_it_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from dinh.registers.scans import reading

    word = reading.Word("Số", 91, 1, 2, 3, 4, 0)
    monkeypatch.setattr(programs, "missing", dict)
    monkeypatch.setattr(reading, "read_page", lambda path: reading.Read([word], 91.0, 0.5))

    assert splitting.read_one(desk.page.pk, clock=lambda: AT) == "read"
    assert splitting.read_one(desk.page.pk, clock=lambda: AT) == "done"
    page = ScanPage.objects.get(pk=desk.page.pk)
    assert reading.kept(page.words) == [word] and page.confidence == 91.0


def test_the_auditor_reads_in_words_who_did_what_to_a_book(desk: Desk, at_desk: Seat, cast: Cast) -> None:
    key(at_desk(desk.one), desk)
    address = f"{reverse('desk:journal')}registers/"

    page = at_desk(cast.auditor).get(address).content.decode()

    assert desk.one.full_name in page and "nhập một mục" in page and "Sổ khai sinh 1994" in page
    assert "Vàng Thị Mai" not in page
    narrowed = at_desk(cast.auditor).get(address, {"act": "registers.scan_book_opened", "form": "csv"})
    assert narrowed.content.decode().count("Sổ khai sinh 1994") == 1
    assert at_desk(desk.one).get(address).status_code == 403
