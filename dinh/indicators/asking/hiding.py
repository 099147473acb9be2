"""Small numbers in a table of many axes: none of fewer than five, and none that the others would give away.

Along each axis the members and what they are together form a sum. Where exactly one number of such a line is hidden,
it could be worked out: one more is hidden, the smallest. Repeated until no line gives anything away.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from dinh.indicators.queries.figures import Value
from dinh.indicators.rules.values import SMALL, size

Key = tuple[object, ...]  # a place on each axis; None: all of the axis together
Line = tuple[int, Key]  # an axis, and the places on the others


def hidden(cells: Mapping[Key, Value], axes: Iterable[int]) -> set[Key]:
    """Return the cells that must not be told; the same for the same cells in the same order.

    axes  numbers of the axes along which numbers are added up
    """
    sizes = {key: size(value.numerator, value.denominator) for key, value in cells.items()}
    waiting = deque(key for key, one in sizes.items() if 0 < one < SMALL)
    found = set(waiting)
    if not found:
        return found
    every = tuple(axes)
    lines: dict[Line, list[Key]] = defaultdict(list)
    for key in cells:
        for axis in every:
            lines[_line(key, axis)].append(key)
    while waiting:
        key = waiting.popleft()
        for axis in every:
            keys = lines[_line(key, axis)]
            left = [one for one in keys if one not in found and sizes[one] > 0]
            if left and sum(one in found for one in keys) == 1:
                chosen = min(left, key=lambda one: (None in one, sizes[one], str(one)))
                found.add(chosen)
                waiting.append(chosen)
    return found


def _line(key: Key, axis: int) -> Line:
    return axis, key[:axis] + key[axis + 1 :]
