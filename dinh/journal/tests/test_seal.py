from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dinh.journal import heads, keys, locks, merkle, sealer
from dinh.journal.access import listed, looked_at
from dinh.journal.actions import build_entry, record_many
from dinh.journal.models import Entry, Position, Seal, Stream, Unsealed
from dinh.journal.tests.acts import AT, OFFICER, make, rename
from dinh.journal.verify import verify
from dinh.lib.ids import uuid7

pytestmark = pytest.mark.django_db


def test_sealing_gives_positions_without_a_gap_and_empties_the_queue() -> None:
    for _ in range(3):
        make()

    assert sealer.seal_once() == 3
    make()
    assert sealer.seal_once() == 1

    assert list(Position.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]
    assert not Unsealed.objects.exists()
    assert sealer.seal_once() == 0


def test_a_seal_is_linked_to_the_one_before_and_signed_by_the_node() -> None:
    make()
    sealer.seal_once(AT)
    make()
    sealer.seal_once(AT)

    first, second = Seal.objects.order_by("number")
    assert bytes(first.previous) == bytes(32)
    assert bytes(second.previous) == bytes(first.head)
    assert keys.verifies(second.key_id, bytes(second.head), bytes(second.signature))
    assert not keys.verifies(second.key_id, bytes(first.head), bytes(second.signature))
    assert not keys.verifies("0" * 32, bytes(second.head), bytes(second.signature))
    leaves = [bytes(p.leaf) for p in second.positions.order_by("position")]
    assert merkle.root(leaves) == bytes(second.root)


def test_every_head_stands_in_heads_log_and_at_the_witness(home: Path, settings: Any, tmp_path: Path) -> None:
    medium = tmp_path / "usb"
    medium.mkdir()
    settings.DINH_WITNESS = str(medium)
    make()

    sealer.seal_once()

    seal = Seal.objects.get()
    line = json.loads((home / "heads.log").read_text())
    assert line["head"] == bytes(seal.head).hex()
    assert (medium / "heads-test.log").read_text() == (home / "heads.log").read_text()
    assert (home / "heads.log").stat().st_mode & 0o777 == 0o600


def test_a_witness_that_was_taken_out_does_not_stop_the_sealer(settings: Any, tmp_path: Path) -> None:
    settings.DINH_WITNESS = str(tmp_path / "not there" / "witness.log")
    make()

    assert sealer.seal_once() == 1
    assert verify().ok


def test_heads_that_a_crash_kept_from_the_log_are_written_by_the_next_sealer() -> None:
    make()
    sealer.seal_once(log_heads=False)
    make()
    sealer.seal_once(log_heads=False)

    assert sealer.catch_up() == 2
    assert sealer.catch_up() == 0
    assert [line["number"] for line in heads.read()] == [1, 2]


def test_a_line_torn_by_a_power_cut_is_passed_over(home: Path) -> None:
    make()
    sealer.seal_once()
    with (home / "heads.log").open("a") as file:
        file.write('{"node":"te')
    make()

    sealer.seal_once()

    assert [line["number"] for line in heads.read()] == [1, 2]
    assert verify().ok


def test_a_batch_cut_at_its_limit_still_keeps_versions_and_causes_in_order(monkeypatch: Any) -> None:
    monkeypatch.setattr(sealer, "BATCH", 3)
    thing = make()
    # Ids run against the versions, as when writers waited for one another.
    ids = sorted((uuid7() for _ in range(12)), reverse=True)
    entries = []
    for entry_id in ids:
        thing.version += 1
        entries.append(build_entry("things.renamed", subject=thing, by=None, at=AT, entry_id=entry_id))
    record_many(entries)

    assert sealer.seal_once() == 13

    placed = [
        Entry.objects.get(pk=item).subject_version
        for item in Position.objects.order_by("position").values_list("item", flat=True)
    ]
    assert placed == sorted(placed)


def test_a_second_sealer_goes_home_while_one_works() -> None:
    make()

    def other() -> None:
        with locks.alone(0) as held:
            seen.append(held)

    seen: list[bool] = []
    with locks.alone(0) as held:
        thread = Thread(target=_in_own_connection, args=(other,))
        thread.start()
        thread.join()

    assert held
    assert seen == [False]


def test_persons_shown_by_a_list_know_who_looked() -> None:
    person, other = uuid7(), uuid7()
    listed(
        subject_type="person",
        query={"text": "phuc"},
        ids=[person, other, person],
        by=OFFICER,
        at=AT,
        purpose="counter",
    )
    listed(subject_type="dossier", query={}, ids=[uuid7()], by=OFFICER, at=AT, purpose="worklist")

    assert sealer.seal_once() == 2

    assert [row.purpose for row in looked_at(person)] == ["counter"]
    assert Seal.objects.get().stream == Stream.ACCESS


def test_the_lag_is_the_age_of_the_oldest_waiting_item() -> None:
    assert sealer.lag(timezone.now()) == timedelta(0)
    make()

    assert timedelta(seconds=59) < sealer.lag(timezone.now() + timedelta(seconds=60)) < timedelta(seconds=62)


def test_the_handlers_of_a_sealed_entry_are_enqueued_with_its_seal(settings: Any) -> None:
    settings.DINH_HANDLERS = "dinh.journal.tests.acts:REMEMBERING"
    thing = make()
    rename(thing, "no handler wants this")

    sealer.seal_once()

    task = DBTaskResult.objects.get()
    made = Entry.objects.get(kind="things.made")
    assert task.args_kwargs["args"] == ["dinh.journal.tests.acts:remember", str(made.pk)]


@pytest.mark.django_db(transaction=True)
def test_the_loop_seals_and_stops_when_told() -> None:
    make()
    stop = Event()

    def loop() -> None:
        sealer.run(stop, every=0.01)

    thread = Thread(target=_in_own_connection, args=(loop,))
    thread.start()
    for _ in range(500):
        if not Unsealed.objects.exists():
            break
        stop.wait(0.02)
    stop.set()
    thread.join(10)

    assert not thread.is_alive()
    assert Position.objects.count() == 1


class Rounds(Event):
    """Stops a loop after so many rounds, without waiting."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.left = rounds

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        return self.left < 0


def test_the_loop_writes_heads_that_a_crash_kept_from_the_log_before_anything_new_comes() -> None:
    make()
    sealer.seal_once(log_heads=False)

    sealer.run(Rounds(1))

    assert [line["number"] for line in heads.read()] == [1]


@pytest.mark.django_db(transaction=True)
def test_heads_that_a_full_disk_kept_from_the_log_are_written_in_the_next_round(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = []

    def short(handle: int, text: bytes) -> int:
        writes.append(text)
        return write(handle, text[:40] if len(writes) == 1 else text)

    write = os.write
    monkeypatch.setattr("dinh.journal.heads.os.write", short)
    make()

    sealer.run(Rounds(2))

    assert len(writes) == 2
    assert [line["number"] for line in heads.read()] == [1]
    assert verify().ok


def _in_own_connection(work: Any) -> None:
    from django.db import connection

    try:
        work()
    finally:
        connection.close()


def test_keys_are_readable_by_their_owner_alone_and_old_ones_still_verify(home: Path) -> None:
    make()
    sealer.seal_once()
    keys.replace()
    make()
    sealer.seal_once()

    assert len(set(Seal.objects.values_list("key_id", flat=True))) == 2
    assert verify().ok
    assert all(path.stat().st_mode & 0o077 == 0 for path in (home / "keys" / "seal").iterdir())


def test_an_item_sealed_has_its_id_in_exactly_one_position() -> None:
    made = [make() for _ in range(5)]
    sealer.seal_once()

    subjects = Entry.objects.filter(pk__in=Position.objects.values("item")).values_list("subject", flat=True)
    assert sorted(subjects) == sorted(thing.pk for thing in made)
    assert all(isinstance(subject, UUID) for subject in subjects)
