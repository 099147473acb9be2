"""Which sentences can be heard in which language, which are missing, which say what no longer stands there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q, QuerySet

from dinh.catalogue import store
from dinh.catalogue.contents import Catalogue
from dinh.outreach.models import Recording
from dinh.outreach.rules.sentences import Sentence, sentences

VIETNAMESE = "vie"
STATES = ("missing", "outdated", "waits", "approved")


@dataclass(frozen=True)
class Line:
    """One sentence in one language."""

    sentence: Sentence
    recording: Recording | None

    @property
    def state(self) -> str:
        """One of STATES: to be recorded, to be recorded anew, to be approved, heard by everybody."""
        if self.recording is None:
            return "missing"
        if self.recording.text_digest != self.sentence.digest:
            return "outdated"
        return "approved" if self.recording.approved_by_id else "waits"


def all_sentences() -> dict[str, Sentence]:
    """Return every sentence of the catalogue in force, in the order of recording."""
    return _sentences(store.get())


def lines(language: str) -> list[Line]:
    """Return every sentence with its recording in a language, in the order of recording. One query."""
    found = {
        one.key: one for one in Recording.objects.filter(language=language).select_related("recorded_by")
    }
    return [Line(one, found.get(one.key)) for one in all_sentences().values()]


def counts(language: str) -> dict[str, int]:
    """Return how many sentences of a language are in each state."""
    counted = Counter(one.state for one in lines(language))
    return {state: counted[state] for state in STATES}


def audible(language: str) -> dict[str, str]:
    """Return key -> digest of the file of every sentence that is heard in a language: approved and up to date.

    For packs, the portal and the kiosk; the digest makes an address that may be kept for ever. One query.
    """
    known = all_sentences()
    rows = _approved().filter(language=language).values_list("key", "blob", "text_digest")
    return {key: blob for key, blob, digest in rows if key in known and known[key].digest == digest}


def languages_of(key: str) -> list[str]:
    """Return the languages in which a sentence is heard."""
    sentence = all_sentences().get(key)
    if sentence is None:
        return []
    rows = _approved().filter(key=key, text_digest=sentence.digest)
    return sorted(rows.values_list("language", flat=True))


def spoken() -> list[str]:
    """Return the languages in which anything can be heard, by number of sentences."""
    counted = Counter(_approved().values_list("language", flat=True))
    return [code for code, _n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))]


def find_audible(key: str, language: str) -> Recording | None:
    """Return the recording that is heard for a key, or None when there is none that still says what stands there."""
    sentence = all_sentences().get(key)
    if sentence is None:
        return None
    return _approved().filter(Q(key=key), language=language, text_digest=sentence.digest).first()


def _approved() -> QuerySet[Recording]:
    return Recording.objects.filter(approved_by__isnull=False).select_related("blob")


@lru_cache(maxsize=2)
def _sentences(catalogue: Catalogue) -> dict[str, Sentence]:
    return sentences(catalogue)
