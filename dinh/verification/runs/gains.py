"""What deciding a finding brings: criteria put right in an expected minute of an officer. Pure.

    gain = criteria that would hold afterwards × chance that the decision puts them right ÷ minutes it takes

| work                                            | minutes | chance |
|-------------------------------------------------|---------|--------|
| certain corrections of one field, fifty a page  | 0.05    | 0.99   |
| one correction, looked at alone                 | 0.5     | 0.95   |
| entered twice: which row to keep                | 0.7     | 0.9    |
| the person has died                             | 0.8     | 0.9    |
| two candidates side by side                     | 1.5     | 0.8    |
| contested by the person, who says what is right | 2       | 0.7    |
| one candidate, not surely enough                | 2.5     | 0.6    |
| contradicts another register                    | 3       | 0.5    |
| something is missing: the owner is asked        | 6       | 0.4    |
| nobody fits: searched for, often in vain        | 12      | 0.25   |

Minutes and chances are estimates of ours, to be replaced by measured ones; only their order matters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from dinh.verification.engine.reasons import BIT, BREAKS, CRITERIA

WORK = {
    "bulk": (0.05, 0.99),
    "correct": (0.5, 0.95),
    "duplicate": (0.7, 0.9),
    "deceased": (0.8, 0.9),
    "choose": (1.5, 0.8),
    "contested": (2.0, 0.7),
    "doubt": (2.5, 0.6),
    "contradiction": (3.0, 0.5),
    "complete": (6.0, 0.4),
    "search": (12.0, 0.25),
}

# Surer than this (2^10 to one, also against the second candidate) a single field may be taken over unseen.
SURE_SCORE, SURE_MARGIN = 10.0, 10.0
# Differences in who is meant, not in how it is written: looked at one by one whatever the odds.
LOOKED_AT = frozenset(
    {"uncertain", "number_of_another", "candidates_close", "block_capped", "name_differs", "birth_differs",
     "sex_differs", "old_number_differs", "duplicate", "dead"}
)  # fmt: skip
TOGETHER = frozenset({"place", "commune"})  # parts that say one thing


def gain(work: str, criteria: int) -> float:
    """Return criteria put right in a minute by this kind of work; at least one criterion counts."""
    minutes, chance = WORK[work]
    return round(max(criteria, 1) * chance / minutes, 4)


CONTESTED = gain("contested", 1)


def broken(reasons: Iterable[str]) -> int:
    """Return how many of the four criteria these reasons break."""
    mask = sum(BIT.get(code, 0) for code in set(reasons))
    return sum(bool(mask & BREAKS[criterion]) for criterion in CRITERIA)


def together(
    verdict: str, score: float, margin: float | None, reasons: Collection[str], parts: Collection[str]
) -> bool:
    """Tell whether what is proposed is certain enough to be taken over unseen, with others.

    parts  of the identity in which something is proposed and which the register's officer may take over
    """
    certain = score >= SURE_SCORE and (margin is None or margin >= SURE_MARGIN)
    one = "" not in parts and len({"place" if part in TOGETHER else part for part in parts}) == 1
    return verdict in {"corrected", "verified"} and certain and one and not LOOKED_AT & set(reasons)
