"""What is hidden from who may not list the rows of a figure: numbers of so few that somebody could be known by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.directory.models import Account
from dinh.indicators.queries import rows
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value
from dinh.indicators.rules.values import SMALL, Part, masked, size


def hidden_from(
    account: Account | None, indicators: Iterable[Indicator], unit: UUID, on: date
) -> frozenset[str]:
    """Return the ids of the indicators whose small numbers are hidden: not all their rows may be listed."""
    known = store.get().measures
    may: dict[str, bool] = {}
    found = set()
    for one in indicators:
        counted = [id for id in measures_in(one) if id in known and known[id].origin == "computed"]
        for id in counted:
            if id not in may:
                may[id] = rows.may_open(id, unit, account, on)
        if not all(may[id] for id in counted):
            found.add(one.id)
    return frozenset(found)


def is_small(value: Value) -> bool:
    """Return whether a value tells of so few that somebody could be known by it."""
    return 0 < size(value.numerator, value.denominator) < SMALL


def safe(value: Value) -> Value:
    """Return a value without what tells of so few."""
    return hide(value) if is_small(value) else value


def safe_beside(values: Sequence[Value]) -> list[Value]:
    """Return units side by side, those of so few hidden, and one more where a hidden one could be worked out."""
    parts = {
        str(one.unit): Part(Fraction(one.value), one.numerator, one.denominator)
        for one in values
        if one.value is not None
    }
    gone = {unit for unit, part in masked(parts).items() if part.masked}
    return [hide(one) if str(one.unit) in gone else one for one in values]


def safe_scores(found: Mapping[str, Value]) -> dict[str, Value]:
    """Return scores and their parts, of one unit and time, without what gives a hidden part away.

    found  by id; parts of so few are hidden already (`safe`)

    Points of a score are those of its parts, added. Where one part alone is hidden, so is the one beside it with the
    fewest points, for the difference would tell it; where there is none beside it, the score itself.
    """
    known = store.get().indicators
    gone = {id for id, value in found.items() if value.masked}

    def look(id: str) -> None:
        parts = [part for part in known[id].parts if part in found]
        for part in parts:
            if known[part].kind == "score":
                look(part)
        told = [part for part in parts if part in gone or found[part].value is not None]
        lost = [part for part in told if part in gone]
        if len(lost) != 1:
            return
        # A score among the parts would be known again from its own.
        beside = [part for part in told if part not in gone and known[part].kind != "score"]
        gone.add(min(beside, key=lambda part: (found[part].points or 0, part)) if beside else id)

    within = {part for id in found if id in known for part in known[id].parts}
    for id in found:
        if id in known and known[id].kind == "score" and id not in within:
            look(id)
    return {id: hide(value) if id in gone else value for id, value in found.items()}


def hide(value: Value) -> Value:
    """Return a value without any number."""
    return replace(value, value=None, numerator=None, denominator=None, points=None, mark="", masked=True)
