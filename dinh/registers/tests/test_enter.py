"""A line enters its book: numbered without gaps, checked against the declaration, journalled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotFound, Refused
from dinh.population.models import Person
from dinh.registers import actions
from dinh.registers.models import Book, RecordParty, Version
from dinh.registers.tests.conftest import BIRTH, EnterBirth

pytestmark = pytest.mark.django_db


def test_lines_of_a_year_are_numbered_on(enter_birth: EnterBirth) -> None:
    rows = [enter_birth() for _ in range(3)]

    assert [row.number for row in rows] == ["1/2026", "2/2026", "3/2026"]


def test_another_year_and_another_commune_have_books_of_their_own(
    enter_birth: EnterBirth, cast: Cast
) -> None:
    enter_birth()

    assert enter_birth(registered_on=date(2025, 12, 31)).number == "1/2025"
    assert enter_birth(unit=cast.next_commune).number == "1/2026"


def test_a_line_that_is_rolled_back_gives_its_number_back(enter_birth: EnterBirth) -> None:
    enter_birth()
    with pytest.raises(Refused), transaction.atomic():
        enter_birth()
        raise Refused("test.the_approval_failed")

    assert enter_birth().number == "2/2026"


def test_what_is_missing_wrong_or_unknown_is_all_told_at_once_and_takes_no_number(
    enter_birth: EnterBirth,
) -> None:
    wrong = {
        "sex": "7",
        "birth": "1951-02-30",
        "birth_place": "x" * 301,
        "shoe_size": 41,
        "mother_birth": 1928,
    }

    with pytest.raises(Invalid) as refused:
        enter_birth(data=wrong)

    assert {(fault.path, fault.code) for fault in refused.value.faults} == {
        ("full_name", "registers.missing"),
        ("sex", "registers.unknown_code"),
        ("birth", "registers.wrong_type"),
        ("birth_place", "registers.too_long"),
        ("shoe_size", "registers.unknown_field"),
        ("mother_birth", "registers.wrong_type"),
    }
    assert not Book.objects.exists()


def test_an_unknown_register_is_refused(enter_birth: EnterBirth) -> None:
    with pytest.raises(NotFound):
        enter_birth(register="dragons")


def test_the_entry_names_actor_and_unit_and_the_version_keeps_provenance(
    enter_birth: EnterBirth, cast: Cast, phuc: Person
) -> None:
    row = enter_birth(person=phuc, person_name="", parties=[(phuc, "applicant")], provenance_id=phuc.pk)

    entry = Entry.objects.get(subject=row.pk)
    assert (entry.kind, entry.subject_version, entry.actor, entry.unit) == (
        "registers.entered", 1, cast.examiner.pk, cast.cocsan.pk,
    )  # fmt: skip
    assert (row.person_name, row.name_key) == ("Vàng Văn Phúc", "vang van phuc")
    assert RecordParty.objects.get().role == "applicant"
    kept = Version.objects.get()
    assert (kept.data, kept.provenance, kept.provenance_id, kept.actor) == (
        BIRTH, "import", phuc.pk, cast.examiner.pk,
    )  # fmt: skip


def test_names_are_kept_composed_and_blanks_left_out(enter_birth: EnterBirth) -> None:
    row = enter_birth(data=BIRTH | {"full_name": "Va\u0300ng", "home_place": "", "note": None})

    assert row.data["full_name"] == "V\u00e0ng"
    assert not {"home_place", "note"} & row.data.keys()


def test_a_closed_book_takes_no_line_and_its_entry_counts_them(enter_birth: EnterBirth, cast: Cast) -> None:
    enter_birth()
    closing: dict[str, Any] = {
        "register": "births",
        "unit": cast.cocsan,
        "name": "2026",
        "on": date(2026, 12, 31),
    }

    book = actions.close_book(**closing, by=cast.examiner, at=MONDAY_MORNING)

    assert Entry.objects.get(subject=book.pk).body == {"set": {"closed_on": "2026-12-31"}, "lines": 1}
    with pytest.raises(Refused, match="book_closed"):
        enter_birth()
    with pytest.raises(Refused, match="book_closed"):
        actions.close_book(**closing, by=cast.examiner, at=MONDAY_MORNING)
    assert enter_birth(registered_on=date(2027, 1, 4)).number == "1/2027"


def test_what_a_column_cannot_hold_is_a_fault_on_either_database(enter_birth: EnterBirth, cast: Cast) -> None:
    row = enter_birth()
    said: dict[str, Any] = {"provenance": "correction", "by": cast.examiner, "at": MONDAY_MORNING}

    attempts: list[tuple[Callable[[], object], str]] = [
        (lambda: enter_birth(person_name="N" * 121), "person_name"),
        (lambda: actions.amend(row=row, changes={}, reason="r" * 201, **said), "reason"),
        (lambda: actions.close(row=row, reason="r" * 201, **said), "reason"),
    ]
    for refused, path in attempts:
        with pytest.raises(Invalid) as caught:
            refused()
        assert [fault.path for fault in caught.value.faults] == [path]
