"""What is hidden from who may not list the rows of a figure: numbers of so few that somebody could be known by them.

One rule for board, reports and questions to the data (`given_away`): each page says along which axes its numbers are
added up. Members and what they are together are a sum, and so are the points of a score: where one number of either is
hidden alone, it could be worked out, and one more is hidden with it, the smallest. Repeated until nothing gives anything
away. It holds within what is shown together: a number that is hidden beside another one may stand by itself elsewhere.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.directory.models import Account
from dinh.indicators.queries import rows
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value
from dinh.indicators.rules.values import SMALL, size

Key = tuple[object, ...]  # figure, unit, time, a part of each dimension; None: all of that axis together
Cells = Mapping[Key, Value]
UNIT, TIME, LABELS = 1, 2, 3  # places in a key


def hidden_from(
    account: Account | None, indicators: Iterable[Indicator], unit: UUID, on: date
) -> frozenset[str]:
    """Return the ids of the indicators whose small numbers are hidden: not all their rows may be listed."""
    known = store.get().measures
    may: dict[str, bool] = {}
    found = set()
    for one in indicators:
        counted = [id for id in measures_in(one) if id in known and known[id].origin == "computed"]
        for id in counted:
            if id not in may:
                may[id] = rows.may_open(id, unit, account, on)
        if not all(may[id] for id in counted):
            found.add(one.id)
    return frozenset(found)


def is_small(value: Value) -> bool:
    """Return whether a value tells of so few that somebody could be known by it."""
    return 0 < size(value.numerator, value.denominator) < SMALL


def safe(value: Value) -> Value:
    """Return a value without what tells of so few."""
    return hide(value) if is_small(value) else value


def hide(value: Value) -> Value:
    """Return a value without any number."""
    return replace(value, value=None, numerator=None, denominator=None, points=None, mark="", masked=True)


def with_scores(ids: Iterable[str]) -> list[str]:
    """Return ids and, of each score in which one of them stands, all that stands in it: these are judged together."""
    known = store.get().indicators
    within = {part for one in known.values() for part in one.parts}
    whole = [(id, *parts_of(id)) for id, one in known.items() if one.kind == "score" and id not in within]
    found = dict.fromkeys(ids)
    while joined := [one for one in whole if not found.keys().isdisjoint(one)]:
        whole = [one for one in whole if one not in joined]
        found |= dict.fromkeys(id for one in joined for id in one)
    return list(found)


def parts_of(id: str) -> tuple[str, ...]:
    """Return all parts of a score, at any depth, groups before their parts; nothing for another figure."""
    item = store.get().indicators.get(id)
    found: list[str] = []
    for part in item.parts if item is not None else ():
        found += [part, *parts_of(part)]
    return tuple(found)


def shielded(
    found: Mapping[str, Sequence[Value]], shut: Collection[str], *, beside: bool = False,
    above: Mapping[str, Value] | None = None,
) -> dict[str, list[Value]]:  # fmt: skip
    """Return wholes of figures, of any units and times, without what tells of so few and what gives that away.

    found   by id, all that `with_scores` gives
    shut    ids of those whose rows the reader may not list (`hidden_from`)
    beside  units stand side by side, and with the number of all of them
    above   that number by id, as the reader sees it: where it is hidden, the units may not add up to it
    """
    keyed = {id: [((id, one.unit, (one.first, one.last)), one) for one in some] for id, some in found.items()}
    cells: dict[str, dict[Key, Value]] = {id: dict(some) for id, some in keyed.items()}
    lost: dict[str, set[Key]] = {}
    for id, one in (above or {}).items():
        if one.masked and id in cells:
            key = (id, None, (one.first, one.last))
            cells[id][key], lost[id] = one, {key}
    gone = given_away(cells, dict.fromkeys(cells, (UNIT,) if beside else ()), shut, lost)
    return {id: [hide(one) if key in gone[id] else one for key, one in some] for id, some in keyed.items()}


def given_away(
    figures: Mapping[str, Cells], axes: Mapping[str, Sequence[int]], shut: Collection[str],
    lost: Mapping[str, Collection[Key]] | None = None,
) -> dict[str, set[Key]]:  # fmt: skip
    """Return the cells of each figure that must not be told; the same for the same cells in the same order.

    figures  by id, all that `with_scores` gives
    axes     of each figure those along which its numbers are added up
    shut     figures whose rows the reader may not list
    lost     cells that are hidden already, whoever reads
    """
    gone = {id: set[Key]() for id in figures}
    more = {
        id: {key for key, one in cells.items() if id in shut and is_small(one)}
        | set((lost or {}).get(id, ()))
        for id, cells in figures.items()
    }
    while any(more.values()):
        for id, keys in more.items():
            gone[id] = _along(figures[id], axes[id], gone[id] | keys)
        more = _by_scores(figures, gone)
    return gone


def _along(cells: Cells, axes: Sequence[int], seeds: Collection[Key]) -> set[Key]:
    """Return cells that are hidden, and those that would give one of them away along an axis."""
    found = set(seeds)
    if not found or not axes:
        return found
    sizes = {key: size(value.numerator, value.denominator) for key, value in cells.items()}
    lines: dict[tuple[int, Key], list[Key]] = defaultdict(list)
    for key in cells:
        for axis in axes:
            lines[_line(key, axis)].append(key)
    waiting = deque(key for key in cells if key in found)
    while waiting:
        key = waiting.popleft()
        for axis in axes:
            keys = lines[_line(key, axis)]
            left = [one for one in keys if one not in found and sizes[one] > 0]
            if left and sum(one in found for one in keys) == 1:
                chosen = min(left, key=lambda one: (None in one, sizes[one], str(one)))
                found.add(chosen)
                waiting.append(chosen)
    return found


def _line(key: Key, axis: int) -> tuple[int, Key]:
    return axis, key[:axis] + key[axis + 1 :]


def _by_scores(figures: Mapping[str, Cells], gone: Mapping[str, Collection[Key]]) -> dict[str, set[Key]]:
    """Return the wholes that scores would give away, beside what is hidden already."""
    known = store.get().indicators
    if not any(known[id].parts for id in figures if id in known):
        return {}
    places = {key[:LABELS][UNIT:] for keys in gone.values() for key in keys if _is_whole(key)}
    wholes: dict[Key, dict[str, Key]] = {place: {} for place in places}
    for id, cells in figures.items():
        for key in cells:
            if _is_whole(key) and (place := key[UNIT:LABELS]) in wholes:
                wholes[place][id] = key
    more: dict[str, set[Key]] = defaultdict(set)
    for keys_by_id in wholes.values():
        values = {id: figures[id][key] for id, key in keys_by_id.items()}
        for id in _of_scores(values, {id for id, key in keys_by_id.items() if key in gone[id]}):
            more[id].add(keys_by_id[id])
    return dict(more)


def _is_whole(key: Key) -> bool:
    return all(label is None for label in key[LABELS:])


def _of_scores(found: Mapping[str, Value], gone: Collection[str]) -> set[str]:
    """Return what more must be hidden of scores and their parts, of one unit and time.

    Where one part alone is hidden, so is the one beside it with the fewest points, for the difference would tell it;
    where there is none beside it, the score itself.
    """
    known = store.get().indicators
    lost = set(gone)

    def look(id: str) -> None:
        parts = [part for part in known[id].parts if part in found]
        for part in parts:
            if known[part].kind == "score":
                look(part)
        told = [part for part in parts if part in lost or found[part].value is not None]
        if sum(part in lost for part in told) != 1:
            return
        # A score among the parts would be known again from its own.
        beside = [part for part in told if part not in lost and known[part].kind != "score"]
        lost.add(min(beside, key=lambda part: (found[part].points or 0, part)) if beside else id)

    within = {part for id in found if id in known for part in known[id].parts}
    for id in found:
        if id in known and known[id].kind == "score" and id not in within:
            look(id)
    return lost.difference(gone)
