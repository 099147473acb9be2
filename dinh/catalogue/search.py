"""Finding a procedure in plain words: without accents, with typos, with Telex keys left in.

Each procedure is a few phrases (its titles, its everyday words) with a weight. A query gets,
word by word, the best match in the vocabulary; rare words count more than common ones
("khai sinh" more than "đăng ký"), and a phrase found whole counts most.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dinh.catalogue.shapes.procedure import Procedure
from dinh.lib.names import fold

if TYPE_CHECKING:
    from dinh.catalogue.contents import Catalogue

TITLE, WORDS, SUMMARY = 1.0, 1.0, 0.3  # weight of a word by where it stands
LONGEST = 120  # characters of a query that are read
SURE = 0.75  # from here on the best one is what was meant; below it is only the nearest
_WORD = re.compile(r"[0-9a-z.]+")
_SPELT_WITH_Y = re.compile(r"^([^aeiouy]+)y$")  # "đăng ký" is also written "đăng kí"


@dataclass(frozen=True)
class _Entry:
    """One procedure as the search sees it."""

    procedure: Procedure
    phrases: tuple[str, ...]
    weights: dict[str, float]


class Index:
    """The searchable words of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.entries = tuple(_entry(procedure) for procedure in catalogue.procedures.values())
        found: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            for word in entry.weights:
                found[word] += 1
        # A word of every procedure says nothing; a word of one says most.
        self.rarity = {word: 0.15 + math.log(1 + len(self.entries) / n) for word, n in found.items()}
        self.alike = lru_cache(maxsize=4096)(self._alike)

    def find(self, text: str, language: str) -> list[Procedure]:
        """Return the procedures that fit, the best first; all by title for an empty text."""
        return self.look_for(text, language)[0]

    def look_for(self, text: str, language: str) -> tuple[list[Procedure], bool]:
        """Return the same, and whether the first one is surely meant; else it is only the nearest."""
        query = fold(text)[:LONGEST]
        words = _words(query)
        if not words:
            ordered = sorted(self.entries, key=lambda e: fold(e.procedure.title.of(language)))
            return [e.procedure for e in ordered], True
        scored = [(self._score(entry, query, words), entry) for entry in self.entries]
        best = max(score for score, _ in scored) if scored else 0
        good = [(score, entry) for score, entry in scored if score > 0.35 and score >= best * 0.35]
        good.sort(key=lambda pair: (-pair[0], fold(pair[1].procedure.title.of(language))))
        return [entry.procedure for _, entry in good], best >= SURE

    def _score(self, entry: _Entry, query: str, words: list[str]) -> float:
        if query == entry.procedure.code:
            return 100.0
        total = reached = 0.0
        for word in words:
            alike = self.alike(word)
            worth = max((self.rarity[known] for known in alike), default=1.0)
            total += worth
            reached += max(
                (self.rarity[k] * near * entry.weights.get(k, 0) for k, near in alike.items()), default=0
            )
        return reached / total + _phrase(entry.phrases, " ".join(words))

    def _alike(self, word: str) -> dict[str, float]:
        """Return the words of the vocabulary near a word, with how near (1 is equal)."""
        if word in self.rarity:
            return {word: 1.0}
        plain = _without_telex(word)
        if plain in self.rarity:
            return {plain: 0.95}
        letters = set(word)
        begun = {known: 0.8 for known in self.rarity if len(word) > 2 and known.startswith(word)}
        allowed = 0 if len(word) < 3 else 1 if len(word) < 8 else 2
        for known in self.rarity:
            # Letters that the other lacks are a cheap lower bound of the distance.
            near = abs(len(known) - len(word)) <= allowed and len(letters.difference(known)) <= allowed
            if near and known not in begun:
                away = _distance(word, known, allowed)
                if away <= allowed:
                    begun[known] = 1 - 1.6 * away / max(len(word), len(known))
        return {known: near for known, near in begun.items() if near > 0.4}


@lru_cache(maxsize=4)
def index_of(catalogue: Catalogue) -> Index:
    """Return the index of a catalogue, built at first use."""
    return Index(catalogue)


def _entry(procedure: Procedure) -> _Entry:
    weights: dict[str, float] = {}
    for text, weight in _texts(procedure):
        for word in _words(fold(text)):
            weights[word] = max(weight, weights.get(word, 0))
    phrases = [fold(text) for text, weight in _texts(procedure) if weight > SUMMARY]
    return _Entry(procedure, tuple(" ".join(_words(phrase)) for phrase in phrases), weights)


def _texts(procedure: Procedure) -> Iterator[tuple[str, float]]:
    title, summary = procedure.title, procedure.summary
    yield from ((text, TITLE) for text in (title.vi, title.fr, title.en, procedure.code) if text)
    yield from ((text, WORDS) for text in procedure.words)
    yield from ((text, SUMMARY) for text in (summary.vi, summary.fr, summary.en) if text)


def _words(folded: str) -> list[str]:
    stripped = (word.strip(".") for word in _WORD.findall(folded))
    return [_SPELT_WITH_Y.sub(r"\1i", word) for word in stripped if word]


def _phrase(phrases: tuple[str, ...], query: str) -> float:
    """Return what a whole phrase adds: most when query and phrase are equal."""
    best = 0.0
    for phrase in phrases:
        if phrase == query:
            return 1.5
        if len(query) > 3 and f" {query} " in f" {phrase} ":
            best = max(best, 0.6 + 0.4 * len(query) / len(phrase))
        elif len(phrase) > 3 and f" {phrase} " in f" {query} ":
            best = max(best, 0.4 + 0.6 * len(phrase) / len(query))
    return best


def _without_telex(word: str) -> str:
    """Return a word typed in Telex without an input method as its plain letters: "giaays" -> "giay"."""
    plain = re.sub(r"([aeod])\1", r"\1", word)
    return re.sub(r"[sfrxj]$", "", plain.replace("w", ""))


def _distance(a: str, b: str, limit: int) -> int:
    """Return the number of letters to change, add, drop or swap; limit + 1 when there are more."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        previous, before, row = before, row, [i]
        for j, right in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
