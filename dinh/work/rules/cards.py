"""Questions grouped under one owner: by when an answer is due, and which belong together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from dinh.lib.names import fold

# Days within which an answer is given, by the most urgent of what is grouped; declared by the house itself.
ANSWER_WITHIN = {"urgent": 3, "normal": 10, "low": 20}
NEAR = 0.3  # share of words that two difficulties have in common, from which they are suggested together
COMMON = frozenset(
    "la va cua khong co cho den thi ma cac nhung duoc bi o voi vi nen khi nha toi ong ba".split()
)


@dataclass(frozen=True)
class Said:
    """A difficulty that no card answers yet."""

    id: UUID
    kind: str
    procedure: str
    words: str


def due_on(urgencies: Iterable[str], on: date) -> date:
    """Return the day by which a card is answered, by the most urgent difficulty in it."""
    return on + timedelta(
        days=min((ANSWER_WITHIN[one] for one in urgencies), default=ANSWER_WITHIN["normal"])
    )


def words_of(text: str) -> frozenset[str]:
    """Return the telling words of a sentence, without accents."""
    return frozenset(word for word in fold(text).split() if len(word) > 1 and word not in COMMON)


def near(one: Said, other: Said) -> bool:
    """Return whether two difficulties seem to be one: same kind and procedure, and near words."""
    if (one.kind, one.procedure) != (other.kind, other.procedure):
        return False
    mine, theirs = words_of(one.words), words_of(other.words)
    if not mine or not theirs:
        return False
    return len(mine & theirs) / min(len(mine), len(theirs)) >= NEAR


def groups(said: Sequence[Said]) -> list[list[UUID]]:
    """Return groups of at least two difficulties that could stand on one card, the largest first.

    Each is compared with the first of a group, so the same list always gives the same groups.
    """
    heads: list[tuple[Said, list[UUID]]] = []
    for one in said:
        found = next((ids for head, ids in heads if near(head, one)), None)
        if found is None:
            heads.append((one, [one.id]))
        else:
            found.append(one.id)
    return sorted((ids for _head, ids in heads if len(ids) > 1), key=len, reverse=True)
