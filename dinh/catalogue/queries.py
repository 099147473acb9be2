"""Questions to the catalogue: procedures in plain words, titles of list entries."""

from __future__ import annotations

from dataclasses import dataclass

from dinh.catalogue import elsewhere, search, store
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.procedure import Procedure


def find_procedures(text: str, language: str = "vi") -> list[Procedure]:
    """Return the procedures that fit everyday words, the best first.

    Accents may be missing, letters swapped or wrong, and Telex keys left as they were typed.
    An empty text gives all procedures by title. No query; below 5 ms.
    """
    return search.index_of(store.get()).find(text, language)


@dataclass(frozen=True)
class Found:
    """What a search gives.

    procedures  the best first
    sure        the first is what was meant; otherwise they are only the nearest there are
    elsewhere   where what was asked for is done, when this house does not take it
    """

    procedures: list[Procedure]
    sure: bool
    elsewhere: Text | None


def look_for(text: str, language: str = "vi") -> Found:
    """Return what fits everyday words, and say whether anything truly does. No query; below 5 ms."""
    catalogue = store.get()
    procedures, sure = search.index_of(catalogue).look_for(text, language)
    place, alone = elsewhere.find(catalogue, text)
    return Found(procedures, sure and not alone, place)


def list_title(list_id: str, code: str) -> Text:
    """Return what a code of a list is called; the code itself when the list does not have it."""
    return store.get().titles.get(list_id, {}).get(code) or Text(vi=code or "–")


def codes_of(list_id: str) -> list[str] | None:
    """Return the codes of a list; None when there is no such list. No query."""
    found = store.get().lists.get(list_id)
    return [entry.code for entry in found.entries] if found else None
