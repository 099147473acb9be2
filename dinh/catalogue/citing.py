"""Cites the law in the reader's language: "Law 60/2014/QH13, article 34" becomes "Luật 60/2014/QH13, Điều 34".

Declarations name their sources in English, in one way; numbers of acts stay as they are. What is not an article of
an act is a phrase of `phrases.py`; a test holds that every source of the shipped catalogue is said whole.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import override, pgettext

from dinh.catalogue.phrases import PHRASES

# "article 4.9", "article 4, clause 9", "article 9, point 1.c"; then "articles 13 and 14", "articles 58 to 60".
CLAUSE = (
    r"\barticle (?P<article>\d+)(?:\.|, clause |, point )(?P<clause>\d+)(?:\.(?P<point>[a-zđ]))?(?![\w.]*\w)"
)
ARTICLES = r"\barticles? (?P<numbers>\d[\d.]*(?:(?:, | and | to )\d[\d.]*)*)"
FRENCH_SPACE = re.compile(r"(?<!\s) ?([;:])(?= )")


def cite(source: str, language: str) -> str:
    """Return a source as a reader of a language cites it; English is what the declarations hold."""
    return source if language == "en" else _cite(source, language)


@lru_cache(maxsize=2048)
def _cite(source: str, language: str) -> str:
    with override(language):
        said = _pattern().sub(_say, source)
    return FRENCH_SPACE.sub("\N{NO-BREAK SPACE}\\1", said) if language == "fr" else said


@lru_cache(maxsize=1)
def _phrases() -> dict[str, object]:
    """Return {a phrase in English: its words, in the language of the moment}."""
    with override("en"):
        return {str(words): words for words in PHRASES}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """Return what finds phrases and articles: the longest phrases first, lest one hide in a longer one."""
    phrases = "|".join(re.escape(phrase) for phrase in sorted(_phrases(), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{phrases})(?!\w)|{CLAUSE}|{ARTICLES}")


def _say(found: re.Match[str]) -> str:
    if found["clause"]:
        return _clause(found["article"], found["clause"], found["point"])
    return _articles(found["numbers"]) if found["numbers"] else str(_phrases()[found[0]])


def _clause(article: str, clause: str, point: str | None) -> str:
    """Return the words for clause 9 of article 4, or for its point c."""
    words = (
        pgettext("citation", "point %(point)s, clause %(clause)s of article %(article)s")
        if point
        else pgettext("citation", "clause %(clause)s of article %(article)s")
    )
    return words % {"article": article, "clause": clause, "point": point}


def _articles(numbers: str) -> str:
    """Return "13 and 14" with the word for articles."""
    words = (
        pgettext("citation", "article %(number)s")
        if numbers.isdigit()
        else pgettext("citation", "articles %(number)s")
    )
    said = numbers.replace(" and ", f" {pgettext('citation', 'and')} ")
    return words % {"number": said.replace(" to ", f" {pgettext('citation', 'to')} ")}
