"""For which team something that somebody did counts: exactly one, so that the teams of a commune add up to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

# A village team before young volunteers before the commune's team: who visits houses by duty comes first.
RANKS = {"village": 0, "young": 1, "commune": 2, "steering": 3}


@dataclass(frozen=True)
class Span:
    """From one day until another that no longer belongs to it; without an end, still."""

    from_on: date
    until_on: date | None = None

    def holds(self, on: date) -> bool:
        """Return whether a day lies in it."""
        return self.from_on <= on and (self.until_on is None or on < self.until_on)


@dataclass(frozen=True)
class Term:
    """One term of somebody in a team, with the villages that the team visits and when."""

    account: UUID
    team: UUID
    kind: str  # of the team
    span: Span
    areas: tuple[tuple[UUID, Span], ...] = ()

    def visits(self, village: UUID | None, on: date) -> bool:
        """Return whether the team visits a village on a day."""
        return any(area == village and span.holds(on) for area, span in self.areas)


def terms_by_account(terms: Iterable[Term]) -> dict[UUID, list[Term]]:
    """Return the terms of each account, in the order in which `team_of` prefers them."""
    found: dict[UUID, list[Term]] = {}
    for term in sorted(terms, key=lambda one: (RANKS.get(one.kind, 9), one.span.from_on, one.team)):
        found.setdefault(term.account, []).append(term)
    return found


def team_of(terms: Sequence[Term], village: UUID | None, on: date) -> UUID | None:
    """Return the team for which a thing done in a village on a day counts, or None outside every term.

    terms  of the one who did it, in order of preference (`terms_by_account`)

    The first whose team visits that village; else the first in force, for help given elsewhere.
    """
    mine = [term for term in terms if term.span.holds(on)]
    here = next((term.team for term in mine if term.visits(village, on)), None)
    return here or next((term.team for term in mine), None)
