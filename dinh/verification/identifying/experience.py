"""Weights for a single person at a counter: what is generally known, with what this node has learnt of its people.

How people err when they fill a form is general experience (`engine.weights.PRIOR`): the errors that a verification
learns are of one register's typists. How often others agree by chance is a fact of the population, so it is taken
from this node's last verification where there is one, and from CHANCE until then.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace

from dinh.population.queries import about_how_many
from dinh.verification.engine import levels, values, weights
from dinh.verification.engine.weights import PRIOR, Weights, centibits
from dinh.verification.models import Submission

KEPT_SECONDS = 3600.0
# Those who may stand at a counter are more than those whom a small node knows: beside a name of the wrong letters
# chance finds its like among them.
FEWEST = 100_000

# P(level | another person), counted on a million random pairs of invented populations; levels that are missing here
# are worth how rare the value is.
CHANCE: dict[str, dict[int, float]] = {
    "name": {10: 0.99, 1: 0.007, 2: 0.0012, 3: 0.004, 4: 0.0005},
    "birth": {1: 0.79, 3: 0.2, 4: 0.0107, 5: 0.0019},
    "place": {1: 1.0, 3: 0.99, 4: 0.95},
    "sex": {1: 0.5, 2: 0.5},
    "origin": {1: 0.9},
    "number": {2: 0.97},
    "old_number": {1: 0.34, 2: 0.66},
}
# -100 log2 of the share of people born in one year, and on one day of it; 1 January stands for many who know only the year.
YEAR, DAY, FIRST_OF_JANUARY = 613, 1465, 845
OUTER = 600  # of those who share the first and the last word of a name, at most
NEAR_NUMBER = 100  # where numbers are dense, a slip leads to somebody else


def general(people: int) -> Weights:
    """Return the weights of general experience, for a population of a size."""
    same = {name: weights.learn(name, ())[0] for name in PRIOR}
    other = {
        name: {form: {level: centibits(share) for level, share in CHANCE[name].items()} for form in forms}
        for name, forms in PRIOR.items()
    }
    # Who states a year alone states it so whether the population knows the day or not.
    for form in (values.YEAR, values.MONTH):
        same["birth"][form][levels.SAME_DAY] = same["birth"][form][levels.COARSE]
    # A number of somebody else is as likely beside the person meant as beside anybody.
    other["number"][1][levels.ANOTHER] = same["number"][1][levels.ANOTHER]
    return Weights(
        people=max(people, FEWEST),
        share=0.9,
        same=same,
        other=other,
        near_number=NEAR_NUMBER,
        sex_of_namesake=-765,
    )


_kept: tuple[float, Weights] | None = None


def weights_of_node(now: float | None = None) -> Weights:
    """Return the weights for a single person, renewed once in an hour: two short queries then, else none.

    now  seconds of a clock that only goes forward; the system's when left out
    """
    global _kept
    now = time.monotonic() if now is None else now
    if _kept is None or now - _kept[0] > KEPT_SECONDS:
        _kept = now, _with_learnt(general(about_how_many()))
    return _kept[1]


def forget() -> None:
    """Read the weights anew the next time."""
    global _kept
    _kept = None


def _with_learnt(found: Weights) -> Weights:
    """Return weights with what the last verification counted on this node's people."""
    done = Submission.objects.filter(state=Submission.State.DONE, summary__has_key="weights")
    learnt = done.order_by("-at").values_list("summary__weights", flat=True).first()
    if not learnt:
        return found
    try:
        of_people = Weights.from_json(json.dumps(learnt))
    except (TypeError, ValueError, KeyError, AttributeError):
        return found  # written by another version
    other = dict(found.other)
    for name in ("name", "birth"):
        known = of_people.other.get(name, {})
        other[name] = {
            # Of the two what favours nobody: a level that was not met may only have been rare.
            form: {
                level: max(known.get(form, {}).get(level, chance), chance)
                for level, chance in chances.items()
            }
            for form, chances in found.other[name].items()
        }
    return replace(
        found, other=other, near_number=max(of_people.near_number, NEAR_NUMBER),
        slip=max(of_people.slip, found.slip), sex_of_namesake=of_people.sex_of_namesake,
    )  # fmt: skip
