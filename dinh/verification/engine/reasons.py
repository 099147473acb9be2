"""What is wrong with a row, as codes. Each reason speaks for one criterion, or only informs.

đúng (dung)  nothing stated contradicts the population      đủ (du)      all that is asked is there
sạch (sach)  written as asked, and not a second time        sống (song)  the person lives, and at that place
"""

from __future__ import annotations

from dinh.verification.engine import levels
from dinh.verification.engine.patterns import Pattern

CRITERIA = ("dung", "du", "sach", "song")

REASONS: tuple[tuple[str, str], ...] = (
    # code, criterion that it breaks ("" when it only informs)
    ("not_found", "dung song"),
    ("uncertain", "dung song"),
    ("number_of_another", "dung"),
    ("number_unknown", "dung"),
    ("number_slip", "dung"),
    ("number_cut", "dung du sach"),
    ("old_number_differs", "dung"),
    ("name_marks_lost", "dung"),
    ("name_marks_differ", "dung"),
    ("name_order", "dung"),
    ("name_shortened", "dung du"),
    ("name_slip", "dung"),
    ("name_differs", "dung"),
    ("birth_differs", "dung"),
    ("birth_swapped", "dung"),
    ("birth_first_day", "dung"),
    ("sex_differs", "dung"),
    ("line_differs", "dung"),
    ("number_missing", "du"),
    ("name_missing", "du"),
    ("birth_missing", "du"),
    ("birth_partial", "du"),
    ("sex_missing", "du"),
    ("birth_place_missing", "du"),
    ("place_missing", "du"),
    ("line_missing", "du"),
    ("name_not_composed", "sach"),
    ("name_old_encoding", "sach"),
    ("name_spaces", "sach"),
    ("name_capitals", "sach"),
    ("number_zero_lost", "sach"),
    ("number_separated", "sach"),
    ("number_old_in_field", "du sach"),
    ("number_unreadable", "du sach"),
    ("old_number_form", "sach"),
    ("birth_form", "sach"),
    ("birth_unreadable", "du sach"),
    ("sex_form", "sach"),
    ("old_unit", "sach"),
    ("duplicate", "sach"),
    ("dead", "song"),
    ("moved", "song"),
    ("birth_place_differs", ""),
    ("candidates_close", ""),
    ("block_capped", ""),
)
BIT = {code: 1 << place for place, (code, _) in enumerate(REASONS)}
_CODE = {bit: code for code, bit in BIT.items()}
BREAKS = {
    criterion: sum(BIT[code] for code, broken in REASONS if criterion in broken.split())
    for criterion in CRITERIA
}
# What the file's own values show, without the person: which part of the row each concerns.
CONCERNS = {
    "number": ("number_of_another", "number_unknown", "number_slip", "number_cut", "number_missing", "number_zero_lost",
               "number_separated", "number_old_in_field", "number_unreadable"),
    "old_number": ("old_number_differs", "old_number_form"),
    "name": ("name_marks_lost", "name_marks_differ", "name_order", "name_shortened", "name_slip", "name_differs",
             "name_missing", "name_not_composed", "name_old_encoding", "name_spaces", "name_capitals"),
    "birth": ("birth_differs", "birth_swapped", "birth_first_day", "birth_missing", "birth_partial", "birth_form",
              "birth_unreadable"),
    "sex": ("sex_differs", "sex_missing", "sex_form"),
    "commune": ("old_unit", "moved"),
    "place": ("line_differs", "place_missing", "line_missing", "old_unit", "moved"),
}  # fmt: skip
MASK = {part: sum(BIT[code] for code in codes) for part, codes in CONCERNS.items()}

_NAME = {
    levels.UNMARKED: "name_marks_lost", levels.MARKS: "name_marks_differ", levels.REORDERED: "name_order",
    levels.SHORTENED: "name_shortened", levels.SLIP: "name_slip", levels.SIMILAR: "name_differs",
    levels.OUTER: "name_differs", levels.GIVEN: "name_differs", levels.DIFFERENT: "name_differs",
}  # fmt: skip
_BIRTH = {
    levels.FIRST: "birth_first_day", levels.SWAPPED: "birth_swapped", levels.ONE_PART: "birth_differs",
    levels.SAME_YEAR: "birth_differs", levels.NEAR_YEAR: "birth_differs", levels.OTHER_DAY: "birth_differs",
}  # fmt: skip


def of_pattern(pattern: Pattern) -> int:
    """Return the reasons that a pair's agreement gives, as bits. Whose a wrong number is, the row itself knows."""
    level, form = pattern.level, pattern.form
    codes = []
    if form["number"] == 1 and level["number"] == levels.NEAR:
        codes.append("number_slip")
    if form["number"] == 1 and level["number"] == levels.NOBODY:
        codes.append("number_unknown")
    if level["old_number"] in {levels.FAR, levels.NEAR}:
        codes.append("old_number_differs")
    if code := _NAME.get(level["name"]):
        codes.append(code)
    if code := _BIRTH.get(level["birth"]):
        codes.append(code)
    if level["sex"] == levels.DIFFERS:
        codes.append("sex_differs")
    commune, line = divmod(level["place"], 3)
    if line == levels.DIFFERS:
        codes.append("line_differs")
    if commune == levels.DIFFERS:
        codes.append("moved")
    if level["origin"] == levels.DIFFERS:
        codes.append("birth_place_differs")
    return sum(BIT[code] for code in codes)


def of_row(parts: frozenset[str]) -> str:
    """Return SQL of the reasons that the row itself shows, as bits, over `r`; only of parts that the file has."""
    from dinh.verification.engine import fields, words
    from dinh.verification.engine.naming import SPACES
    from dinh.verification.engine.values import MONTH, UNREADABLE, YEAR

    tests = [
        ("number", "number_missing", f"r.nform = {fields.NO_NUMBER}"),
        ("number", "number_cut", f"r.nform = {fields.CUT}"),
        ("number", "number_zero_lost", f"r.nform = {fields.ZERO_LOST}"),
        ("number", "number_separated", f"r.nform = {fields.SEPARATED}"),
        ("number", "number_old_in_field", f"r.nform = {fields.OLD}"),
        ("number", "number_unreadable", f"r.nform = {fields.UNREADABLE}"),
        ("old_number", "old_number_form", "r.odd9"),
        ("name", "name_missing", "r.name_id IS NULL"),
        ("name", "name_shortened", f"r.form & {words.SHORT} > 0 OR r.ntok < 2"),
        ("name", "name_not_composed", f"r.form & {words.DECOMPOSED} > 0"),
        ("name", "name_old_encoding", f"r.form & {words.LEGACY} > 0"),
        ("name", "name_spaces", f"r.form & {SPACES} > 0"),
        ("name", "name_capitals", f"r.form & {words.CAPITALS | words.NOT_TITLE} > 0"),
        ("birth", "birth_missing", "r.dform = 0"),
        ("birth", "birth_partial", f"r.dform IN ({YEAR}, {MONTH})"),
        ("birth", "birth_unreadable", f"r.dform = {UNREADABLE}"),
        ("birth", "birth_form", "NOT r.dclean"),
        ("sex", "sex_missing", "r.sex = 0 AND NOT r.sbad"),
        ("sex", "sex_form", "NOT r.sclean"),
        ("birth_place", "birth_place_missing", "NOT r.has_birth_place"),
        ("place", "place_missing", "NOT r.has_place"),
        ("place", "line_missing", "r.has_place AND r.line = 0"),
        ("", "old_unit", "r.old_unit"),
    ]
    terms = [
        f"CASE WHEN {test} THEN {BIT[code]}::BIGINT ELSE 0 END"
        for part, code, test in tests
        if not part or part in parts
    ]
    return "(" + " | ".join(terms) + ")"


def codes_of(mask: int) -> list[str]:
    """Return the codes of a mask, in the order of REASONS."""
    codes = []
    while mask:
        first = mask & -mask
        codes.append(_CODE[first])
        mask ^= first
    return codes
