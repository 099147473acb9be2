"""Find people: by name without accents, number, year of birth, village, head of household."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat

from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.directory.policy import Scope
from dinh.journal import access
from dinh.lib import citizen_number
from dinh.lib.dates import local_date
from dinh.lib.names import fold
from dinh.population.models import Person

MOST = 200
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

    Persons come with unit, household and its head. One query, two with `after`. Whoever shows the
    result writes it down (`search_for` does).
    """
    text, year = _without_year(text)
    found = scope.filter(Person.objects.all(), "unit", None)
    if text.strip():
        found = _matching(found, text)
    if head.strip():
        found = _matching(found, head, "household__head__")
    if birth_year or year:
        found = found.filter(birth_year=birth_year or year)
    if village is not None:
        found = found.filter(household__village=village)
    if living:
        found = found.filter(status=Person.Status.ALIVE)
    limit = max(1, min(limit, MOST))
    rows = _page(found, limit + 1, after)
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


def _matching(found: QuerySet[Person], text: str, of: str = "") -> QuerySet[Person]:
    """Keep the persons who fit the text; with `of` ("household__head__"), those whose head of household does."""
    digits = citizen_number.clean(text)
    if digits.isascii() and digits.isdigit() and len(digits) in {9, 12}:
        return found.filter(**{f"{of}{'number' if len(digits) == 12 else 'old_number'}": digits})
    if any(c.isdigit() for c in text):
        return found.filter(household__code__iexact=text.strip())
    *whole, last = fold(text).split() or [""]
    padded = "words_of_head" if of else "words"
    found = found.alias(**{padded: Concat(Value(" "), F(f"{of}name_key"), Value(" "))})
    for word in [*(f" {word} " for word in whole), f" {last}"]:
        found = found.filter(**{f"{padded}__contains": word})
    return found


def _page(found: QuerySet[Person], limit: int, after: UUID | None) -> list[Person]:
    if after is not None:
        key = Person.objects.filter(pk=after).values_list("name_key", flat=True).first()
        if key is not None:
            found = found.filter(Q(name_key__gt=key) | Q(name_key=key, pk__gt=after))
    rows = found.select_related("unit", "household__head", "household__village").order_by("name_key", "pk")
    return list(rows[:limit])
