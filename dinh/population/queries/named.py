"""Persons by words of their name, read from the index of words (`NameWord`) at any number of persons.

One person in three is called "nguyen" and nobody some other word: the rarest is what is looked up, each
being counted, up to a bound, in the index alone. The other words are then compared with the key that stands
beside it in the index, whose order is that of the list: a page of a common name ends when it is full.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection
from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.functions import Concat

from dinh.lib.names import fold
from dinh.population.models import NameWord, Person

M = TypeVar("M", bound=Model)
Order = tuple[str, str]

FEW = 2_000  # persons who are rather fetched and sorted than met on a walk in order of name
COUNTED = 50_000  # where counting the bearers of a word ends
IN_ORDER: Order = ("name_key", "pk")
IN_ORDER_OF_A_WORD: Order = ("words__name_key", "words__person_id")


def having(found: QuerySet[Person], text: str, *, narrow: bool) -> tuple[QuerySet[Person], Order]:
    """Keep the persons whose name has these words; return them with the columns to read them in order by.

    text    words in any order, accents or not; the last may be unfinished
    narrow  `found` is of a commune or two: walking through it costs less than a common word

    One short query for each word.
    """
    asked = _ask(text)
    if asked is None:
        return found, IN_ORDER
    if asked.few:
        found = found.filter(pk__in=asked.bearers.values("person"))
    elif asked.rarest and not narrow:
        found = found.filter(words__word=asked.rarest)
        return _with(found, "words__name_key", asked.parts), IN_ORDER_OF_A_WORD
    return _with(found, "name_key", asked.parts), IN_ORDER


def with_head_having(found: QuerySet[Person], text: str, *, narrow: bool) -> QuerySet[Person]:
    """Keep the persons whose head of household has these words in the name; parameters as for `having`."""
    asked = _ask(text)
    if asked is None:
        return found
    if asked.few or (asked.rarest and not narrow):
        heads = _with(asked.bearers, "name_key", asked.parts)
        return found.filter(household__head__in=heads.values("person"))
    return _with(found, "household__head__name_key", asked.parts)


@dataclass(frozen=True)
class _Asked:
    """What was asked for.

    parts    what the key, a space before and after, must contain
    bearers  rows of the word that is looked up
    few      they are few
    rarest   that word, "" when it is the unfinished one
    """

    parts: tuple[str, ...]
    bearers: QuerySet[NameWord]
    few: bool
    rarest: str


def _ask(text: str) -> _Asked | None:
    *whole, last = fold(text).split() or [""]
    if not last:
        return None
    parts = (*(f" {word} " for word in whole), f" {last}")
    bearers = NameWord.objects.filter(_begins(last))
    few = _count(bearers, FEW + 1) <= FEW
    if few or not whole:
        return _Asked(parts, bearers, few, "")
    counts = {word: _count(NameWord.objects.filter(word=word), COUNTED) for word in whole}
    rarest = min(counts, key=lambda word: counts[word])
    return _Asked(parts, NameWord.objects.filter(word=rarest), counts[rarest] <= FEW, rarest)


def _count(rows: QuerySet[NameWord], most: int) -> int:
    return rows.order_by()[:most].count()


def _begins(word: str) -> Q:
    """Return the condition that each database answers from its index of words."""
    if connection.vendor == "postgresql":
        return Q(word__startswith=word)
    # SQLite reads every row for LIKE; it compares bytes, and no letter of a folded word stands behind this one.
    return Q(word__gte=word, word__lt=f"{word}\U0010ffff")


def _with(rows: QuerySet[M], key: str, parts: Iterable[str]) -> QuerySet[M]:
    rows = rows.alias(padded=Concat(Value(" "), F(key), Value(" ")))
    for part in parts:
        rows = rows.filter(padded__contains=part)
    return rows
