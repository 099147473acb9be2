"""One applier for each kind of operation: what it does to the tables, and what the phone is answered.

An applier stands in a module of this folder, which is enough to be found, and registers itself:

    @applies("visit")
    def visit(op: Op, *, member: Account, at: datetime) -> Applied: ...

`op.body` has the shape of the kind (`rules.kinds.BODIES`), `op.at` is when it was captured, `at` when it is applied.
It refuses by raising `rules.reasons.Unacceptable` (or another `Refused`): all it did is then undone. Which village
the operation belongs to, whether that village was the member's, order and repetition are settled before it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal, Protocol, TypeVar
from uuid import UUID

from dinh.directory.models import Account
from dinh.lib.errors import Broken
from dinh.outreach.rules.kinds import Op
from dinh.outreach.rules.reasons import Unacceptable


@dataclass(frozen=True)
class Applied:
    """What became of an operation.

    state     "merged" when another change of the same field stands beside it, "review" when a person decides
    code      of `rules.reasons`; "" when there is nothing to say
    answer    JSON values for the phone: dossier number, due date, which field lost to which
    versions  new version of each entity it changed
    """

    state: Literal["applied", "merged", "review"] = "applied"
    code: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[UUID, int] = field(default_factory=dict)


class Applier(Protocol):
    """Does the work of one kind, inside the transaction of the operation."""

    def __call__(self, op: Op, *, member: Account, at: datetime) -> Applied: ...


_appliers: dict[str, Applier] = {}
A = TypeVar("A", bound=Applier)


def applies(kind: str) -> Callable[[A], A]:
    """Register the applier of a kind. Raises Broken when it has one already."""

    def register(function: A) -> A:
        if _appliers.setdefault(kind, function) is not function:
            raise Broken("outreach.two_appliers", kind=kind)
        return function

    return register


def applier_of(kind: str) -> Applier:
    """Return the applier of a kind. Raises Unacceptable ("form_unknown") when there is none."""
    _load()
    found = _appliers.get(kind)
    if found is None:
        raise Unacceptable("form_unknown", kind=kind)
    return found


def kinds() -> frozenset[str]:
    """Return every kind that has an applier."""
    _load()
    return frozenset(_appliers)


def officer_of(op: Op) -> Account | None:
    """Return who at the desk accepted an operation; None for what came through by itself. One query for the former."""
    return Account.objects.get(pk=op.accepted_by) if op.accepted_by is not None else None


@cache
def _load() -> None:
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
