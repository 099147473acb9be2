"""In which order operations of one phone are applied, and for how long one waits for an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

HOLD = timedelta(hours=72)
T = TypeVar("T")


def waits(prev: int | None, known: Mapping[int, bool]) -> bool:
    """Say whether an operation waits: the phone's one before it about the same subject is not here, or waits too.

    prev   number of that one; None for the first about its subject
    known  of the phone's numbers that are here, whether each still waits
    """
    return prev is not None and known.get(prev, True)


def released(stored: Iterable[int], held: Sequence[tuple[int, int]]) -> list[int]:
    """Return which of those that wait go on once some numbers are settled, in the order in which they go.

    stored  numbers now settled
    held    (number, the number it waits for), any order
    """
    settled = set(stored)
    order: list[int] = []
    waiting = sorted(held)
    moved = True
    while moved:
        moved = False
        for number, prev in waiting:
            if number not in settled and prev in settled:
                settled.add(number)
                order.append(number)
                moved = True
    return order
