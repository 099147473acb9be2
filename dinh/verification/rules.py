"""What was said of a person compared with what the population says. Pure: two identities in, findings out.

Being wrong about a person is worse than not finding them: a number whose owner has another name *and*
another birth is taken for a slip, and its owner is neither returned nor shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from dinh.lib import citizen_number
from dinh.lib.names import fold, same_spelling, words_key
from dinh.verification.engine import levels
from dinh.verification.identifying import pairs
from dinh.verification.identifying.written import keys_of

Verdict = Literal["same", "differs", "ambiguous", "not_found"]

# Worth an officer's look, but nothing that contradicts.
INFORMING = frozenset({"dead", "birth_more_exact", "birth_less_exact"})


class Finding(TypedDict):
    """One thing to look at.

    code      "name_accents" (the same letters, other marks), "name_order" (the same words), "name_shortened"
              (words left out or cut short), "name_slip" (one letter), "name_differs", "birth_swapped" (day and
              month), "birth_differs", "birth_more_exact" / "birth_less_exact" (than the register),
              "sex_differs", "number_differs", "number_unknown",
              "number_of_another", "dead", "ambiguous" (several fit), "uncertain" (one does, not surely enough),
              "not_found"
    field     "number", "full_name", "birth" or "sex"
    typed     what was given
    register  what the population has; "" when there is nothing to show
    """

    code: str
    field: str
    typed: str
    register: str


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as typed or as known; "" for what is missing. `birth` is ISO, possibly partial."""

    number: str = ""
    old_number: str = ""
    full_name: str = ""
    birth: str = ""
    sex: str = ""
    dead: bool = False


def compare(typed: Identity, known: Identity) -> tuple[Finding, ...]:
    """Return everything in which what was typed does not agree with the population, field by field."""
    found = [
        *_number(typed, known),
        *_name(typed.full_name, known.full_name),
        *_birth(typed.birth, known.birth),
    ]
    if {typed.sex, known.sex} == {"1", "2"}:
        found.append(finding("sex_differs", "sex", typed.sex, known.sex))
    if known.dead:
        found.append(
            finding("dead", "number" if typed.number else "full_name", typed.number or typed.full_name)
        )
    return tuple(found)


def is_of_another(typed: Identity, known: Identity) -> bool:
    """Tell whether a number leads to somebody else: name and birth were given, and neither fits."""
    if not (typed.full_name and typed.birth and known.birth):
        return False
    other_name = words_key(typed.full_name) != words_key(known.full_name)
    return other_name and not births_agree(typed.birth, known.birth)


def numbers_exclude(typed: Identity, known: Identity) -> bool:
    """Tell whether two whole 12-digit numbers say that a namesake is somebody else.

    Digits 1 to 6 say where, when and as what one was born: a slip in the others is a slip, a namesake born
    elsewhere is another person.
    """
    digits = citizen_number.clean(typed.number)
    whole = len(digits) == 12 and len(known.number) == 12
    return whole and digits[:6] != known.number[:6] and digits[6:] != known.number[6:]


def births_agree(a: str, b: str) -> bool:
    """Tell whether two births can be the same day: one is the beginning of the other; an unknown one never is."""
    return bool(a and b) and (a.startswith(b) or b.startswith(a))


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Return "same" when nothing contradicts, "differs" otherwise."""
    return "same" if all(one["code"] in INFORMING for one in findings) else "differs"


def finding(code: str, field: str, typed: str, register: str = "") -> Finding:
    """Return a finding."""
    return Finding(code=code, field=field, typed=typed, register=register)


def _number(typed: Identity, known: Identity) -> list[Finding]:
    digits = citizen_number.clean(typed.number)
    if not digits or digits in {known.number, known.old_number}:
        return []
    ours = known.old_number if len(digits) == 9 else known.number
    if ours:
        return [finding("number_differs", "number", typed.number, ours)]
    return [finding("number_unknown", "number", typed.number)]


_NAMES = {levels.SLIP: "name_slip", levels.SHORTENED: "name_shortened"}


def _name(typed: str, known: str) -> list[Finding]:
    if not typed or not known or same_spelling(typed, known):
        return []
    if fold(typed) == fold(known):
        code = "name_accents"
    elif words_key(typed) == words_key(known):
        code = "name_order"
    else:
        agreed = pairs.compare(keys_of(name=typed), keys_of(name=known)).pattern.level["name"]
        code = _NAMES.get(agreed, "name_differs")
    return [finding(code, "full_name", typed, known)]


def _birth(typed: str, known: str) -> list[Finding]:
    if not typed or not known or typed == known:
        return []
    if not births_agree(typed, known):
        swapped = len(typed) == 10 and f"{typed[:4]}-{typed[8:]}-{typed[5:7]}" == known
        return [finding("birth_swapped" if swapped else "birth_differs", "birth", typed, known)]
    code = "birth_more_exact" if len(typed) > len(known) else "birth_less_exact"
    return [finding(code, "birth", typed, known)]
