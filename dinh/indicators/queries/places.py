"""To which unit the cells of a place belong, and which communes should have told: remembered for a minute."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal
from uuid import UUID

from django.db.models import Count, Max

from dinh.directory import lines, tree
from dinh.directory.lines import AsWas, Boundaries, On
from dinh.directory.models import Level, UnitLink, UnitVersion
from dinh.indicators.models import Place, Source
from dinh.indicators.rules.months import last_day

KEPT_SECONDS = 60.0
KEPT_AT_MOST = 600.0  # where nothing seems to have changed; a place put right by hand shows by then
Weights = tuple[tuple[UUID, Fraction], ...]
Short = tuple[tuple[int, Fraction | None], ...]
Stood = Mapping[UUID, frozenset[UUID]]


@dataclass(frozen=True)
class Land:
    """The places of one day's boundaries, at one level.

    of         Place.pk -> the units it belongs to, with weights that sum to one
    communes   unit -> the communes, as rows name them, whose figures it is made of
    written    Place.pk -> the commune as rows name it
    """

    of: Mapping[int, Weights]
    communes: Mapping[UUID, frozenset[UUID]]
    written: Mapping[int, UUID]
    estimated: frozenset[UUID] = field(default=frozenset())  # units that are given shares of others
    _short: dict[tuple[UUID, ...], dict[int, Short]] = field(default_factory=dict, compare=False)
    _stood: dict[tuple[int, tuple[UUID, ...]], tuple[Land, Stood]] = field(
        default_factory=dict, compare=False
    )

    @cached_property
    def home(self) -> Mapping[int, UUID]:
        """Place.pk -> the one unit that it belongs to, or the most of it."""
        return {pk: max(found, key=lambda pair: pair[1])[0] for pk, found in self.of.items() if found}

    def short(self, units: tuple[UUID, ...]) -> dict[int, Short]:
        """Return the places of some units: Place.pk -> (number of the unit among these, weight; None for one)."""
        found = self._short.get(units)
        if found is None:
            number = {unit: at for at, unit in enumerate(units)}
            pairs = (
                (
                    pk,
                    tuple(
                        (number[unit], None if weight == 1 else weight)
                        for unit, weight in weights
                        if unit in number
                    ),
                )
                for pk, weights in self.of.items()
            )
            found = self._short[units] = {pk: kept for pk, kept in pairs if kept}
        return found


@dataclass
class _Kept:
    at: float = -KEPT_SECONDS
    stands: tuple[object, ...] = ()
    read_at: float = -KEPT_AT_MOST
    places: tuple[tuple[int, UUID, UUID], ...] = ()
    days: tuple[date, ...] = ()
    mark: tuple[int | None, int | None] = (None, None)  # the newest place and version of a unit
    lands: dict[tuple[str, str, int], Land] = field(default_factory=dict)
    former: dict[int, dict[UUID, frozenset[UUID]]] = field(default_factory=dict)  # age -> made_of
    below: dict[tuple[UUID, date], frozenset[UUID]] = field(default_factory=dict)


_kept = _Kept()


def forget() -> None:
    """Forget what was read, after places or boundaries changed."""
    _kept.at = -KEPT_SECONDS


def look_again() -> None:
    """Forget what was read when places were numbered or changed since, by any process. Two short queries."""
    mark = (
        Place.objects.order_by("-pk").values_list("pk", flat=True).first(),
        UnitVersion.objects.order_by("-pk").values_list("pk", flat=True).first(),
    )
    if mark != _kept.mark:
        if _kept.mark[1] not in {None, mark[1]}:
            tree.forget()
        forget()
        _kept.mark = mark


def land(level: str, month: int, boundaries: Boundaries | None) -> Land:
    """Return the places by unit of a level in a month.

    boundaries  None for those of the month itself, else `On(day)`
    """
    _refresh()
    day = boundaries.date if isinstance(boundaries, On) else last_day(month)
    kind = "on" if isinstance(boundaries, On) else "was"
    key = (level, kind, _age(day))
    found = _kept.lands.get(key)
    if found is None:
        found = _kept.lands[key] = _read(level, AsWas(day) if kind == "was" else On(day))
    return found


def homes(month: int) -> Mapping[int, UUID]:
    """Return the commune in which each place lay at the end of a month: whoever locks that month locks its numbers."""
    return land(Level.COMMUNE, month, None).home


def stood(units: tuple[UUID, ...], found: Land, month: int) -> Stood:
    """Return the communes, as they stood at the end of a month, whose numbers units of some boundaries are made of."""
    then = land(Level.COMMUNE, month, None)
    key = (id(then), units)
    if key not in found._stood:
        made: dict[UUID, set[UUID]] = {unit: set() for unit in units}
        written = {unit: set(found.communes.get(unit, ())) for unit in units}
        for pk, weights in found.of.items():
            for unit, _weight in weights:
                if unit in made and pk in then.home:
                    home = then.home[pk]  # what was made of several since, stood there as these
                    made[unit] |= made_of(home, month) or {home}
                    written[unit].discard(found.written[pk])
        # A commune without any row has no place.
        told = {unit: frozenset(communes | written[unit]) for unit, communes in made.items()}
        found._stood[key] = (then, told)  # `then` is kept, that its number stays its own
    return found._stood[key][1]


def made_of(unit: UUID, month: int) -> frozenset[UUID]:
    """Return the units that stood at the end of a month of which one that began later was made; none for one that stood."""
    day = last_day(month)
    found = _kept.former.setdefault(_age(day), {})
    if unit not in found:
        found[unit] = frozenset(_former(unit, day, {unit}))
    return found[unit]


def _former(unit: UUID, day: date, seen: set[UUID]) -> set[UUID]:
    known = tree.versions(unit)
    if not known or known[0].valid_from <= day:
        return set()
    found: set[UUID] = set()
    links = UnitLink.objects.filter(successor=unit, to_verify=False).values_list("predecessor", flat=True)
    for one in set(links) - seen:
        found |= _former(one, day, seen | {one}) or {one}
    return found


def all_places() -> tuple[tuple[int, UUID, UUID], ...]:
    """Return (Place.pk, commune, unit) of all places."""
    _refresh()
    return _kept.places


def level_of(unit: UUID, on: date) -> str:
    """Return the level of a unit; "" for an unknown one."""
    naming = tree.naming(unit, on)
    return naming.level if naming else ""


def children(unit: UUID, on: date) -> tuple[UUID, ...]:
    """Return the units directly below one on a day, in order of code; districts are passed over."""
    found: dict[UUID, None] = {}
    above = level_of(unit, on) in {Level.PROVINCE, Level.DISTRICT}
    for child in tree.children(unit, on):
        if child.level == Level.DISTRICT:
            found |= dict.fromkeys(children(child.unit, on))
        elif not above or child.level == Level.COMMUNE:
            found[child.unit] = None
    return tuple(found)


def communes_below(unit: UUID, on: date) -> frozenset[UUID]:
    """Return the communes that stand below a unit on a day, or the unit itself when it is one."""
    _refresh()
    if (unit, on) not in _kept.below:
        level = level_of(unit, on)
        _kept.below[(unit, on)] = (
            frozenset({unit}) if level == Level.COMMUNE
            else frozenset() if level == Level.VILLAGE else frozenset(children(unit, on))
        )  # fmt: skip
    return _kept.below[(unit, on)]


def _refresh() -> None:
    now = time.monotonic()
    if now - _kept.at < KEPT_SECONDS:
        return
    stands = _stands()
    if _kept.at >= 0 and stands == _kept.stands and now - _kept.read_at < KEPT_AT_MOST:
        _kept.at = now  # another minute
        return
    _kept.stands, _kept.read_at = stands, now
    _kept.places = tuple(Place.objects.values_list("pk", "commune", "unit"))
    units = {unit for _pk, commune, own in _kept.places for unit in (commune, own)}
    units |= set(Source.objects.values_list("commune", flat=True).distinct())
    tree.warm(units)
    above = {one for unit in units for one in tree.with_parents(unit, date.today())}
    # Days on which anything near these places began or ended; between two of them all lines are the same.
    found: set[date] = set()
    for start, end in UnitVersion.objects.filter(unit__in=units | above).values_list(
        "valid_from", "valid_to"
    ):
        found |= {start} | ({end} if end else set())
    _kept.days = tuple(sorted(found))
    _kept.lands.clear()
    _kept.former.clear()
    _kept.below.clear()
    _kept.at = time.monotonic()


def _stands() -> tuple[object, ...]:
    """Return what differs after places were numbered, or units began, ended, moved or were put back, by any process."""
    versions = UnitVersion.objects.aggregate(
        newest=Max("pk"), rows=Count("pk"), ended=Count("valid_to"), last=Max("valid_to"), heirs=Count("heir")
    )
    links = UnitLink.objects.aggregate(newest=Max("pk"), rows=Count("pk"))
    kept = (
        Place.objects.aggregate(newest=Max("pk")),
        Source.objects.aggregate(of=Count("commune", distinct=True)),
    )
    return (*versions.values(), *links.values(), *(one for found in kept for one in found.values()))


def _age(day: date) -> int:
    """Return a number that is the same for days with the same boundaries."""
    return bisect_right(_kept.days, day)


def _read(level: str, boundaries: Boundaries) -> Land:
    units = {own for _pk, _commune, own in _kept.places}
    communes = {commune for _pk, commune, _own in _kept.places}
    communes |= set(Source.objects.values_list("commune", flat=True).distinct())
    weights = lines.ancestors(sorted(units | communes), level, boundaries)
    of = {pk: weights.get(own, ()) for pk, _commune, own in _kept.places}
    made_of: dict[UUID, set[UUID]] = {}
    pairs = [(commune, commune) for commune in communes]
    pairs += [(own, commune) for _pk, commune, own in _kept.places]
    for own, commune in pairs:
        for target, _weight in weights.get(own, ()):
            made_of.setdefault(target, set()).add(commune)
    parts = frozenset(target for found in of.values() for target, weight in found if weight != 1)
    written = {pk: commune for pk, commune, _own in _kept.places}
    return Land(of, {unit: frozenset(found) for unit, found in made_of.items()}, written, parts)


def together(some: Mapping[int, Short], units: tuple[UUID, ...]) -> Literal["", "commune", "all"]:
    """Return which places may be added up before they are given to units: "all" of one, those of each "commune", or none.

    some  places -> numbers of units with weights, as `Land.short` gives them
    """
    if any(len(pairs) != 1 or pairs[0][1] is not None for pairs in some.values()):
        return ""
    if len(units) == 1:
        return "all"
    of: dict[UUID, int | None] = {}
    for pk, commune, _unit in all_places():
        number = some[pk][0][0] if pk in some else None
        if of.setdefault(commune, number) != number:
            return ""
    return "commune"


def places_of(units: Iterable[UUID], found: Land) -> set[int]:
    """Return the places that belong, whole or in part, to some units."""
    wanted = set(units)
    return {pk for pk, weights in found.of.items() if any(unit in wanted for unit, _weight in weights)}
