"""The rota: when somebody said they have time, and what is wrong with a planned duty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = {
    "morning": (time(0), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(23, 59)),
}
AVAILABILITY = tuple(f"{day}.{part}" for day in DAYS for part in PARTS)


@dataclass(frozen=True)
class Shift:
    """One planned duty, and what is known of whoever has it."""

    id: UUID
    account: UUID
    on: date
    starts: time
    ends: time
    availability: tuple[str, ...] = ()  # empty: nothing was said
    from_on: date = date.min  # of the term
    until_on: date | None = None

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute


def week_of(on: date) -> tuple[date, ...]:
    """Return the seven days, from Monday, of the week of a day."""
    monday = on - timedelta(days=on.weekday())
    return tuple(monday + timedelta(days=n) for n in range(7))


def parts_of(starts: time, ends: time) -> list[str]:
    """Return the parts of the day that a span touches."""
    return [part for part, (begin, end) in PARTS.items() if starts < end and ends > begin]


def warnings(shifts: Sequence[Shift]) -> dict[UUID, list[str]]:
    """Return what is wrong with each duty: "clash", "not_available", "not_a_member"; nothing of those that are right.

    Two duties of one person that touch (9–11, 11–13) do not clash.
    """
    found: dict[UUID, list[str]] = {}
    for one in shifts:
        said = []
        if any(_clash(one, other) for other in shifts):
            said.append("clash")
        if one.availability and not _available(one):
            said.append("not_available")
        if one.on < one.from_on or (one.until_on is not None and one.on >= one.until_on):
            said.append("not_a_member")
        if said:
            found[one.id] = said
    return found


def _clash(one: Shift, other: Shift) -> bool:
    same = one.account == other.account and one.on == other.on and one.id != other.id
    return same and one.starts < other.ends and other.starts < one.ends


def _available(one: Shift) -> bool:
    day = DAYS[one.on.weekday()]
    return all(f"{day}.{part}" in one.availability for part in parts_of(one.starts, one.ends))


def deal(villages: Iterable[UUID], goes_to: Sequence[tuple[UUID, frozenset[UUID]]]) -> dict[UUID, UUID]:
    """Return who takes over each village of a member that leaves, one village after the other.

    goes_to  the members who take over, in the order chosen, with the villages they already go to

    Whoever goes there already comes first; among equals the one with the fewest so far.
    """
    taken = {member: 0 for member, _villages in goes_to}
    dealt: dict[UUID, UUID] = {}
    places = {member: place for place, (member, _villages) in enumerate(goes_to)}
    for village in villages:
        able = [member for member, mine in goes_to if village in mine] or list(taken)
        if not able:
            break
        chosen = min(able, key=lambda member: (taken[member], places[member]))
        taken[chosen] += 1
        dealt[village] = chosen
    return dealt
