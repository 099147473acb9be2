"""`heads.log` read beside the seals, in constant memory, for `journal.verify`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dinh.journal import heads
from dinh.journal.heads import Line
from dinh.journal.models import Stream

State = Literal["same", "other", "missing", "not_yet"]


class LoggedHeads:
    """The logged heads of one stream, asked in the order of the seals' numbers.

    A restore goes on from an earlier number: what the epoch before had logged
    after it is counted in `lost`, provided that the new epoch's line is signed
    by a key of this node.
    """

    def __init__(self, node: str, stream: Stream) -> None:
        self.lost = 0
        self._node = node
        self._stream = str(stream)
        # Only what stands in the log now: a sealer may append while this is read.
        self._size = heads.path().stat().st_size if heads.path().exists() else 0
        self._ends = self._epoch_ends()
        self._lines = self._mine()
        self._next: Line | None = next(self._lines, None)

    def state_of(self, number: int, head: str) -> State:
        """Return how the log speaks of this seal.

        "missing" when the log goes on without it, "not_yet" when the log ends before it.
        """
        found: State = "not_yet"
        while self._next is not None and self._next["number"] <= number:
            same = self._next["number"] == number and self._next["head"] == head
            if not same:
                return "other"
            found = "same"
            self._next = next(self._lines, None)
        return "missing" if found == "not_yet" and self._next is not None else found

    def first_after(self, number: int) -> Line | None:
        """Return the first logged seal after the last one of the database, None when there is none."""
        while self._next is not None and self._next["number"] <= number:
            self._next = next(self._lines, None)
        return self._next

    def _mine(self) -> Iterator[Line]:
        for line in heads.read(until=self._size):
            if line.get("node") != self._node or line.get("stream") != self._stream:
                continue
            if line["number"] > self._ends.get(line["epoch"], line["number"]):
                self.lost += 1
                continue
            yield line

    def _epoch_ends(self) -> dict[int, int]:
        """Return, for each epoch that a later one replaced, the last number that still counts."""
        ends: dict[int, int] = {}
        for line in heads.read(until=self._size):
            if line.get("node") == self._node and "opens" in line and heads.epoch_line_holds(line):
                last = line["opens"].get(self._stream, 0)
                for epoch in range(1, line["epoch"]):
                    ends[epoch] = min(ends.get(epoch, last), last)
        return ends
