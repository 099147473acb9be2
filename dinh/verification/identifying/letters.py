"""The letters of two names compared, as DuckDB's functions do it. Pure; plain lower-case letters in."""

from __future__ import annotations

import re

from dinh.verification.engine import levels

SIMILAR, ALIKE = 0.86, 0.94  # below the first two names have nothing to do with each other


def from_letters(row: str, person: str) -> int:
    """Return SHORTENED, SLIP, SIMILAR or 0: the same as `engine.levels.name_from_letters`.

    row  a word cut short stands with % behind it
    """
    if "%" in row and re.fullmatch(".*".join(map(re.escape, row.split("%"))), person):
        return levels.SHORTENED
    alike = jaro_winkler(row, person)
    if alike < SIMILAR:
        return 0
    if one_slip(row, person):
        return levels.SLIP
    return levels.SIMILAR if alike >= ALIKE else 0


def one_slip(a: str, b: str) -> bool:
    """Tell whether one letter was added, left out or changed, or two neighbours swapped."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if len(a) == len(b):
        swapped = a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]
        return a[start + 1 :] == b[start + 1 :] or swapped
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return longer[start + 1 :] == shorter[start:]


def jaro_winkler(a: str, b: str) -> float:
    """Return how alike two texts are, 0 to 1; their first four letters count more."""
    alike = _jaro(a, b)
    if alike <= 0.7:
        return alike
    prefix = next(
        (at for at, (x, y) in enumerate(zip(a[:4], b[:4], strict=False)) if x != y), min(len(a), len(b), 4)
    )
    return alike + 0.1 * prefix * (1 - alike)


def _jaro(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if not a or not b:
        return 0.0
    reach = max(max(len(a), len(b)) // 2 - 1, 0)
    taken = [False] * len(b)
    common = []
    for at, letter in enumerate(a):
        for there in range(max(0, at - reach), min(len(b), at + reach + 1)):
            if not taken[there] and b[there] == letter:
                taken[there] = True
                common.append(letter)
                break
    if not common:
        return 0.0
    matched = [letter for letter, used in zip(b, taken, strict=True) if used]
    swapped = sum(x != y for x, y in zip(common, matched, strict=True)) // 2
    share = len(common)
    return (share / len(a) + share / len(b) + (share - swapped) / share) / 3
