"""Which findings a verified row gives. Pure: a merged row in, findings out.

| verdict                 | finding                                                            |
|-------------------------|--------------------------------------------------------------------|
| verified, corrected     | correct what is proposed; complete what is missing without proposal |
| ambiguous, other_person | choose the person; search, where there is no candidate              |
| not_found               | search the person                                                   |
| duplicate               | entered twice, beside the earlier row                               |
| dead                    | the person has died, where the register does not say itself what then is a contradiction |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dinh.catalogue.shapes.register import Register
from dinh.verification.engine.reasons import CONCERNS, REASONS
from dinh.verification.models import Finding
from dinh.verification.runs import gains
from dinh.verification.runs.merged import OWN, MergedRow
from dinh.verification.runs.proposing import Proposer
from dinh.verification.runs.submitted import tells_of_the_past
from dinh.verification.words import FIELD_MISSING, FIELD_UNREADABLE

Kind = Finding.Kind
ORDER = {code: place for place, (code, _) in enumerate(REASONS)} | {
    code: 100 + n for n, code in enumerate(OWN)
}
PART_OF = {code: part for part, codes in reversed(CONCERNS.items()) for code in codes}
MISSING = frozenset(code for code, broken in REASONS if "du" in broken.split()) | {
    FIELD_MISSING,
    FIELD_UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A finding as it should stand."""

    kind: str
    code: str
    gain: float
    commune: str
    village: UUID | None
    version: int
    other: UUID | None = None
    bulk: bool = False


def wanted_of(shape: Register, row: MergedRow, proposed: dict[str, Any], proposer: Proposer) -> list[Wanted]:
    """Return the findings of a row, at most one of each kind."""
    if row.verdict in {"not_found", "ambiguous", "other_person"}:
        return [_person(row)]
    if row.verdict == "duplicate":
        return [_make(row, Kind.DUPLICATE, "duplicate", "duplicate", 1, other=row.first_rid)]
    if row.verdict == "dead":
        declared = any(one.kind == "deceased" for one in shape.contradictions)
        if not declared and not tells_of_the_past(shape):
            return [_make(row, Kind.DECEASED, "dead", "deceased", 1)]
        return []
    found = []
    parts = proposer.parts_of(proposed)
    fixed = [code for code in row.reasons if PART_OF.get(code, "") in parts]
    if proposed and (code := leading(fixed)):
        bulk = gains.together(row.verdict, row.score, row.margin, row.reasons, parts)
        found.append(
            _make(row, Kind.CORRECT, code, "bulk" if bulk else "correct", gains.broken(fixed), bulk=bulk)
        )
    left = [code for code in row.reasons if code not in fixed and code in MISSING]
    if code := leading(left):
        found.append(_make(row, Kind.COMPLETE, code, "complete", 1))
    return found


def leading(codes: Sequence[str]) -> str:
    """Return the reason that speaks first: the one that most contradicts; "" of none that breaks a criterion."""
    telling = [code for code in codes if code in OWN or gains.broken([code])]
    return min(telling, key=lambda code: ORDER.get(code, 999), default="")


def _person(row: MergedRow) -> Wanted:
    if row.verdict == "not_found" or row.pid is None:
        code = "number_of_another" if "number_of_another" in row.reasons else "not_found"
        return _make(row, Kind.SEARCH, code, "search", 2)
    if row.verdict == "other_person":
        code = "number_of_another"
    else:
        code = "candidates_close" if "candidates_close" in row.reasons or row.second_pid else "uncertain"
    return _make(row, Kind.CHOOSE, code, "choose" if row.second_pid else "doubt", 2)


def _make(
    row: MergedRow,
    kind: str,
    code: str,
    work: str,
    criteria: int,
    other: str | None = None,
    bulk: bool = False,
) -> Wanted:
    return Wanted(
        kind, code, gains.gain(work, criteria), row.commune, UUID(str(row.village)) if row.village else None, row.version,
        UUID(other) if other and other != row.rid else None, bulk,
    )  # fmt: skip
