"""Visits that deserve a second look, and which of a month's visits somebody visits again.

A pattern accuses nobody: it makes a visit likelier to be drawn. Two to five in a hundred are drawn each month, the
same ones for everybody who asks, because the draw hangs on the month and on the visit alone.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dinh.lib.dates import VIETNAM

RUSH, RUSHED = timedelta(minutes=10), 4  # so many houses met within ten minutes
ALIKE = 5  # so many visits of one day with the same answers throughout
SHARE = 0.03  # of a month's visits
LEAST, MOST = 0.02, 0.05
PATTERNS: dict[str, tuple[Promise, int]] = {
    "rushed": (_("many houses within minutes"), 3),
    "alike": (_("the same answers at house after house"), 2),
    "night": (_("at night"), 2),
    "slip_twice": (_("a slip number used twice"), 3),
    "slip_foreign": (_("a slip of somebody else’s book"), 2),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a visit's pattern is read from.

    answers  what was written down at the house, in one comparable piece: outcome, minutes, note, kinds of help
    slip     number of the paper left there, or ""
    """

    id: UUID
    account: UUID
    house: UUID
    at: datetime
    met: bool
    answers: tuple[str, ...] = ()
    slip: str = ""


def odd(
    visits: Iterable[Seen], books: Mapping[UUID, Sequence[tuple[int, int]]]
) -> dict[UUID, frozenset[str]]:
    """Return the patterns of each visit that has one.

    visits  of a month, of any number of members
    books   account -> (first, last) numbers of the slips that were given to them
    """
    rows = sorted(visits, key=lambda one: (one.account, one.at, one.id))
    found: dict[UUID, set[str]] = {}

    def mark(ids: Iterable[UUID], pattern: str) -> None:
        for pk in ids:
            found.setdefault(pk, set()).add(pattern)

    by_account: dict[UUID, list[Seen]] = {}
    for one in rows:
        by_account.setdefault(one.account, []).append(one)
    for mine in by_account.values():
        mark(_rushed(mine), "rushed")
        mark(_alike(mine), "alike")
    mark((one.id for one in rows if not 5 <= one.at.astimezone(VIETNAM).hour < 22), "night")
    mark(_twice(rows), "slip_twice")
    mark(
        (one.id for one in rows if one.slip and not _in_book(one.slip, books.get(one.account, ()))),
        "slip_foreign",
    )
    return {pk: frozenset(patterns) for pk, patterns in found.items()}


def weight(patterns: Iterable[str]) -> int:
    """Return how many ordinary visits one with these patterns counts for in the draw."""
    return 1 + sum(PATTERNS[one][1] for one in patterns)


def how_many(visits: int, share: float = SHARE) -> int:
    """Return how many of so many visits are visited again: the share, within 2 and 5 in a hundred; one at least."""
    if visits <= 0:
        return 0
    wanted = math.ceil(visits * min(max(share, LEAST), MOST))
    return max(1, wanted)


def draw(weights: Mapping[UUID, int], amount: int, seed: str) -> list[UUID]:
    """Return the visits that are drawn, in order of id: likelier the heavier, the same for the same seed.

    weights  visit -> weight, 1 or more
    seed     of the month and the place, e.g. "2026-11/<unit>"

    Each visit draws its own number from seed and id, so that one added later moves no other
    (weighted sampling without replacement: P. Efraimidis, P. Spirakis, 2006).
    """
    ranked = sorted(weights, key=lambda pk: (-(_chance(seed, pk) ** (1 / weights[pk])), pk))
    return sorted(ranked[: max(amount, 0)])


def _chance(seed: str, pk: UUID) -> float:
    digest = hashlib.sha256(f"{seed}/{pk}".encode()).digest()
    return (int.from_bytes(digest[:7]) + 1) / 2**56


def _rushed(mine: Sequence[Seen]) -> set[UUID]:
    found: set[UUID] = set()
    met = [one for one in mine if one.met]
    first = 0
    for last, one in enumerate(met):
        while one.at - met[first].at > RUSH:
            first += 1
        window = met[first : last + 1]
        if len({seen.house for seen in window}) >= RUSHED:
            found.update(seen.id for seen in window)
    return found


def _alike(mine: Sequence[Seen]) -> set[UUID]:
    days: dict[tuple[object, tuple[str, ...]], list[UUID]] = {}
    for one in mine:
        if one.met and one.answers:
            days.setdefault((one.at.astimezone(VIETNAM).date(), one.answers), []).append(one.id)
    return {pk for ids in days.values() if len(ids) >= ALIKE for pk in ids}


def _twice(rows: Iterable[Seen]) -> set[UUID]:
    slips: dict[str, dict[UUID, UUID]] = {}
    for one in rows:
        if one.slip:
            slips.setdefault(one.slip, {})[one.id] = one.house
    return {pk for visits in slips.values() if len(set(visits.values())) > 1 for pk in visits}


def _in_book(slip: str, books: Sequence[tuple[int, int]]) -> bool:
    return slip.isdigit() and any(first <= int(slip) <= last for first, last in books)
