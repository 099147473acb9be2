"""Two records compared in plain Python: the same keys, forms and levels as the engine's SQL, for one person at a time.

The engine compares millions of pairs in DuckDB; at a counter there are a few, and they must not wait for a process
to start. `tests/test_pairs.py` holds that both say the same of every pair. What a level means and what it is worth
is written once, in `engine.levels` and `engine.weights`.
"""

from __future__ import annotations

from dataclasses import dataclass

from dinh.verification.engine import levels, values, words
from dinh.verification.engine.fields import CUT, FULL, SEPARATED, ZERO_LOST
from dinh.verification.engine.patterns import Pattern
from dinh.verification.engine.weights import Weights, weight
from dinh.verification.identifying.letters import from_letters
from dinh.verification.identifying.written import Keys, Name

_WHOLE = frozenset({FULL, ZERO_LOST, SEPARATED})
_SLIPS = frozenset(d * 10**k for d in range(1, 10) for k in range(12)) | frozenset(
    9 * d * 10**k for d in range(1, 10) for k in range(11)
)


@dataclass(frozen=True, slots=True)
class Rare:
    """How rare a person's values are: -100 log2 of the share of the population that has them."""

    name: int = 0
    plain: int = 0
    words: int = 0
    outer: int = 0
    day: int = 0
    year: int = 0
    commune: int = 0
    line: int = 0
    former: int = 0
    present: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """How two records agree; `by_letters` when only the letters of the names told it."""

    pattern: Pattern
    by_letters: bool


def compare(row: Keys, person: Keys, *, owned: bool = False) -> Pair:
    """Return how a row and a person agree.

    owned  the row's number belongs to somebody of the population
    """
    name = _name(row.name, person.name)
    by_letters = name == levels.UNRESOLVED
    if by_letters:
        name = _by_letters(row.name, person.name)
    level = {
        "name": name,
        "birth": _birth(row.day, person.day),
        "place": _agree(row.commune, person.commune) * 3 + _agree(row.line, person.line),
        "sex": _agree(row.sex, person.sex),
        "origin": _origin(row, person),
        "number": _number(row, person, owned),
        "old_number": _old_number(row, person),
    }
    return Pair(Pattern(_forms(row), level), by_letters)


def score(weights: Weights, pair: Pair, rare: Rare) -> int:
    """Return 100 log2 of the odds that the row describes this person and nobody."""
    return weight(weights, pair.pattern) + rarity(pair, rare, weights.slip)


def rarity(pair: Pair, rare: Rare, slip: int) -> int:
    """Return what the values that agree are worth, as `engine.patterns.RARITY` and the letters give it."""
    level, form = pair.pattern.level, pair.pattern.form
    place = level["place"]
    found = rare.commune if place >= 6 else 0
    found += rare.line if place % 3 == 2 else 0
    if level["origin"] == levels.AGREES:
        found += rare.present if form["origin"] == 2 else rare.former
    match level["birth"]:
        case levels.SAME_DAY:
            found += rare.year if form["birth"] == values.YEAR else rare.day
        case levels.SWAPPED:
            found += rare.day
        case levels.COARSE | levels.FIRST:
            found += rare.year
    match level["name"]:
        case levels.SAME:
            found += rare.name
        case levels.UNMARKED | levels.MARKS:
            found += rare.plain
        case levels.REORDERED:
            found += rare.words
        case levels.SHORTENED:
            found += (rare.plain + rare.outer) // 2 if pair.by_letters else rare.outer
        case levels.SLIP:
            found += max(rare.plain - slip, 0)
    return found


def _forms(row: Keys) -> dict[str, int]:
    return {
        "name": _name_form(row.name),
        "birth": row.day.form,
        "place": (row.commune != 0) * 2 + (row.line != 0),
        "sex": int(row.sex != 0),
        "origin": 0 if row.present == 0 else 2 if row.former == 0 else 1,
        "number": 1 if row.nform in _WHOLE else 2 if row.nform == CUT else 0,
        "old_number": int(row.old is not None or row.old_there is not None),
    }


def _name_form(name: Name | None) -> int:
    if name is None:
        return 0
    if name.form & words.SHORT:
        return 3
    return 4 if name.count == 2 else 1 if name.form & words.TONED else 2


def _name(row: Name | None, person: Name | None) -> int:
    if row is None or person is None:
        return levels.MISSING
    if row.id == person.id:
        return levels.SAME
    if row.plain == person.plain:
        return levels.MARKS if row.form & words.TONED else levels.UNMARKED
    if row.words == person.words:
        return levels.REORDERED
    outer = row.giv == person.giv and row.sur == person.sur
    if outer and row.count == 2 and not row.form & words.SHORT:
        return levels.SHORTENED
    return levels.UNRESOLVED


def _by_letters(row: Name | None, person: Name | None) -> int:
    if row is None or person is None:
        return levels.MISSING
    if found := from_letters(row.text, person.text):
        return found
    if row.giv != person.giv:
        return levels.DIFFERENT
    return levels.OUTER if row.sur == person.sur else levels.GIVEN


def _birth(row: values.Day, person: values.Day) -> int:
    if not row.ymd or not person.ymd:
        return levels.MISSING
    if row.ymd == person.ymd:
        return levels.SAME_DAY
    years = row.ymd // 10000, person.ymd // 10000
    if years[0] == years[1]:
        return _same_year(row, person)
    near_digit = years[0] // 10 == years[1] // 10 or (years[0] - years[1]) % 10 == 0
    if row.ymd % 10000 == person.ymd % 10000 > 0 and near_digit:
        return levels.ONE_PART
    return levels.NEAR_YEAR if near_digit or abs(years[0] - years[1]) == 1 else levels.OTHER_DAY


def _same_year(row: values.Day, person: values.Day) -> int:
    forms = {row.form, person.form}
    same_month = row.ymd // 100 == person.ymd // 100
    if values.YEAR in forms:
        return levels.COARSE
    if values.MONTH in forms:
        return levels.COARSE if same_month else levels.SAME_YEAR
    if values.FIRST_DAY in forms:
        return levels.FIRST
    if row.star is not None and row.star == person.star:
        return levels.SWAPPED
    return levels.ONE_PART if same_month or row.ymd % 100 == person.ymd % 100 else levels.SAME_YEAR


def _agree(row: int, person: int) -> int:
    if row == 0 or person == 0:
        return levels.MISSING
    return levels.AGREES if row == person else levels.DIFFERS


def _origin(row: Keys, person: Keys) -> int:
    if row.present == 0 or person.present == 0:
        return levels.MISSING
    same = row.present == person.present if row.former == 0 else row.former == person.former
    return levels.AGREES if same else levels.DIFFERS


def _number(row: Keys, person: Keys, owned: bool) -> int:
    if row.number is None or person.number is None:
        return levels.MISSING
    if row.nform == CUT:
        return levels.PREFIX if person.number // 10 == row.number else levels.NOBODY
    if row.number == person.number:
        return levels.EXACT
    if abs(row.number - person.number) in _SLIPS:
        return levels.NEAR
    return levels.ANOTHER if owned else levels.NOBODY


def _old_number(row: Keys, person: Keys) -> int:
    stated = row.old if row.old is not None else row.old_there
    if stated is None:
        return levels.MISSING
    if person.old is None:
        return levels.NONE_KNOWN
    if person.old in {row.old, row.old_there}:
        return levels.EXACT
    return levels.NEAR if abs(stated - person.old) in _SLIPS else levels.FAR
