"""What a machine reads on a page, and what of it is suggested for which field."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from dinh.catalogue import store
from dinh.directory.models import Unit
from dinh.registers.samples.scans import birth_book
from dinh.registers.scans import programs, reading, suggesting
from dinh.registers.scans.answers import reader_of
from dinh.registers.scans.models import ScanBook
from dinh.registers.scans.reading import Word

LINES = """Số: 12 Ngày đăng ký: 03/05/1994
Họ và tên người được khai sinh: Vàng Thị Mai Giới tính: Nữ
Ngày, tháng, năm sinh: 12/04/1994 Dân tộc: Giáy
Họ và tên mẹ : Lò Thị Hoa Năm sinh: 1968 Dân tộc: Tày
Ho va tén cha: Vàng A Páo Năm sinh: ....
Số: 13 Ngày đăng ký: 99/99/1994
Họ, chữ đệm, tên: Lý A Páo Số định danh cá nhân: 010 094 007 777"""
READ_FIELD = partial(reader_of, ScanBook(register="births", unit=Unit()), date(2026, 11, 23))


def words(text: str) -> list[Word]:
    return [
        Word(word, 90, 100 * place, 40 * number, 80, 30, number)
        for number, line in enumerate(text.splitlines())
        for place, word in enumerate(line.split())
    ]


def test_labels_lead_to_fields_of_whoever_was_named_last() -> None:
    found = suggesting.suggest(store.get().registers["births"], words(LINES), READ_FIELD)

    first, second = ({id: one.value for id, one in entry.items()} for entry in found)
    assert first == {
        "entry_number": "12", "entry_on": "1994-05-03", "full_name": "Vàng Thị Mai", "sex": "2", "birth": "1994-04-12",
        "ethnicity": first["ethnicity"], "mother_name": "Lò Thị Hoa", "mother_birth": "1968",
        "mother_ethnicity": first["mother_ethnicity"], "father_name": "Vàng A Páo",
    }  # fmt: skip
    assert first["ethnicity"] != first["mother_ethnicity"]
    assert second == {"entry_number": "13", "full_name": "Lý A Páo", "number": "010094007777"}
    assert found[0]["full_name"].box[1] == 40 and found[0]["full_name"].confidence == 90


def test_an_entry_begins_where_its_number_was_missed() -> None:
    lines = LINES.replace("Số: 12 ", "").replace("Số: 13 Ngày đăng ký: 99/99/1994", "Ngày đăng ký: 9/6/1994")
    found = suggesting.suggest(store.get().registers["births"], words(lines), READ_FIELD)

    assert [entry["entry_on"].value for entry in found] == ["1994-05-03", "1994-06-09"]
    found = suggesting.suggest(
        store.get().registers["births"], words(LINES.replace("Số: 12 ", "")), READ_FIELD
    )
    assert [id in entry for entry in found for id in ("entry_number",)] == [False, True]


def test_what_a_form_asks_of_parents_and_the_register_does_not_keep_begins_no_entry() -> None:
    book = ScanBook(register="paper_births", unit=Unit())
    read = partial(reader_of, book, date(2026, 11, 23))

    found = suggesting.suggest(store.get().registers["paper_births"], words(LINES), read)

    assert [entry["full_name"].value for entry in found] == ["Vàng Thị Mai", "Lý A Páo"]
    assert found[0]["father_name"].value == "Vàng A Páo" and found[0]["mother_birth"].value == "1968"
    assert found[0]["ethnicity"].text == "Giáy" and "father_name" not in found[1]


def test_a_page_without_labels_suggests_nothing() -> None:
    found = suggesting.suggest(
        store.get().registers["births"], words("Cộng hòa xã hội chủ nghĩa"), READ_FIELD
    )
    assert found == []


@pytest.mark.skipif("tesseract" in programs.missing(), reason="tesseract-ocr-vie is not installed")
def test_a_drawn_page_of_a_birth_book_is_read(tmp_path: Path) -> None:
    page = next(birth_book(1, seed=3))
    picture = tmp_path / "page.png"
    picture.write_bytes(page.picture)

    read = reading.read_page(picture)
    found = suggesting.suggest(store.get().registers["births"], read.words, READ_FIELD)

    told = [
        entry[id].text == text
        for entry, truth in zip(found, page.entries, strict=True)
        for id, text in _said(truth)
        if id in entry
    ]
    assert len(told) >= 26 and sum(told) / len(told) > 0.9
    assert read.confidence > 70


def _said(truth: dict[str, str]) -> list[tuple[str, str]]:
    own = {"number": "entry_number", "on": "entry_on"}
    return [(own.get(id, id), text) for id, text in truth.items()]
