"""Who is meant: a person of the population found by number, else by name and birth.

1. The number, of 12 digits or of 9. Its owner is the person unless name and birth both say otherwise.
2. Name and birth, exactly as written.
3. Name without accents, then its words in any order, with births that agree.

The first step that finds one person ends the search; one that finds several is ambiguous, and nobody is
guessed. A discrepancy is a finding with both values, never a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q

from dinh.lib import citizen_number
from dinh.lib.dates import year_of
from dinh.lib.names import words_key
from dinh.population.models import Person
from dinh.population.queries import person_by_number
from dinh.verification import rules
from dinh.verification.rules import Closeness, Finding, Identity, Verdict

MOST_NAMESAKES = 200


@dataclass(frozen=True)
class Identification:
    """The person, when one is found; whether all agrees; and what does not.

    verdict  "same": found, nothing contradicts · "differs": something does; `person` may be None when the
             number is somebody else's · "ambiguous": several fit · "not_found"
    """

    person: Person | None
    verdict: Verdict
    findings: tuple[Finding, ...] = ()


def identify(
    *, number: str = "", full_name: str = "", birth: str = "", sex: str | None = None
) -> Identification:
    """Return who is meant by what was typed.

    number  as typed; 12 or 9 digits count, anything else is a number nobody has
    birth   ISO, possibly partial

    One query by number, one more by name and birth when that does not settle it.
    """
    typed = Identity(number=number.strip(), full_name=full_name, birth=birth, sex=sex or "")
    owner = person_by_number(typed.number) if typed.number else None
    if owner is None:
        return _by_name_and_birth(typed)
    known = identity_of(owner)
    if not rules.is_of_another(typed, known):
        return _settled(owner, rules.compare(typed, known))
    # The number says nothing of the person meant, and its owner's data are not for this request.
    meant = _by_name_and_birth(replace(typed, number=""))
    slip = rules.finding("number_of_another", "number", typed.number)
    rest = meant.findings if meant.person else ()
    return Identification(meant.person, "differs", (slip, *rest))


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


def _by_name_and_birth(typed: Identity) -> Identification:
    tiers: dict[Closeness, list[Person]] = {}
    namesakes = _namesakes(typed)
    if len(namesakes) > MOST_NAMESAKES:
        return _ambiguous(typed)  # among those not read may be another who fits as well
    for person in namesakes:
        known = identity_of(person)
        if {typed.sex, known.sex} != {"1", "2"} and not _numbers_exclude(typed, known):
            tiers.setdefault(rules.closeness(typed, known), []).append(person)
    for tier in (Closeness.EXACT, Closeness.ACCENT_FREE, Closeness.ANY_ORDER):
        match tiers.get(tier, []):
            case [person]:
                return _settled(person, rules.compare(typed, identity_of(person)))
            case [_first, _second, *_others]:
                return _ambiguous(typed)
    field = "number" if typed.number else "full_name"
    nobody = rules.finding("not_found", field, typed.number or typed.full_name)
    return Identification(None, "not_found", (nobody,))


def _namesakes(typed: Identity) -> list[Person]:
    """Return those with the same words in their name and a birth that agrees: at most one more than MOST_NAMESAKES."""
    year = year_of(typed.birth)
    if year is None or not typed.full_name.strip():
        return []
    less_exact = [typed.birth[:length] for length in (4, 7, 10)]
    found = Person.objects.filter(
        Q(birth__in=less_exact) | Q(birth__startswith=typed.birth),
        name_words=words_key(typed.full_name),
        birth_year=year,
    )
    return list(found.order_by("pk")[: MOST_NAMESAKES + 1])


def _ambiguous(typed: Identity) -> Identification:
    several = rules.finding("ambiguous", "full_name", typed.full_name)
    return Identification(None, "ambiguous", (several,))


def _numbers_exclude(typed: Identity, known: Identity) -> bool:
    """Tell whether two whole 12-digit numbers say that a namesake is somebody else.

    Digits 1 to 6 say where, when and as what one was born: a slip in the others is a slip, a namesake born
    elsewhere is another person.
    """
    digits = citizen_number.clean(typed.number)
    whole = len(digits) == 12 and len(known.number) == 12
    return whole and digits[:6] != known.number[:6] and digits[6:] != known.number[6:]


def _settled(person: Person, findings: tuple[Finding, ...]) -> Identification:
    return Identification(person, rules.verdict_of(findings), findings)
