"""A checked file is loaded as a whole or not at all; what was there is changed, confirmed or closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, Refused
from dinh.lib.ids import uuid7
from dinh.registers import actions, imports, queries
from dinh.registers.imports import loading
from dinh.registers.imports.digests import broken_batches, still_holds
from dinh.registers.models import Book, ColumnMapping, Import, ImportBatch, Record, Version
from dinh.registers.tests.files import MAI, ON, PHUC, bring, csv_file, read

pytestmark = pytest.mark.django_db
LATER = date(2026, 12, 23)
LAN = ("HS003", "Hoàng Thị Lan", "", "2014", "Nữ", "TH Cốc San")


def test_one_entry_stands_for_each_batch_and_its_digest_proves_the_rows(
    file: Callable[..., Path], cast: Cast, small_batches: None
) -> None:
    done = bring(file(PHUC, MAI, LAN), cast.cocsan)

    whole = Entry.objects.get(kind="registers.imported")
    entries = list(Entry.objects.filter(kind="registers.batch_imported").order_by("id"))
    assert whole.subject == done.pk
    assert [entry.cause for entry in entries] == [whole.pk, whole.pk]
    assert [entry.body["entered"] for entry in entries if entry.body] == [2, 1]
    assert all(still_holds(batch) for batch in ImportBatch.objects.all())
    assert not Entry.objects.filter(subject__in=Record.objects.values("pk")).exists()


def test_a_row_that_was_changed_behind_the_journal_breaks_its_batch(
    file: Callable[..., Path], cast: Cast, small_batches: None
) -> None:
    bring(file(PHUC, MAI, LAN), cast.cocsan)
    row = Record.objects.get(number="HS002")
    Record.objects.filter(pk=row.pk).update(data=row.data | {"school": "Elsewhere"})

    assert [batch.number for batch in broken_batches("pupils")] == [1]


def test_a_digest_changed_with_its_row_does_not_agree_with_the_journal(
    file: Callable[..., Path], cast: Cast
) -> None:
    from dinh.registers.imports.digests import digest_of, leaf

    bring(file(PHUC), cast.cocsan)
    row, batch = Record.objects.get(), ImportBatch.objects.get()
    data = row.data | {"school": "Elsewhere"}
    Record.objects.update(data=data)
    batch.digest = digest_of([leaf(row.pk, 1, "valid", data, None)])
    batch.save()

    assert not still_holds(batch)


def test_lines_of_the_book_go_on_without_gaps(
    file: Callable[..., Path], cast: Cast, small_batches: None
) -> None:
    bring(file(PHUC, MAI, LAN), cast.cocsan)
    bring(file(*[("HS1" + str(at), "Lan", "", "", "", "") for at in range(3)]), cast.cocsan, on=LATER)

    assert list(Record.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert Book.objects.get().last == 6


def test_a_new_file_changes_what_differs_and_confirms_what_does_not(
    file: Callable[..., Path], cast: Cast
) -> None:
    bring(file(PHUC, MAI), cast.cocsan)

    done = bring(file(PHUC, (*MAI[:5], "TH Ún Tà"), LAN), cast.cocsan, on=LATER)

    assert (done.entered, done.changed, done.unchanged) == (1, 1, 1)
    phuc, mai = (Record.objects.get(number=number) for number in ("HS001", "HS002"))
    assert (phuc.version, phuc.confirmed_on, mai.version) == (1, LATER, 2)
    assert mai.data["school"] == "TH Ún Tà"
    assert [one["data"]["school"] for one in queries.versions(mai)] == ["TH Cốc San", "TH Ún Tà"]
    assert not broken_batches("pupils")


def test_history_names_the_batch_and_its_entry_of_every_version(
    file: Callable[..., Path], cast: Cast
) -> None:
    bring(file(PHUC), cast.cocsan)
    bring(file((*PHUC[:5], "TH Ún Tà")), cast.cocsan, on=LATER)
    row = Record.objects.get()
    actions.amend(
        row=row,
        changes={"grade": 5},
        reason="Sửa",
        provenance="correction",
        by=cast.examiner,
        at=MONDAY_MORNING,
    )

    found = queries.history(Record.objects.get())

    assert [one["version"] for one in found] == [1, 2, 3]
    assert [one["provenance"] for one in found] == ["import", "import", "correction"]
    kinds = [Entry.objects.get(pk=one["entry"]).kind for one in found]
    assert kinds == ["registers.batch_imported", "registers.batch_imported", "registers.amended"]
    assert Version.objects.count() == 3
    assert not broken_batches("pupils")


def test_twins_of_one_number_are_both_kept_and_met_in_order(file: Callable[..., Path], cast: Cast) -> None:
    twin = (PHUC[0], "Vàng Văn Phú", *PHUC[2:])
    with imports.Stage(read(file(MAI, PHUC, twin), cast.cocsan).pk) as stage:
        assert stage.told("notes") == [["imports.note_key_twice", {"rows": 2, "first": 3}]]
    bring(file(PHUC, twin), cast.cocsan)

    done = bring(file(PHUC, twin, MAI), cast.cocsan, on=LATER)

    assert (done.entered, done.changed, done.unchanged) == (1, 0, 2)
    assert Record.objects.filter(number="HS001").count() == 2


def test_rows_that_are_gone_are_closed_only_when_asked(
    file: Callable[..., Path], cast: Cast, small_batches: None
) -> None:
    bring(file(PHUC, MAI, LAN, ("HS9", "Cúc", "", "", "", "")), cast.cocsan)
    bring(file(PHUC, LAN), cast.cocsan, on=LATER)
    assert Record.objects.filter(state="closed").count() == 0

    row = read(file(LAN, ("HS9", "Cúc", "", "", "", "")), cast.cocsan, on=date(2027, 1, 4))
    done = imports.load(row=row, close_missing=True, by=None, at=MONDAY_MORNING)

    assert done.closed == 2
    assert set(Record.objects.filter(state="closed").values_list("number", flat=True)) == {"HS001", "HS002"}
    assert not broken_batches("pupils")


def test_rows_of_another_commune_stay_as_they_are(file: Callable[..., Path], cast: Cast) -> None:
    bring(file(PHUC), cast.next_commune)
    row = read(file(PHUC, MAI), cast.cocsan)

    done = imports.load(row=row, close_missing=True, by=None, at=MONDAY_MORNING)

    assert (done.entered, done.closed) == (2, 0)
    assert Record.objects.get(unit=cast.next_commune).state == "valid"


def test_the_same_file_is_loaded_once(file: Callable[..., Path], cast: Cast) -> None:
    path = file(PHUC)
    done = bring(path, cast.cocsan)

    with pytest.raises(Refused, match="loaded_already"):
        read(path, cast.cocsan)
    with pytest.raises(Refused, match="not_checked"):
        imports.load(row=done, by=None, at=MONDAY_MORNING)
    assert Record.objects.count() == 1


def test_of_two_imports_of_a_file_one_is_loaded(file: Callable[..., Path], cast: Cast) -> None:
    row = read(file(PHUC), cast.cocsan)
    twin = Import.objects.get(pk=row.pk)
    twin.pk, twin.state = uuid7(), Import.State.LOADED
    twin.save(force_insert=True)

    with pytest.raises(Refused, match="loaded_already"):
        imports.load(row=row, by=None, at=MONDAY_MORNING)
    assert Record.objects.count() == 0


def test_validity_comes_from_the_declared_fields(tmp_path: Path, cast: Cast) -> None:
    rows = [
        ("Mã số BHXH", "Họ tên", "Giá trị từ ngày", "Giá trị đến ngày"),
        ("1512345678", "Lan", "01/01/2026", "31/12/2026"),
    ]

    bring(csv_file(tmp_path, rows), cast.cocsan, "health_insurance")

    row = Record.objects.get()
    assert (row.valid_from, row.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))


def test_an_officer_settles_what_was_kept_as_written(file: Callable[..., Path], cast: Cast) -> None:
    bring(file(("HS1", "Lan", "10212000123", "31/02/2012", "", "")), cast.cocsan)
    row = Record.objects.get()

    actions.amend(
        row=row, changes={"birth": "2012-02-28"}, reason="Theo giấy khai sinh", provenance="correction",
        by=cast.examiner, at=MONDAY_MORNING,
    )  # fmt: skip

    row = Record.objects.get()
    assert row.as_written == {"number": "10212000123"}
    assert row.data["birth"] == "2012-02-28"


def test_a_failure_while_writing_leaves_nothing_and_can_be_tried_again(
    file: Callable[..., Path], cast: Cast, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = read(file(PHUC, MAI, LAN), cast.cocsan)
    journalled = loading._journalled

    def fails_at_the_second(*args: Any, **kwargs: Any) -> Any:
        if args[2] == 2:
            raise OSError("the machine stops here")
        return journalled(*args, **kwargs)

    monkeypatch.setattr(loading, "_journalled", fails_at_the_second)
    with pytest.raises(OSError, match="stops here"):
        imports.load(row=row, by=None, at=MONDAY_MORNING)
    assert (Record.objects.count(), ImportBatch.objects.count(), Entry.objects.count()) == (0, 0, 0)
    assert Import.objects.get().state == Import.State.CHECKED

    monkeypatch.setattr(loading, "_journalled", journalled)
    imports.load(row=Import.objects.get(), by=None, at=MONDAY_MORNING)
    assert Record.objects.count() == 3


def test_an_import_that_is_given_up_leaves_no_file(file: Callable[..., Path], cast: Cast) -> None:
    row = read(file(PHUC), cast.cocsan)
    with imports.Stage(row.pk) as stage:
        path = stage.path

    imports.drop(row)

    assert not path.exists()
    with pytest.raises(Refused, match="not_checked"):
        imports.load(row=row, by=None, at=MONDAY_MORNING)


def test_what_columns_meant_is_kept_for_the_office(file: Callable[..., Path], cast: Cast) -> None:
    bring(file(PHUC), cast.cocsan, office="school_a")

    kept = ColumnMapping.objects.get()
    assert (kept.office, kept.columns["ma hoc sinh"]) == ("school_a", "pupil_code")


def test_a_file_with_no_good_row_is_refused(file: Callable[..., Path], cast: Cast) -> None:
    row = read(file(("", "Lan", "", "", "", "")), cast.cocsan)

    with pytest.raises(Invalid) as refusal:
        imports.load(row=row, load_good=True, by=None, at=MONDAY_MORNING)

    assert refusal.value.code == "imports.no_good_row"


def test_an_import_of_a_day_confirms_on_that_day(file: Callable[..., Path], cast: Cast) -> None:
    bring(file(PHUC), cast.cocsan)

    assert Record.objects.get().confirmed_on == ON


def test_a_row_that_nobody_confirmed_in_time_is_not_fresh(file: Callable[..., Path], cast: Cast) -> None:
    from dinh.catalogue import store

    bring(file(PHUC), cast.cocsan)
    pupils = store.get().registers["pupils"]

    assert not Record.objects.filter(queries.not_fresh(pupils, date(2027, 5, 1))).exists()
    assert Record.objects.filter(queries.not_fresh(pupils, date(2027, 5, 24))).exists()
