"""Who is meant: one person told from all others by the same rules and weights as a register's rows.

1. The number, of 12 digits or of 9: its holder is the person when name and birth say so as well.
2. Else the people of a few blocks (`candidates`) are compared (`pairs`), scored (`experience`) and ranked.
3. One person is returned when the odds are certain against everybody else and nobody together; somebody who only
   possibly is meant makes it ambiguous, and nobody is guessed.

A discrepancy is a finding with both values, never a refusal. Being wrong about a person is worse than not finding
them, so three things weigh more here than in a register, where an officer looks at every correction: a number whose
owner has another name *and* another birth is a slip, a namesake of the other sex or with another whole number is
somebody else, and without a number that says so nobody of another name or birth is returned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from dinh.lib import citizen_number
from dinh.lib.names import same_spelling
from dinh.population.models import Person
from dinh.verification import rules
from dinh.verification.engine import levels
from dinh.verification.engine.patterns import Pattern, confirms
from dinh.verification.engine.weights import CERTAIN, POSSIBLE, centibits
from dinh.verification.identifying import candidates, experience, pairs
from dinh.verification.identifying.candidates import Found
from dinh.verification.identifying.pairs import Pair, Rare
from dinh.verification.identifying.written import Keys, keys_of
from dinh.verification.rules import Finding, Identity, Verdict

CLOSE = 300  # centibits: another who is as near is a reason to say that several fit
MOST_ODDS = 6000  # beyond, more certainty is the same certainty
_NAME_COUNTS = frozenset(
    {levels.SAME, levels.UNMARKED, levels.MARKS, levels.REORDERED, levels.SHORTENED, levels.SLIP}
)
_NUMBER_SAYS = frozenset({levels.EXACT, levels.NEAR, levels.PREFIX})
_BIRTH_SAYS = frozenset({levels.SAME_DAY, levels.COARSE, levels.FIRST, levels.SWAPPED})


@dataclass(frozen=True)
class Identification:
    """The person, when one is found; whether all agrees; and what does not.

    verdict  "same": found, nothing contradicts · "differs": something does; `person` may be None when the
             number is somebody else's · "ambiguous": several fit, or one not surely enough · "not_found"
    """

    person: Person | None
    verdict: Verdict
    findings: tuple[Finding, ...] = ()

    @property
    def several(self) -> bool:
        """Tell whether more than one person fits."""
        return any(one["code"] == "ambiguous" for one in self.findings)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A person and how they agree with what was typed."""

    person: Person
    known: Identity
    pair: Pair
    score: int = 0


def identify(
    *, number: str = "", full_name: str = "", birth: str = "", sex: str | None = None
) -> Identification:
    """Return who is meant by what was typed.

    number  as typed; 12 or 9 digits count, and what a spreadsheet or a hasty hand made of them
    birth   ISO, possibly partial

    One query when the number settles it; two more when it does not: people, and how rare their names are.
    """
    typed = Identity(number=number.strip(), full_name=full_name.strip(), birth=birth, sex=sex or "")
    row = _keys(citizen_number.clean(typed.number), typed.full_name, typed.birth, typed.sex)
    owners = [_candidate(row, one, owned=True) for one in candidates.holders(row)]
    # Nothing but a number was asked: it is all there is to go by.
    told = [one for one in owners if not (full_name or birth) or confirms(one.pair.pattern)]
    if len(told) == 1:
        return _settled(told[0].person, rules.compare(typed, told[0].known))
    return _among(typed, row, owners)


def identity_of(person: Person) -> Identity:
    """Return what the population says of a person."""
    return Identity(
        number=person.number or "",
        old_number=person.old_number,
        full_name=person.full_name,
        birth=person.birth,
        sex=person.sex,
        dead=person.status == Person.Status.DEAD,
    )


def _among(typed: Identity, row: Keys, owners: Sequence[_Candidate]) -> Identification:
    """Return who is meant among the owners of the number who may be, and the people of the blocks."""
    found = candidates.in_blocks(row, typed.full_name, typed.birth)
    held = {one.person.pk for one in owners}
    possible = [one for one in owners if not rules.is_of_another(typed, one.known)]
    others = [_candidate(row, one, owned=bool(owners)) for one in found.people if one.pk not in held]
    people = possible + [one for one in others if not _is_somebody_else(typed, one, bool(owners))]
    best, doubt = _best(people, found)
    if best is not None and (not owners or best.person.pk in held):
        return _settled(best.person, rules.compare(typed, best.known))
    if best is not None:
        return _of_another(typed, best.person, rules.compare(replace(typed, number=""), best.known))
    if owners and not (possible and doubt):
        return _of_another(typed, None, _doubtful(doubt, typed) if doubt else ())
    if doubt:
        return Identification(None, "ambiguous", _doubtful(doubt, typed))
    field = "number" if typed.number else "full_name"
    nobody = rules.finding("not_found", field, typed.number or typed.full_name)
    return Identification(None, "not_found", (nobody,))


def _of_another(typed: Identity, person: Person | None, rest: tuple[Finding, ...]) -> Identification:
    # The number says nothing of the person meant, and its owner's data are not for this request.
    slip = rules.finding("number_of_another", "number", typed.number)
    return Identification(person, "differs", (slip, *rest))


def _doubtful(code: str, typed: Identity) -> tuple[Finding, ...]:
    return (rules.finding(code, "full_name", typed.full_name),)


def _best(people: Sequence[_Candidate], found: Found) -> tuple[_Candidate | None, str]:
    """Return who is certainly meant, else None with "ambiguous" or "uncertain" when somebody possibly is."""
    if found.too_many or not people:
        return None, "ambiguous" if found.too_many else ""
    weights = experience.weights_of_node()
    rare = _Rarities(people, weights.people)
    scored = sorted(
        (replace(one, score=pairs.score(weights, one.pair, rare.of(one))) for one in people),
        key=lambda one: (-one.score, str(one.person.pk)),
    )
    first, margin = scored[0], scored[0].score - scored[1].score if len(scored) > 1 else MOST_ODDS
    odds = [2 ** (min(one.score, MOST_ODDS) / 100) for one in scored]
    sure = 100 * math.log2(odds[0] / (sum(odds[1:]) + 1))
    told = _may_be_told(first.pair.pattern) and (not found.cut or confirms(first.pair.pattern))
    if sure >= CERTAIN and told:
        return first, ""
    if first.score < POSSIBLE:
        return None, ""
    return None, "ambiguous" if margin < CLOSE else "uncertain"


class _Rarities:
    """How rare the values of candidates are."""

    def __init__(self, people: Sequence[_Candidate], total: int) -> None:
        self._total = total
        namesakes = [one for one in people if one.pair.pattern.level["name"] in _NAME_COUNTS]
        self._share = candidates.how_many_share({one.person.name_words for one in namesakes})
        self._read = namesakes

    def of(self, one: _Candidate) -> Rare:
        """Return how rare a candidate's name and birth are."""
        first = one.person.birth[5:] == "01-01"
        day = experience.FIRST_OF_JANUARY if first else experience.DAY
        words = one.person.name_words
        if words not in self._share:
            return Rare(day=day, year=experience.YEAR)
        # Beside the one person who has it anybody may: a name that is met once is not one that nobody else bears.
        all_words = -centibits((self._share[words] + 1) / self._total)
        # How the words are spelt and ordered is told by the namesakes that were read.
        alike = [two for two in self._read if two.person.name_words == words]
        plain = [two for two in alike if two.person.name_key == one.person.name_key]
        spelt = [two for two in plain if same_spelling(two.known.full_name, one.known.full_name)]
        return Rare(
            name=all_words - centibits(len(spelt) / len(alike)),
            plain=all_words - centibits(len(plain) / len(alike)),
            words=all_words,
            outer=experience.OUTER,
            day=day,
            year=experience.YEAR,
        )


def _may_be_told(pattern: Pattern) -> bool:
    """Tell whether a number says who is meant, or name and birth do at least not say otherwise."""
    level = pattern.level
    if level["number"] in _NUMBER_SAYS or level["old_number"] == levels.EXACT:
        return True
    return level["birth"] in _BIRTH_SAYS and level["name"] in _NAME_COUNTS


def _is_somebody_else(typed: Identity, one: _Candidate, owned: bool) -> bool:
    """Tell whether a namesake is excluded by sex, or by a number that is neither a slip of theirs nor anybody's."""
    if one.pair.pattern.level["number"] in _NUMBER_SAYS:
        return False
    if {typed.sex, one.known.sex} == {"1", "2"}:
        return True
    return not owned and rules.numbers_exclude(typed, one.known)


def _candidate(row: Keys, person: Person, *, owned: bool) -> _Candidate:
    known = identity_of(person)
    keys = keys_of(
        number=known.number,
        old_number=known.old_number,
        name=known.full_name,
        birth=known.birth,
        sex=known.sex,
    )
    return _Candidate(person, known, pairs.compare(row, keys, owned=owned))


@lru_cache(maxsize=256)
def _keys(number: str, full_name: str, birth: str, sex: str) -> Keys:
    return keys_of(number=number, name=full_name, birth=birth, sex=sex)


def _settled(person: Person, findings: tuple[Finding, ...]) -> Identification:
    return Identification(person, rules.verdict_of(findings), findings)
