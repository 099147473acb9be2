"""Of which kind a unit is, among units of like traits: island, border, special difficulty, mountain, town, delta.

A trait is dated and has a source (`UnitTrait`, declared by `op = "trait"` in `catalogue/places/` or by an administrator);
towns and islands are known by their type. Nothing is concluded from a name or a place: what is not declared is not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from dinh.catalogue import store
from dinh.directory import tree
from dinh.directory.models import UnitTrait
from dinh.directory.queries import in_force

# The first of these that a unit has is its kind: what weighs most on how it can serve comes first.
KINDS = ("island", "border", "special_difficulty", "mountain", "urban", "delta")
BY_TYPE = {"đặc khu": "island", "phường": "urban"}
UNKNOWN = ""
LIST = "unit_traits"  # the list of the catalogue that names them


def titles(language: str) -> dict[str, str]:
    """Return what the declared traits are called."""
    return {one.code: one.title.of(language) for one in store.get().lists[LIST].entries}


def kinds_of(units: Iterable[UUID], on: date) -> dict[UUID, str]:
    """Return the kind of each unit on a day, "" where nothing is declared. One query; another for names not remembered."""
    wanted = list(units)
    tree.warm(wanted)
    found: dict[UUID, set[str]] = {unit: set() for unit in wanted}
    declared = UnitTrait.objects.filter(in_force(on), unit__in=wanted, trait__in=KINDS)
    for unit, trait in declared.values_list("unit", "trait"):
        found[unit].add(trait)
    for unit in wanted:
        naming = tree.naming(unit, on)
        if naming is not None and naming.type in BY_TYPE:
            found[unit].add(BY_TYPE[naming.type])
    return {unit: next((kind for kind in KINDS if kind in has), UNKNOWN) for unit, has in found.items()}
