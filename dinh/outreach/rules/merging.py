"""How changes of one field by several phones become one value, whatever the order in which they arrive.

Changes are ordered by when they were captured, and by the operation's id where that is the same. The value is the
fold of all of them in that order:

- `last`: the last captured wins; the others are kept as losers
- `ladder`: the highest rung wins; only a correction goes down, and counts for what was captured before it
- `set`: each code is in or out as the last change of that code said
- identity fields are never folded: a difference goes to a person (`Conflict`)
- computed fields are never set from outside
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID


class Policy(Enum):
    """How a field merges."""

    LAST = "last"
    LADDER = "ladder"
    SET = "set"
    IDENTITY = "identity"
    COMPUTED = "computed"


@dataclass(frozen=True, order=True)
class Stamp:
    """The place of a change in the order of merging."""

    at: datetime
    op: UUID


@dataclass(frozen=True)
class Change:
    """One change of one field.

    value    the new value; of a set {"add": [codes], "remove": [codes]}
    correct  a rung that may be lower
    """

    stamp: Stamp
    value: Any
    correct: bool = False


def empty(policy: Policy) -> Any:
    """Return the value of a field that nobody changed yet; None where the table has its own default."""
    return {Policy.LADDER: 0, Policy.SET: []}.get(policy)


def fold(policy: Policy, changes: Iterable[Change]) -> Any:
    """Return the value that all changes of a field give together, in any order they are given."""
    value = empty(policy)
    for change in sorted(changes, key=lambda one: one.stamp):
        value = step(policy, value, change)
    return value


def step(policy: Policy, value: Any, change: Change) -> Any:
    """Return the value after one change that is later than all before it."""
    if policy is Policy.LAST:
        return change.value
    if policy is Policy.LADDER:
        return change.value if change.correct else max(value, change.value)
    if policy is Policy.SET:
        return sorted((set(value) | set(change.value["add"])) - set(change.value["remove"]))
    raise ValueError(f"{policy} is not folded")


def merge(policy: Policy, value: Any, last: Stamp | None, change: Change, before: Sequence[Change]) -> Any:
    """Return the value after a change that may have come late.

    value   the field as it stands
    last    stamp of the latest change of this field that is here; None when there is none
    before  all changes of this field that are here; only read when this one came late
    """
    if last is None or change.stamp > last:
        return step(policy, empty(policy) if last is None else value, change)
    if policy is Policy.LAST:
        return value
    return fold(policy, [*before, change])


def set_change(old: Iterable[str], new: Iterable[str]) -> dict[str, list[str]]:
    """Return what a phone did to a set: what it added to and took out of what it showed."""
    was, now = set(old), set(new)
    return {"add": sorted(now - was), "remove": sorted(was - now)}


class Clash(Enum):
    """How a change stands to what others did since the phone last asked."""

    NONE = ""
    SOFT = "soft"  # others changed other fields
    HARD = "hard"  # others changed a field of this change to another value


def clash(mine: dict[str, Any], others: Iterable[tuple[str, Any]]) -> Clash:
    """Return how a change clashes.

    mine    field -> new value, of this operation
    others  (field, value) of what other phones changed since the version that this phone had from the node
    """
    found = Clash.NONE
    for name, value in others:
        if name in mine and mine[name] != value:
            return Clash.HARD
        found = Clash.SOFT
    return found
