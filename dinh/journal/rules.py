"""The order in which a batch is sealed. Pure: no database, no clock."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """What decides an entry's place: its id (sorts by time), its subject's version and its cause."""

    id: str
    subject: str
    version: int
    cause: str | None


def order(items: Sequence[Item]) -> list[int]:
    """Return the indices of `items` in sealing order.

    By id, but a subject's versions never run backwards, and an effect never
    precedes its cause. When both cannot be had (an inner action wrote an earlier
    version of the outer one's subject), the versions win: folding needs them.
    """
    by_id = {item.id: index for index, item in enumerate(items)}
    before = _version_before(items)
    waits: list[set[int]] = []
    for index, item in enumerate(items):
        cause = by_id.get(item.cause) if item.cause else None
        waits.append({other for other in (before.get(index), cause) if other not in {None, index}})
    followers: dict[int, list[int]] = {}
    for index, others in enumerate(waits):
        for other in others:
            followers.setdefault(other, []).append(index)

    ready = [(item.id, index) for index, item in enumerate(items) if not waits[index]]
    heapq.heapify(ready)
    placed: list[int] = []
    done = [False] * len(items)
    while len(placed) < len(items):
        index = heapq.heappop(ready)[1] if ready else _free(items, before, done)
        if done[index]:
            continue
        done[index] = True
        placed.append(index)
        for follower in followers.get(index, ()):
            waits[follower].discard(index)
            if not waits[follower] and not done[follower]:
                heapq.heappush(ready, (items[follower].id, follower))
    return placed


def _version_before(items: Sequence[Item]) -> dict[int, int]:
    """Return, for each index, the index of the version before it in this batch."""
    before: dict[int, int] = {}
    last: dict[str, int] = {}
    for index in sorted(range(len(items)), key=lambda i: (items[i].subject, items[i].version)):
        subject = items[index].subject
        if subject in last:
            before[index] = last[subject]
        last[subject] = index
    return before


def _free(items: Sequence[Item], before: dict[int, int], done: Sequence[bool]) -> int:
    """Return the first by id whose version before is placed: what still waits, waits for a cause alone."""
    waiting = (
        index
        for index in range(len(items))
        if not done[index] and (index not in before or done[before[index]])
    )
    return min(waiting, key=lambda index: items[index].id)
