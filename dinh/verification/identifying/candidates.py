"""Those of the population who may be meant by what was typed: by number, and by blocks that an index answers.

The blocks are the engine's that need no place: the same words of a name in a year (`tok_year`), the same given name
or surname on a day, day and month perhaps swapped (`given_star`, `sur_star_commune`), a number that lost its last
digit. All together are bounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, IntegerField, Q, Value, When

from dinh.database.prepared import Prepared
from dinh.lib.dates import year_of
from dinh.lib.names import fold, words_key
from dinh.population.models import Person
from dinh.verification.engine.fields import CUT
from dinh.verification.engine.values import WHOLE
from dinh.verification.identifying.written import Keys

MOST = (
    200  # persons of all blocks together; beyond, only those whose name and birth both agree are told apart
)
HOLDERS_MOST = 20  # of one old number
NAMESAKES, SAME_WORDS, OTHERS = 0, 1, 2

_by_number = Prepared(lambda number: Person.objects.filter(number=number), number=CharField())
_by_old_number = Prepared(
    lambda number: Person.objects.filter(old_number=number).order_by("pk")[:HOLDERS_MOST], number=CharField()
)


@dataclass(frozen=True)
class Found:
    """People of the blocks.

    too_many  more have this very name and birth than were read: nobody can be told apart
    cut       others were left out: only somebody whose name and birth agree can be meant
    """

    people: tuple[Person, ...] = ()
    too_many: bool = False
    cut: bool = False


def holders(row: Keys) -> list[Person]:
    """Return whose number was typed: one person of 12 digits, perhaps several of 9. One query at most."""
    if row.number is not None and row.nform != CUT:
        return _by_number(number=f"{row.number:012d}")
    if row.old_there is not None:
        return _by_old_number(number=f"{row.old_there:09d}")
    return []


def in_blocks(row: Keys, full_name: str, birth: str) -> Found:
    """Return who shares a block with what was typed, those with the same words and an agreeing birth first.

    birth  ISO, possibly partial

    One query; none when there is no block to look in.
    """
    words, year = words_key(full_name), year_of(birth)
    wanted = Q()
    rank: list[When] = []
    if words and year is not None:
        less_exact = [birth[:length] for length in (4, 7, 10)]
        agrees = Q(birth__in=less_exact) | Q(birth__startswith=birth)
        wanted |= Q(name_words=words, birth_year=year)
        rank = [
            When(agrees, name_words=words, then=Value(NAMESAKES)),
            When(name_words=words, then=Value(SAME_WORDS)),
        ]
        # On 1 January stand those who know only the year: too many to be told apart by one word of a name.
        if row.day.form == WHOLE:
            said = fold(full_name).split()
            one_word = Q(name_key__startswith=f"{said[0]} ") | Q(name_key__endswith=f" {said[-1]}")
            wanted |= Q(one_word, birth__in=_swapped(row.day.ymd))
    if row.nform == CUT:
        wanted |= Q(number__in=[f"{row.number:011d}{last}" for last in range(10)])
    if not wanted:
        return Found()
    ranked = Case(*rank, default=Value(OTHERS), output_field=IntegerField()) if rank else Value(OTHERS)
    read = list(Person.objects.filter(wanted).annotate(rank=ranked).order_by("rank", "pk")[: MOST + 1])
    if len(read) <= MOST:
        return Found(tuple(read))
    return Found(tuple(read[:MOST]), too_many=read[-1].rank == NAMESAKES, cut=True)


def how_many_share(names: Iterable[str]) -> dict[str, int]:
    """Return how many persons have the words of each name (`Person.name_words`). One query, of an index alone.

    Not bounded: even the commonest full name is borne by half a percent, five thousand index entries of a million.
    """
    asked = set(names)
    if not asked:
        return {}
    counted = Person.objects.filter(name_words__in=asked).values("name_words").order_by()
    return dict(counted.annotate(people=Count("*")).values_list("name_words", "people"))


def _swapped(ymd: int) -> list[str]:
    """Return a day as the population writes it, and with day and month exchanged where that is one."""
    year, month, day = ymd // 10000, ymd // 100 % 100, ymd % 100
    return sorted({f"{year:04d}-{m:02d}-{d:02d}" for m, d in ((month, day), (day, month)) if m <= 12})
