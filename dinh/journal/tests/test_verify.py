"""What somebody does straight in the database, with the triggers dropped, and where `verify` finds it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dinh.journal import guards, leaves, merkle, sealer
from dinh.journal.access import forget_old, opened
from dinh.journal.models import Access, Entry, Epoch, Position, Seal, Stream, Unsealed
from dinh.journal.tests.acts import AT, OFFICER, make, rename
from dinh.journal.verify import verify
from dinh.lib.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(home: Path) -> None:
    """Three seals of three entries each, positions 1 to 9, then two seals of two access rows; no triggers."""
    for _ in range(3):
        thing = make()
        rename(thing, "một")
        rename(thing, "hai")
        sealer.seal_once()
    for _ in range(2):
        for _ in range(2):
            opened(subject_type="dossier", subject=uuid7(), by=OFFICER, at=AT, purpose="test")
        sealer.seal_once()
    guards.remove()


def entry_at(position: int, stream: str = Stream.LOG) -> Position:
    return Position.objects.get(stream=stream, position=position)


def change_body() -> None:
    Entry.objects.filter(pk=entry_at(5).item).update(body={"set": {"name": "khác"}})


def change_actor() -> None:
    Entry.objects.filter(pk=entry_at(5).item).update(actor=uuid7())


def change_time() -> None:
    Entry.objects.filter(pk=entry_at(5).item).update(at=AT - timedelta(microseconds=1))


def change_body_and_digest() -> None:
    with transaction.atomic():
        entry = Entry.objects.get(pk=entry_at(5).item)
        fresh = Entry.objects.get(pk=entry_at(9).item)
        Entry.objects.filter(pk=entry.pk).update(
            body=fresh.body, salt=fresh.salt, body_digest=fresh.body_digest
        )


def erase_only_the_salt() -> None:
    Entry.objects.filter(pk=entry_at(5).item).update(salt=None)


def delete_entry() -> None:
    Entry.objects.filter(pk=entry_at(5).item).delete()


def delete_position() -> None:
    entry_at(5).delete()


def swap_items() -> None:
    fifth, sixth = entry_at(5), entry_at(6)
    Position.objects.filter(pk=fifth.pk).update(item=uuid7())
    Position.objects.filter(pk=sixth.pk).update(item=fifth.item)
    Position.objects.filter(pk=fifth.pk).update(item=sixth.item)


def swap_positions() -> None:
    fifth, sixth = entry_at(5), entry_at(6)
    Position.objects.filter(pk=fifth.pk).update(position=1000)
    Position.objects.filter(pk=sixth.pk).update(position=5)
    Position.objects.filter(pk=fifth.pk).update(position=6)


def change_seal_time() -> None:
    Seal.objects.filter(stream=Stream.LOG, number=2).update(at=AT)


def change_signature() -> None:
    Seal.objects.filter(stream=Stream.LOG, number=2).update(signature=bytes(64))


@pytest.mark.parametrize(
    ("tamper", "code", "position", "until"),
    [
        (change_body, "body_changed", 5, 5),
        (change_actor, "row_changed", 5, 5),
        (change_time, "row_changed", 5, 5),
        (change_body_and_digest, "row_changed", 5, 5),
        (erase_only_the_salt, "body_changed", 5, 5),
        (delete_entry, "row_missing", 5, 5),
        (delete_position, "position_missing", 5, 5),
        (swap_items, "row_changed", 5, 5),
        (swap_positions, "row_changed", 5, 5),
        (change_seal_time, "seal_changed", 4, 6),
        (change_signature, "signature_wrong", 4, 6),
    ],
)
def test_the_first_bad_position_is_named(
    sealed: None, tamper: Callable[[], None], code: str, position: int, until: int
) -> None:
    assert verify().ok

    tamper()

    bad = verify().first_bad
    assert bad is not None
    assert (bad.stream, bad.code, bad.position, bad.until) == ("log", code, position, until)


def test_a_change_whose_leaf_was_made_to_fit_is_found_by_the_root(sealed: None) -> None:
    place = entry_at(5)
    Entry.objects.filter(pk=place.item).update(kind="things.forged")
    Position.objects.filter(pk=place.pk).update(leaf=leaf_of(5))

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position, bad.until, bad.seal) == ("order_or_leaf_changed", 4, 6, 2)


def test_a_seal_made_anew_without_the_key_is_found_by_its_signature(sealed: None) -> None:
    place = entry_at(5)
    Entry.objects.filter(pk=place.item).update(kind="things.forged")
    Position.objects.filter(pk=place.pk).update(leaf=leaf_of(5))
    seal = Seal.objects.get(stream=Stream.LOG, number=2)
    seal.root = merkle.root([bytes(p.leaf) for p in seal.positions.order_by("position")])
    head = leaves.seal_head(
        node=seal.node, epoch=seal.epoch, stream=seal.stream, number=2, first_position=4, last_position=6,
        root=seal.root, previous=seal.previous, key_id=seal.key_id, at=seal.at,
    )  # fmt: skip
    Seal.objects.filter(pk=seal.pk).update(root=seal.root, head=head)

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position, bad.until) == ("signature_wrong", 4, 6)


def test_a_tail_cut_off_is_found_in_heads_log(sealed: None) -> None:
    cut_after(2)

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position, bad.until, bad.seal) == ("cut_off", 7, 9, 3)


def test_a_tail_cut_off_and_written_over_is_found_in_heads_log(sealed: None) -> None:
    cut_after(2)
    for _ in range(3):
        make()
    sealer.seal_once()

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position, bad.until) == ("heads_differ", 7, 9)


def test_a_seal_cut_out_of_the_middle_is_found(sealed: None) -> None:
    Position.objects.filter(seal__number=2, stream=Stream.LOG).delete()
    Seal.objects.filter(stream=Stream.LOG, number=2).delete()

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position, bad.until) == ("cut_off", 4, 6)


def test_positions_left_after_their_seal_was_cut_off_are_found(sealed: None) -> None:
    with connection.constraint_checks_disabled():
        last = Seal.objects.get(stream=Stream.LOG, number=3)
        second = Seal.objects.get(stream=Stream.LOG, number=2)
        Position.objects.filter(seal=last).update(seal=second)
        last.delete()

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position) == ("cut_off", 7)


def test_an_entry_slipped_in_without_the_queue_is_found(sealed: None) -> None:
    make()
    Unsealed.objects.all().delete()

    assert [fault.code for fault in verify().faults] == ["not_sealed"]


@pytest.mark.parametrize("column", ["purpose", "actor", "shown", "person"])
def test_a_changed_access_row_is_found(sealed: None, column: str) -> None:
    value = {"purpose": "audit", "actor": uuid7(), "shown": [uuid7().hex], "person": uuid7()}[column]
    Access.objects.filter(pk=entry_at(3, Stream.ACCESS).item).update(**{column: value})

    bad = verify().first_bad

    assert bad is not None
    assert (bad.stream, bad.code, bad.position) == ("access", "row_changed", 3)


def test_a_deleted_access_row_is_found_before_its_time_and_expected_after(sealed: None) -> None:
    Access.objects.filter(pk=entry_at(3, Stream.ACCESS).item).delete()

    assert [fault.code for fault in verify().faults] == ["row_missing"]
    later = verify(at=timezone.now() + timedelta(days=731))
    assert (later.ok, later.retired, later.accesses) == (True, 1, 3)


def test_a_legal_erasure_leaves_the_chain_whole(home: Path) -> None:
    make()
    sealer.seal_once()
    Entry.objects.update(body=None, salt=None)

    report = verify()

    assert (report.ok, report.erased) == (True, 1)


def test_a_head_taken_out_of_the_log_is_found(sealed: None, home: Path) -> None:
    lines = (home / "heads.log").read_text().splitlines(keepends=True)
    (home / "heads.log").write_text("".join(line for line in lines if json.loads(line)["number"] != 2))

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position, bad.until) == ("heads_missing", 4, 6)


def test_a_log_that_lags_is_forgiven_for_two_minutes(home: Path) -> None:
    make()
    sealer.seal_once(log_heads=False)

    assert verify().ok
    assert [f.code for f in verify(at=timezone.now() + timedelta(minutes=3)).faults] == ["heads_missing"]


def test_what_a_restore_lost_is_counted_and_no_fault(sealed: None) -> None:
    cut_after(2)
    sealer.open_epoch("restored from the copy of 1 March", AT)
    make()
    sealer.seal_once()

    report = verify()

    assert (report.ok, report.lost_in_restore) == (True, 1)
    assert Seal.objects.get(stream=Stream.LOG, number=3).epoch == 2


def test_an_epoch_written_into_the_database_alone_hides_nothing(sealed: None) -> None:
    cut_after(2)
    Epoch.objects.create(node="test", number=2, opened_at=AT, reason="nothing to see here")
    make()
    sealer.seal_once()

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position) == ("heads_differ", 7)


def test_an_empty_journal_holds() -> None:
    assert verify().ok


def leaf_of(position: int) -> bytes:
    columns = leaves.columns_sql(Stream.LOG, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM journal_entry t JOIN journal_position p ON p.item = t.id WHERE p.position = {position}"  # noqa: S608
        )
        return leaves.entry_leaf(position, cursor.fetchone())


def cut_after(number: int) -> None:
    gone = Position.objects.filter(stream=Stream.LOG, seal__number__gt=number)
    Entry.objects.filter(pk__in=list(gone.values_list("item", flat=True))).delete()
    gone.delete()
    Seal.objects.filter(stream=Stream.LOG, number__gt=number).delete()


def test_access_rows_past_their_time_are_forgotten_by_the_documented_function(home: Path) -> None:
    now = timezone.now()
    for age in (0, 700, 800):
        opened(
            subject_type="dossier", subject=uuid7(), by=OFFICER, at=now - timedelta(days=age), purpose="test"
        )
    sealer.seal_once(now - timedelta(days=760))

    assert forget_old(now) == 1

    assert Access.objects.count() == 2
    assert verify().ok
