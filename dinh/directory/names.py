"""The names of all places in memory, to be searched in about a millisecond.

Some 14,000 short keys (three megabytes) are read at the first search and again when a row was added or ten
minutes have passed; scanning them costs a tenth of what either database needs for the same question.
"""

from __future__ import annotations

import os.path
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

from django.db.models import Max

from dinh.directory.models import UnitVersion
from dinh.lib.names import fold

KEPT_SECONDS = 600.0
CANDIDATES = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one unit, as far as a search needs it."""

    key: str  # " coc san xa lao cai tinh": a space before each word
    pk: int
    unit: UUID
    level: str
    former: bool


class Names:
    """All keys, and the names alone by length for slips of the finger."""

    def __init__(self, last: int) -> None:
        rows = UnitVersion.objects.values_list("search_key", "pk", "unit", "level", "valid_to", "name")
        self.last = last
        self.read_at = time.monotonic()
        self.entries: list[Entry] = []
        known: set[str] = set()
        for key, pk, unit, level, valid_to, name in rows.order_by("pk").iterator(2000):
            self.entries.append(Entry(f" {key}", pk, unit, level, valid_to is not None))
            known.add(fold(name))
        # All keys as one text, a line each: finding a word in it is one pass of the C library.
        self._text = "".join(f"{entry.key}\n" for entry in self.entries)
        self._starts = list(accumulate((len(entry.key) + 1 for entry in self.entries), initial=0))
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for name in known:
            self._by_length[len(name)].append(name)

    def match(
        self,
        words: Sequence[str],
        begins: str,
        *,
        name: str = "",
        levels: Collection[str] | None = None,
        units: Collection[UUID] | None = None,
    ) -> list[int]:
        """Return row ids of places in which every word begins a word of the key, the likeliest first.

        begins  what a likely key begins with
        name    when given, the whole name that the key must begin with
        """
        parts = [f" {name} "] if name else []
        parts += [f" {word}" for word in words]
        rarest = min(parts, key=self._text.count)
        found = [
            entry
            for entry in self._with(rarest)
            if (levels is None or entry.level in levels)
            and (units is None or entry.unit in units)
            and (not name or entry.key.startswith(parts[0]))
            and all(part in entry.key for part in parts)
        ]
        whole, start = f" {begins} ", f" {begins}"
        found.sort(
            key=lambda e: (
                0 if e.key.startswith(whole) else 1 if e.key.startswith(start) else 2, e.former, len(e.key), e.pk
            )
        )  # fmt: skip
        return [entry.pk for entry in found[:CANDIDATES]]

    def near(self, typed: str) -> list[str]:
        """Return the known names that are one slip away from what was typed."""
        half = (len(typed) - 2) // 2  # a slip touches two letters at most: one half of the name is whole
        start, end = typed[:half], typed[len(typed) - half :]
        lengths = range(len(typed) - 1, len(typed) + 2)
        return sorted(
            name
            for length in lengths
            for name in self._by_length.get(length, ())
            if (name.startswith(start) or name.endswith(end)) and one_slip(typed, name)
        )

    def _with(self, part: str) -> Iterator[Entry]:
        """Give the entries whose key has the part."""
        at = self._text.find(part)
        while at >= 0:
            index = bisect_right(self._starts, at) - 1
            yield self.entries[index]
            at = self._text.find(part, self._starts[index + 1])


_kept: list[Names] = []


def names() -> Names:
    """Return the names, read again when a row was added or they are too old. One short query."""
    last: int = UnitVersion.objects.aggregate(last=Max("pk"))["last"] or 0
    kept = next(iter(_kept), None)  # looked at once: another thread may forget them meanwhile
    if kept is None or kept.last != last or time.monotonic() - kept.read_at >= KEPT_SECONDS:
        kept = Names(last)
        _kept[:] = [kept]
    return kept


def forget() -> None:
    """Forget the names, after places changed."""
    _kept.clear()


def one_slip(a: str, b: str) -> bool:
    """Return whether two words differ by one letter changed, added, missing, or two neighbours swapped."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    same = len(os.path.commonprefix((a, b)))
    a, b = a[same:], b[same:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else b[1:] == a
