"""Places as a tree, remembered in the process: who is above, who is below, what a unit was called on a day.

Units change a few times a year and are asked for on every page, so each unit's versions and children are
read once and kept for a minute; `forget` (called by the actions that change places) empties the memory of
this process, and the minute is how long another process may still show the name of before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Q

from dinh.directory.models import Level, UnitVersion

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEPT_SECONDS = 60.0
KEPT_UNITS = 4096


class Memory(Generic[K, V]):
    """Values read from the database, kept for a short while and up to a number of them."""

    def __init__(self, read: Callable[[K], V], seconds: float = KEPT_SECONDS, most: int = KEPT_UNITS) -> None:
        self._read = read
        self._seconds = seconds
        self._most = most
        self._kept: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V:
        """Return the value of a key, read again when it is too old."""
        now = time.monotonic()
        kept = self._kept.get(key)
        if kept is not None and now - kept[0] < self._seconds:
            return kept[1]
        value = self._read(key)
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = (now, value)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep a value that was read together with others."""
        self._kept[key] = (time.monotonic(), value)

    def lacks(self, key: K) -> bool:
        """Return whether `get` would read this key."""
        kept = self._kept.get(key)
        return kept is None or time.monotonic() - kept[0] >= self._seconds

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


@dataclass(frozen=True)
class Naming:
    """One version of a unit, with what names it."""

    unit: UUID
    level: str
    code: str
    type: str
    name: str
    parent: UUID | None
    valid_from: date
    valid_to: date | None
    heir: UUID | None = None  # of a unit's last version: who goes on with what was written under it
    inherits: bool = False  # the unit is somebody's heir

    def holds(self, on: date) -> bool:
        """Return whether this version is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def heir_on(self, on: date) -> UUID | None:
        """Return the heir when the unit has ceased by a day; None while it stands, or when it has none."""
        return self.heir if self.valid_to is not None and self.valid_to <= on else None


FIELDS = (
    "unit",
    "level",
    "code",
    "type",
    "name",
    "parent",
    "valid_from",
    "valid_to",
    "heir",
    "unit__inherits",
)


def _read_versions(unit: UUID) -> tuple[Naming, ...]:
    rows = UnitVersion.objects.filter(unit=unit).order_by("valid_from").values_list(*FIELDS)
    return tuple(Naming(*row) for row in rows)


def _read_children(unit: UUID) -> tuple[Naming, ...]:
    """Read the units below, and those of before whose heir the unit is."""
    rows = (
        UnitVersion.objects.filter(Q(parent=unit) | Q(heir=unit))
        .order_by("code", "valid_from")
        .values_list(*FIELDS)
    )
    return tuple(Naming(*row) for row in rows)


_versions = Memory(_read_versions)
_children = Memory(_read_children)


def forget() -> None:
    """Forget what was read, after places changed."""
    _versions.clear()
    _children.clear()


def warm(units: Iterable[UUID | None]) -> None:
    """Read the versions of many units, and of those above them, in one query a level."""
    wanted = {unit for unit in units if unit is not None and _versions.lacks(unit)}
    while wanted:
        found: dict[UUID, list[Naming]] = {unit: [] for unit in wanted}
        for row in UnitVersion.objects.filter(unit__in=wanted).order_by("valid_from").values_list(*FIELDS):
            found[row[0]].append(Naming(*row))
        for unit, versions in found.items():
            _versions.put(unit, tuple(versions))
        above = {
            other
            for versions in found.values()
            for version in versions
            for other in (version.parent, version.heir)
        }
        wanted = {unit for unit in above if unit is not None and _versions.lacks(unit)}


def versions(unit: UUID) -> tuple[Naming, ...]:
    """Return all names and parents of a unit, the oldest first; none for an unknown unit."""
    return _versions.get(unit)


def naming(unit: UUID, on: date) -> Naming | None:
    """Return how the unit was called on a day; before its first and after its last day, the nearest.

    None when there is no such unit. One query at most once a minute.
    """
    known = _versions.get(unit)
    for version in known:
        if version.holds(on):
            return version
    if not known:
        return None
    return known[0] if on < known[0].valid_from else known[-1]


def owner(unit: UUID, on: date) -> UUID:
    """Return the unit that has on a day what was written under this one: itself, or by succession its heir."""
    line = [unit]
    while (version := naming(line[-1], on)) is not None and (heir := version.heir_on(on)) is not None:
        if heir in line:
            break
        line.append(heir)
    return line[-1]


def standing(units: Iterable[UUID], on: date) -> frozenset[UUID]:
    """Return units as one chooses among them on a day: each that stands, and the heirs of those that ceased."""
    return frozenset(owner(unit, on) for unit in units)


def children(unit: UUID, on: date) -> tuple[Naming, ...]:
    """Return the units directly below, in order of code. One query at most once a minute."""
    return tuple(child for child in _children.get(unit) if child.parent == unit and child.holds(on))


def inherited(unit: UUID, on: date) -> tuple[UUID, ...]:
    """Return the units that ceased by a day and whose heir this one is. One query at most once a minute."""
    return tuple(child.unit for child in _children.get(unit) if child.heir == unit and child.heir_on(on))


def with_inherited(unit: UUID, on: date = date.max) -> frozenset[UUID]:
    """Return the unit and all that ceased by a day and whose heir it is, through every change: whose rows are its own.

    One query at most once a minute, and one more for each unit inherited.
    """
    found, wave = {unit}, [unit]
    while wave:
        wave = [former for one in wave for former in inherited(one, on) if former not in found]
        found.update(wave)
    return frozenset(found)


def subtree(unit: UUID, on: date, *, villages: bool = True) -> frozenset[UUID]:
    """Return the unit and all units below it on a day; `villages=False` stops above the villages.

    What was written under a unit that ceased is its heir's: such a unit is found where its heir is. One query
    for a commune; for a province one for itself and, when villages count, one for each commune.
    """
    found = {unit}
    for child in children(unit, on):
        if child.level == Level.VILLAGE:
            if villages:
                found |= subtree(child.unit, on) if child.inherits else {child.unit}
        elif child.level == Level.COMMUNE and not villages and not child.inherits:
            found.add(child.unit)
        else:
            found |= subtree(child.unit, on, villages=villages)
    for former in inherited(unit, on):
        found |= subtree(former, on, villages=villages)
    return frozenset(found)


def subtree_then(unit: UUID, on: date) -> frozenset[UUID]:
    """Return `subtree` on a day; of a unit that had not begun by then on its first day.

    So that the officers of a new commune find what was done before it began in the villages that it took over.
    """
    known = versions(unit)
    return subtree(unit, max(on, known[0].valid_from) if known else on)


def is_below(unit: UUID, above: UUID, on: date) -> bool:
    """Return whether `unit` is `above` or under it. At most three short queries, remembered."""
    return above in with_parents(unit, on)


def with_parents(unit: UUID, on: date) -> tuple[UUID, ...]:
    """Return the unit, its parent, and so on up to the province; a unit that ceased goes on with its heir."""
    line = [unit]
    while (version := naming(line[-1], on)) is not None:
        above = version.heir_on(on) or version.parent
        if above is None or above in line:
            break
        line.append(above)
    return tuple(line)


def title(unit: UUID, on: date, *, with_parents: bool = True) -> str:
    """Return "xã Cốc San, tỉnh Lào Cai" as of a day, or "xã Cốc San" alone; "" for an unknown unit.

    A unit that ceased by then has the name of its heir, which answers for it.
    """
    parts: list[str] = []
    current: UUID | None = owner(unit, on)
    while current is not None and len(parts) < 4:
        version = naming(current, on)
        if version is None:
            break
        parts.append(f"{version.type} {version.name}".strip())
        current = version.parent if with_parents else None
    return ", ".join(parts)
