"""Bodies written by an older release, brought to the shape of today.

A package that changes the shape of a kind's body raises `v` in its `record` and
adds here how a body of the version before becomes one of the next. Nothing
stored is changed; the chain hashes what was written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dinh.journal.models import Entry

Body = dict[str, Any]
Upcaster = Callable[[Body], Body]

# (kind, version it takes): function that returns the body of the next version.
_upcasters: dict[tuple[str, int], Upcaster] = {}


def upcaster(kind: str, v: int) -> Callable[[Upcaster], Upcaster]:
    """Register the decorated function: it takes a body of version `v` and returns one of `v + 1`."""

    def register(function: Upcaster) -> Upcaster:
        if (kind, v) in _upcasters:
            raise ValueError(f"{kind} v{v} has an upcaster already")
        _upcasters[kind, v] = function
        return function

    return register


def body_of(entry: Entry) -> Body:
    """Return the entry's body in the shape of today; {} when a legal erasure emptied it."""
    if entry.body is None:
        return {}
    body: Body = dict(entry.body)
    v = entry.v
    while step := _upcasters.get((entry.kind, v)):
        body, v = step(body), v + 1
    return body
