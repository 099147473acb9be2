"""Find a place by what people type: old or new name, with or without accents, one slip of a finger.

1. Each word must begin a word of the place's search key (its name, type and the names above it).
2. When nothing is found, the beginning of the text is compared with every known name that is one letter
   away (one changed, missing, added, or two neighbours swapped), and the other words as in 1.
3. When still nothing is found, less of the text is tried: a hamlet nobody knows, a district of before.
4. What fits better goes first: the whole name, then its beginning; current places before former ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from operator import itemgetter
from uuid import UUID

from django.utils.translation import gettext as _

from dinh.directory import tree
from dinh.directory.models import Level, UnitLink, UnitVersion
from dinh.directory.names import names
from dinh.lib.names import fold, tidy

TYPES = ("thanh pho", "thi xa", "thi tran", "dac khu", "phuong", "huyen", "quan", "tinh", "xa", "thon", "ban")
WHOLE, BEGINNING, OTHER = 0, 1, 2  # how well a name fits what was typed


@dataclass(frozen=True)
class Place:
    """One place as a reader chooses it."""

    unit: UUID
    code: str
    full_name: str  # "xã Cốc San"
    context: str  # "tỉnh Lào Cai"; for a former commune "huyện Bát Xát, tỉnh Lào Cai"
    current: bool
    successors: tuple[Place, ...] = ()
    level: str = Level.COMMUNE
    to_verify: bool = False  # as a successor: sources disagree that it is one

    @property
    def note(self) -> str:
        """Say, in the reader's language, that a place is former and what it is now part of; "" when current."""
        if self.current:
            return ""
        if not self.successors:
            return _("former")
        names = "; ".join(place.label for place in self.successors)
        if len(self.successors) == 1:
            return _("former, now part of %(places)s") % {"places": names}
        return _("former, divided among %(places)s") % {"places": names}

    @property
    def label(self) -> str:
        """Return the place with what is above it: "xã Cốc San, tỉnh Lào Cai"."""
        return f"{self.full_name}, {self.context}" if self.context else self.full_name


def find_places(
    text: str,
    *,
    on: date | None = None,
    levels: Collection[str] | None = None,
    within: UUID | None = None,
    limit: int = 20,
) -> list[Place]:
    """Return the places that a text may mean, the likeliest first.

    text    a name, a part of one, with the names above it in any order, or a code
    on      the day on which a place counts as current; default: today's places
    levels  only these ("commune", "village", ...); default: all
    within  only places below this unit as of `on`

    Three to six short queries, under 20 ms with the whole country loaded.
    """
    units = tree.subtree(within, on or date.max) if within is not None else None
    for words in _attempts(text):
        pks = (
            _by_code(words, levels, units)
            or _by_words(words, levels, units)
            or _by_slip(words, levels, units)
        )
        if pks:
            versions = UnitVersion.objects.filter(pk__in=pks)
            ranked = sorted(
                ((_rank(version, text, words, on), version) for version in versions), key=itemgetter(0)
            )
            # A whole name was found: places that only have the words somewhere above them are noise.
            good = [v for rank, v in ranked if rank[0] < OTHER or ranked[0][0][0] > WHOLE]
            return _places(_once_each(good, on)[:limit], on)
    return []


def _attempts(text: str) -> Iterator[list[str]]:
    """Give the words of the whole text, then of less of it: without the first place, without the last words."""
    parts = [words for part in tidy(text).split(",") if (words := fold(part).split())]
    if not parts:
        return
    yield [word for part in parts for word in part]
    if len(parts) > 1:
        yield [word for part in parts[1:] for word in part]
        yield parts[0]
        return
    for dropped in range(1, min(len(parts[0]) - 1, 3)):
        yield parts[0][:-dropped]


def _by_code(
    words: Sequence[str], levels: Collection[str] | None, units: Collection[UUID] | None
) -> list[int]:
    if len(words) > 1 or not words[0][:1].isdigit():
        return []
    versions = UnitVersion.objects.filter(code=words[0])
    if levels is not None:
        versions = versions.filter(level__in=list(levels))
    if units is not None:
        versions = versions.filter(unit__in=units)
    return list(versions.values_list("pk", flat=True))


def _by_words(
    words: Sequence[str], levels: Collection[str] | None, units: Collection[UUID] | None
) -> list[int]:
    return names().match(words, _without_type(words), levels=levels, units=units)


def _by_slip(
    words: Sequence[str], levels: Collection[str] | None, units: Collection[UUID] | None
) -> list[int]:
    """Return candidates whose name is one slip away from the beginning of the text."""
    known = names()
    words = _without_type(words).split()
    for length in range(len(words), 0, -1):
        typed = " ".join(words[:length])
        if len(typed) < 4:
            break
        found = [
            pk
            for name in known.near(typed)[:8]
            for pk in known.match(words[length:], name, name=name, levels=levels, units=units)
        ]
        if found:
            return found
    return []


def _without_type(words: Sequence[str]) -> str:
    """Return the words without a leading type: people write "xã Cốc San", keys begin with the name."""
    text = " ".join(words)
    for type_ in TYPES:
        if text.startswith(f"{type_} "):
            return text[len(type_) + 1 :]
    return text


def _rank(version: UnitVersion, text: str, words: Sequence[str], on: date | None) -> tuple[int, ...]:
    """Return what candidates are sorted by; its first part is WHOLE, BEGINNING or OTHER."""
    name = fold(version.name)
    fits = [_fit(name, typed) for typed in (" ".join(words), _without_type(words))]
    fit = min(fits)
    accents = 0 if version.name.lower() in tidy(text).lower() else 1
    levels = (Level.PROVINCE, Level.COMMUNE, Level.VILLAGE, Level.DISTRICT)
    length = -len(name) if fit == WHOLE else len(name)
    current = 0 if _is_current(version, on) else 1
    return (fit, current, accents, length, levels.index(Level(version.level)), version.pk)


def _fit(name: str, typed: str) -> int:
    if typed == name or typed.startswith(f"{name} "):
        return WHOLE
    return BEGINNING if name.startswith(typed) else OTHER


def _is_current(version: UnitVersion, on: date | None) -> bool:
    if on is None:
        return version.valid_to is None
    return version.valid_from <= on and (version.valid_to is None or on < version.valid_to)


def _once_each(versions: Iterable[UnitVersion], on: date | None) -> list[UnitVersion]:
    """Keep one version of a unit: the one in force goes before an earlier name of the same unit."""
    best: dict[UUID, UnitVersion] = {}
    for version in versions:
        kept = best.get(version.unit_id)
        if kept is None or (_is_current(version, on) and not _is_current(kept, on)):
            best[version.unit_id] = version
    return list(best.values())


def _places(versions: Sequence[UnitVersion], on: date | None) -> list[Place]:
    places = _contexts(versions, on)
    former = [place.unit for place in places if not place.current]
    if not former:
        return places
    links = UnitLink.objects.filter(predecessor__in=former).values_list(
        "predecessor", "successor", "to_verify"
    )
    heirs: dict[UUID, dict[UUID, bool]] = defaultdict(dict)
    for predecessor, successor, to_verify in links:
        heirs[predecessor][successor] = to_verify
    wanted = {unit for successors in heirs.values() for unit in successors}
    heads = UnitVersion.objects.filter(unit__in=wanted).order_by("code", "-valid_from")
    successor_places = {place.unit: place for place in _contexts(_once_each(heads, on), on)}
    return [
        replace(
            place,
            successors=tuple(
                replace(successor_places[unit], to_verify=heirs[place.unit][unit])
                for unit in successor_places
                if unit in heirs[place.unit]
            ),
        )
        for place in places
    ]


def _contexts(versions: Sequence[UnitVersion], on: date | None) -> list[Place]:
    """Return the places with what is above them, as it was called while they stood."""
    tree.warm(version.parent_id for version in versions)
    return [
        Place(
            unit=version.unit_id,
            code=version.code,
            full_name=version.full_name,
            context=tree.title(version.parent_id, _standing(version, on)) if version.parent_id else "",
            current=_is_current(version, on),
            level=version.level,
        )
        for version in versions
    ]


def _standing(version: UnitVersion, on: date | None) -> date:
    """Return the day as of which the names above are given: the one asked for, or the last that it stood."""
    if version.valid_to is None or (on is not None and _is_current(version, on)):
        return on or date.max
    return version.valid_to - timedelta(days=1)
