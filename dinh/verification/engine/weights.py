"""What agreement and disagreement are worth, learnt from the register itself and from the population.

1. P(level | same person) is counted on pairs that share a number and agree elsewhere: the register's own errors.
2. P(level | another person) is the share of people with that very value (`lf_*`), or counted on random pairs.
3. Every count starts from a few cases of general experience (PRIOR), so that a small register has weights too.

Weights are whole centibits (100 = a factor of two), kept in JSON beside the answer: a finding on how the
register is kept, and what a later re-check must use to give the same answer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from dinh.verification.engine import levels
from dinh.verification.engine.patterns import Pattern, mask_of, unpack

Counts = dict[tuple[int, int], float]  # (form, level) -> how often
PRIOR_CASES = 20.0
# Centibits of odds. CERTAIN: 2^5 to one at the least, and a hundred times better for most that pass it.
CERTAIN, POSSIBLE = 500, -400

# General experience: P(level | form, same person). Only its order of size matters.
PRIOR: dict[str, dict[int, dict[int, float]]] = {
    "name": {
        1: {9: 0.92, 7: 0.02, 6: 0.015, 4: 0.03, 3: 0.006, 2: 0.004, 1: 0.002, 10: 0.002},
        2: {9: 0.05, 8: 0.87, 6: 0.015, 4: 0.03, 3: 0.006, 2: 0.004, 1: 0.002, 10: 0.002},
        3: {9: 0.02, 8: 0.01, 7: 0.01, 5: 0.85, 6: 0.02, 4: 0.02, 3: 0.03, 2: 0.02, 1: 0.01, 10: 0.01},
        4: {9: 0.5, 8: 0.04, 7: 0.01, 5: 0.4, 6: 0.01, 4: 0.02, 3: 0.003, 1: 0.003, 10: 0.003},
    },
    "birth": {
        1: {9: 0.955, 8: 0.003, 7: 0.0005, 6: 0.015, 5: 0.015, 4: 0.003, 3: 0.003, 1: 0.003},
        2: {9: 0.01, 8: 0.94, 3: 0.03, 1: 0.01},
        3: {9: 0.005, 8: 0.95, 4: 0.02, 3: 0.01, 1: 0.01},
        4: {9: 0.3, 8: 0.005, 7: 0.65, 5: 0.01, 3: 0.01, 1: 0.01},
    },
    "place": {
        1: {2: 0.85, 1: 0.15},
        2: {6: 0.88, 3: 0.12},
        3: {8: 0.75, 7: 0.12, 5: 0.04, 4: 0.09},
    },
    "sex": {1: {2: 0.99, 1: 0.01}},
    "origin": {1: {2: 0.95, 1: 0.05}, 2: {2: 0.95, 1: 0.05}},
    "number": {
        1: {5: 0.96, 4: 0.02, 3: 0.015, 2: 0.002},
        2: {6: 0.97, 2: 0.03},
    },
    "old_number": {1: {5: 0.95, 4: 0.01, 2: 0.02, 1: 0.02}},
}
_NAMESAKES = frozenset({9, 8, 7, 6, 5, 4})
# Levels whose chance is the rarity of the value itself, which `patterns.RARITY` adds.
_BY_VALUE = {"name": {9, 8, 7, 6, 5}, "birth": {9, 8, 7, 6}, "origin": {2}}


@dataclass
class Weights:
    """All that scoring needs, in centibits.

    people    size of the population; `share` how likely a row's person is in it
    same      {field: {form: {level: log2 P(level | same person)}}}
    other     the same of random pairs, for levels whose chance does not depend on the value
    slip      how many names are one slip away, against how many are equal
    seen      {field: {form: {level: share}}} as counted, without prior: the register's error profile
    anchors   what the counts were made on, and how many pairs
    """

    people: int
    share: float
    same: dict[str, dict[int, dict[int, int]]] = field(default_factory=dict)
    other: dict[str, dict[int, dict[int, int]]] = field(default_factory=dict)
    slip: int = 200
    near_number: int = 0
    sex_of_namesake: int = -330
    seen: dict[str, dict[int, dict[int, float]]] = field(default_factory=dict)
    anchors: dict[str, int] = field(default_factory=dict)

    @property
    def start(self) -> int:
        """Return the score of a pair about which nothing is known."""
        return round(100 * math.log2(self.share / (1 - self.share) / max(self.people, 2)))

    def to_json(self) -> str:
        """Return the weights as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Weights:
        """Return weights written by `to_json`. Raises ValueError or TypeError for anything else."""
        data: dict[str, Any] = json.loads(text)
        for part in ("same", "other", "seen"):
            data[part] = {
                name: {
                    int(form): {int(level): value for level, value in rows.items()}
                    for form, rows in forms.items()
                }
                for name, forms in data[part].items()
            }
        return cls(**data)


def learn(
    name: str, counted: Iterable[tuple[int, int, int]]
) -> tuple[dict[int, dict[int, int]], dict[int, dict[int, float]]]:
    """Return (log2 P(level | form, same), shares as counted) from rows (form, level, pairs)."""
    counts: dict[int, dict[int, float]] = {form: {} for form in PRIOR[name]}
    for form, level, pairs in counted:
        if form in counts and level != levels.MISSING:
            counts[form][level] = counts[form].get(level, 0) + pairs
    weights: dict[int, dict[int, int]] = {}
    seen: dict[int, dict[int, float]] = {}
    for form, prior in PRIOR[name].items():
        known = counts[form]
        total = sum(known.values())
        if total:
            seen[form] = {level: round(pairs / total, 6) for level, pairs in sorted(known.items())}
        weights[form] = {
            level: centibits(
                (known.get(level, 0) + max(0.3, PRIOR_CASES * prior.get(level, 0))) / (total + PRIOR_CASES)
            )
            for level in sorted(set(prior) | set(known) | _levels(name))
        }
    return weights, seen


def by_chance(name: str, counted: Iterable[tuple[int, int, int]]) -> dict[int, dict[int, int]]:
    """Return log2 P(level | form, another person) from random pairs (form, level, pairs)."""
    counts: dict[int, dict[int, float]] = {form: {} for form in PRIOR[name]}
    everywhere: dict[int, float] = {}
    for form, level, pairs in counted:
        if level != levels.MISSING:
            everywhere[level] = everywhere.get(level, 0) + pairs
            if form in counts:
                counts[form][level] = counts[form].get(level, 0) + pairs
    overall = sum(everywhere.values()) or 1
    chances: dict[int, dict[int, int]] = {}
    for form, known in counts.items():
        total = sum(known.values())
        chances[form] = {
            level: centibits(
                max((known.get(level, 0) + 20 * everywhere.get(level, 0) / overall) / (total + 20), 1e-7)
            )
            for level in sorted(_levels(name))
        }
    return chances


def centibits(probability: float) -> int:
    """Return 100 log2(p), a whole number."""
    return round(100 * math.log2(max(probability, 1e-9)))


def _levels(name: str) -> frozenset[int]:
    return frozenset(level for rows in PRIOR[name].values() for level in rows)


def weight(weights: Weights, pattern: Pattern) -> int:
    """Return the score of a pair with this pattern, in centibits, without the rarity of what agrees.

    An unresolved name counts as one slip away: the most that its letters can give.
    """
    return weights.start + sum(_one(weights, name, pattern) for name in pattern.form)


def weigh(weights: Weights, packed: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Give `weight` of packed patterns; what a field adds is worked out once for each of its forms and levels."""
    # What agreeing on the sex adds depends on the name as well.
    masks = {name: mask_of(name) | (mask_of("name") if name == "sex" else 0) for name in levels.FIELDS}
    known: dict[tuple[str, int], int] = {}
    for pattern in packed:
        total = weights.start
        for name, mask in masks.items():
            at = (name, pattern & mask)
            added = known.get(at)
            if added is None:
                added = known[at] = _one(weights, name, unpack(pattern))
            total += added
        yield pattern, total


def _one(weights: Weights, name: str, pattern: Pattern) -> int:
    form, level = pattern.form[name], pattern.level[name]
    if level == levels.MISSING or form == 0:
        return 0
    if level == levels.UNRESOLVED:
        level = levels.SLIP
    same = weights.same[name][form].get(level, -1000)
    if level in _BY_VALUE.get(name, ()) or name == "name" and level == levels.SLIP:
        return same
    people = round(100 * math.log2(max(weights.people, 2)))
    match name:
        case "number" if level in {levels.EXACT, levels.PREFIX, levels.NEAR}:
            # Instead of this person it could be anybody's number, entered for somebody unknown.
            another = weights.same["number"][1][levels.ANOTHER]
            return same + people - (another if level == levels.EXACT else weights.near_number)
        case "old_number" if level in {levels.EXACT, levels.NEAR}:
            return same + people - (0 if level == levels.EXACT else weights.near_number)
        case "place":
            # The parts that agree are worth their rarity, the others what they are among random pairs.
            return same - (0 if 2 in divmod(level, 3) else weights.other[name].get(form, {}).get(level, 0))
        case "sex" if pattern.level["name"] in _NAMESAKES:
            # Names tell the sex: agreeing on it says little more when the names agree.
            return 5 if level == levels.AGREES else min(same - weights.sex_of_namesake, -50)
    return same - weights.other[name].get(form, {}).get(level, 0)
