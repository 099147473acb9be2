"""A pair's agreement in one number: every field's form and level, packed. All that follows is looked up by it.

Weights, acceptance, criteria and reasons are functions of the pattern; a nation's register has some ten
thousand patterns, so Python decides each once and SQL joins.
"""

from __future__ import annotations

from dataclasses import dataclass

from dinh.verification.engine import levels
from dinh.verification.engine.levels import FIELDS

# Bits of each field's form and level, in the order of FIELDS.
_FORM_BITS = {"name": 3, "birth": 3, "place": 2, "sex": 1, "origin": 2, "number": 2, "old_number": 1}
_LEVEL_BITS = {"name": 4, "birth": 4, "place": 4, "sex": 2, "origin": 2, "number": 3, "old_number": 3}
_UNRESOLVED = 15  # as stored; a level that needs the letters
_SAME_NAME = frozenset({9, 8, 7, 6, 5})
_FITTING_BIRTH = frozenset({9, 8, 7, 6, 5})


def _places() -> dict[str, tuple[int, int]]:
    at, places = 0, {}
    for name in FIELDS:
        places[name] = (at, at + _FORM_BITS[name])
        at += _FORM_BITS[name] + _LEVEL_BITS[name]
    return places


PLACES = _places()  # field -> (shift of its form, shift of its level)
NAME_SHIFT = PLACES["name"][1]


@dataclass(frozen=True, slots=True)
class Pattern:
    """The forms and levels of one pair, by field."""

    form: dict[str, int]
    level: dict[str, int]


def mask_of(name: str) -> int:
    """Return the bits of a field's form and level."""
    at = PLACES[name][0]
    return ((1 << _FORM_BITS[name] + _LEVEL_BITS[name]) - 1) << at


def unpack(pattern: int) -> Pattern:
    """Return the forms and levels of a packed pattern."""
    form, level = {}, {}
    for name, (at_form, at_level) in PLACES.items():
        form[name] = pattern >> at_form & (1 << _FORM_BITS[name]) - 1
        level[name] = pattern >> at_level & (1 << _LEVEL_BITS[name]) - 1
    if level["name"] == _UNRESOLVED:
        level["name"] = levels.UNRESOLVED
    return Pattern(form, level)


def confirms(pattern: Pattern) -> bool:
    """Tell whether name and birth confirm what a number says: then no other candidate is looked for."""
    level = pattern.level
    if level["name"] not in _SAME_NAME:
        return False
    if level["birth"] == levels.MISSING:
        return level["place"] in {8, 7, 6, 2} and level["sex"] != levels.DIFFERS
    return level["birth"] in _FITTING_BIRTH


def packed(level_of: dict[str, str], form_of: dict[str, str]) -> str:
    """Return SQL of the pattern, from SQL of each field's level and form."""
    terms = []
    for name, (at_form, at_level) in PLACES.items():
        level = f"(({level_of[name]}) & 15)" if name == "name" else f"({level_of[name]})"
        terms += [f"({form_of[name]})::BIGINT << {at_form}", f"{level}::BIGINT << {at_level}"]
    return " | ".join(f"({term})" for term in terms)


def with_name(pattern: str, level: str) -> str:
    """Return SQL of a pattern whose name's level is replaced."""
    return f"(({pattern}) & ~({15 << NAME_SHIFT})::BIGINT | (({level})::BIGINT << {NAME_SHIFT}))"


def name_level(pattern: str) -> str:
    """Return SQL of the name's level as stored (15 when unresolved)."""
    return f"(({pattern}) >> {NAME_SHIFT} & 15)"


def is_unresolved(pattern: str) -> str:
    """Return SQL: the level of the name still needs the letters."""
    return f"{name_level(pattern)} = {_UNRESOLVED}"


# Levels whose chance depends on the value: how rare it is in the population, added as it is to the weights.
RARITY = f"""(
  CASE ln WHEN {levels.SAME} THEN lf_name WHEN {levels.UNMARKED} THEN lf_plain WHEN {levels.MARKS} THEN lf_plain
    WHEN {levels.REORDERED} THEN lf_tok WHEN {levels.SHORTENED} THEN lf_sg ELSE 0 END
  + CASE ld WHEN {levels.SAME_DAY} THEN CASE fd WHEN 2 THEN lf_year ELSE lf_day END WHEN {levels.SWAPPED} THEN lf_day
    WHEN {levels.COARSE} THEN lf_year WHEN {levels.FIRST} THEN lf_year ELSE 0 END
  + CASE WHEN lp >= 6 THEN lf_commune ELSE 0 END + CASE WHEN lp % 3 = 2 THEN lf_line ELSE 0 END
  + CASE WHEN lb = {levels.AGREES} THEN CASE fb WHEN 2 THEN lf_present ELSE lf_former END ELSE 0 END)::INTEGER"""


def compared(source: str, extra: str = "") -> str:
    """Return the query of all pairs of `source` (which joins `r` and `b`) as (r, b, pat, tf, rp, bp, lfp, lfs, ol).

    tf   rarity of the values that agree; rp, bp, ol, lfp, lfs  plain names, whether first and last word agree, and rarities, for when the letters are needed
    """
    forms = {
        "name": "fn",
        "birth": "fd",
        "place": "fp",
        "sex": "fs",
        "origin": "fb",
        "number": "fi",
        "old_number": "fo",
    }
    chosen = ", ".join(
        f"({field.form})::TINYINT AS {forms[name]}, ({field.level})::TINYINT AS {field.column}"
        for name, field in FIELDS.items()
    )
    pattern = packed({name: field.column for name, field in FIELDS.items()}, forms)
    rare = "lf_name, b.lf_plain, b.lf_tok, b.lf_sg, b.lf_day, b.lf_year, b.lf_commune, b.lf_line, b.lf_former, b.lf_present"
    return (
        f"SELECT r, b, {pattern} AS pat, {RARITY} AS tf, CASE WHEN ln = -1 THEN rp END AS rp,"
        f" CASE WHEN ln = -1 THEN bp END AS bp, lf_plain AS lfp, lf_sg AS lfs, CASE WHEN ln = -1 THEN outer_level END AS ol{extra}"
        f" FROM (SELECT r.r, b.b, {chosen}, b.{rare}, r.plain_id AS rp, b.plain_id AS bp,"
        f" (CASE WHEN r.giv = b.giv THEN CASE WHEN r.sur = b.sur THEN {levels.OUTER} ELSE {levels.GIVEN} END"
        f" ELSE {levels.DIFFERENT} END)::TINYINT AS outer_level FROM {source})"
    )
