"""Whom a helper has before them at a kiosk: found by their card, or by name and year in the helper's villages.

A volunteer finds people of their own villages alone, an officer those whose data they read. Each search leaves a
trace that the person is shown; what was asked is kept as a keyed digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.limits import limit
from dinh.directory.models import Account
from dinh.journal import access
from dinh.journal.models import Access
from dinh.lib import citizen_number
from dinh.lib.dates import local_date
from dinh.lib.errors import Refused
from dinh.outreach.queries.looking_up import by_name, by_number
from dinh.outreach.queries.scope import villages_of
from dinh.population.models import Person
from dinh.population.queries import person_by_number

OFFICER, VOLUNTEER = "drafts.help", "drafts.assist"
LOOKS = "60/10m"  # of one helper
PURPOSE = "kiosk:helping"
WHO = _("Who sits before you? Type the number of their card, or their name and year of birth.")
NO_NUMBER = _("A number has 12 digits, an old one 9. Look at the card again.")
NOT_HERE = _("Nobody of the villages you go to was found. For somebody from elsewhere an officer helps.")
SEVERAL = _("Several people fit. Choose the one who sits before you.")


@dataclass(frozen=True)
class Asked:
    """What the helper typed to say who is there; `person` is the one chosen of several."""

    number: str = ""
    name: str = ""
    year: int | None = None
    person: UUID | None = None


class Unclear(Refused):
    """Nobody, or several: `field` says where to mend it, `people` whom to choose from."""

    status = 422

    def __init__(self, field: str, message: object, people: tuple[Person, ...] = ()) -> None:
        super().__init__("kiosk.who", message)
        self.field, self.people = field, people


def is_officer(account: Account, at: datetime) -> bool:
    """Tell whether the account helps people of the whole commune."""
    return policy.may(account, OFFICER, on=local_date(at))


def may_help(account: Account, at: datetime) -> bool:
    """Tell whether the account helps anybody with a request: an officer, or a volunteer."""
    return is_officer(account, at) or policy.may(account, VOLUNTEER, on=local_date(at))


def before_officer(asked: Asked, account: Account, at: datetime) -> Person | None:
    """Return the person of a card whose data the officer reads; None for everybody else. Raises Unclear."""
    if not asked.number:
        return None
    if len(citizen_number.clean(asked.number)) not in {9, 12}:
        raise Unclear("number", NO_NUMBER)
    limit("kiosk-people", str(account.pk), LOOKS, at)
    person = person_by_number(asked.number)
    if person is None or not policy.may(account, "population.read", unit=person.unit_id, on=local_date(at)):
        person = None  # the request begins empty, as for everybody whom the commune does not know
    _trace(asked, [person] if person else [], account, at)
    return person


def before_volunteer(asked: Asked, account: Account, at: datetime) -> Person:
    """Return the one person of the volunteer's villages who is meant. Raises Unclear."""
    if not asked.number and not asked.name:
        raise Unclear("number", WHO)
    limit("kiosk-people", str(account.pk), LOOKS, at)
    villages = villages_of(account, local_date(at))
    if asked.number:
        number = citizen_number.clean(asked.number)
        if len(number) not in {9, 12}:
            raise Unclear("number", NO_NUMBER)
        pairs, _known = by_number(number, villages)
    else:
        pairs = by_name(asked.name, asked.year, villages)
    found = Person.objects.in_bulk([person for person, _house in pairs])
    people = [found[person] for person, _house in pairs]
    _trace(asked, people, account, at)
    if asked.person in found:
        return found[asked.person]
    if not people:
        raise Unclear("number" if asked.number else "name", NOT_HERE)
    if len(people) > 1:
        raise Unclear("person", SEVERAL, tuple(people))
    return people[0]


def _trace(asked: Asked, people: list[Person], account: Account, at: datetime) -> None:
    access.listed(
        kind=Access.Kind.SEARCH, subject_type="person", ids=[one.pk for one in people], by=account, at=at,
        query={"number": asked.number, "name": asked.name, "year": asked.year}, purpose=PURPOSE,
    )  # fmt: skip
