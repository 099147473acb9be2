"""Whom a number among the answers means, when an approval is about to change their rows.

A finding is for the examiner to look at; here a wrong guess would change a stranger's life. So a number counts only
when it leads to one person, and not to one whose name and birth are both others.
"""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dinh.dossiers.models import Dossier
from dinh.lib import citizen_number
from dinh.lib.errors import Refused
from dinh.lib.names import words_key
from dinh.population.models import Person
from dinh.verification.identify import identify, identity_of
from dinh.verification.rules import Identity, births_agree, is_of_another

HOLDERS_MOST = 20  # of one old number; more would not tell anything else
NO_PERSON = _("The person is not known by this number. Send the dossier back, so that the number is checked.")
TWO_PERSONS = _(
    "The number belongs to a person of another name in the population register. "
    "Send the dossier back, so that it is compared with the card."
)
SEVERAL = _(
    "The old number {number} belongs to several persons in the population register. "
    "Send the dossier back, so that the number of 12 digits is written instead."
)


def holder(dossier: Dossier, number: str, full_name: str = "", birth: str = "") -> Person | None:
    """Return the person who holds a number; None when nobody does, or when none was given. One query.

    full_name, birth  as answered beside it; of several who hold an old number they tell which one is meant

    Raises Refused ("dossiers.several_persons") when they do not tell, and ("dossiers.another_person") when the
    only one who holds it has another name and another birth.
    """
    digits = citizen_number.clean(number)
    if not digits:
        return None
    column = "number" if len(digits) == 12 else "old_number"
    people = Person.objects.select_related("household__unit", "unit").order_by("pk")
    found = list(people.filter(**{column: digits})[:HOLDERS_MOST])
    if len(found) > 1:
        found = [one for one in found if _fits(one, full_name, birth)]
        if len(found) != 1:
            message = format_lazy(SEVERAL, number=digits)
            raise Refused("dossiers.several_persons", message, dossier=dossier.pk)
    for one in found:
        if is_of_another(Identity(number=digits, full_name=full_name, birth=birth), identity_of(one)):
            raise Refused("dossiers.another_person", TWO_PERSONS, dossier=dossier.pk)
    return found[0] if found else None


def meant(dossier: Dossier, number: str, full_name: str, birth: str, sex: str = "") -> Person | None:
    """Return the person of a number, else the one of this name and birth; None for somebody unknown here.

    Raises Refused as `holder` does, and ("dossiers.another_person") when several have this name and birth.
    """
    known = holder(dossier, number, full_name, birth)
    if known is not None:
        return known
    who = identify(number=number, full_name=full_name, birth=birth, sex=sex or None)
    if who.several:
        raise Refused("dossiers.another_person", TWO_PERSONS, dossier=dossier.pk)
    if who.person is None:
        return None
    return Person.objects.select_related("household__unit", "unit").get(pk=who.person.pk)


def _fits(person: Person, full_name: str, birth: str) -> bool:
    """Say whether what was answered beside a number is what the population says of one who holds it."""
    if not full_name and not birth:
        return False
    same_name = not full_name or words_key(full_name) == person.name_words
    return same_name and (not birth or not person.birth or births_agree(birth, person.birth))
