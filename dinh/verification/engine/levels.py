"""How two records agree, field by field, as small whole numbers; SQL over `r` (the row) and `b` (a person).

Each field has forms (how the row states it, known before comparing) and levels (how it agrees). A weight is
log2 of P(level | form, same person) / P(level | form, another), so how often a register leaves out, shortens
or mistypes something is neither for nor against a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from dinh.verification.engine.fields import CUT, FULL, SEPARATED, ZERO_LOST
from dinh.verification.engine.values import FIRST_DAY, MONTH, YEAR
from dinh.verification.engine.words import SHORT, TONED

MISSING = 0
# Name. UNRESOLVED needs the letters; see `name_from_letters`.
UNRESOLVED = -1
DIFFERENT, GIVEN, OUTER, SIMILAR, SLIP, SHORTENED, REORDERED, MARKS, UNMARKED, SAME = (
    10,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
)
# Birth.
OTHER_DAY, NEAR_YEAR, SAME_YEAR, ONE_PART, SWAPPED, FIRST, COARSE, SAME_DAY = 1, 3, 4, 5, 6, 7, 8, 9
# Sex and province of birth.
DIFFERS, AGREES = 1, 2
# Numbers. Of a number that differs: whether it belongs to somebody else.
NOBODY, ANOTHER, NEAR, EXACT, PREFIX = 2, 3, 4, 5, 6
NONE_KNOWN, FAR = 1, 2  # old numbers


@dataclass(frozen=True)
class Field:
    """One comparison: `column` holds its level; `form` and `level` are SQL."""

    column: str
    form: str
    level: str


NAME_FORM = (
    f"CASE WHEN r.name_id IS NULL THEN 0 WHEN r.form & {SHORT} > 0 THEN 3 WHEN r.ntok = 2 THEN 4"
    f" WHEN r.form & {TONED} > 0 THEN 1 ELSE 2 END"
)
NAME = (
    f"CASE WHEN r.name_id = b.name_id THEN {SAME} WHEN r.name_id IS NULL OR b.name_id IS NULL THEN {MISSING}"
    f" WHEN r.plain_id = b.plain_id THEN CASE WHEN r.form & {TONED} > 0 THEN {MARKS} ELSE {UNMARKED} END"
    f" WHEN r.tok_id = b.tok_id THEN {REORDERED}"
    f" WHEN r.giv = b.giv AND r.sur = b.sur AND r.ntok = 2 AND r.form & {SHORT} = 0 THEN {SHORTENED}"
    f" ELSE {UNRESOLVED} END"
)
_MD = "r.ymd % 10000 = b.ymd % 10000"
_YEAR_DIGIT = "(r.year // 10 = b.year // 10 OR (r.year - b.year) % 10 = 0)"
BIRTH = (
    f"CASE WHEN r.ymd = b.ymd THEN {SAME_DAY} WHEN r.ymd IS NULL OR b.ymd IS NULL OR b.ymd = 0 THEN {MISSING}"
    " WHEN r.year = b.year THEN CASE"
    f" WHEN r.dform = {YEAR} OR b.dform = {YEAR} THEN {COARSE}"
    f" WHEN r.dform = {MONTH} OR b.dform = {MONTH} THEN CASE WHEN r.ymd // 100 = b.ymd // 100 THEN {COARSE} ELSE {SAME_YEAR} END"
    f" WHEN r.dform = {FIRST_DAY} OR b.dform = {FIRST_DAY} THEN {FIRST} WHEN r.star = b.star THEN {SWAPPED}"
    f" WHEN r.ymd // 100 = b.ymd // 100 OR r.ymd % 100 = b.ymd % 100 THEN {ONE_PART} ELSE {SAME_YEAR} END"
    f" WHEN {_MD} AND r.ymd % 10000 > 0 AND {_YEAR_DIGIT} THEN {ONE_PART}"
    f" WHEN {_YEAR_DIGIT} OR abs(r.year - b.year) = 1 THEN {NEAR_YEAR} ELSE {OTHER_DAY} END"
)
# A commune that is no number is known by its letters (`places.number_of`): negative, and not comparable with a code.
PLACE = (
    "(CASE WHEN r.commune = 0 OR b.commune = 0 OR (r.commune < 0) <> (b.commune < 0) THEN 0 WHEN r.commune = b.commune THEN 2 ELSE 1 END) * 3"
    " + (CASE WHEN r.line = 0 OR b.line = 0 THEN 0 WHEN r.line = b.line THEN 2 ELSE 1 END)"
)
SEX = f"CASE WHEN r.sex = 0 OR b.sex = 0 THEN 0 WHEN r.sex = b.sex THEN {AGREES} ELSE {DIFFERS} END"
ORIGIN = (
    "CASE WHEN r.present = 0 OR b.present = 0 THEN 0"
    f" WHEN CASE r.former WHEN 0 THEN r.present = b.present ELSE r.former = b.former END THEN {AGREES} ELSE {DIFFERS} END"
)
_FULL = f"r.nform IN ({FULL}, {ZERO_LOST}, {SEPARATED})"


def _one_slip(a: str, b: str) -> str:
    """Return SQL: two numbers differ by one digit or by two neighbours swapped (a difference of 9·d·10^k)."""
    differences = sorted(
        {d * 10**k for d in range(1, 10) for k in range(12)}
        | {9 * d * 10**k for d in range(1, 10) for k in range(11)}
    )
    return f"abs({a} - {b}) IN ({', '.join(map(str, differences))})"


NUMBER_FORM = f"CASE WHEN {_FULL} THEN 1 WHEN r.nform = {CUT} THEN 2 ELSE 0 END"
NUMBER = (
    f"CASE WHEN r.id12 IS NULL OR b.id12 IS NULL THEN {MISSING}"
    f" WHEN r.nform = {CUT} THEN CASE WHEN b.id12 // 10 = r.id12 THEN {PREFIX} ELSE {NOBODY} END"
    f" WHEN r.id12 = b.id12 THEN {EXACT} WHEN {_one_slip('r.id12', 'b.id12')} THEN {NEAR}"
    f" WHEN r.hit THEN {ANOTHER} ELSE {NOBODY} END"
)
OLD_NUMBER = (
    f"CASE WHEN r.id9 IS NULL AND r.id9b IS NULL THEN {MISSING} WHEN b.id9 IS NULL THEN {NONE_KNOWN}"
    f" WHEN r.id9 = b.id9 OR r.id9b = b.id9 THEN {EXACT}"
    f" WHEN {_one_slip('coalesce(r.id9, r.id9b)', 'b.id9')} THEN {NEAR} ELSE {FAR} END"
)

FIELDS = {
    "name": Field("ln", NAME_FORM, NAME),
    "birth": Field("ld", "r.dform", BIRTH),
    "place": Field("lp", "(r.commune <> 0)::INT * 2 + (r.line <> 0)::INT", PLACE),
    "sex": Field("ls", "(r.sex <> 0)::INT", SEX),
    "origin": Field("lb", "CASE WHEN r.present = 0 THEN 0 WHEN r.former = 0 THEN 2 ELSE 1 END", ORIGIN),
    "number": Field("li", NUMBER_FORM, NUMBER),
    "old_number": Field("lo", "(r.id9 IS NOT NULL OR r.id9b IS NOT NULL)::INT", OLD_NUMBER),
}
COLUMNS = tuple(field.column for field in FIELDS.values())


def selected(skip: tuple[str, ...] = ()) -> str:
    """Return the select list of all levels."""
    return ", ".join(
        f"({field.level})::TINYINT AS {field.column}" for key, field in FIELDS.items() if key not in skip
    )


def name_from_letters(row: str, person: str) -> str:
    """Return SQL of the level of two different names, over their plain letters (columns `row` and `person`).

    A slip is one letter added, left out or changed, or two neighbours swapped. A word cut short stands in
    `row` with % behind it.
    """
    return (
        f"CASE WHEN contains({row}, '%') AND {person} LIKE {row} THEN {SHORTENED}"
        f" WHEN jaro_winkler_similarity({row}, {person}) >= 0.86 THEN"
        f" CASE WHEN abs(length({row}) - length({person})) <= 1 AND (levenshtein({row}, {person}) <= 1 OR"
        f" length({row}) = length({person}) AND damerau_levenshtein({row}, {person}) <= 1) THEN {SLIP}"
        f" WHEN jaro_winkler_similarity({row}, {person}) >= 0.94 THEN {SIMILAR} ELSE 0 END ELSE 0 END"
    )
