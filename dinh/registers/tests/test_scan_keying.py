"""Two officers and one entry: keyed twice or compared, decided where they differ, entered under the paper's number."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dinh.catalogue import store
from dinh.directory.tests.cast import Cast
from dinh.journal.models import Access, Entry
from dinh.lib.errors import Invalid, NotPermitted, Refused, Stale
from dinh.registers import actions
from dinh.registers.models import Book, Record
from dinh.registers.scans import answers, books, keying, queries, rules
from dinh.registers.scans.models import ScanEntry, ScanPage
from dinh.registers.scans.suggesting import NUMBER, ON
from dinh.registers.tests.scanning import AT, Desk, keyed, open_desk, png

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast, settings: Any, tmp_path: Path) -> Desk:
    settings.DINH_HOME = tmp_path
    return open_desk(cast)


def again(desk: Desk, entry: ScanEntry, by: Any = None, **more: Any) -> ScanEntry:
    return keying.key_again(entry=entry, keyed=keyed(**more), by=by or desk.other, at=AT)


def test_two_equal_keyings_become_a_record_with_the_number_of_the_paper(desk: Desk) -> None:
    entry = again(desk, desk.key())

    row = Record.objects.get(scan=entry)
    assert (row.number, row.book, row.sequence) == ("12/1994", "1994", 12)
    assert (row.provenance, row.provenance_id, row.registered_on) == ("scan", entry.pk, date(1994, 5, 3))
    assert row.person_name == "Vàng Thị Mai"
    page = queries.page_of(row)
    assert page is not None and page.pk == desk.page.pk
    assert Book.objects.get(register="births", name="1994").last == 12


def test_a_page_whose_entries_are_in_the_register_keeps_its_place_and_picture(desk: Desk) -> None:
    again(desk, desk.key())

    for act in (
        lambda: books.move_page(page=desk.page, to=1, by=desk.data, at=AT),
        lambda: books.replace(page=desk.page, pieces=[png(shade=7)], filename="x.png", by=desk.data, at=AT),
    ):
        with pytest.raises(Refused, match="has_entries"):
            act()


def test_the_same_officer_never_keys_an_entry_again(desk: Desk) -> None:
    entry = desk.key()

    with pytest.raises(Refused) as refused:
        again(desk, entry, by=desk.one)

    assert refused.value.code == "scans.same_officer"
    assert not queries.to_compare(desk.one, [desk.book.pk]).exists()
    assert queries.next_entry(desk.other, [desk.book.pk]) == entry


def test_two_keyings_that_differ_wait_to_be_decided_and_not_by_the_first(desk: Desk) -> None:
    entry = again(desk, desk.key(), full_name="Vàng Thị Mại", number="12")
    assert entry.state == "differs" and not Record.objects.exists()
    assert rules.differences(entry.first, entry.second or {}) == ["full_name"]

    with pytest.raises(Refused):
        keying.decide(entry=entry, keyed=keyed(), by=desk.one, at=AT)
    entry = keying.decide(entry=entry, keyed=keyed(), by=desk.other, at=AT)

    assert entry.state == "entered"
    assert Record.objects.get().data["full_name"] == "Vàng Thị Mai"
    kinds = Entry.objects.filter(subject=entry.pk).order_by("at", "pk").values_list("kind", flat=True)
    assert [kind.rpartition("_")[2] for kind in kinds] == ["keyed", "compared", "decided"]


def test_a_book_keyed_once_takes_what_the_second_officer_confirms(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.DINH_HOME = tmp_path
    desk = open_desk(cast, way="once")

    entry = again(desk, desk.key(), mother_name="Lò Thị Hoà")

    assert entry.state == "entered"
    assert Record.objects.get().data["mother_name"] == "Lò Thị Hoà"
    assert entry.first["data"]["mother_name"] == "Lò Thị Hoa"


def test_a_number_is_keyed_once_and_a_taken_line_says_who_has_it(desk: Desk, cast: Cast) -> None:
    desk.key()
    with pytest.raises(Invalid) as refused:
        desk.key(by=desk.other)
    assert refused.value.code == "scans.keyed_twice"

    other = {"full_name": "Lý A Páo", "sex": "1", "birth": "1994-01-02", "birth_place": "Cốc San"}
    actions.enter(
        register="births", unit=cast.cocsan, data=other, registered_on=date(1994, 2, 1), person_name="Lý A Páo",
        provenance="import", by=None, at=AT,
    )  # fmt: skip
    with pytest.raises(Invalid) as taken:
        desk.key(number="1")
    assert "Lý A Páo" in str(taken.value.message)


def test_a_line_between_keeps_its_letter_and_leaves_the_count_alone(desk: Desk) -> None:
    again(desk, desk.key(number="12a"), number="12a")

    row = Record.objects.get()
    assert row.number == "12a" and row.sequence > 1_000_000
    assert Book.objects.get(name="1994").last == 0


def test_a_line_taken_meanwhile_leaves_the_entry_as_it_was(desk: Desk, cast: Cast) -> None:
    entry = desk.key()
    Book.objects.create(id=_book_key(cast), register="births", unit=cast.cocsan, name="1994", last=11)
    actions.enter(
        register="births", unit=cast.cocsan, data=keyed()["data"], registered_on=date(1994, 2, 1),
        provenance="import", by=None, at=AT,
    )  # fmt: skip

    with pytest.raises(Refused) as refused:
        again(desk, entry)

    assert refused.value.code == "registers.line_taken"
    assert ScanEntry.objects.get().state == "keyed"


def test_an_entry_taken_out_frees_its_number(desk: Desk) -> None:
    keying.drop(entry=desk.key(), reason="Trang bìa", by=desk.other, at=AT)

    assert desk.key().state == "keyed"


def test_a_page_is_keyed_to_its_end_once_and_verified_with_its_last_entry(desk: Desk) -> None:
    entry = desk.key()
    keying.finish_page(page=desk.page, by=desk.one, at=AT)
    with pytest.raises(Stale):
        keying.finish_page(page=ScanPage.objects.get(), by=desk.other, at=AT)
    assert _numbers(desk) == (1, 0)

    again(desk, entry)

    assert _numbers(desk) == (1, 1)
    assert queries.done_today(desk.one, AT).keyed == queries.done_today(desk.other, AT).verified == 1


def test_two_officers_are_led_to_different_pages(desk: Desk) -> None:
    assert queries.next_page(desk.one, AT, [desk.book.pk]) == desk.page
    assert queries.next_page(desk.other, AT, [desk.book.pk]) is None
    assert queries.next_page(desk.other, AT + timedelta(minutes=16), [desk.book.pk]) == desk.page


def test_only_who_writes_and_reads_the_register_keys_and_every_look_is_written_down(
    desk: Desk, cast: Cast
) -> None:
    for stranger in (desk.data, cast.leader, cast.police_officer, cast.next_reception):
        with pytest.raises(NotPermitted):
            desk.key(by=stranger)

    queries.see_page(account=desk.other, page_id=desk.page.pk, at=AT)

    assert Access.objects.get(subject=desk.page.pk).actor == desk.other.pk


def test_what_is_typed_becomes_values_or_faults_beside_the_questions(desk: Desk) -> None:
    register = store.get().registers["births"]
    typed = {
        NUMBER: "012/1994", ON: "3/5/1994", "full_name": "Vàng  Thị Mai", "sex": "nữ", "birth": "12/04/1994",
        "birth_place": "Cốc San", "mother_number": "123",
    }  # fmt: skip

    found, faults = answers.read(register, desk.book, typed, AT.date())
    assert (found["number"], found["on"], found["data"]["sex"]) == ("12", "1994-05-03", "2")
    assert [fault.path for fault in faults] == ["mother_number"]

    _found, faults = answers.read(register, desk.book, {ON: "3/5/1974"}, AT.date())
    assert {NUMBER, ON, "full_name", "sex", "birth", "birth_place"} == {fault.path for fault in faults}


def test_a_register_of_paper_books_is_told_book_page_and_officers(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.DINH_HOME = tmp_path
    desk = open_desk(cast, register="paper_births", title="Khai sinh quyển 3")
    for number in ("12", "7"):
        again(desk, desk.key(number=number), number=number)

    row = Record.objects.order_by("sequence").first()
    assert row is not None and (row.number, row.sequence) == ("12/1994", 1)
    assert (row.data["book_name"], row.data["page"], row.data["written_line"]) == (
        "Khai sinh quyển 3",
        1,
        "12",
    )
    assert (row.data["keyed_by"], row.data["verified_by"]) == (cast.examiner.full_name, "Hoàng Văn Bình")


def _numbers(desk: Desk) -> tuple[int, int]:
    done = queries.progress([desk.book])[desk.book.pk]
    return done.keyed, done.verified


def _book_key(cast: Cast) -> Any:
    from dinh.lib.ids import natural_id

    return natural_id("book", "births", cast.cocsan.pk, "1994")
