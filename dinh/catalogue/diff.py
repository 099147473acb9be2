"""What changed in law between two versions of a procedure, by stable id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from dinh.catalogue.digest import procedure_effect
from dinh.catalogue.shapes.procedure import Procedure


@dataclass(frozen=True)
class Change:
    """One change: what was added, removed or altered, and where."""

    kind: Literal["added", "removed", "changed"]
    place: str  # "fields.child.birth.required"
    before: Any = None
    after: Any = None


def changes(old: Procedure, new: Procedure) -> tuple[Change, ...]:
    """Return every change of legal effect from one version to the next.

    Questions, papers and fees are compared by stable id, so a question that only moved to
    another page does not appear.
    """
    return tuple(_compare(procedure_effect(old), procedure_effect(new), ""))


def _compare(old: Any, new: Any, place: str) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            deeper = f"{place}.{key}" if place else str(key)
            if key not in new:
                yield Change("removed", deeper, before=old[key])
            elif key not in old:
                yield Change("added", deeper, after=new[key])
            else:
                yield from _compare(old[key], new[key], deeper)
    elif old != new:
        yield Change("changed", place, old, new)
