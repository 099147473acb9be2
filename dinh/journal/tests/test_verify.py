"""What somebody does straight in the database, with the triggers dropped, and where `verify` finds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from dinh.journal import leaves, merkle, sealer
from dinh.journal.models import Entry, Position, Seal, Stream, Unsealed
from dinh.journal.tests.acts import AT, entry_at, make
from dinh.journal.verify import verify
from dinh.lib.ids import uuid7

pytestmark = pytest.mark.django_db


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


def test_a_legal_erasure_leaves_the_chain_whole(home: Path) -> None:
    make()
    sealer.seal_once()
    Entry.objects.update(body=None, salt=None)

    report = verify()

    assert (report.ok, report.erased) == (True, 1)


def test_an_empty_journal_holds() -> None:
    assert verify().ok


def leaf_of(position: int) -> bytes:
    columns = leaves.columns_sql(Stream.LOG, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM journal_entry t JOIN journal_position p ON p.item = t.id WHERE p.position = {position}"  # noqa: S608
        )
        return leaves.entry_leaf(position, cursor.fetchone())
