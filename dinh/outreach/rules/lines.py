"""The order of a waiting line: who may go first does, but never lets the others wait for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FIRST_IN_A_ROW = 2  # after so many who go first, one of the others is called


@dataclass(frozen=True)
class Waiting:
    """One ticket in the line."""

    number: int
    first: bool


def in_order(line: Sequence[Waiting], first_called: int = 0) -> list[Waiting]:
    """Return the line as it will be called.

    first_called  how many of those who go first were called since the last of the others

    Elderly people, people who are ill or disabled, pregnant women and who carries a small child go before
    the others; after two of them comes the longest waiting of the others. Source: the house itself.
    """
    priority = sorted((one for one in line if one.first), key=lambda one: one.number)
    others = sorted((one for one in line if not one.first), key=lambda one: one.number)
    found: list[Waiting] = []
    row = first_called
    while priority or others:
        if priority and (row < FIRST_IN_A_ROW or not others):
            found.append(priority.pop(0))
            row += 1
        else:
            found.append(others.pop(0))
            row = 0
    return found
