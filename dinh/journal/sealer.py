"""The sealer: gives entries and access rows their positions, hashes, chains and signs them.

1. One sealer per node works at a time (`journal.locks`); a second one waits or goes home.
2. It picks by presence in `Unsealed`, never by `id > cursor`: an entry committed
   late is sealed late, never skipped.
3. A batch is read, ordered (`journal.rules`), hashed and signed; then one short
   transaction writes the seal and the positions, empties the queue and enqueues
   the handlers, so that no handler is lost.
4. The head goes to `heads.log` after the commit; what a crash or a full disk kept from
   it is written by the next round or the next start.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from dinh.journal import heads, keys, leaves, locks, merkle, rules, tasks
from dinh.journal.models import AccessShown, Epoch, Position, Seal, Stream, Unsealed

log = logging.getLogger("dinh.journal")
BATCH = 1000
CHUNK = 500  # parameters of one query
FIRST_PREVIOUS = bytes(32)
LOCK_SECONDS = 30


@dataclass
class _Batch:
    """Rows in sealing order, ready to be written."""

    stream: Stream
    rows: list[leaves.Row]
    seal: Seal
    hashes: list[bytes]


def seal_once(at: datetime | None = None, *, wait: bool = True, log_heads: bool = True) -> int:
    """Seal all that is committed now and return how many items that was.

    at         time of the seals; now when left out
    wait       wait for another sealer to finish (at most 30 s), or return 0 at once
    log_heads  False only in tests whose database is rolled back
    """
    if not Unsealed.objects.exists() and not log_heads:
        return 0
    with locks.alone(LOCK_SECONDS if wait else 0) as held:
        if not held:
            return 0
        if log_heads:
            catch_up()
        sealed = 0
        for stream in Stream:
            while batch := _prepare(stream, at or timezone.now()):
                _write(batch)
                if log_heads:
                    heads.append([heads.line_of(batch.seal)])
                sealed += len(batch.rows)
                if len(batch.rows) < BATCH:
                    break
        return sealed


def run(stop: Event, every: float = 0.25) -> None:
    """Seal until `stop` is set, looking every `every` seconds; a database that is away is asked again."""
    wait, behind = every, True  # heads that a crash kept from heads.log do not wait for a new item
    while not stop.wait(wait):
        try:
            if behind or Unsealed.objects.exists():
                seal_once(wait=False)
            wait, behind = every, False
        except (DatabaseError, OSError):
            # The database restarts, or the disk is full: nothing is lost, it stays in the queue.
            log.exception("journal.sealer_failed")
            connection.close()
            wait, behind = min(wait * 2, 10.0), True


def lag(at: datetime) -> timedelta:
    """Return how long the oldest unsealed item has been waiting (its UUIDv7 tells its time)."""
    oldest = Unsealed.objects.order_by("item").values_list("item", flat=True).first()
    if oldest is None:
        return timedelta(0)
    return max(timedelta(0), at - datetime.fromtimestamp((oldest.int >> 80) / 1000, UTC))


def current_epoch() -> Epoch:
    """Return the epoch of this node's seals; the first is opened here."""
    found = Epoch.objects.filter(node=settings.DINH_NODE).order_by("-number").first()
    return found or Epoch.objects.create(
        node=settings.DINH_NODE, number=1, opened_at=timezone.now(), reason="first start"
    )


def open_epoch(reason: str, at: datetime) -> Epoch:
    """Open the next epoch (after a restore) and write so into `heads.log`, signed."""
    epoch = Epoch.objects.create(
        node=settings.DINH_NODE, number=current_epoch().number + 1, opened_at=at, reason=reason
    )
    heads.append([heads.epoch_line(epoch, {str(stream): _last_number(stream) for stream in Stream})])
    return epoch


def catch_up() -> int:
    """Write into `heads.log` the heads that a crash kept from it; return how many."""
    logged = heads.last_numbers()
    late = [
        seal
        for stream in Stream
        if logged[str(stream)] < _last_number(stream)
        for seal in Seal.objects.filter(
            node=settings.DINH_NODE, stream=stream, number__gt=logged[str(stream)]
        ).order_by("number")
    ]
    heads.append(heads.line_of(seal) for seal in late)
    return len(late)


def _last_number(stream: str) -> int:
    mine = Seal.objects.filter(node=settings.DINH_NODE, stream=stream)
    return mine.aggregate(last=Max("number"))["last"] or 0


def _prepare(stream: Stream, at: datetime) -> _Batch | None:
    rows = _read_batch(stream)
    if not rows:
        return None
    last = Seal.objects.filter(node=settings.DINH_NODE, stream=stream).order_by("-number").first()
    first_position = last.last_position + 1 if last else 1
    hashes = [leaves.leaf(stream, first_position + index, row) for index, row in enumerate(rows)]
    seal = Seal(
        node=settings.DINH_NODE,
        epoch=current_epoch().number,
        stream=stream,
        number=last.number + 1 if last else 1,
        first_position=first_position,
        last_position=first_position + len(rows) - 1,
        root=merkle.root(hashes),
        previous=bytes(last.head) if last else FIRST_PREVIOUS,
        key_id=keys.current(),
        at=at,
    )
    seal.head = leaves.seal_head(
        node=seal.node, epoch=seal.epoch, stream=stream, number=seal.number,
        first_position=seal.first_position, last_position=seal.last_position,
        root=seal.root, previous=seal.previous, key_id=seal.key_id, at=at,
    )  # fmt: skip
    _, seal.signature = keys.sign(seal.head)
    return _Batch(stream, rows, seal, hashes)


def _write(batch: _Batch) -> None:
    items = [UUID(row[0]) for row in batch.rows]
    with transaction.atomic():
        batch.seal.save(force_insert=True)
        Position.objects.bulk_create(
            [
                Position(
                    node=batch.seal.node,
                    stream=batch.stream,
                    position=batch.seal.first_position + index,
                    item=item,
                    leaf=batch.hashes[index],
                    seal=batch.seal,
                )
                for index, item in enumerate(items)
            ],
            batch_size=CHUNK,
        )
        for start in range(0, len(items), CHUNK):
            Unsealed.objects.filter(item__in=items[start : start + CHUNK]).delete()
        if batch.stream == Stream.LOG:
            tasks.dispatch((item, row[2]) for item, row in zip(items, batch.rows, strict=True))
        else:
            _index_shown(items, batch.rows)


INDEXED = {
    "person",
    "record",
    "household",
}  # lists that a citizen is told of: about them, or about their house


def _index_shown(items: Sequence[UUID], rows: Sequence[leaves.Row]) -> None:
    """Write who, and which records and houses, lists showed: for "who looked at my data"."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    shown = [
        AccessShown(
            access_id=item,
            person=UUID(person),
            at=epoch + timedelta(microseconds=leaves.at_of(Stream.ACCESS, row)),
        )
        for item, row in zip(items, rows, strict=True)
        if row[6] in INDEXED
        for person in sorted(set(json.loads(row[12])))
    ]
    AccessShown.objects.bulk_create(shown, batch_size=CHUNK)


def _read_batch(stream: Stream) -> list[leaves.Row]:
    """Return up to about BATCH unsealed rows in sealing order."""
    table = leaves.TABLES[stream]
    columns = leaves.columns_sql(stream, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {table} t JOIN ("  # noqa: S608 - names from a fixed list
            "SELECT item FROM journal_unsealed WHERE stream = %s ORDER BY item LIMIT %s"
            ") u ON u.item = t.id ORDER BY t.id",
            [str(stream), BATCH],
        )
        rows: list[leaves.Row] = cursor.fetchall()
    if stream != Stream.LOG:
        return rows
    if len(rows) == BATCH:
        rows = _with_forerunners(rows, columns)
    items = [rules.Item(id=row[0], subject=row[5], version=row[6], cause=row[10]) for row in rows]
    return [rows[index] for index in rules.order(items)]


def _with_forerunners(rows: list[leaves.Row], columns: str) -> list[leaves.Row]:
    """Add what must not be sealed later than these: unsealed entries of the same subjects, and causes.

    Needed only when the batch was cut at its limit; an uncut one is all that one
    snapshot shows, and no snapshot shows a version or an effect without what came before.
    """
    found = {row[0]: row for row in rows}
    fresh = rows
    while fresh:
        wanted_subjects = sorted({row[5] for row in fresh if row[6] > 1})
        wanted_causes = sorted({row[10] for row in fresh if row[10] and row[10] not in found})
        fresh = []
        for column, values in (("subject", wanted_subjects), ("id", wanted_causes)):
            for start in range(0, len(values), CHUNK):
                part = values[start : start + CHUNK]
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"SELECT {columns} FROM journal_entry t "  # noqa: S608
                        f"JOIN journal_unsealed u ON u.item = t.id AND u.stream = 'log' "
                        f"WHERE t.{column} IN ({', '.join(['%s'] * len(part))})",
                        part,
                    )
                    fresh += [row for row in cursor.fetchall() if row[0] not in found]
        found |= {row[0]: row for row in fresh}
    return list(found.values())
