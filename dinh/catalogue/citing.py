"""Cites the law in the reader's language: "Law 60/2014/QH13, article 34" becomes "Luật 60/2014/QH13, Điều 34".

Declarations name their sources in English, in one way; numbers of acts stay as they are. What is not an act and
its article is a phrase of `PHRASES`; a test holds that every source of the shipped catalogue is said whole.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import override, pgettext, pgettext_lazy

# Longest first when they are looked for, so that a phrase never hides in a longer one.
PHRASES = (
    pgettext_lazy("citation", "on belief and religion"),
    pgettext_lazy("citation", "on certification"),
    pgettext_lazy("citation", "on civil status"),
    pgettext_lazy("citation", "on fees and charges"),
    pgettext_lazy("citation", "on local government"),
    pgettext_lazy("citation", "on official documents"),
    pgettext_lazy("citation", "on organisation of local government"),
    pgettext_lazy("citation", "on personal data"),
    pgettext_lazy("citation", "on residence"),
    pgettext_lazy("citation", "on social insurance"),
    pgettext_lazy("citation", "(540,000 đ since 1 July 2026)"),
    pgettext_lazy("citation", "(agency codes)"),
    pgettext_lazy("citation", "(declaration forms of civil status)"),
    pgettext_lazy("citation", "(electronic birth notice)"),
    pgettext_lazy("citation", "(example)"),
    pgettext_lazy("citation", "(names and codes of communes)"),
    pgettext_lazy("citation", "(one-stop mechanism)"),
    pgettext_lazy("citation", "(wording of the certification)"),
    pgettext_lazy(
        "citation", "2,000 đ a page, 1,000 đ from the third, at most 200,000 đ a copy; pages of the original"
    ),
    pgettext_lazy("citation", "Example for the demonstration; no decision seen"),
    pgettext_lazy("citation", "Labour Code"),
    pgettext_lazy("citation", "Statistics office list"),
    pgettext_lazy("citation", "and its annex"),
    pgettext_lazy("citation", "and later acts, as cited beside each line"),
    pgettext_lazy("citation", "birth declaration form"),
    pgettext_lazy("citation", "corrects"),
    pgettext_lazy("citation", "decision within 10 working days of a complete dossier"),
    pgettext_lazy("citation", "item"),
    pgettext_lazy("citation", "many pages or many copies"),
    pgettext_lazy(
        "citation", "notified before 23:00 of the first day; after 23:00, before 8:00 of the next day"
    ),
    pgettext_lazy("citation", "published sheet of the procedure"),
    pgettext_lazy("citation", "received after 15:00, returned the next working day"),
    pgettext_lazy("citation", "registration by list, for each person"),
    pgettext_lazy("citation", "resolution of the provincial council"),
    pgettext_lazy("citation", "results at the centre, electronically or by post"),
    pgettext_lazy("citation", "the house itself"),
    pgettext_lazy("citation", "valid at most two years"),
    pgettext_lazy("citation", "when verification is needed, at most 3 working days"),
    pgettext_lazy("citation", "The citizen learns the outcome by a notice; in law no paper is due"),
    pgettext_lazy(
        "citation",
        "Details of the forms of Circular 53/2025/TT-BCA were not seen; the questions follow CT01 of Circular 66/2023/TT-BCA",
    ),
    pgettext_lazy(
        "citation", "The groups exempt under article 4 of Circular 75/2022/TT-BTC are from general knowledge"
    ),
    pgettext_lazy("citation", "Which groups are exempt from the 8,000 đ of Circular 281/2016/TT-BTC"),
    pgettext_lazy(
        "citation",
        "The new Law on Civil Status of 23 April 2026, in force on 1 March 2027, will change this procedure",
    ),
    pgettext_lazy(
        "citation", "The charge for late registration is set by each province; 8,000 đ is an example"
    ),
    pgettext_lazy(
        "citation",
        "The new Law on Civil Status, in force on 1 March 2027, lets the commune register deaths from health data on its own",
    ),
    pgettext_lazy(
        "citation",
        "The new Law on Civil Status, in force on 1 March 2027, lets the commune register births from health data on its own",
    ),
    pgettext_lazy(
        "citation",
        "Whether Circular 226/2016/TT-BTC is still in force after Decree 362/2025 on fees was not seen",
    ),
    pgettext_lazy(
        "citation",
        "The forms of Decree 335/2026/NĐ-CP were not seen; the questions follow form 01 of Decree 176/2025/NĐ-CP",
    ),
    pgettext_lazy(
        "citation", "The month from which the pension is paid is taken as the month of the decision"
    ),
)
WORDS = {
    "Law": pgettext_lazy("citation", "Law"),
    "Decree": pgettext_lazy("citation", "Decree"),
    "Circular": pgettext_lazy("citation", "Circular"),
    "Decision": pgettext_lazy("citation", "Decision"),
    "Resolution": pgettext_lazy("citation", "Resolution"),
    "amended by": pgettext_lazy("citation", "amended by"),
    "amount": pgettext_lazy("citation", "amount"),
    "national code": pgettext_lazy("citation", "national code"),
    "procedure": pgettext_lazy("citation", "procedure"),
    "form": pgettext_lazy("citation", "form"),
    "and": pgettext_lazy("citation", "and"),
    "to": pgettext_lazy("citation", "to"),
}
ARTICLES = re.compile(r"\barticles? (\d[\d.]*(?:(?:, | and | to )\d[\d.]*)*)")
FRENCH_SPACE = re.compile(r"(?<!\s)([;:])(?= )")
KEPT = re.compile(r"\x00(\d+)\x00")


def cite(source: str, language: str) -> str:
    """Return a source as a reader of a language cites it; English is what the declarations hold."""
    return source if language == "en" else _cite(source, language)


@lru_cache(maxsize=2048)
def _cite(source: str, language: str) -> str:
    with override(language):
        said: list[str] = []

        def keep(words: str) -> str:
            said.append(words)
            return f"\x00{len(said) - 1}\x00"

        for phrase, words in _phrases():
            source = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", keep(str(words)), source)
        source = ARTICLES.sub(lambda found: keep(_articles(found[1])), source)
        for word in sorted(WORDS, key=len, reverse=True):
            source = re.sub(rf"\b{word}\b", keep(str(WORDS[word])), source)
        source = KEPT.sub(lambda found: said[int(found[1])], source)
    return FRENCH_SPACE.sub("\N{NO-BREAK SPACE}\\1", source) if language == "fr" else source


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, object], ...]:
    with override("en"):
        return tuple(sorted(((str(one), one) for one in PHRASES), key=lambda pair: -len(pair[0])))


def _articles(numbers: str) -> str:
    """Return "13 and 14" with the word for articles, or for the clause of an article: "4.9"."""
    article, dot, clause = numbers.partition(".")
    if dot and clause.isdigit():
        return pgettext("citation", "clause %(clause)s of article %(article)s") % {
            "clause": clause,
            "article": article,
        }
    numbers = numbers.replace(" and ", f" {WORDS['and']} ").replace(" to ", f" {WORDS['to']} ")
    words = (
        pgettext("citation", "article %(number)s")
        if numbers.isdigit()
        else pgettext("citation", "articles %(number)s")
    )
    return words % {"number": numbers}
