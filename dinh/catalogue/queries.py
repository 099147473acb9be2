"""Questions to the catalogue: procedures in plain words, titles of list entries."""

from __future__ import annotations

from dinh.catalogue import search, store
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.procedure import Procedure


def find_procedures(text: str, language: str = "vi") -> list[Procedure]:
    """Return the procedures that fit everyday words, the best first.

    Accents may be missing, letters swapped or wrong, and Telex keys left as they were typed.
    An empty text gives all procedures by title. No query; below 5 ms.
    """
    return search.index_of(store.get()).find(text, language)


def list_title(list_id: str, code: str) -> Text:
    """Return what a code of a list is called; the code itself when the list does not have it."""
    return store.get().titles.get(list_id, {}).get(code) or Text(vi=code or "–")
