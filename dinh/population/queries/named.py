"""Persons by words of their name, read from the index of words (`NameWord`) at any number of persons.

One person in three is called "nguyen" and nobody some other word: the rarest is what is looked up, each
being counted, up to a bound, in the index alone, where the other words are compared with the key beside it.

1. Few have the words: those are fetched and sorted.
2. Many have them, in a commune: its persons are walked through in order of name until a page is full.
3. Many have them, in a province: the bearers of the rarest word are, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from dinh.lib.names import fold
from dinh.population.models import NameWord, Person

M = TypeVar("M", bound=Model)

FEW = 1_000  # persons who are rather fetched and sorted than met on a walk in order of name
LAST_LETTER = "\U0010ffff"  # no folded word has it
COUNTED = 20_000  # where counting the bearers of a word ends


@dataclass(frozen=True)
class Part:
    """Some of the persons looked for, and the columns by which they are read in order of name."""

    rows: QuerySet[Person]
    name: str = "name_key"
    id: str = "pk"


def having(found: QuerySet[Person], text: str, *, narrow: bool) -> list[Part]:
    """Return the persons of `found` whose name has these words, in parts that may overlap.

    text    words in any order, accents or not; the last may be unfinished
    narrow  `found` is of one commune or a few, which the index by unit and name reads in order

    One short query for each word, and one for all of them.
    """
    asked = _Asked.of(text, narrow)
    if asked is None:
        return [Part(found)]
    if asked.few:
        return [_among(found, asked.bearers)]
    if narrow:
        return [Part(_walked(found, asked.words))]
    if asked.rarest:
        return [_bearing(found, asked.rarest, asked.parts)]
    last = asked.words[-1]
    begun = NameWord.objects.filter(_goes_on(last))
    if _count(begun, FEW + 1) <= FEW:
        # A surname: its bearers stand together, and walking to them would pass by half of a province.
        return [_bearing(found, last), _among(found, begun)]
    return [Part(_walked(found, asked.words))]


def with_head_having(found: QuerySet[Person], text: str, *, narrow: bool) -> QuerySet[Person]:
    """Return the persons whose head of household has these words in the name; parameters as for `having`."""
    asked = _Asked.of(text, narrow)
    if asked is None:
        return found
    if asked.few:
        return found.filter(household__head__in=list(asked.bearers.values_list("person", flat=True)))
    return _walked(found, asked.words, "household__head")


@dataclass(frozen=True)
class _Asked:
    """What was asked for.

    words    the last one perhaps unfinished
    parts    what the key, a space before and after it, must contain
    bearers  rows of the word that is looked up, which have the others too
    few      they are few
    rarest   of the whole words; "" when there is none
    """

    words: tuple[str, ...]
    parts: tuple[str, ...]
    bearers: QuerySet[NameWord]
    few: bool
    rarest: str = ""

    @classmethod
    def of(cls, text: str, narrow: bool) -> _Asked | None:
        words = tuple(fold(text).split())
        if not words:
            return None
        *whole, last = words
        parts = (*(f" {word} " for word in whole), f" {last}")
        begun = NameWord.objects.filter(_begins(last))
        fewest = _count(begun, COUNTED)
        counts = {word: _count(NameWord.objects.filter(word=word), COUNTED) for word in whole}
        rarest = min(counts, key=lambda word: counts[word], default="")
        looked_up = begun
        if rarest and counts[rarest] <= fewest:
            looked_up, fewest = NameWord.objects.filter(word=rarest), counts[rarest]
        bearers = _with(looked_up, "name_key", parts)
        # Whether a combination of common words is rare is known when all bearers of one were read: for a
        # commune that is more than reading its persons.
        counting = whole and (fewest < COUNTED or not narrow)
        few = fewest <= FEW or bool(counting and _count(bearers, FEW + 1) <= FEW)
        return cls(words, parts, bearers, few, rarest)


def _among(found: QuerySet[Person], bearers: QuerySet[NameWord]) -> Part:
    # Read first: no planner then takes them for many and sorts a province instead.
    return Part(found.filter(pk__in=list(bearers.values_list("person", flat=True))))


def _bearing(found: QuerySet[Person], word: str, parts: Iterable[str] = ()) -> Part:
    rows = _with(found.filter(words__word=word), "words__name_key", parts)
    return Part(rows, "words__name_key", "words__person_id")


def _walked(found: QuerySet[Person], words: Sequence[str], of: str = "pk") -> QuerySet[Person]:
    """Keep those who have the words, asked person by person; `of` is the path to who must have them."""
    has = [Q(word=word) for word in words[:-1]] + [_begins(words[-1])]
    return found.filter(*(Exists(NameWord.objects.filter(one, person=OuterRef(of))) for one in has))


def _count(rows: QuerySet[NameWord], most: int) -> int:
    return rows.order_by()[:most].count()


def _begins(word: str) -> Q:
    """Return the condition that each database answers from its index of words."""
    if connection.vendor == "postgresql":
        return Q(word__startswith=word)
    # SQLite reads every row for LIKE; it compares bytes.
    return Q(word__gte=word, word__lt=f"{word}{LAST_LETTER}")


def _goes_on(word: str) -> Q:
    """Return the condition on words that begin so and are longer."""
    if connection.vendor == "postgresql":
        return _begins(word) & ~Q(word=word)
    return Q(word__gt=word, word__lt=f"{word}{LAST_LETTER}")


def _with(rows: QuerySet[M], key: str, parts: Iterable[str]) -> QuerySet[M]:
    """Keep the rows whose key has the parts; beside a word the index answers that too."""
    padded: Any = rows.alias(padded=Concat(Value(" "), F(key), Value(" ")))
    for part in parts:
        padded = padded.filter(padded__contains=part)
    found: QuerySet[M] = padded
    return found
