"""Codes of the words that people write: an ethnic group by name or alias, a village with or without its type."""

from __future__ import annotations

from datetime import date

from dinh.catalogue import store
from dinh.directory import queries as directory
from dinh.directory.models import Unit
from dinh.lib.names import fold
from dinh.population.imports.cells import RELATION_WORDS, Lookup

LISTS = ("ethnic_groups", "nationalities", "religions", "household_relations")
_NATIONALITY_WORDS = {"vn": "VNM", "viet": "VNM", "vietnam": "VNM"}


def finder(unit: Unit, on: date) -> Lookup:
    """Return the function that finds a code by folded words, in the lists and among the villages of a commune."""
    words = {list_id: _list(list_id) for list_id in LISTS}
    words["household_relations"] = RELATION_WORDS | words["household_relations"]
    words["nationalities"] = _NATIONALITY_WORDS | words["nationalities"]
    words["villages"] = _villages(unit, on)

    def find(list_id: str, folded: str) -> str | None:
        known = words[list_id]
        code = known.get(folded)
        # A spreadsheet writes code 01 as 1.
        return code if code is not None or not folded.isdigit() else known.get(folded.zfill(2))

    return find


def _list(list_id: str) -> dict[str, str]:
    declared = store.get().lists.get(list_id)
    words: dict[str, str] = {}
    for entry in declared.entries if declared else ():
        for name in (entry.code, entry.title.vi, entry.title.fr, entry.title.en, *entry.aliases):
            if name:
                words.setdefault(fold(name), entry.code)
    return words


def _villages(unit: Unit, on: date) -> dict[str, str]:
    words: dict[str, str] = {}
    for village in directory.villages_of(unit, on):
        for name in (village.name, village.full_name, village.code):
            words[fold(name)] = str(village.unit_id)
    return words
