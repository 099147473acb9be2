"""Small numbers in a table of many axes: none of fewer than five, and none that the others would give away.

Along each axis the members and what they are together form a sum. Where exactly one number of such a line is hidden,
it could be worked out: one more is hidden, the smallest. Repeated until no line gives anything away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from dinh.indicators.queries.figures import Value
from dinh.indicators.rules.values import SMALL, size

Key = tuple[object, ...]  # a place on each axis; None: all of the axis together


def hidden(cells: Mapping[Key, Value], axes: Iterable[int]) -> set[Key]:
    """Return the cells that must not be told.

    axes  numbers of the axes along which numbers are added up
    """
    sizes = {key: size(value.numerator, value.denominator) for key, value in cells.items()}
    found = {key for key, one in sizes.items() if 0 < one < SMALL}
    lines = [keys for axis in axes for keys in _lines(cells, axis)]
    changed = bool(found)
    while changed:
        changed = False
        for keys in lines:
            gone = [key for key in keys if key in found]
            left = [key for key in keys if key not in found and sizes[key] > 0]
            if len(gone) == 1 and left:
                found.add(min(left, key=lambda key: (None in key, sizes[key], str(key))))
                changed = True
    return found


def _lines(cells: Mapping[Key, Value], axis: int) -> list[list[Key]]:
    found: dict[Key, list[Key]] = defaultdict(list)
    for key in cells:
        found[key[:axis] + key[axis + 1 :]].append(key)
    return [keys for keys in found.values() if len(keys) > 1]
