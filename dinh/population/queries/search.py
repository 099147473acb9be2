"""Find people: by name without accents, number, year of birth, village, head of household."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from dinh.directory import policy
from dinh.directory.models import Account, Level, Unit
from dinh.directory.policy import Scope
from dinh.journal import access
from dinh.lib import citizen_number
from dinh.lib.dates import local_date
from dinh.lib.names import fold
from dinh.population.models import Household, Person
from dinh.population.queries import named
from dinh.population.queries.people import of_household_code

MOST = 200
SHOWN = ("unit", "household__head", "household__village")
_YEAR = re.compile(r"(18|19|20|21)\d\d")


@dataclass(frozen=True)
class PersonPage:
    """Persons in order of name; `after` is given back to see the next page, None when this is the last."""

    rows: tuple[Person, ...]
    after: UUID | None


def search_people(
    text: str = "",
    *,
    scope: Scope,
    birth_year: int | None = None,
    village: Unit | UUID | None = None,
    head: str = "",
    living: bool = False,
    limit: int = 50,
    after: UUID | None = None,
) -> PersonPage:
    """Return a page of the persons in reach who fit everything that is given.

    text        words of the name in any order, with or without accents, the last one perhaps unfinished;
                a year among them is the year of birth; or a number of 12 or 9 digits; or a household's code
    scope       `directory.policy.scope(account, "population.read", on)`
    village     where their household is
    head        words of the name, or the number, of the head of their household
    living      leave out the deceased
    after       `PersonPage.after` of the page before: an id, so that no name stands in an address

    Persons come with unit, household and its head. One query, one more with `after`, and a short one for
    each word of a name. Whoever shows the result writes it down (`search_for` does).
    """
    text, year = _without_year(text)
    found, narrow = scope.filter(Person.objects.all(), "unit", None), _is_narrow(scope)
    if birth_year or year:
        found = found.filter(birth_year=birth_year or year)
    if village is not None:
        found = found.filter(household__village=village)
    if living:
        found = found.filter(status=Person.Status.ALIVE)
    if head.strip():
        exact = _numbered(head, "household__head__")
        found = named.with_head_having(found, head, narrow=narrow) if exact is None else found.filter(exact)
    exact = _numbered(text)
    parts = named.having(found, text, narrow=narrow) if exact is None else [named.Part(found.filter(exact))]
    limit = max(1, min(limit, MOST))
    rows = _page(parts, limit + 1, after)
    return PersonPage(tuple(rows[:limit]), rows[limit - 1].pk if len(rows) > limit else None)


def search_for(account: Account, text: str = "", *, at: datetime, purpose: str, **more: Any) -> PersonPage:
    """Return what an account may find, and write down who was shown for which purpose.

    more  as for `search_people`

    Raises NotPermitted when the account may not read the population anywhere. Nothing typed finds nobody.
    """
    on = local_date(at)
    scope = policy.scope(account, "population.read", on)
    if not scope:
        raise policy.refusal("population.read", account)
    asked = {key: value for key, value in more.items() if value is not None and key not in {"limit", "after"}}
    if not text.strip() and not asked:
        return PersonPage((), None)
    page = search_people(text, scope=scope, **more)
    query = {key: value.pk if isinstance(value, Unit) else value for key, value in asked.items()}
    access.listed(
        kind="search",
        subject_type="person",
        query={"text": fold(text), **query},
        ids=[person.pk for person in page.rows],
        by=account,
        at=at,
        purpose=purpose,
        unit=policy.home_unit(account, on),
    )
    return page


def _without_year(text: str) -> tuple[str, int | None]:
    """Take the year of birth out of "vàng a phúc 1951"."""
    words = text.split()
    years = [word for word in words if _YEAR.fullmatch(word)]
    if len(years) != 1:
        return text, None
    return " ".join(word for word in words if word != years[0]), int(years[0])


def _is_narrow(scope: Scope) -> bool:
    """Tell whether the scope is a few communes, each of which an index reads whole in a moment."""
    wide = (Level.PROVINCE, Level.DISTRICT)
    return not scope.everything and all(reach.level not in wide for reach in scope.reaches)


def _numbered(text: str, of: str = "") -> Q | None:
    """Return the condition of a text that is a number or a household's code; None for words of a name.

    of  path to the person who is meant, "household__head__"
    """
    digits = citizen_number.clean(text)
    if digits.isascii() and digits.isdigit() and len(digits) in {9, 12}:
        return Q(**{f"{of}{'number' if len(digits) == 12 else 'old_number'}": digits})
    if not any(c.isdigit() for c in text):
        return None
    # Read first: with only the name in the order, SQLite would walk through everybody.
    homes = Household.objects.filter(of_household_code(text)).values_list("pk", flat=True)
    return Q(household__in=list(homes))


def _page(parts: Sequence[named.Part], limit: int, after: UUID | None) -> list[Person]:
    read = [_in_order(part, limit, after) for part in parts]
    if len(read) == 1:
        return list(read[0].select_related(*SHOWN))
    first = {pk for rows in read for pk in rows.values_list("pk", flat=True)}
    # The database puts them together: its order of letters is not Python's.
    whole = Person.objects.filter(pk__in=first).select_related(*SHOWN)
    return list(whole.order_by("name_key", "pk")[:limit])


def _in_order(part: named.Part, limit: int, after: UUID | None) -> QuerySet[Person]:
    # As aliases: a condition on "words__…" of its own would mean another word of the same person.
    found = part.rows.alias(by_name=F(part.name), by_id=F(part.id))
    key = Person.objects.filter(pk=after).values_list("name_key", flat=True).first() if after else None
    if key is not None:
        # The first condition says nothing new: an index begins to read there.
        found = found.filter(Q(by_name__gte=key) & (Q(by_name__gt=key) | Q(by_id__gt=after)))
    return found.order_by("by_name", "by_id")[:limit]
