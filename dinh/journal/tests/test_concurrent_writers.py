"""Eight writers with slow transactions while the sealer runs: nothing lost, skipped or reordered."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter

import pytest
from django.db import connection, transaction

from dinh.journal import sealer
from dinh.journal.actions import action, record
from dinh.journal.models import Entry, Position, Seal, Unsealed
from dinh.journal.tests.acts import AT, Thing, make, rename
from dinh.journal.verify import verify

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="SQLite has one writer at a time"),
    pytest.mark.django_db(transaction=True),
]
WRITERS, ROUNDS = 8, 40


def test_slow_writers_lose_skip_and_reorder_nothing() -> None:
    stop = threading.Event()
    broken: list[BaseException] = []
    sealing = threading.Thread(target=guarded, args=(lambda: sealer.run(stop, every=0.001), broken))
    writers = [
        threading.Thread(target=guarded, args=(lambda seed=seed: write(seed), broken))
        for seed in range(WRITERS)
    ]

    sealing.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    while Unsealed.objects.exists():
        time.sleep(0.01)
    stop.set()
    sealing.join()

    assert broken == []
    expected = WRITERS * ROUNDS * 5
    entries = {entry.pk: entry for entry in Entry.objects.all()}
    order = list(Position.objects.order_by("position").values_list("position", "item"))
    assert len(entries) == expected
    assert [position for position, _ in order] == list(range(1, expected + 1))
    assert Counter(item for _, item in order) == Counter(list(entries))
    # Some were committed late: their id is below one sealed before, and still they have a place.
    assert any(a > b for (_, a), (_, b) in zip(order, order[1:], strict=False))
    assert Seal.objects.count() > 5
    place = {item: position for position, item in order}
    last: dict[object, int] = {}
    for _, item in order:
        entry = entries[item]
        assert entry.subject_version == last.get(entry.subject, 0) + 1
        last[entry.subject] = entry.subject_version
        assert entry.cause is None or place[entry.cause] < place[item]
    assert verify().ok


def write(seed: int) -> None:
    """A round: a slow transaction of an outer and an inner act, then two short ones."""
    chance = random.Random(seed)

    @action
    def outer() -> None:
        make()
        time.sleep(chance.random() * 0.02)
        record("things.gathered", subject=Thing(), by=None, at=AT)

    for _ in range(ROUNDS):
        slow = chance.random() < 0.3
        with transaction.atomic():
            thing = make()
            effect_of(thing)
            time.sleep(chance.random() * (0.05 if slow else 0.002))
        rename(thing, "hai")
        outer()


@action
def effect_of(thing: Thing) -> None:
    thing.version += 1
    record("things.marked", subject=thing, by=None, at=AT)


def guarded(work: object, broken: list[BaseException]) -> None:
    try:
        work()  # type: ignore[operator]
    except BaseException as error:
        broken.append(error)
        raise
    finally:
        connection.close()
