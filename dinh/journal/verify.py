"""Proof that nothing sealed was changed, removed, reordered or cut off.

Everything is computed again, in one pass per stream and in constant memory:

1. every body against its salted digest, every row against its leaf,
2. positions without a gap, leaves against the root of their seal,
3. each seal's head from its columns, the head before it, the signature,
4. heads against `heads.log`, which stands outside the database,
5. rows that are neither sealed nor in the queue.

The unsealed tail (less than two seconds) is the stated limit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from dinh.journal import keys, leaves, merkle, orphans
from dinh.journal.guards import kept_since
from dinh.journal.logged import LoggedHeads
from dinh.journal.models import Epoch, Seal, Stream

CHUNK = 2000
UNLOGGED_GRACE = timedelta(minutes=2)  # a crash between commit and heads.log is mended at the next start


@dataclass(frozen=True)
class Fault:
    """The first thing that does not hold in a stream.

    code      stable: "body_changed", "row_changed", "row_missing", "position_missing",
              "order_or_leaf_changed", "seal_changed", "chain_broken", "signature_wrong",
              "cut_off", "heads_differ", "heads_missing", "not_sealed"
    position  the first bad position; with `until` when only the batch of a seal is known
    """

    stream: str
    code: str
    position: int
    until: int
    seal: int
    detail: str = ""


@dataclass
class Report:
    """What `verify` found; `ok` when there is no fault."""

    node: str
    entries: int = 0
    accesses: int = 0
    seals: int = 0
    erased: int = 0  # bodies emptied by a legal erasure
    retired: int = 0  # access rows deleted after their 24 months
    unsealed: int = 0
    lost_in_restore: int = 0  # seals of an earlier epoch that a restore did not bring back
    epochs: list[str] = field(default_factory=list)
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.faults

    @property
    def first_bad(self) -> Fault | None:
        """The first fault, None when there is none."""
        return self.faults[0] if self.faults else None

    def as_json(self) -> dict[str, Any]:
        """Return the report for machines."""
        return {"ok": self.ok, **asdict(self)}


def verify(progress: Callable[[int], None] | None = None, at: datetime | None = None) -> Report:
    """Compute everything again and return what was found; at most one fault per stream and check.

    progress  called with the number of rows checked so far, about every 2,000 rows
    Cost: reads every entry, access row, position and seal once.
    """
    began = time.monotonic()
    report = Report(node=settings.DINH_NODE)
    report.epochs = [
        f"{epoch.number}: {epoch.opened_at:%Y-%m-%d} {epoch.reason}"
        for epoch in Epoch.objects.filter(node=report.node).order_by("number")
    ]
    orphans.count_rows()
    for stream in Stream:
        _Walk(stream, report, at or timezone.now(), progress).run()
    report.faults += [
        Fault(stream=stream, code="not_sealed", position=0, until=0, seal=0, detail=item)
        for stream, item in orphans.find(report.node)
    ]
    report.unsealed = orphans.queued()
    report.seconds = round(time.monotonic() - began, 3)
    return report


class _Walk:
    """One pass over one stream; stops at its first fault, after which nothing can be said."""

    def __init__(
        self, stream: Stream, report: Report, at: datetime, progress: Callable[[int], None] | None
    ) -> None:
        self.stream = stream
        self.report = report
        self.at = at
        self.kept_since = kept_since(at)
        self.progress = progress or (lambda rows: None)
        self.heads = LoggedHeads(report.node, stream)
        self.position = 0  # the last good one
        self.rows = 0

    def run(self) -> None:
        """Check seal by seal what stood there when this began; a sealer may go on meanwhile."""
        mine = Seal.objects.filter(node=self.report.node, stream=self.stream).order_by("number")
        last = mine.last()  # after heads.log was measured, so the log does not run ahead of it
        previous = bytes(32)
        number = 0
        rows = _sealed_rows(self.report.node, self.stream, last.last_position if last else 0)
        with _snapshot(), closing(rows):
            for seal in mine.filter(number__lte=last.number if last else 0).iterator(chunk_size=CHUNK):
                number += 1
                fault = self._chained(seal, number, previous) or self._batch(seal, rows) or self._logged(seal)
                if fault:
                    self.report.faults.append(fault)
                    return
                previous = bytes(seal.head)
                self.report.seals += 1
        if fault := self._end(number):
            self.report.faults.append(fault)
        self.report.lost_in_restore += self.heads.lost

    def _fault(
        self, code: str, seal: int, position: int, until: int | None = None, detail: str = ""
    ) -> Fault:
        return Fault(self.stream, code, position, position if until is None else until, seal, detail)

    def _chained(self, seal: Seal, number: int, previous: bytes) -> Fault | None:
        """Check the seal's own columns, its place in the chain and its signature."""
        here = self.position + 1
        if seal.number != number:
            return self._fault("cut_off", number, here, seal.first_position - 1, "seal is gone")
        head = leaves.seal_head(
            node=seal.node, epoch=seal.epoch, stream=seal.stream, number=seal.number,
            first_position=seal.first_position, last_position=seal.last_position,
            root=seal.root, previous=seal.previous, key_id=seal.key_id, at=seal.at,
        )  # fmt: skip
        last = max(here, seal.last_position)
        if head != bytes(seal.head):
            return self._fault("seal_changed", number, here, last)
        if bytes(seal.previous) != previous or seal.first_position != here:
            return self._fault("chain_broken", number, here, last)
        if not keys.verifies(seal.key_id, head, bytes(seal.signature)):
            return self._fault("signature_wrong", number, here, last)
        return None

    def _batch(self, seal: Seal, rows: Iterator[leaves.Row]) -> Fault | None:
        """Check the rows under one seal."""
        tree = merkle.Builder()
        while self.position < seal.last_position:
            row = next(rows, None)
            here = self.position + 1
            if row is None or row[0] != here:
                return self._fault("position_missing", seal.number, here)
            leaf = bytes(row[1])
            if code := self._row(here, leaf, row[2:], seal):
                return self._fault(code, seal.number, here)
            tree.add(leaf)
            self.position = here
            self._count()
        if tree.root() != bytes(seal.root):
            return self._fault(
                "order_or_leaf_changed", seal.number, seal.first_position, seal.last_position
            )  # which of them cannot be told: their leaves were made to fit
        return None

    def _row(self, position: int, leaf: bytes, row: leaves.Row, seal: Seal) -> str:
        """Return the code of what is wrong with one row, "" when it holds."""
        if row[0] is None:
            if self.stream == Stream.ACCESS and seal.at < self.kept_since:
                self.report.retired += 1
                return ""
            return "row_missing"
        if self.stream == Stream.LOG:
            if not leaves.body_holds(row):
                return "body_changed"
            self.report.entries += 1
            self.report.erased += leaves.erased(row)
        else:
            self.report.accesses += 1
        return "" if leaves.leaf(self.stream, position, row) == leaf else "row_changed"

    def _logged(self, seal: Seal) -> Fault | None:
        """Check the seal against heads.log."""
        state = self.heads.state_of(seal.number, bytes(seal.head).hex())
        if state == "same" or (state == "not_yet" and seal.at > self.at - UNLOGGED_GRACE):
            return None
        code = "heads_differ" if state == "other" else "heads_missing"
        return self._fault(code, seal.number, seal.first_position, seal.last_position)

    def _end(self, number: int) -> Fault | None:
        """Check that nothing stands after the last seal, here or in heads.log."""
        if (beyond := orphans.unsealed_position(self.report.node, self.stream)) is not None:
            return self._fault("cut_off", number + 1, self.position + 1, beyond, "positions without a seal")
        line = self.heads.first_after(number)
        if line is not None:
            return self._fault(
                "cut_off", number + 1, self.position + 1, line.get("last"), "heads.log goes on"
            )
        return None

    def _count(self) -> None:
        self.rows += 1
        if self.rows % CHUNK == 0:
            self.progress(self.rows)


def _snapshot() -> AbstractContextManager[object]:
    # On PostgreSQL a cursor streams only inside a transaction; on SQLite one would hold the write lock.
    return transaction.atomic() if connection.vendor == "postgresql" else nullcontext()


def _sealed_rows(node: str, stream: Stream, last: int) -> Generator[leaves.Row, None, None]:
    """Yield (position, leaf, the row's columns or nulls) in order of position, up to `last`."""
    columns = leaves.columns_sql(stream, connection.vendor)
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT p.position, p.leaf, {columns} FROM journal_position p "  # noqa: S608 - fixed names
            f"LEFT JOIN {leaves.TABLES[stream]} t ON t.id = p.item "
            "WHERE p.node = %s AND p.stream = %s AND p.position <= %s ORDER BY p.position",
            [node, str(stream), last],
        )
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk
